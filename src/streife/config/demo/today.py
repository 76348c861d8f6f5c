"""The shift that is on duty now, its units, and a few jobs under way."""

from datetime import date, datetime, time, timedelta

from streife.config.demo import rotation
from streife.config.demo.material import squares
from streife.config.demo.people import DEMO, FIELD_USERS, actor
from streife.config.demo.shifts import plan_shift, put_on_duty
from streife.dispatch import actions as dispatch
from streife.dispatch.models import Unit
from streife.incidents.models import Incident
from streife.incidents.rules import Status
from streife.kernel.clock import BERLIN, local
from streife.kernel.geo import Point
from streife.places.models import Area
from streife.places.rules import AreaKind
from streife.roster.models import Shift
from streife.roster.queries import officer_ids_on
from streife.staff.models import Officer

SHIFTS = (("Frühschicht", 6), ("Spätschicht", 14), ("Nachtschicht", 22))
CODES = {"Frühschicht": "frueh", "Spätschicht": "spaet", "Nachtschicht": "nacht"}
LENGTH = timedelta(hours=8)
CREWS = 9
JOINT = {3: 1, 7: 2}  # unit number -> police officers in it
AREAS = ("Nord", "Mitte", "Ost", "West")


def ensure_today(now: datetime) -> int:
    """Plan the shifts around now and form the units; return how many units are new."""
    dispatch.end_shifts(actor=DEMO, now=now)
    shifts = [_ensure_shift(start, name, now) for start, name in _starts(now)]
    shift = next(shift for shift in shifts if shift.starts_at <= now < shift.ends_at)
    if Unit.objects.filter(shift=shift).exists():
        return 0
    return _form_units(shift, now)


def shift_at(moment: datetime) -> tuple[datetime, str]:
    """Return begin and name of the shift that runs at a moment."""
    return _starts(moment)[1]


def _starts(now: datetime) -> list[tuple[datetime, str]]:
    """Return the shift that runs now, the one before and the one after."""
    day = local(now).date()
    all_starts = [
        (datetime.combine(day + timedelta(days=offset), time(hour), BERLIN), name)
        for offset in (-1, 0, 1)
        for name, hour in SHIFTS
    ]
    running = max(n for n, (start, _) in enumerate(all_starts) if start <= now)
    return all_starts[running - 1 : running + 2]


def call_sign(number: int) -> str:
    """Return the call sign of the n-th unit of a shift."""
    return f"KOD {10 + number}"


def area_name(number: int) -> str:
    """Return the operational area of the n-th unit of a shift."""
    return AREAS[(number - 1) % len(AREAS)]


class Crowds:
    """Who works in which shift: as the roster says, else as the old rotation; read once."""

    def __init__(self) -> None:
        known = Officer.objects.order_by("personnel_number")
        crew = known.filter(apprentice=False)
        self._officers = list(crew.values_list("id", flat=True))
        self._counting = frozenset(self._officers)
        self.field_users = list(
            crew.filter(user__username__in=FIELD_USERS).values_list("id", flat=True)
        )
        self._learners = list(known.filter(apprentice=True).values_list("id", "entered_date"))

    def is_officer(self, pk: int) -> bool:
        """Say whether somebody counts in a pair."""
        return pk in self._counting

    def on(self, name: str, day: date) -> list[int]:
        """Return the officers of the shift of this name on a day, apprentices last."""
        code = CODES[name]
        learners = [pk for pk, entered in self._learners if entered <= day]
        return [
            *rotation.crew_on(self._officers, code, day),
            *rotation.learners_on(learners, code, day),
        ]


def known_shift(name: str, start: datetime) -> Shift | None:
    """Return the shift of the roster that begins at a moment, if there is one."""
    return Shift.objects.filter(name=name, starts_at=start).first()


def _ensure_shift(start: datetime, name: str, now: datetime) -> Shift:
    crowds, runs = Crowds(), start <= now < start + LENGTH
    known = known_shift(name, start)
    if known is None:
        field = crowds.field_users
        others = [pk for pk in crowds.on(name, start.date()) if pk not in field]
        # Whoever starts the demo finds the sign-ins on duty, whatever the rotation says.
        ids = field + others if runs else others
        return plan_shift(
            name=name, starts_at=start, ends_at=start + LENGTH, officer_ids=ids, actor=DEMO, now=now
        )
    for pk in set(crowds.field_users) - set(officer_ids_on(known.pk)) if runs else ():
        put_on_duty(shift_id=known.pk, officer_id=pk, actor=DEMO, now=now)
    return known


def _form_units(shift: Shift, now: datetime) -> int:
    ids = officer_ids_on(shift.pk)
    own = list(Officer.objects.filter(user__username__in=FIELD_USERS, pk__in=ids))
    first = [officer.pk for officer in own]
    learners = set(Officer.objects.filter(apprentice=True).values_list("id", flat=True))
    rest = [pk for pk in ids if pk not in learners and pk not in first]
    areas = {area.name: area.pk for area in Area.objects.filter(kind=AreaKind.OPERATIONAL)}
    leader = actor("schicht")
    units = []
    for number in range(1, min(CREWS, (len(rest) + len(first)) // 2) + 1):
        crew = first if number == 1 and len(first) > 1 else [rest.pop(0), rest.pop(0)]
        unit = dispatch.form_unit(
            shift_id=shift.pk,
            call_sign=call_sign(number),
            officer_ids=crew,
            partners=["Polizei"] * JOINT.get(number, 0),
            area_id=areas.get(area_name(number)),
            actor=leader,
            now=now,
        )
        units.append(unit)
    _go_out(units, now)
    return len(units)


def _go_out(units: list[Unit], now: datetime) -> None:
    """Report most units free at places of their own, and send up to three of them.

    The last one has not reported yet: unknown, and never sent. A night has four units, not nine.
    """
    dispatcher = actor("leitstelle")
    reported = units[:-1]
    for number, unit in enumerate(reported):
        key = "2" if number == 5 else "1"
        dispatch.set_status(unit_id=unit.pk, key=key, actor=dispatcher, now=now)
        centre = squares()[(number + 1) % len(squares())]  # KOD 11 at the Nordmarkt
        Unit.objects.filter(pk=unit.pk).update(
            **_near(centre, number), position_at=now - timedelta(minutes=number)
        )
    waiting = list(
        Incident.objects.filter(status=Status.OPEN)
        .order_by("queue_rank")
        .values_list("id", flat=True)[:3]
    )
    for step, (unit, incident_id) in enumerate(zip(reported[1:4], waiting, strict=False)):
        job = dispatch.assign(unit_id=unit.pk, incident_id=incident_id, actor=dispatcher, now=now)
        if step > 0:
            dispatch.accept(assignment_id=job.pk, actor=dispatcher, now=now)
        if step > 1:
            dispatch.arrive(assignment_id=job.pk, actor=dispatcher, now=now)


def _near(centre: Point, number: int) -> dict[str, float]:
    """Return a position a few streets away, another one for each unit."""
    return {
        "latitude": centre.latitude + 0.0021 * ((number * 7) % 5 - 2),
        "longitude": centre.longitude + 0.0033 * ((number * 3) % 5 - 2),
    }
