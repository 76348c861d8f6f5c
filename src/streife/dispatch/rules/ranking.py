"""Which unit is the right one: a ranking with reasons, and every exclusion with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from streife.dispatch.rules.states import Availability
from streife.kernel.geo import Point, distance_metres
from streife.kernel.texts import german, said


@dataclass(frozen=True, slots=True)
class Limits:
    """Figures of the recommendation; dated data, not code."""

    position_max_age_seconds: int
    walking_kmh: float
    driving_kmh: float
    detour_factor: float  # straight line × this = length of way
    other_area_minutes: int  # what leaving the own area counts
    shift_end_minutes: int
    min_crew: int


@dataclass(frozen=True, slots=True)
class Need:
    """What the incident asks for."""

    point: Point
    area_id: int | None  # operational area
    area_name: str
    police_required: bool = False
    police_preferred: bool = False
    police_reason: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How long to a place: on the streets, or with `estimated` by straight line."""

    minutes: int
    estimated: bool


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """What is known about a unit that might go."""

    unit_id: int
    call_sign: str
    availability: Availability  # effective: an open job binds
    status_name: str
    open_jobs: int
    at_incident: bool
    position: Point | None
    position_at: datetime | None
    area_id: int | None
    area_name: str
    starts_at: datetime
    ends_at: datetime
    joint: bool
    crew: int  # who counts: officers and partners, no apprentices
    motorised: bool
    way: Way | None = None  # on the streets; None: not known there, so it is estimated


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, for machines and for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One unit on duty: proposed with a rank, or excluded with reasons. A person decides.

    `minutes` is None where no fresh position is known; with `estimated` it is a guess by straight
    line and never more.
    """

    unit_id: int
    call_sign: str
    rank: int | None
    minutes: int | None
    estimated: bool
    reasons: tuple[Reason, ...]
    exclusions: tuple[Reason, ...]
    reinforces: bool = False  # another unit has the matter already

    @property
    def excluded(self) -> bool:
        """Say whether the unit is not proposed."""
        return bool(self.exclusions)


_Place = tuple[bool, bool, bool, float, str]


def recommend(
    need: Need, units: Iterable[RankedUnit], limits: Limits, *, now: datetime
) -> list[Recommendation]:
    """Return every unit, proposed ones first in their order, then excluded ones by call sign.

    A unit with an old or no position ranks behind every unit with a fresh one.
    """
    everybody = list(units)
    taken = any(unit.at_incident for unit in everybody)
    proposed: list[tuple[_Place, Recommendation]] = []
    excluded: list[Recommendation] = []
    for unit in everybody:
        way = _way(need.point, unit, limits, now)
        found = Recommendation(
            unit_id=unit.unit_id,
            call_sign=unit.call_sign,
            rank=None,
            minutes=way.minutes if way else None,
            estimated=way is None or way.estimated,
            reasons=_reasons(need, unit, limits, now, way),
            exclusions=_exclusions(need, unit, limits, now),
            reinforces=taken,
        )
        if found.excluded:
            excluded.append(found)
        else:
            proposed.append((_order(need, unit, limits, way), found))
    proposed.sort(key=lambda pair: pair[0])
    ranked = [replace(row, rank=place) for place, (_, row) in enumerate(proposed, start=1)]
    return ranked + sorted(excluded, key=lambda row: row.call_sign)


def is_fresh(position_at: datetime | None, limits: Limits, *, now: datetime) -> bool:
    """Say whether a position is young enough to reckon with; one from the future is not."""
    if position_at is None:
        return False
    age = now - position_at
    return timedelta(0) <= age <= timedelta(seconds=limits.position_max_age_seconds)


def estimate_way(start: Point, end: Point, limits: Limits, *, motorised: bool) -> Way:
    """Return the way by straight line × detour factor: an estimate, never a promise."""
    metres = distance_metres(start, end) * limits.detour_factor
    speed = limits.driving_kmh if motorised else limits.walking_kmh
    return Way(max(1, round(metres / (speed * 1000 / 60))), estimated=True)


def _order(need: Need, unit: RankedUnit, limits: Limits, way: Way | None) -> _Place:
    elsewhere = _elsewhere(need, unit)
    minutes = float(way.minutes) if way else 0.0
    return (
        unit.availability is Availability.CONDITIONAL,
        need.police_preferred and not unit.joint,
        way is None,
        minutes + (limits.other_area_minutes if elsewhere else 0),
        unit.call_sign,
    )


def _elsewhere(need: Need, unit: RankedUnit) -> bool:
    return need.area_id is not None and unit.area_id is not None and unit.area_id != need.area_id


def _way(target: Point, unit: RankedUnit, limits: Limits, now: datetime) -> Way | None:
    """Return the way on the streets, else by straight line, None without a fresh position."""
    if unit.position is None or not is_fresh(unit.position_at, limits, now=now):
        return None
    return unit.way or estimate_way(unit.position, target, limits, motorised=unit.motorised)


def _exclusions(need: Need, unit: RankedUnit, limits: Limits, now: datetime) -> tuple[Reason, ...]:
    found = [_busy(unit), _off_shift(unit, limits, now)]
    if unit.crew < limits.min_crew:
        found.append(
            Reason(
                "crew-too-small", said("nur %(n)s Einsatzkraft in der Streife", {"n": unit.crew})
            )
        )
    if need.police_required and not unit.joint:
        found.append(
            Reason(
                "needs-police", said(need.police_reason or german("nur gemeinsam mit der Polizei"))
            )
        )
    return tuple(reason for reason in found if reason is not None)


def _busy(unit: RankedUnit) -> Reason | None:
    if unit.at_incident:
        return Reason("already-assigned", said("hat diesen Vorgang schon"))
    if unit.open_jobs:
        return Reason("busy", _jobs(unit.open_jobs))
    if unit.availability is Availability.UNKNOWN:
        return Reason("unknown", said("hat keinen bekannten Status und gilt als nicht verfügbar"))
    if unit.availability is Availability.UNAVAILABLE:
        return Reason("unavailable", said("steht auf „%(name)s“", {"name": said(unit.status_name)}))
    return None


def _off_shift(unit: RankedUnit, limits: Limits, now: datetime) -> Reason | None:
    if now < unit.starts_at:
        return Reason("shift-not-started", said("die Schicht hat noch nicht begonnen"))
    if now >= unit.ends_at:
        return Reason("shift-over", said("die Schicht ist zu Ende"))
    if unit.ends_at - now < timedelta(minutes=limits.shift_end_minutes):
        left = int((unit.ends_at - now).total_seconds() // 60)
        return Reason("shift-ends-soon", said("Schichtende in %(left)s Min.", {"left": left}))
    return None


def _jobs(count: int) -> str:
    return (
        said("hat einen offenen Auftrag")
        if count == 1
        else said("hat %(count)s offene Aufträge", {"count": count})
    )


def _reasons(
    need: Need, unit: RankedUnit, limits: Limits, now: datetime, way: Way | None
) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if way:
        found.append(Reason("way", _way_text(way, motorised=unit.motorised)))
    elif unit.position is None or unit.position_at is None:
        found.append(Reason("no-position", said("Position unbekannt")))
    else:
        age = int((now - unit.position_at).total_seconds() // 60)
        found.append(
            Reason("stale-position", said("Position %(age)s Min. alt, Weg unbekannt", {"age": age}))
        )
    if need.area_id is not None and unit.area_id is not None:
        found.append(
            Reason(
                "other-area", said("eigentlich für %(area)s eingeteilt", {"area": unit.area_name})
            )
            if _elsewhere(need, unit)
            else Reason("own-area", said("zuständig für %(area)s", {"area": need.area_name}))
        )
    if unit.availability is Availability.CONDITIONAL:
        found.append(Reason("conditional", said("nur bedingt verfügbar")))
    if unit.joint and (need.police_required or need.police_preferred):
        found.append(
            Reason("joint", said(need.police_reason or german("gemeinsam mit der Polizei")))
        )
    return tuple(found)


def _way_text(way: Way, *, motorised: bool) -> str:
    """Say how long, and from what it is known."""
    values = {"minutes": way.minutes}
    if way.estimated and motorised:
        return said("etwa %(minutes)s Min. mit dem Wagen (Luftlinie, geschätzt)", values)
    if way.estimated:
        return said("etwa %(minutes)s Min. zu Fuß (Luftlinie, geschätzt)", values)
    if motorised:
        return said("Fahrweg %(minutes)s Min.", values)
    return said("Fußweg %(minutes)s Min.", values)


def proposal_record(found: Sequence[Recommendation], unit_id: int) -> dict[str, object]:
    """Return what is kept beside the decision: the rank of the chosen unit and why."""
    for row in found:
        if row.unit_id == unit_id:
            return {
                "rank": row.rank,
                "minutes_estimate": row.minutes,
                "by_straight_line": row.estimated,
                "reasons": [reason.code for reason in row.reasons],
                "exclusions": [reason.code for reason in row.exclusions],
            }
    return {}
