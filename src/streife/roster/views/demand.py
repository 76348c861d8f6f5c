"""How many are needed, and the rules a plan obeys."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
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
    actor_from(request).require("roster.view")
    if request.method != "POST":
        return _page(request)
    done = _("Der Bedarf gilt ab dem nächsten Plan.")
    return _taken(request, "weekly", _weekly_form(request.POST), actions.set_weekly_demand, done)


def _weekly_form(data: Any = None) -> forms.DemandForm:
    skills = [(kind.value, sentences.skill_text(kind.value)) for kind in QualificationKind]
    return forms.DemandForm(
        data,
        weekdays=list(WEEKDAYS.items()),
        skills=sorted(skills, key=lambda pair: pair[1]),
        initial={"since": local(now()).date()},
        **_choices(),
    )


FORMS: Mapping[str, Callable[[], Form]] = {
    "weekly": _weekly_form,
    "event": _event_form,
    "hours": _hours_form,
    "things": _things_form,
    "times": _times_form,
}
NUMBERS = {"kind": "kind_id", "area": "area_id"}  # fields that name a row by its number


def _page(request: HttpRequest, sent: Mapping[str, Form] | None = None) -> HttpResponse:
    """Show the page; a form that was `sent` and refused is shown as it was."""
    shown = {name: make() for name, make in FORMS.items()} | dict(sent or {})
    actor, today = actor_from(request), local(now()).date()
    rows = reads.weekly(today)
    sums: dict[int, int] = defaultdict(int)
    for row in rows:
        if not row.qualification:
            for weekday, (least, _better) in enumerate(row.cells):
                sums[weekday] += least
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
        "form": shown["weekly"],
        "event": shown["event"],
        "hours": shown["hours"],
        "things": reads.things(today),
        "thing": shown["things"],
        "kinds": kinds(),
        "times": shown["times"],
        "may_change": actor.may("roster.change"),
    }
    return render(request, "roster/demand.html", context, status=409 if sent else 200)


def _taken(
    request: HttpRequest, name: str, form: Form, act: Callable[..., object], done: str = ""
) -> HttpResponse:
    """Do what a form of the page asks for; what is refused stays on the page, with the reason."""
    actor, moment = actor_from(request), now()
    actor.require("roster.change")
    if form.is_valid():
        data = {NUMBERS.get(key, key): value for key, value in form.cleaned_data.items()}
        try:
            act(**data, actor=actor, now=moment)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            told = done or _("Eingetragen. Der Plan zeigt sofort, ob es reicht.")
            messages.success(request, told)
            return redirect("roster:demand")
    return _page(request, {name: form})


@require_POST
def event(request: HttpRequest) -> HttpResponse:
    """Take what a special day needs on top."""
    return _taken(request, "event", _event_form(request.POST), actions.add_event_demand)


@require_POST
def hours(request: HttpRequest) -> HttpResponse:
    """Take how many are needed from one time to another."""
    act = partial(actions.add_hour_demand, since=local(now()).date())
    return _taken(request, "hours", _hours_form(request.POST), act)


@require_POST
def things(request: HttpRequest) -> HttpResponse:
    """Take which thing a kind of shift needs."""
    return _taken(request, "things", _things_form(request.POST), actions.set_equipment_need)


@require_POST
def times(request: HttpRequest) -> HttpResponse:
    """Take other times of a kind of shift, from a day on."""
    done = _("Eingetragen. Was davor liegt, bleibt wie es war.")
    return _taken(request, "times", _times_form(request.POST), actions.set_shift_times, done)


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
