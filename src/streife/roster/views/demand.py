"""How many are needed, and the rules a plan obeys."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.equipment import queries as equipment
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.kernel.texts import said
from streife.places import queries as places
from streife.places.rules import AreaKind
from streife.roster import actions, forms, sentences
from streife.roster.queries import demand as reads
from streife.roster.queries.gathering import kinds, laws_on
from streife.roster.queries.sheet import kind_choices
from streife.staff.rules import QualificationKind

REGIMES = {
    "tarif": gettext_lazy("Tarifbeschäftigte"),
    "beamte": gettext_lazy("Beamtinnen und Beamte"),
    "jugend": gettext_lazy("unter 18"),
    "azubi": gettext_lazy("in Ausbildung"),
    "local": gettext_lazy("alle, örtlich vereinbart"),
}
MARKS = {
    "T": gettext_lazy("am Gesetzestext geprüft"),
    "S": gettext_lazy("an zweiter Stelle geprüft"),
    "M": gettext_lazy("nicht geprüft"),
}


def _choices() -> dict[str, Any]:
    today = local(now()).date()
    return {
        "kinds": [(kind.pk, kind.name) for kind in kind_choices()],
        "areas": list(places.area_choices(AreaKind.OPERATIONAL, on=today)),
    }


def _event_form(data: Any = None) -> forms.EventForm:
    return forms.EventForm(data, auto_id="id_event_%s", **_choices())


def _hours_form(data: Any = None) -> forms.HoursForm:
    weekdays = list(WEEKDAYS.items())
    return forms.HoursForm(
        data, auto_id="id_hours_%s", weekdays=weekdays, areas=_choices()["areas"]
    )


def _things_form(data: Any = None) -> forms.EquipmentForm:
    return forms.EquipmentForm(
        data,
        auto_id="id_things_%s",
        items=[(kind.code, said(kind.name)) for kind in equipment.pool_kinds()],
        initial={"since": local(now()).date()},
        **_choices(),
    )


def _times_form(data: Any = None) -> forms.ShiftTimesForm:
    kinds = _choices()["kinds"]
    return forms.ShiftTimesForm(
        data, auto_id="id_times_%s", kinds=kinds, initial={"break_minutes": 30}
    )


@require_http_methods(["GET", "POST"])
def demand(request: HttpRequest) -> HttpResponse:
    """Show the weekly demand as a table, and change one cell of it."""
    actor, moment = actor_from(request), now()
    actor.require("roster.view")
    if request.method != "POST":
        return _page(request)
    actor.require("roster.change")
    form = _weekly_form(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.set_weekly_demand(
                kind_id=data["kind"],
                area_id=data["area"],
                weekday=data["weekday"],
                count=data["count"],
                preferred=data["preferred"],
                qualification=data["qualification"],
                since=data["since"],
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, refused.message)
        else:
            messages.success(request, _("Der Bedarf gilt ab dem nächsten Plan."))
            return redirect("roster:demand")
    return _page(request, weekly=form)


def _weekly_form(data: Any = None) -> forms.DemandForm:
    skills = [(kind.value, sentences.skill_text(kind.value)) for kind in QualificationKind]
    return forms.DemandForm(
        data,
        weekdays=list(WEEKDAYS.items()),
        skills=sorted(skills, key=lambda pair: pair[1]),
        initial={"since": local(now()).date()},
        **_choices(),
    )


def _page(
    request: HttpRequest,
    *,
    weekly: forms.DemandForm | None = None,
    event: forms.EventForm | None = None,
    hours: forms.HoursForm | None = None,
    things: forms.EquipmentForm | None = None,
    times: forms.ShiftTimesForm | None = None,
) -> HttpResponse:
    """Show the page; a form that was refused is shown as it was sent."""
    actor, today = actor_from(request), local(now()).date()
    rows = reads.weekly(today)
    sums: dict[int, int] = defaultdict(int)
    for row in rows:
        if not row.qualification:
            for weekday, (least, _better) in enumerate(row.cells):
                sums[weekday] += least
    bad = any(one is not None and one.errors for one in (weekly, event, hours, things, times))
    context = {
        "weekdays": list(WEEKDAYS_ABBR.values()),
        "rows": [(row, sentences.skill_text(row.qualification)) for row in rows],
        "sums": [sums[weekday] for weekday in range(7)],
        "total": sum(sums.values()),
        "today": today,
        "events": reads.events(today),
        "by_clock": [
            (one, "" if one.weekday is None else WEEKDAYS[one.weekday])
            for one in reads.hourly(today)
        ],
        "form": weekly or _weekly_form(),
        "event": event or _event_form(),
        "hours": hours or _hours_form(),
        "things": reads.things(today),
        "thing": things or _things_form(),
        "kinds": kinds(),
        "times": times or _times_form(),
        "may_change": actor.may("roster.change"),
    }
    return render(request, "roster/demand.html", context, status=409 if bad else 200)


@require_POST
def event(request: HttpRequest) -> HttpResponse:
    """Take what a special day needs on top."""
    actor, moment = actor_from(request), now()
    actor.require("roster.change")
    form = _event_form(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.add_event_demand(
                kind_id=data["kind"],
                area_id=data["area"],
                day=data["day"],
                count=data["count"],
                reason=data["reason"],
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Eingetragen. Der Plan zeigt sofort, ob es reicht."))
            return redirect("roster:demand")
    return _page(request, event=form)


@require_POST
def hours(request: HttpRequest) -> HttpResponse:
    """Take how many are needed from one time to another."""
    actor, moment = actor_from(request), now()
    actor.require("roster.change")
    form = _hours_form(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        area, since = data.pop("area"), local(moment).date()
        try:
            actions.add_hour_demand(**data, area_id=area, since=since, actor=actor, now=moment)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Eingetragen. Der Plan zeigt sofort, ob es reicht."))
            return redirect("roster:demand")
    return _page(request, hours=form)


@require_POST
def things(request: HttpRequest) -> HttpResponse:
    """Take which thing a kind of shift needs."""
    actor, moment = actor_from(request), now()
    actor.require("roster.change")
    form = _things_form(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.set_equipment_need(
                kind_id=data["kind"],
                item=data["item"],
                area_id=data["area"],
                one_for=data["one_for"],
                turnaround_minutes=data["turnaround_minutes"],
                since=data["since"],
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Eingetragen. Der Plan zeigt sofort, ob es reicht."))
            return redirect("roster:demand")
    return _page(request, things=form)


@require_POST
def times(request: HttpRequest) -> HttpResponse:
    """Take other times of a kind of shift, from a day on."""
    actor, moment = actor_from(request), now()
    actor.require("roster.change")
    form = _times_form(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        kind_id = data.pop("kind")
        try:
            actions.set_shift_times(**data, kind_id=kind_id, actor=actor, now=moment)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Eingetragen. Was davor liegt, bleibt wie es war."))
            return redirect("roster:demand")
    return _page(request, times=form)


@require_POST
def end_hours(request: HttpRequest, demand_id: int) -> HttpResponse:
    """End what is needed by the clock."""
    actions.end_hour_demand(demand_id=demand_id, actor=actor_from(request), now=now())
    return redirect("roster:demand")


@require_POST
def drop(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Take the demand of a special day back."""
    actions.drop_event_demand(demand_id=demand_id, actor=actor_from(request), now=now())
    return redirect("roster:demand")


@require_safe
def laws(request: HttpRequest) -> HttpResponse:
    """List the rules with their norms: for whoever asks why the plan is as it is."""
    actor_from(request).require("roster.view")
    rows = laws_on(local(now()).date())
    groups = [
        (name, [row for row in rows if row.regime == regime]) for regime, name in REGIMES.items()
    ]
    context = {"groups": groups, "count": len(rows), "marks": MARKS}
    return render(request, "roster/laws.html", context)
