"""Where and when presence is worth most: for the plan, the map and the words on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import h3
import numpy as np

from streife.accounts.rules import Actor
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.kernel.geo import Point
from streife.patrols.queries.need_candidates import (
    CELL,
    candidates_for,
    duties_for,
    hours_of,
    known_visits,
    need_of,
    spot_of,
)
from streife.patrols.queries.need_holding import Snapshot, cells_within, snapshot
from streife.patrols.queries.need_reading import Told, field_names, visits, wishes
from streife.patrols.rules.need import WEEK
from streife.patrols.rules.need_demand import Candidate, Demand, Span, demand
from streife.patrols.rules.need_effect import Effect, measured
from streife.patrols.rules.need_words import PLANE, report_reason, visit_reason, wish_reason
from streife.places import queries as places

MOST_CELLS = 800


@dataclass(frozen=True, slots=True)
class NeedPlace:
    """A place with its value (0 to 100, of the best place's week) and why."""

    code: str
    name: str
    latitude: float
    longitude: float
    value: int
    reasons: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class WeekPicture:
    """A place, hour by hour: `values` 7 × 24 as shares of its highest hour;
    `reports`: what is expected in a week, `fields`: (name, share of the value), the largest first.
    """

    place: NeedPlace
    values: list[list[float]]
    reports: float
    fields: tuple[tuple[str, float], ...]
    notes: tuple[dict[str, Any], ...]


def stops_for(
    actor: Actor,
    *,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    joint: bool = False,
    most_places: int = 60,
) -> Demand:
    """Return what a shift may visit; seconds count from `starts_at`.

    `joint`: some team goes with the police; without it such visits are not on offer.

    :raises NotPermitted: without `patrols.view`
    :raises Refused: `patrols-bad-file`
    """
    actor.require("patrols.view")
    held = snapshot(now)
    span = Span(starts_at, ends_at, now, joint)
    hours = hours_of(starts_at, ends_at)
    known = known_visits(held, max(starts_at, now))  # what was done in a shift that runs, too
    candidates = candidates_for(held, hours, most_places, known, starts_at, ends_at)
    read = held.files
    return demand(
        candidates,
        duties_for(held, candidates, known, starts_at, ends_at),
        span,
        read.weights,
        read.dwelling,
        field_names(read.weights),
    )


def places_of_need(
    actor: Actor, *, now: datetime, hours: Sequence[int] | None = None, most: int = 40
) -> list[NeedPlace]:
    """Return the places worth most, best first, over some hours of the week (all, if not given).

    :raises NotPermitted: without `patrols.view`
    """
    actor.require("patrols.view")
    held = snapshot(now)
    wanted = list(hours) if hours is not None else list(range(WEEK))
    found = candidates_for(
        held, wanted, most, known_visits(held, now), now, now + timedelta(days=1)
    )
    found.sort(key=lambda candidate: -candidate.need.hours(wanted))
    best = found[0].need.hours(wanted) if found else 0.0
    names = field_names(held.files.weights)
    return [_need_place(held, one, names, wanted, best, now) for one in found[:most]]


def need_week(actor: Actor, place: str, *, now: datetime) -> WeekPicture:
    """Return the picture "week × hour" of a place.

    :raises NotPermitted: without `patrols.view`
    :raises NotFound: `no-such-place`
    """
    actor.require("patrols.view")
    held = snapshot(now)
    spot = spot_of(held, place, now)
    if spot is None:
        raise NotFound("Diesen Platz gibt es nicht (mehr).", "no-such-place")
    known = known_visits(held, now)
    need = need_of(held, spot)
    last = known.get(spot.code, [])
    asked = tuple(w for code, w in wishes(starts_at=now, ends_at=now) if code == spot.code)
    one = Candidate(need, last[-1] if last else None, asked)
    value = need.value.sum(axis=0)
    top = float(value.max()) or 1.0
    by_field = need.value.sum(axis=1)
    names = field_names(held.files.weights)
    order = [int(n) for n in np.argsort(-by_field, kind="stable") if by_field[n] > 0]
    return WeekPicture(
        _need_place(held, one, names, range(WEEK), need.hours(range(WEEK)), now),
        [[round(float(v) / top, 3) for v in row] for row in value.reshape(7, 24)],
        round(float(held.need.expected[:, need.near].sum()), 1),
        tuple((names[n], round(float(by_field[n] / by_field.sum()), 3)) for n in order),
        () if held.streets_known else (PLANE,),
    )


def need_map(
    actor: Actor, *, now: datetime, weekday: int | None = None, hour: int | None = None
) -> dict[str, Any]:
    """Return hexagons with their value (0 to 100) as GeoJSON, at most `MOST_CELLS`, best first.

    For a weekday (0 = Monday), an hour, both, or the whole week. 100 is the best cell of the same
    choice; `rank` 1 to 5 are equal parts of what is shown, 5 the best.

    :raises NotPermitted: without `patrols.view`
    """
    actor.require("patrols.view")
    held = snapshot(now)
    hours = [
        day * 24 + clock
        for day in (range(7) if weekday is None else (weekday,))
        for clock in (range(24) if hour is None else (hour,))
    ]
    value = held.need.mean(hours)
    top = float(value.max()) if len(value) else 0.0
    order = [
        int(c) for c in np.argsort(-value, kind="stable")[:MOST_CELLS] if value[c] > 0.01 * top
    ]
    features = [
        _hexagon(held, cell, float(value[cell] / top), 5 - place * 5 // len(order))
        for place, cell in enumerate(order)
    ]
    return {"type": "FeatureCollection", "features": features}


def presence_effect(actor: Actor, *, now: datetime, weeks: int = 26) -> Effect:
    """Return what our own presence changed, over all places together.

    :raises NotPermitted: without `patrols.view`
    """
    actor.require("patrols.view")
    held = snapshot(now)
    last = local(now).date()
    days = weeks * 7
    first = last - timedelta(days=days)
    found = visits(since=now - timedelta(days=days), until=now)
    spots = [spot for code in sorted(found) if (spot := spot_of(held, code, now)) is not None]
    reports = np.zeros((len(spots), days), dtype=np.int64)
    seen = np.zeros((len(spots), days), dtype=np.bool_)
    start = int(now.timestamp() // 3600) - days * 24
    for row, spot in enumerate(spots):
        cells = held.grid.cells[cells_within(held, spot.latitude, spot.longitude)]
        reports[row] = _by_day(held.given, cells, start, days)
        ago = [(local(hour).date() - first).days for hour in found[spot.code]]
        seen[row, [day for day in ago if 0 <= day < days]] = True
    months = np.array([(first + timedelta(days=n)).month for n in range(days)], dtype=np.int64)
    return measured(reports, seen, months)


def _by_day(given: Told, cells: Any, start: int, days: int) -> Any:
    """Count what residents told within cells, by day; what patrols found would count presence."""
    mine = np.isin(given.cells, cells) & ~given.own & (given.received >= start)
    day = (given.received[mine] - start) // 24
    return np.bincount(day[day < days], minlength=days)[:days]


def _need_place(
    held: Snapshot,
    one: Candidate,
    names: Sequence[str],
    hours: Sequence[int],
    best: float,
    now: datetime,
) -> NeedPlace:
    weights, spot = held.files.weights, one.need.spot
    recent = [float(n) for n in one.need.recent]
    return NeedPlace(
        spot.code,
        spot.name,
        spot.latitude,
        spot.longitude,
        round(100 * one.need.hours(list(hours)) / best) if best else 0,
        (
            report_reason(recent, names, weights.recent_weeks, weights.fewest),
            visit_reason(one.last_visit, now),
            *(wish_reason(wish.source, wish.why) for wish in one.wishes),
        ),
    )


def _hexagon(held: Snapshot, cell: int, share: float, rank: int) -> dict[str, Any]:
    text = h3.int_to_str(int(held.grid.cells[cell]))
    ring = [[round(lon, 6), round(lat, 6)] for lat, lon in h3.cell_to_boundary(text)]
    middle = Point(float(held.grid.degrees[cell, 0]), float(held.grid.degrees[cell, 1]))
    where = places.whereabouts(middle, on=local(held.at).date())
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "properties": {
            "kind": "need",
            "place": CELL + text,
            "title": where.quarter_name if where is not None else "",
            "value": round(100 * share),
            "rank": max(1, rank),
        },
    }
