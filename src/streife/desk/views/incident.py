"""The page of one incident and what is done on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
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

Act = Callable[[Actor, int, dict[str, Any]], object]
View = Callable[[HttpRequest, str], HttpResponse]


def incident(request: HttpRequest, number: str) -> HttpResponse:
    """Show what it is, who told us, what was done, and what can be done next."""
    return _page(request, actor_from(request), number)


def _page(
    request: HttpRequest,
    actor: Actor,
    number: str,
    *,
    opened: str = "",
    kept: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    page: IncidentPage = incident_page(actor, number, now())
    context = {
        "page": page,
        "incident": page.incident,
        "opened": opened,
        "can_change": actor.may("incidents.change"),
        "can_assign": actor.may("dispatch.assign"),
        "may_form": actor.may("dispatch.form_unit"),
        "can_log": actor.may("incidents.log"),
        "can_erase": actor.may("incidents.erase_text"),
        "log_form": LogForm(),
        "close_form": CloseForm(),
        "hand_over_form": ForwardForm(bodies=page.bodies),
        "merge_form": MergeForm(),
        "reopen_form": ReasonForm(),
        "answer_form": AnswerForm(),
    }
    return render(request, "desk/incident.html", context | (kept or {}), status=status)


def _step(opened: str, form: Callable[[QueryDict], forms.Form], act: Act) -> View:
    """Return the view of one action; a refusal comes back on the page with everything kept.

    `opened` is the part of the page that then stands open, its form `<opened>_form`.
    """

    @require_POST
    def step(request: HttpRequest, number: str) -> HttpResponse:
        actor, given = actor_from(request), form(request.POST)
        if given.is_valid():
            try:
                act(actor, incident_for(actor, number).pk, given.cleaned_data)
            except (NotFound, Refused) as refused:
                if refused.status != Refused.status:
                    raise
                where = refused.field if refused.field in given.fields else None
                given.add_error(where, refused.message)
            else:
                return redirect("desk:incident", number)
        kept = {f"{opened}_form": given}
        return _page(request, actor, number, opened=opened, kept=kept, status=422)

    return step


log = _step(  # a line into the Einsatztagebuch
    "log",
    LogForm,
    lambda actor, pk, data: actions.log_line(
        incident_id=pk, text=data["text"], actor=actor, now=now()
    ),
)
close = _step(  # whoever told us is answered
    "close",
    CloseForm,
    lambda actor, pk, data: close_matter(
        incident_id=pk, outcome=data["outcome"], note=data["note"], actor=actor, now=now()
    ),
)
reopen = _step(
    "reopen",
    ReasonForm,
    lambda actor, pk, data: actions.reopen_incident(
        incident_id=pk, reason=data["reason"], actor=actor, now=now()
    ),
)
hand_over = _step(  # to another body
    "hand_over",
    lambda post: ForwardForm(post, bodies=other_bodies(now())),
    lambda actor, pk, data: hand_over_matter(
        incident_id=pk, body_code=data["body_code"], reason=data["reason"], actor=actor, now=now()
    ),
)
answer_hand_over = _step(  # what the other body said
    "answer",
    AnswerForm,
    lambda actor, pk, data: actions.answer_hand_over(
        incident_id=pk,
        accepted=data["accepted"] == "yes",
        answer=data["answer"],
        actor=actor,
        now=now(),
    ),
)
merge = _step(  # into another matter; all reporters are told
    "merge",
    MergeForm,
    lambda actor, pk, data: merge_matters(
        incident_id=incident_for(actor, data["number"]).pk, duplicate_id=pk, actor=actor, now=now()
    ),
)
