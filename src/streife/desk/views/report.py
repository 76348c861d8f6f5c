"""Deciding on one report: the proposal first, everything else one key further."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.desk.forms import ForwardForm, MergeForm, OpenForm, ReasonForm
from streife.desk.queries import report_by_reference, report_page
from streife.incidents.queries import incident_for
from streife.incidents.rules import Filters
from streife.kernel.clock import now
from streife.kernel.errors import Refused
from streife.reports.actions import read_contact
from streife.triage.actions import decide as decide_on
from streife.triage.queries import inbox
from streife.triage.rules import DecisionDraft, DecisionKind

CONTACT_REASONS = [
    ("question_back", _("Rückfrage zum Hinweis")),
    ("answer", _("Antwort geben")),
    ("witness", _("Aussage als Zeug*in")),
    ("data_subject_request", _("Auskunft an die Person selbst")),
]


def report(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what was said and what Streife proposes."""
    return _page(request, actor_from(request), reference)


def _page(
    request: HttpRequest,
    actor: Actor,
    reference: str,
    *,
    opened: str = "",
    forms: dict[str, Any] | None = None,
    contact: Any = None,
    status: int = 200,
) -> HttpResponse:
    page = report_page(actor, reference, now())
    proposal = page.proposal
    initial = (
        {"category_code": proposal.category.code, "priority": proposal.priority}
        if proposal
        else {"category_code": page.report.category_code, "priority": 3}
    )
    context = {
        "page": page,
        "report": page.report,
        "opened": opened,
        "contact": contact,
        "contact_reasons": CONTACT_REASONS,
        "can_decide": actor.may("triage.decide"),
        "can_erase": actor.may("incidents.erase_text"),
        "following": _following(actor) if page.decision else "",
        "can_see_contact": actor.may("reports.view_contact"),
        "open_form": OpenForm(rows=page.categories, initial=initial),
        "forward_form": ForwardForm(bodies=page.bodies),
        "merge_form": MergeForm(),
        "reject_form": ReasonForm(),
    }
    return render(request, "desk/report.html", context | (forms or {}), status=status)


def _following(actor: Actor) -> str:
    """Return the number of the report that waits longest for a decision; empty when none does."""
    if not actor.may("triage.decide"):
        return ""
    waiting = inbox(actor, Filters(), None, now=now(), size=1)
    return waiting.rows[0].number if waiting.rows else ""


@require_POST
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Decide; a refusal comes back on the page with everything kept."""
    actor = actor_from(request)
    found = report_by_reference(actor, reference)
    kind = request.POST.get("kind", "")
    if kind not in {choice.value for choice in DecisionKind}:
        raise Refused("Bitte wählen Sie, was mit dem Hinweis geschehen soll.", "decision-unknown")
    accepted = "as_proposed" in request.POST
    name, form = _form(kind, request, actor, reference)
    if not accepted and not form.is_valid():
        return _page(request, actor, reference, opened=kind, forms={name: form}, status=422)
    try:
        draft = _draft(DecisionKind(kind), request, actor, {} if accepted else form.cleaned_data)
        decide_on(report_id=found.pk, decision=draft, actor=actor, now=now())
    except Refused as refused:
        if accepted or refused.status != Refused.status:
            raise
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _page(request, actor, reference, opened=kind, forms={name: form}, status=422)
    return redirect("desk:report", reference)


def _form(kind: str, request: HttpRequest, actor: Actor, reference: str) -> tuple[str, Form]:
    page = report_page(actor, reference, now())
    if kind == DecisionKind.OPEN:
        return "open_form", OpenForm(request.POST, rows=page.categories)
    if kind == DecisionKind.FORWARD:
        return "forward_form", ForwardForm(request.POST, bodies=page.bodies)
    if kind == DecisionKind.MERGE:
        return "merge_form", MergeForm(request.POST)
    return "reject_form", ReasonForm(request.POST)


def _draft(
    kind: DecisionKind, request: HttpRequest, actor: Actor, data: dict[str, Any]
) -> DecisionDraft:
    """Return the decision; what was accepted as proposed is left empty, triage fills it in."""
    number = request.POST.get("number", "").replace("\x00", "").strip()
    incident_id = incident_for(actor, number).pk if kind is DecisionKind.MERGE else None
    return DecisionDraft(
        kind=kind,
        category_code=data.get("category_code", ""),
        priority=data.get("priority"),
        body_code=data.get("body_code", ""),
        incident_id=incident_id,
        reason=data.get("reason", "") or request.POST.get("reason", "").replace("\x00", ""),
    )


@require_POST
def contact(request: HttpRequest, reference: str) -> HttpResponse:
    """Show contact data once, after the reason is in the journal."""
    actor = actor_from(request)
    found = report_by_reference(actor, reference)
    shown = read_contact(
        report_id=found.pk, reason=request.POST.get("reason", ""), actor=actor, now=now()
    )
    return _page(request, actor, reference, contact=shown)
