"""From need to what the planner may visit: visits with windows, values and reasons.

Plain Python. The shift is cut into blocks; a place offers one visit for each block, worth what is
expected there at those hours, all in one series (spacing, falling value). An obligation that is due
is a mandatory visit with its own hours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from streife.kernel.clock import local
from streife.patrols.rules.basis import POLICE, LeftOut, Place, Wanted
from streife.patrols.rules.need_blocks import Block, blocks_of, dwell_points
from streife.patrols.rules.need_duties import Duty
from streife.patrols.rules.need_places import PlaceNeed, Spot, after_visit
from streife.patrols.rules.need_settings import Dwelling, Weights
from streife.patrols.rules.need_words import (
    NO_DATA,
    NO_JOINT_TEAM,
    QUIET,
    duty_reason,
    hour_reason,
    report_reason,
    visit_reason,
    wish_reason,
)
from streife.patrols.rules.need_words import POLICE as ONLY_POLICE


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody asks for presence; `weekdays` has bit 0 for Monday, hours are local."""

    place: str
    source: str
    why: str
    weekdays: int
    hour_from: int
    hour_to: int

    def covers(self, moment: datetime) -> bool:
        """Say whether a moment lies within the days and hours asked for."""
        clock = local(moment)
        return bool(self.weekdays >> clock.weekday() & 1) and (
            self.hour_from <= clock.hour < self.hour_to
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place with its need, its last visit and the wishes for it."""

    need: PlaceNeed
    last_visit: datetime | None = None
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What may be visited; `Wanted.place` and `calls` count in `places`, `series` by index."""

    places: tuple[Place, ...]
    wanted: tuple[Wanted, ...]
    series: tuple[tuple[int, tuple[float, ...]], ...]
    calls: tuple[tuple[int, float], ...]
    left_out: tuple[LeftOut, ...] = ()  # places that are not on offer, and why


@dataclass(frozen=True, slots=True)
class Span:
    """The shift, and what holds in it; `joint`: some team goes with the police."""

    starts_at: datetime
    ends_at: datetime
    now: datetime
    joint: bool


@dataclass(slots=True)
class _Offer:
    """A visit before values are scaled to points."""

    candidate: int
    block: Block
    value: float
    police: bool
    reasons: list[Mapping[str, Any]] = field(default_factory=list)


def demand(
    candidates: Sequence[Candidate],
    duties: Sequence[tuple[Duty, Spot]],
    span: Span,
    weights: Weights,
    dwelling: Dwelling,
    names: Sequence[str],
) -> Demand:
    """Return the visits of a shift; `names` are those of the fields of work.

    Values are points: the best visit of the shift is worth `Dwelling.best_points`.
    """
    offers = list(_offers(candidates, span, weights, dwelling, names))
    best = max((offer.value for offer in offers), default=0.0)
    scale = dwelling.best_points / best if best else 0.0
    builder = _Builder(span, dwelling)
    for offer in offers:
        points = offer.value * scale
        if points >= max(1.0, dwelling.least_share * dwelling.best_points):
            builder.offer(candidates[offer.candidate].need.spot, offer, points)
    for duty, spot in duties:
        builder.owe(duty, spot)
    rest = [one for one in candidates if one.need.spot.code not in builder.known]
    builder.left_out += [_left_out(one, span, weights) for one in rest]
    calls = tuple(
        (number, candidate.need.hours([h for b in _blocks(span, dwelling) for h in b.hours]))
        for candidate in candidates
        if (number := builder.known.get(candidate.need.spot.code)) is not None
    )
    return Demand(
        tuple(builder.places),
        tuple(builder.wanted),
        tuple(builder.series),
        tuple((place, weight) for place, weight in calls if weight > 0),
        tuple(builder.left_out),
    )


def _blocks(span: Span, dwelling: Dwelling) -> list[Block]:
    return blocks_of(span.starts_at, span.ends_at, dwelling.block_seconds)


def _offers(
    candidates: Sequence[Candidate],
    span: Span,
    weights: Weights,
    dwelling: Dwelling,
    names: Sequence[str],
) -> Iterator[_Offer]:
    """Yield one visit for each place and block, with its value and reasons."""
    blocks = _blocks(span, dwelling)
    police = [number for number, row in enumerate(weights.fields) if row.police]
    free = [number for number in range(len(weights.fields)) if number not in police]
    nothing = all(candidate.need.total <= 0 for candidate in candidates)
    best = max(
        (c.need.hours(block.hours) for c in candidates for block in blocks), default=0.0
    ) or float(nothing)
    for number, candidate in enumerate(candidates):
        for block in blocks:
            whole = candidate.need.hours(block.hours)
            alone = candidate.need.hours(block.hours, free)
            only_police = whole > 0 and alone < whole / 2
            value = whole if span.joint else alone
            value = _visited(value, candidate, span, weights)
            middle = span.starts_at + timedelta(seconds=(block.begins + block.ends) // 2)
            wishes = [wish for wish in candidate.wishes if wish.covers(middle)]
            if nothing:
                value = weights.wish_floor
            if wishes:
                value = max(value, weights.wish_floor * best) * (1 + weights.wish_bonus)
            if value <= 0 or (only_police and not span.joint and not wishes):
                continue
            offer = _Offer(number, block, value, only_police and span.joint)
            offer.reasons = _reasons(candidate, whole, wishes, span, weights, names)
            if nothing:
                offer.reasons = [NO_DATA, *offer.reasons[1:]]
            if offer.police:
                offer.reasons.append(ONLY_POLICE)
            yield offer


def _left_out(candidate: Candidate, span: Span, weights: Weights) -> LeftOut:
    """Return why a place has no visit on offer: it takes the police, or nothing is expected."""
    hours = [h for block in blocks_of(span.starts_at, span.ends_at, 3600) for h in block.hours]
    free = [number for number, row in enumerate(weights.fields) if not row.police]
    whole, alone = candidate.need.hours(hours), candidate.need.hours(hours, free)
    police = not span.joint and whole > 0 and alone < whole / 2
    spot = candidate.need.spot
    return LeftOut(spot.code, spot.name, (NO_JOINT_TEAM if police else QUIET,))


def _visited(value: float, candidate: Candidate, span: Span, weights: Weights) -> float:
    if candidate.last_visit is None:
        return value
    ago = (span.starts_at - candidate.last_visit) / timedelta(hours=1)
    return after_visit(value, ago, weights.after_visit_share, weights.after_visit_half_life_hours)


def _reasons(
    candidate: Candidate,
    value: float,
    wishes: Sequence[Wish],
    span: Span,
    weights: Weights,
    names: Sequence[str],
) -> list[Mapping[str, Any]]:
    need = candidate.need
    found: list[Mapping[str, Any] | None] = [
        report_reason([float(n) for n in need.recent], names, weights.recent_weeks, weights.fewest),
        hour_reason(value, need.total / 168) if sum(need.recent) >= weights.fewest else None,
        visit_reason(candidate.last_visit, span.now),
        *(wish_reason(wish.source, wish.why) for wish in wishes),
    ]
    return [given for given in found if given is not None]


class _Builder:
    """Collects places, series and visits in the form of the plan's basis."""

    def __init__(self, span: Span, dwelling: Dwelling) -> None:
        self.span, self.dwelling = span, dwelling
        self.places: list[Place] = []
        self.known: dict[str, int] = {}
        self.wanted: list[Wanted] = []
        self.series: list[tuple[int, tuple[float, ...]]] = []
        self.series_of: dict[int, int] = {}
        self.left_out: list[LeftOut] = []
        self.owed: set[int] = set()

    def place(self, spot: Spot) -> int:
        """Return the number of a place, new or known."""
        if spot.code not in self.known:
            self.known[spot.code] = len(self.places)
            self.places.append(
                Place(spot.code, spot.name, spot.latitude, spot.longitude, spot.kind)
            )
        return self.known[spot.code]

    def series_for(self, place: int) -> int:
        """Return the series of a place's visits."""
        if place not in self.series_of:
            self.series_of[place] = len(self.series)
            self.series.append((self.dwelling.spacing_seconds, self.dwelling.factors))
        return self.series_of[place]

    def offer(self, spot: Spot, offer: _Offer, points: float) -> None:
        """Add a visit that would be worth something."""
        place = self.place(spot)
        # One second off the end: the next block's visit begins with it.
        self.wanted.append(
            Wanted(
                place=place,
                windows=((offer.block.begins, max(offer.block.begins, offer.block.ends - 1)),),
                dwells=dwell_points(self.dwelling.dwells, points),
                skills=(POLICE,) if offer.police else (),
                series=self.series_for(place),
                reasons=tuple(offer.reasons),
            )
        )

    def owe(self, duty: Duty, spot: Spot) -> None:
        """Add a visit that is due; one that no team can make is named instead."""
        if not duty.due:
            return
        given = duty.obligation
        reasons = [duty_reason(duty)] + ([ONLY_POLICE] if given.police else [])
        if given.police and not self.span.joint:
            why = (duty_reason(duty), NO_JOINT_TEAM)
            self.left_out.append(LeftOut(spot.code, spot.name, why))
            return
        place = self.place(spot)
        # It is a visit like the others of the place; a second one that is owed there must not be
        # pushed out of its hours by the spacing.
        series = None if place in self.owed else self.series_for(place)
        self.owed.add(place)
        self.wanted.append(
            Wanted(
                place=place,
                windows=((self._second(duty.opens_at), self._second(duty.closes_at)),),
                dwells=dwell_points(
                    given.dwells or self.dwelling.dwells, float(self.dwelling.obligation_points)
                ),
                mandatory=True,
                teams=given.teams,
                skills=(POLICE,) if given.police else (),
                series=series,
                reasons=tuple(reasons),
            )
        )

    def _second(self, moment: datetime) -> int:
        return round((moment - self.span.starts_at).total_seconds())
