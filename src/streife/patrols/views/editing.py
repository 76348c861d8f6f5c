"""One stop: why it is there, and moving, holding, dropping it; the same by form and by hand."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.patrols import actions, forms, sentences
from streife.patrols.models import PatrolPlan
from streife.patrols.queries import plans
from streife.patrols.queries.sheet import RouteLine, Sheet, StopLine, sheet_of
from streife.patrols.rules import PlanState, moment_on_shift
from streife.patrols.rules.findings import clock, windows_text
from streife.patrols.views.page import after_edit, answer_refusal, show_plan, unreadable
from streife.ui.fragments import asks_for_part

MINUTE = timedelta(minutes=1)


def _choices(sheet: Sheet) -> list[tuple[int, str]]:
    return [(route.row.pk, route.name) for route in sheet.routes]


def _moment(plan: PatrolPlan, form: forms.MoveForm, was: datetime | None = None) -> datetime:
    """Return the moment of the shift that shows the clock time.

    Whoever leaves the minute as it `was` leaves the second: people see no seconds, and half a
    minute less would be too early for the way there.

    :raises Refused: `outside-shift`
    """
    moment = moment_on_shift(
        local(plan.shift.starts_at),
        local(plan.shift.ends_at),
        form.cleaned_data["clock"],
        near=was,
    )
    if was is not None and moment is not None and timedelta(0) <= was - moment < MINUTE:
        return was
    if moment is None:
        raise Refused(
            _("Diese Uhrzeit liegt außerhalb der Schicht."), "outside-shift", field="clock"
        )
    return moment


@require_safe
def stop(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Show one stop with its reasons, and the forms to change it."""
    actor = actor_from(request)
    plan = plans.plan_for(actor, plans.plan_id_of(stop_id))
    sheet = sheet_of(plan)
    route, line = _find(sheet, stop_id)
    wanted = sheet.situation.basis.wanted[line.row.stop]
    form = forms.MoveForm(
        routes=_choices(sheet),
        initial={"route": route.row.pk, "clock": local(line.row.begins_at).time()},
    )
    context = {
        "plan": plan,
        "sheet": sheet,
        "route": route,
        "line": line,
        "reasons": sentences.reason_texts(line.row.reasons),
        "windows": windows_text(sheet.situation.basis, wanted.windows),
        "alternatives": [seconds // 60 for seconds, _value in wanted.dwells],
        "form": form,
        "changeable": plan.state == PlanState.DRAFT
        and actor.may("patrols.plan")
        and not (line.row.frozen or line.row.arrived_at),
        "may_plan": actor.may("patrols.plan"),
        "state_name": sentences.state_name(plan),
        "clock": clock(line.row.begins_at),
    }
    return render(request, "patrols/stop.html", context)


def _find(sheet: Sheet, stop_id: int) -> tuple[RouteLine, StopLine]:
    """Return a stop of a sheet with its route.

    :raises Refused: its team is gone
    """
    for route in sheet.routes:
        for line in route.stops:
            if line.row.pk == stop_id:
                return route, line
    raise Refused(_("Dieses Team ist für den Rest der Schicht ausgefallen."), "team-gone")


@require_POST
def move(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Move a stop, by the form of its page or by hand in the picture."""
    actor, moment = actor_from(request), now()
    plan = plans.plan_for(actor, plans.plan_id_of(stop_id))
    sheet = sheet_of(plan)
    form = forms.MoveForm(request.POST, routes=_choices(sheet))
    try:
        _route, line = _find(sheet, stop_id)
        if not form.is_valid():
            raise unreadable()
        edited = actions.move_stop(
            stop_id=stop_id,
            route_id=form.cleaned_data["route"],
            begins_at=_moment(plan, form, line.row.begins_at),
            actor=actor,
            now=moment,
        )
    except Refused as refused:
        return answer_refusal(request, plan.pk, refused)
    return after_edit(request, edited, _("Verschoben: %s.") % line.row.place_name)


@require_POST
def undo(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take the last change by hand back."""
    key = request.POST.get("stand", "")
    try:
        made = actions.take_back(plan_id=plan_id, key=key, actor=actor_from(request), now=now())
    except Refused as refused:
        return answer_refusal(request, plan_id, refused)
    done = _("Zurückgenommen: Der Plan steht wieder wie zuvor.")
    if asks_for_part(request):
        return show_plan(request, plans.plan_for(actor_from(request), made.pk), done=done)
    messages.success(request, done)
    return redirect("patrols:plan", made.pk)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Add a visit that the plan left out."""
    actor, moment = actor_from(request), now()
    actor.require("patrols.plan")
    plan = plans.plan_for(actor, plan_id)
    sheet = sheet_of(plan)
    form = forms.AddForm(
        request.POST or None,
        stops=_left_out(sheet),
        routes=_choices(sheet),
        initial={"clock": local(max(moment, plan.shift.starts_at)).time()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            edited = actions.add_stop(
                plan_id=plan_id,
                stop=form.cleaned_data["stop"],
                route_id=form.cleaned_data["route"],
                begins_at=_moment(plan, form),
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            if refused.status != 409:
                raise
            form.add_error("clock" if refused.field else None, refused.message)
        else:
            return after_edit(request, edited, _("Der Halt ist dabei."))
    context = {"plan": plan, "form": form, "left_out": len(_left_out(sheet))}
    return render(request, "patrols/add.html", context, status=409 if form.errors else 200)


def _left_out(sheet: Sheet) -> list[tuple[int, str]]:
    """Return the visits that the plan does not make, the most valuable first."""
    basis = sheet.situation.basis
    made = {line.row.stop for route in sheet.routes for line in route.stops}
    rest = sorted(
        (number for number in range(len(basis.wanted)) if number not in made),
        key=lambda number: (-basis.wanted[number].value, number),
    )
    return [
        (
            number,
            f"{basis.places[basis.wanted[number].place].name}"
            f" ({windows_text(basis, basis.wanted[number].windows)})",
        )
        for number in rest
    ]


@require_POST
def drop(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Take a stop out."""
    actor = actor_from(request)
    plan = plans.plan_for(actor, plans.plan_id_of(stop_id))
    try:
        edited = actions.drop_stop(stop_id=stop_id, actor=actor, now=now())
    except Refused as refused:
        return answer_refusal(request, plan.pk, refused)
    return after_edit(request, edited, _("Der Halt ist nicht mehr im Plan."))


@require_POST
def lock(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Hold a stop fast or let it go."""
    actor = actor_from(request)
    plan = plans.plan_for(actor, plans.plan_id_of(stop_id))
    locked = request.POST.get("locked") == "1"
    try:
        actions.lock_stop(stop_id=stop_id, locked=locked, actor=actor, now=now())
    except Refused as refused:
        return answer_refusal(request, plan.pk, refused)
    messages.success(
        request,
        _("Festgehalten: Beim Neurechnen bleiben Team und Uhrzeit.") if locked else _("Gelöst."),
    )
    return redirect("patrols:stop", stop_id)
