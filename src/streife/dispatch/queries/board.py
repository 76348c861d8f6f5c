"""The units on duty as the desk and the phone see them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet

from streife.accounts.rules import Actor
from streife.dispatch.models import Assignment, Member, Unit
from streife.dispatch.queries.scheme import limits_on, scheme_on
from streife.dispatch.rules import (
    ACTIVE,
    STATE_NAMES,
    AssignmentState,
    Availability,
    Limits,
    Scheme,
    effective_availability,
    is_fresh,
)
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.kernel.geo import Point
from streife.kernel.texts import said

if TYPE_CHECKING:
    from streife.incidents.models import Incident

# A unit is formed a little before its shift; one for tomorrow is not on the board yet.
LEAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job of a unit: the incident in words, and how the job stands."""

    assignment_id: int
    incident_id: int
    number: str
    title: str
    address: str  # the quarter where none is known
    priority: int
    point: Point
    state: AssignmentState
    state_name: str
    since: datetime
    reason: str
    category_code: str

    @property
    def current(self) -> bool:
        """Say whether the unit is on it now."""
        return self.state in ACTIVE


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit on duty; `availability` counts open jobs, `crew` is empty if names are not for you."""

    unit_id: int
    call_sign: str
    shift_id: int
    shift_name: str
    starts_at: datetime
    ends_at: datetime
    area_id: int | None
    area_name: str
    joint: bool
    motorised: bool
    crew: tuple[str, ...]
    crew_size: int  # who counts: no apprentices
    status_key: str
    status_name: str
    status_since: datetime | None
    status_reason: str
    availability: Availability
    request_key: str
    request_name: str
    request_since: datetime | None
    current: JobRow | None
    queued: tuple[JobRow, ...]
    position: Point | None
    position_at: datetime | None
    position_fresh: bool

    @property
    def open_jobs(self) -> int:
        """How many jobs the unit has, queued ones included."""
        return len(self.queued) + (self.current is not None)

    @property
    def tone(self) -> str:
        """The badge colour: green only for who can really be sent."""
        if self.availability is Availability.AVAILABLE:
            return "ok"
        return "info" if self.current else "neutral"


def units_on_duty(actor: Actor, now: datetime) -> list[UnitRow]:
    """Return the units on duty by call sign with their jobs (six queries whatever their number).

    :raises NotPermitted: without `dispatch.view`
    """
    actor.require("dispatch.view")
    return unit_rows(on_duty(now), now=now, with_names=actor.may("roster.view"))


@dataclass(frozen=True, slots=True)
class Position:
    """Where a unit was last; kept until the end of its shift, with its age."""

    call_sign: str
    status_name: str
    point: Point
    at: datetime


def positions(actor: Actor, now: datetime) -> list[Position]:
    """Return the last known positions of the units on duty, for a map (one query).

    :raises NotPermitted: without `dispatch.view`
    """
    actor.require("dispatch.view")
    scheme = scheme_on(local(now).date())
    # Past its shift a position is nobody's business, even before the clean-up erased it.
    rows = on_duty(now).filter(shift__ends_at__gt=now).order_by("id")
    return [
        Position(sign, said(scheme.name(key)), Point(latitude, longitude), at)
        for sign, key, latitude, longitude, at in rows.values_list(
            "call_sign", "status_key", "latitude", "longitude", "position_at"
        )
        if latitude is not None and longitude is not None and at is not None
    ]


def unit_for(actor: Actor, unit_id: int, now: datetime) -> UnitRow:
    """Return one unit on duty.

    :raises NotPermitted: without `dispatch.view`
    :raises NotFound: none on duty with that id
    """
    actor.require("dispatch.view")
    rows = unit_rows(on_duty(now).filter(pk=unit_id), now=now, with_names=actor.may("roster.view"))
    if not rows:
        raise NotFound("Diese Streife ist nicht im Dienst.", "no-such-unit")
    return rows[0]


def unit_of(actor: Actor, now: datetime) -> UnitRow | None:
    """Return the unit the actor rides in now, None for nobody's crew."""
    if actor.user_id is None:
        return None
    mine = on_duty(now).filter(
        members__officer__user_id=actor.user_id, members__left_at__isnull=True
    )
    rows = unit_rows(mine.order_by("-shift__starts_at", "-id")[:1], now=now, with_names=True)
    return rows[0] if rows else None


def assignments_of(actor: Actor, now: datetime) -> list[JobRow]:
    """Return the open jobs of the actor's own unit, the current one first."""
    unit = unit_of(actor, now)
    if unit is None:
        return []
    return [*([unit.current] if unit.current else []), *unit.queued]


def jobs_of_incident(actor: Actor, incident_id: int) -> QuerySet[Assignment]:
    """Return every assignment of an incident, oldest first, with unit and who gave it."""
    actor.require("dispatch.view")
    return (
        Assignment.objects.filter(incident_id=incident_id)
        .select_related("unit", "assigned_by")
        .order_by("id")
    )


