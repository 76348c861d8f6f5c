"""The page of one incident and what is done on it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.desk.actions import close_matter, hand_over_matter, merge_matters
from streife.desk.forms import AnswerForm, CloseForm, ForwardForm, LogForm, MergeForm, ReasonForm
from streife.desk.queries import IncidentPage, incident_page, other_bodies
from streife.incidents import actions
from streife.incidents.queries import incident_for
from streife.kernel.clock import now
from streife.kernel.errors import NotFound, Refused

Act = Callable[[int, dict[str, Any]], object]


def incident(request: HttpRequest, number: str) -> HttpResponse:
    """Show what it is, who told us, what was done, and what can be done next."""
    return _page(request, actor_from(request), number)


def _page(
    request: HttpRequest,
    actor: Actor,
    number: str,
    *,
    opened: str = "",
    forms: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    page: IncidentPage = incident_page(actor, number, now())
    context = {
        "page": page,
        "incident": page.incident,
        "opened": opened,
        "can_change": actor.may("incidents.change"),
        "can_assign": actor.may("dispatch.assign"),
        "can_log": actor.may("incidents.log"),
        "log_form": LogForm(),
        "close_form": CloseForm(),
        "forward_form": ForwardForm(bodies=page.bodies),
        "merge_form": MergeForm(),
        "reopen_form": ReasonForm(),
        "answer_form": AnswerForm(),
    }
    return render(request, "desk/incident.html", context | (forms or {}), status=status)


def _act(
    request: HttpRequest, number: str, opened: str, name: str, form: Any, act: Act
) -> HttpResponse:
    """Run one action from a form; a refusal comes back on the page with everything kept."""
    actor = actor_from(request)
    if form.is_valid():
        try:
            act(incident_for(actor, number).pk, form.cleaned_data)
        except (NotFound, Refused) as refused:
            if refused.status != Refused.status:
                raise
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return redirect("desk:incident", number)
    return _page(request, actor, number, opened=opened, forms={name: form}, status=422)


@require_POST
def log(request: HttpRequest, number: str) -> HttpResponse:
    """Write a line into the Einsatztagebuch."""
    actor = actor_from(request)
    return _act(
        request,
        number,
        "log",
        "log_form",
        LogForm(request.POST),
        lambda pk, data: actions.log_line(
            incident_id=pk, text=data["text"], actor=actor, now=now()
        ),
    )


@require_POST
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Close the matter; whoever told us is answered."""
    actor = actor_from(request)
    return _act(
        request,
        number,
        "close",
        "close_form",
        CloseForm(request.POST),
        lambda pk, data: close_matter(
            incident_id=pk,
            outcome=data["outcome"],
            note=data["note"],
            actor=actor,
            now=now(),
        ),
    )


@require_POST
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Open a closed matter again."""
    actor = actor_from(request)
    return _act(
        request,
        number,
        "reopen",
        "reopen_form",
        ReasonForm(request.POST),
        lambda pk, data: actions.reopen_incident(
            incident_id=pk, reason=data["reason"], actor=actor, now=now()
        ),
    )


@require_POST
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Give the matter to another body."""
    actor = actor_from(request)
    return _act(
        request,
        number,
        "hand_over",
        "forward_form",
        ForwardForm(request.POST, bodies=other_bodies(now())),
        lambda pk, data: hand_over_matter(
            incident_id=pk,
            body_code=data["body_code"],
            reason=data["reason"],
            actor=actor,
            now=now(),
        ),
    )


@require_POST
def answer_hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Write down what the other body said."""
    actor = actor_from(request)
    return _act(
        request,
        number,
        "answer",
        "answer_form",
        AnswerForm(request.POST),
        lambda pk, data: actions.answer_hand_over(
            incident_id=pk,
            accepted=data["accepted"] == "yes",
            answer=data["answer"],
            actor=actor,
            now=now(),
        ),
    )


@require_POST
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """Let this matter go into another one; all reporters are told."""
    actor = actor_from(request)
    return _act(
        request,
        number,
        "merge",
        "merge_form",
        MergeForm(request.POST),
        lambda pk, data: merge_matters(
            incident_id=incident_for(actor, data["number"]).pk,
            duplicate_id=pk,
            actor=actor,
            now=now(),
        ),
    )
