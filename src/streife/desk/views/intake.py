"""Taking a report at the telephone or at the counter."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from streife.accounts.queries import actor_from
from streife.accounts.rules import system
from streife.desk.forms import IntakeForm
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.kernel.geo import Point
from streife.places.queries import find_places
from streife.places.rules import PlaceHit
from streife.reports.actions import receive_report
from streife.reports.rules import Channel, ContactDraft, Kind, ReportDraft
from streife.triage.actions import propose_for_report
from streife.triage.queries import categories

SYSTEM = system("triage")

# Where a refused field of the report stands in this form.
FIELDS = {
    "address": "place",
    "name": "contact_name",
    "email": "contact_email",
    "phone": "contact_phone",
    "witness_confirmed": "confirmed",
}


def intake(request: HttpRequest) -> HttpResponse:
    """Take a report; then its own page shows what Streife proposes."""
    actor = actor_from(request)
    actor.require("desk.work")
    moment = now()
    rows = categories(on=local(moment).date())
    if request.method != "POST":
        return _page(request, IntakeForm(rows=rows, initial={"client_id": uuid4()}))
    form = IntakeForm(request.POST, rows=rows)
    if not form.is_valid():
        return _page(request, form, status=422)
    point, hits = _place(form, request.POST.get("place_hit", ""))
    if point is None and not form.errors:
        return _page(request, form, hits=hits, status=422)
    if point is not None:
        try:
            received = receive_report(draft=_draft(form, point), actor=actor, now=moment)
        except Refused as refused:
            if refused.code == "sent-before":  # "back" in the browser, then the next caller
                data = request.POST.copy()
                data["client_id"] = str(uuid4())
                form = IntakeForm(data, rows=rows)
            form.add_error(_field(form, refused), refused.message)
        else:
            # The person is still on the line: propose at once instead of in the background.
            propose_for_report(report_id=received.report_id, actor=SYSTEM, now=moment)
            return redirect("desk:report", received.reference)
    return _page(request, form, status=422)


def _page(
    request: HttpRequest, form: IntakeForm, *, hits: list[PlaceHit] | None = None, status: int = 200
) -> HttpResponse:
    return render(
        request, "desk/intake.html", {"form": form, "place_hits": hits or []}, status=status
    )


def _field(form: IntakeForm, refused: Refused) -> str | None:
    name = FIELDS.get(refused.field or "", refused.field)
    return name if name in form.fields else None


def _place(form: IntakeForm, chosen: str) -> tuple[Point | None, list[PlaceHit]]:
    """Return the point that is meant, or the places the words could mean."""
    data = form.cleaned_data
    latitude, comma, longitude = chosen.partition(",")
    try:
        if data["latitude"] is not None and data["longitude"] is not None:
            return Point(data["latitude"], data["longitude"]), []
        if comma:
            return Point(float(latitude), float(longitude)), []
    except ValueError:
        form.add_error(
            "place", _("Diese Stelle ist unbrauchbar. Bitte wählen Sie sie noch einmal.")
        )
        return None, []
    hits = find_places(data["place"], limit=6)
    if len(hits) == 1:
        return hits[0].point, []
    if not hits:
        form.add_error(
            "place",
            _(
                "Diesen Ort kennt Streife nicht. Bitte tippen Sie die Stelle auf der Karte an oder "
                "nennen Sie einen Platz oder Stadtteil."
            ),
        )
    return None, hits


def _draft(form: IntakeForm, point: Point) -> ReportDraft:
    data = form.cleaned_data
    contact = ContactDraft(
        name=data["contact_name"],
        email=data["contact_email"],
        phone=data["contact_phone"],
        address=data["contact_address"],
    )
    return ReportDraft(
        client_id=data["client_id"],
        kind=Kind(data["kind"]),
        channel=Channel(data["channel"]),
        category_code=data["category_code"],
        text=data["text"],
        point=point,
        address=data["place"],
        contact=None if contact.empty else contact,
        witness_confirmed=data["confirmed"],
    )
