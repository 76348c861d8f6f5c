"""Plan beside presence afterwards: per place and hour, never per person or team."""

from collections import defaultdict
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


def presence_on(actor: Actor, day: date) -> Day:
    """Return plan and presence of a calendar day.

    :raises NotPermitted: without `patrols.view`
    """
    actor.require("patrols.view")
    start = datetime.combine(day, time(), BERLIN)
    end = datetime.combine(day + timedelta(days=1), time(), BERLIN)
    names: dict[str, str] = {}
    planned: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    present: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for place, name, hour, minutes in _planned(start, end):
        names[place] = name
        planned[place][hour] += minutes
    rows = Presence.objects.filter(hour__gte=start, hour__lt=end)
    synthetic = False
    for row in rows:
        names.setdefault(row.place, row.place_name)
        present[row.place][local(row.hour).hour] += row.minutes
        synthetic = synthetic or row.synthetic
    places = [
        PlaceDay(place, name, dict(planned[place]), dict(present[place]))
        for place, name in names.items()
    ]
    places.sort(key=lambda row: (-row.planned_minutes, -row.present_minutes, row.name))
    return Day(day, tuple(places), synthetic)


def _planned(start: datetime, end: datetime) -> list[tuple[str, str, int, int]]:
    """Return (place, name, local hour, minutes) of stops in plans that counted; joint ones once."""
    stops = PlannedStop.objects.filter(
        begins_at__gte=start, begins_at__lt=end, route__plan__state=PlanState.PUBLISHED
    ).values_list("route__plan_id", "stop", "place", "place_name", "begins_at", "dwell_seconds")
    found = []
    for _plan, _stop, place, name, begins_at, seconds in set(stops):
        ends_at = begins_at + timedelta(seconds=seconds)
        for hour, minutes in minutes_by_hour(begins_at, ends_at).items():
            found.append((place, name, local(hour).hour, minutes))
    return found


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
