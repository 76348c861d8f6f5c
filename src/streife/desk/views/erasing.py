"""Erasing single texts and photos on request (Art. 17 DSGVO): found by number, one by one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.desk.actions import erase_report_text
from streife.desk.forms import EraseForm, FindForm
from streife.desk.queries import report_by_reference
from streife.dispatch.actions import erase_note
from streife.dispatch.queries import notes_of
from streife.incidents import actions as incidents
from streife.incidents import queries as incident_queries
from streife.kernel.clock import now
from streife.kernel.erasing import FreeText
from streife.kernel.errors import NotFound, Refused
from streife.reports.queries import texts_of


@dataclass(frozen=True, slots=True)
class Text:
    """A text with what the form needs to name it."""

    kind: str  # report | incident | job
    pk: int
    free: FreeText


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Ask for a number and show its texts and photos, each with a button."""
    actor = actor_from(request)
    actor.require("incidents.erase_text")
    form = FindForm(request.GET if "number" in request.GET else None)
    texts: list[Text] | None = None
    if form.is_valid():
        try:
            texts = _texts(actor, form.cleaned_data["number"])
        except NotFound as refused:
            form.add_error("number", refused.message)
    context = {"form": form, "texts": texts, "erase_form": EraseForm()}
    status = 422 if form.errors else 200
    return render(request, "desk/erasing.html", context, status=status)


def _texts(actor: Actor, number: str) -> list[Text]:
    """Return the texts of a report (`7KD-29MX`) or of an incident with its jobs (`2026-000123`)."""
    if not number[:4].isdecimal():
        report = report_by_reference(actor, number)
        return [Text("report", report.pk, free) for free in texts_of(report)]
    incident = incident_queries.incident_for(actor, number)
    own = incident_queries.texts_of(actor, incident)
    return [
        *(Text("incident", incident.pk, free) for free in own),
        *(Text("job", pk, free) for pk, free in notes_of(actor, incident.pk)),
    ]


@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Erase one text for good."""
    actor = actor_from(request)
    actor.require("incidents.erase_text")
    form = EraseForm(request.POST)
    if not form.is_valid():
        raise Refused(
            "Bitte wählen Sie einen Grund und bestätigen Sie, dass die Angabe weg soll.",
            "erasure-unconfirmed",
        )
    given = form.cleaned_data
    common = {"part": given["part"], "reason": given["reason"], "actor": actor, "now": now()}
    if given["kind"] == "report":
        erase_report_text(report_id=given["pk"], **common)
    elif given["kind"] == "incident":
        incidents.erase_text(incident_id=given["pk"], **common)
    else:
        erase_note(assignment_id=given["pk"], **common)
    messages.success(request, _("Die Angabe ist gelöscht. Das Protokoll nennt Sie und den Grund."))
    query = urlencode({"number": given["number"]})
    return redirect(f"{reverse('desk:erasing')}?{query}")
