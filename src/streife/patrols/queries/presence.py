"""Plan beside presence afterwards: per place and hour, never per person or team."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from streife.accounts.rules import Actor
from streife.kernel.clock import BERLIN, local
from streife.patrols.models import PlannedStop, Presence
from streife.patrols.rules import PlanState
from streife.patrols.rules.presence import hour_of, minutes_by_hour


@dataclass(frozen=True, slots=True)
class PlaceDay:
    """A place on a day: planned and real minutes by local hour."""

    place: str
    name: str
    planned: dict[int, int]
    present: dict[int, int]

    @property
    def planned_minutes(self) -> int:
        """Minutes that were planned."""
        return sum(self.planned.values())

    @property
    def present_minutes(self) -> int:
        """Minutes that were told."""
        return sum(self.present.values())


@dataclass(frozen=True, slots=True)
class Day:
    """Plan and presence of a day, places in the order of their planned minutes."""

    day: date
    places: tuple[PlaceDay, ...]
    synthetic: bool

    @property
    def planned_places(self) -> int:
        """How many places had a planned stop."""
        return sum(bool(row.planned) for row in self.places)

    @property
    def visited_places(self) -> int:
        """At how many of the planned places somebody was."""
        return sum(bool(row.planned and row.present) for row in self.places)

    @property
    def unplanned_places(self) -> int:
        """At how many places somebody was without a plan."""
        return sum(bool(row.present and not row.planned) for row in self.places)

    @property
    def planned_minutes(self) -> int:
        """Planned minutes of all places."""
        return sum(row.planned_minutes for row in self.places)

    @property
    def present_minutes(self) -> int:
        """Told minutes of all places."""
        return sum(row.present_minutes for row in self.places)

    def hours(self) -> list[tuple[int, int, int]]:
        """Return (hour, planned, present) for the hours with anything in them, in order."""
        planned: dict[int, int] = defaultdict(int)
        present: dict[int, int] = defaultdict(int)
        for row in self.places:
            for hour, minutes in row.planned.items():
                planned[hour] += minutes
            for hour, minutes in row.present.items():
                present[hour] += minutes
        found = sorted(planned.keys() | present.keys())
        return [(hour, planned[hour], present[hour]) for hour in found]


def presence_on(actor: Actor, day: date, *, until: datetime | None = None) -> Day:
    """Return plan and presence of a calendar day.

    Of today only what was planned `until` now; at a place where somebody was before its time its
    first stop.

    :raises NotPermitted: without `patrols.view`
    """
    actor.require("patrols.view")
    start = datetime.combine(day, time(), BERLIN)
    end = datetime.combine(day + timedelta(days=1), time(), BERLIN)
    names: dict[str, str] = {}
    planned: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    present: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    synthetic = False
    for row in Presence.objects.filter(hour__gte=start, hour__lt=end):
        names.setdefault(row.place, row.place_name)
        present[row.place][local(row.hour).hour] += row.minutes
        synthetic = synthetic or row.synthetic
    for place, name, begins_at, by_hour in sorted(_planned(start, end), key=lambda row: row[2]):
        ahead = until is not None and begins_at >= until
        if ahead and (place not in present or place in planned):
            continue
        names[place] = name
        for hour, minutes in by_hour.items():
            planned[place][local(hour).hour] += minutes
    places = [
        PlaceDay(place, name, dict(planned[place]), dict(present[place]))
        for place, name in names.items()
    ]
    places.sort(key=lambda row: (-row.planned_minutes, -row.present_minutes, row.name))
    return Day(day, tuple(places), synthetic)


def _planned(
    start: datetime, end: datetime
) -> Iterator[tuple[str, str, datetime, dict[datetime, int]]]:
    """Yield (place, name, begin, minutes by hour) of stops in plans that counted; joint once."""
    stops = PlannedStop.objects.filter(
        begins_at__gte=start, begins_at__lt=end, route__plan__state=PlanState.PUBLISHED
    ).values_list("route__plan_id", "stop", "place", "place_name", "begins_at", "dwell_seconds")
    for _plan, _stop, place, name, begins_at, seconds in set(stops):
        yield (
            place,
            name,
            begins_at,
            minutes_by_hour(begins_at, begins_at + timedelta(seconds=seconds)),
        )


def week_of(place: str, since: datetime) -> tuple[list[list[int]], int]:
    """Return told minutes at a place by weekday and local hour, and how many visits there were."""
    field = [[0] * 24 for _ in range(7)]
    visits = 0
    for row in Presence.objects.filter(place=place, hour__gte=hour_of(since)):
        at = local(row.hour)
        field[at.weekday()][at.hour] += row.minutes
        visits += row.visits
    return field, visits


def last_day(actor: Actor, now: datetime) -> date:
    """Return the last day with presence or a plan, today if there is none."""
    actor.require("patrols.view")
    last = Presence.objects.filter(hour__lte=now).order_by("-hour").values_list("hour").first()
    return local(last[0]).date() if last else local(now).date()