def unit_id_of(assignment_id: int) -> int:
    """Return whose job it is.

    :raises NotFound: there is no such job
    """
    found = Assignment.objects.filter(pk=assignment_id).values_list("unit_id", flat=True).first()
    if found is None:
        raise NotFound("Diesen Auftrag gibt es nicht.", "no-such-assignment")
    return found


def on_duty(now: datetime) -> QuerySet[Unit]:
    """Return the units that are not stood down and whose shift has begun or soon will."""
    return Unit.objects.filter(stood_down_at__isnull=True, shift__starts_at__lte=now + LEAD)


def unit_rows(units: QuerySet[Unit], *, now: datetime, with_names: bool) -> list[UnitRow]:
    """Return the rows of units, sorted by call sign as people count (11 before 101)."""
    day = local(now).date()
    scheme, limits = scheme_on(day), limits_on(day)
    open_jobs = (
        Assignment.objects.filter(ended_at__isnull=True)
        .select_related("incident__quarter")
        .defer("incident__quarter__geometry")
        .order_by("id")
    )
    members = Member.objects.filter(left_at__isnull=True).select_related("officer").order_by("id")
    # An area's outline is big; only its name is wanted.
    wanted = units.select_related("shift", "area").defer("area__geometry")
    found = wanted.prefetch_related(
        Prefetch("assignments", queryset=open_jobs, to_attr="open_assignments"),
        Prefetch("members", queryset=members, to_attr="crew"),
    )
    rows = [_row(unit, scheme, limits, now, with_names) for unit in found]
    return sorted(rows, key=lambda row: _natural(row.call_sign))


def _natural(call_sign: str) -> list[tuple[int, str]]:
    return [(int(w), "") if w.isdecimal() else (0, w) for w in call_sign.split()]


def _names(members: list[Member]) -> tuple[str, ...]:
    """Return the crew as it is said: ours by name, two of the police as "2 × Polizei"."""
    partners = Counter(member.partner for member in members if member.partner)
    return (
        *(str(member.officer) for member in members if not member.partner),
        *(name if count == 1 else f"{count} × {name}" for name, count in partners.items()),
    )


def _row(
    unit: Unit, scheme: Scheme, limits: Limits | None, now: datetime, with_names: bool
) -> UnitRow:
    jobs = [_job(assignment) for assignment in _prefetched(unit, "open_assignments")]
    members: list[Member] = _prefetched(unit, "crew")
    request = scheme.rows.get(unit.request_key)
    # Past its shift a position is nobody's business, even before the clean-up erased it.
    kept = (
        unit.position_at is not None
        and unit.latitude is not None
        and unit.longitude is not None
        and now < unit.shift.ends_at
    )
    return UnitRow(
        unit_id=unit.pk,
        call_sign=unit.call_sign,
        shift_id=unit.shift_id,
        shift_name=unit.shift.name,
        starts_at=unit.shift.starts_at,
        ends_at=unit.shift.ends_at,
        area_id=unit.area_id,
        area_name=unit.area.name if unit.area else "",
        joint=unit.joint,
        motorised=unit.motorised,
        crew=_names(members) if with_names else (),
        crew_size=sum(m.counts for m in members),
        status_key=unit.status_key,
        status_name=said(scheme.name(unit.status_key)),
        status_since=unit.status_at,
        status_reason=unit.status_reason,
        availability=effective_availability(
            scheme.availability(unit.status_key), has_open_job=bool(jobs)
        ),
        request_key=unit.request_key,
        request_name=said(request.short_name) if request else unit.request_key,
        request_since=unit.request_at,
        current=next((job for job in jobs if job.current), None),
        queued=tuple(job for job in jobs if not job.current),
        position=Point(unit.latitude or 0.0, unit.longitude or 0.0) if kept else None,
        position_at=unit.position_at if kept else None,
        position_fresh=bool(kept and limits and is_fresh(unit.position_at, limits, now=now)),
    )


def _prefetched(unit: Unit, name: str) -> list[Any]:
    """Return what `Prefetch(to_attr=…)` put on the unit; its type is not known to Django."""
    return list(getattr(unit, name))


def _job(assignment: Assignment) -> JobRow:
    incident: Incident = assignment.incident
    state = AssignmentState(assignment.state)
    return JobRow(
        assignment.pk,
        incident.pk,
        incident.number,
        incident.title,
        incident.address or (incident.quarter.name if incident.quarter else ""),
        incident.priority,
        Point(incident.latitude, incident.longitude),
        state,
        said(STATE_NAMES[state]),
        assignment.on_scene_at or assignment.accepted_at or assignment.assigned_at,
        assignment.reason,
        incident.category_code,
    )
