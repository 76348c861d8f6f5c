"""The phone page: translation between a crew's thumbs and `field.actions`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from streife.accounts.queries import actor_from
from streife.dispatch import queries as dispatch
from streife.dispatch.actions import report_position
from streife.dispatch.rules import Situation
from streife.field import actions, forms
from streife.field.routes import own_route
from streife.incidents import queries as incidents
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, NotPermitted, Refused, Unreadable
from streife.kernel.geo import Point
from streife.kernel.texts import said
from streife.reports import queries as reports
from streife.triage import queries as triage
from streife.ui.fragments import asks_for_part


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the crew its unit and its jobs; `?teil=1` is the part that refreshes itself."""
    return _home(request)


@require_http_methods(["GET", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """Set the own unit's status or a request to speak; GET asks for the reason a key needs."""
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    if request.method == "GET":
        key = request.GET.get("key", "")
        row = dispatch.scheme_on(local(moment).date()).row(key)
        if row is None:
            return redirect("field:home")
        return render(request, "field/reason.html", {"row": row, "form": forms.StatusForm()})
    form = forms.StatusForm(request.POST)
    if not form.is_valid():
        return _home(request, refused=_unreadable())
    data = form.cleaned_data
    return _act(
        request,
        lambda: actions.set_own_status(
            key=data["key"],
            reason=data["reason"],
            client_id=data["client_id"],
            actor=actor,
            now=moment,
        ),
    )


@require_POST
def accept(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """First tap: the crew takes the job."""
    return _step(request, assignment_id, actions.accept_job)


@require_POST
def arrive(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Second tap: the crew is there."""
    return _step(request, assignment_id, actions.arrive_at_job)


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Third tap: what was done, from the short list."""
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    rows = incidents.measures(on=local(moment).date())
    form = forms.FinishForm(
        request.POST or None, measures=[(row.code, said(row.name)) for row in rows]
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        still_open = data["measure"] == "still_open"
        try:
            actions.finish_job(
                assignment_id=assignment_id,
                measure=data["measure"],
                note=data["note"],
                still_open=still_open,
                client_id=data["client_id"],
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            _explain(form, refused, {"measure": "measure", "note": "note", "reason": "note"})
        else:
            messages.success(
                request,
                _("Notiert. Der Vorgang bleibt offen.") if still_open else _("Abgeschlossen."),
            )
            return redirect("field:home")
    job = _own_job(request, assignment_id)
    if job is None:
        return redirect("field:home")
    context = {"form": form, "job": job, "measures": rows, "chosen": form["measure"].value()}
    return render(request, "field/finish.html", context, status=409 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Write a line into the diary of a job's incident."""
    actor = actor_from(request)
    actor.require("field.work")
    form = forms.LineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_line(
                assignment_id=assignment_id,
                text=form.cleaned_data["text"],
                client_id=form.cleaned_data["client_id"],
                actor=actor,
                now=now(),
            )
        except NotFound:
            raise
        except Refused as refused:
            _explain(form, refused, {"text": "text"})
        else:
            messages.success(request, _("Die Notiz steht im Einsatztagebuch."))
            return redirect("field:home")
    job = _own_job(request, assignment_id)
    if job is None:
        return redirect("field:home")
    context = {"form": form, "job": job}
    return render(request, "field/line.html", context, status=409 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def observe(request: HttpRequest) -> HttpResponse:
    """Take down what the crew found itself."""
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    form = forms.ObservationForm(request.POST or None, categories=_categories(moment))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        found = actions.Observation(
            data["category"], data["text"].strip(), data["address"].strip(), form.point()
        )
        try:
            actions.observe(found=found, client_id=data["client_id"], actor=actor, now=moment)
        except (NotFound, NotPermitted):
            raise
        except Refused as refused:
            _explain(form, refused, {"address": "address", "text": "text", "category": "category"})
        else:
            messages.success(request, _("Aufgenommen. Der Vorgang gehört jetzt Ihrer Streife."))
            return redirect("field:home")
    return render(request, "field/observe.html", {"form": form}, status=409 if form.errors else 200)


@require_POST
def position(request: HttpRequest) -> HttpResponse:
    """Take the unit's position from the phone; there is nothing to show unless it is refused."""
    form = forms.PositionForm(request.POST)
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    if not form.is_valid():
        raise Unreadable(
            "Das Telefon hat keinen brauchbaren Standort gesendet. Bitte tippen Sie noch einmal.",
            "position-unreadable",
        )
    data = form.cleaned_data
    report_position(
        unit_id=actions.own_unit_id(actor, moment),
        point=Point(data["latitude"], data["longitude"]),
        measured_at=moment - timedelta(seconds=data["age_seconds"] or 0),
        actor=actor,
        now=moment,
    )
    if asks_for_part(request):
        return HttpResponse(status=204)
    return redirect("field:home")


def _home(request: HttpRequest, *, refused: Refused | None = None) -> HttpResponse:
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    unit = dispatch.unit_of(actor, moment)
    scheme = dispatch.scheme_on(local(moment).date())
    context: dict[str, Any] = {
        "unit": unit,
        "route": own_route(request, unit),
        "refused": refused,
        "may_form": actor.may("dispatch.form_unit"),
        "at_desk": actor.may("desk.work"),
        "clear": scheme.row(scheme.following(Situation.CLEAR)),
        "requests": [row for row in scheme.rows.values() if row.overlay],
        "keys": [
            row for row in scheme.settable() if not row.follows or row.follows is Situation.CLEAR
        ],
    }
    if unit and unit.current:
        context["way"] = dispatch.way_to(unit, unit.current.point, moment)
        told = incidents.reports_of(actor, unit.current.incident_id)
        context["told"] = reports.words_of(actor, told)
    part = asks_for_part(request) or request.GET.get("teil")
    template = "field/_home.html" if part else "field/home.html"
    return render(request, template, context, status=refused.status if refused else 200)


def _act(request: HttpRequest, step: Callable[[], object]) -> HttpResponse:
    """Run one action and show the page again, with the refusal on it if there was one."""
    try:
        step()
    except Refused as refused:
        return _home(request, refused=refused)
    if asks_for_part(request):
        return _home(request)
    return redirect("field:home")


def _step(request: HttpRequest, assignment_id: int, action: Callable[..., bool]) -> HttpResponse:
    form = forms.OnceForm(request.POST)
    if not form.is_valid():
        return _home(request, refused=_unreadable())
    return _act(
        request,
        lambda: action(
            assignment_id=assignment_id,
            client_id=form.cleaned_data["client_id"],
            actor=actor_from(request),
            now=now(),
        ),
    )


def _unreadable() -> Refused:
    return Unreadable("Das kam unvollständig an. Bitte tippen Sie noch einmal.", "unreadable")


def _own_job(request: HttpRequest, assignment_id: int) -> dispatch.JobRow | None:
    jobs = dispatch.assignments_of(actor_from(request), now())
    return next((job for job in jobs if job.assignment_id == assignment_id), None)


def _explain(form: forms.OnceForm, refused: Refused, fields: dict[str, str]) -> None:
    """Put a refusal where its input is."""
    form.add_error(fields.get(refused.field or ""), refused.message)


def _categories(moment: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the categories grouped by field of work, for a select."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in triage.categories(on=local(moment).date()):
        if row.parent_code:
            groups.setdefault(said(row.field_name), []).append((row.code, said(row.name)))
    return list(groups.items())
