"""Strength over time: the source's numbers and our own; never about fewer than five people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

FEWEST = 5  # no figure about fewer people


@dataclass(frozen=True, slots=True)
class Known:
    """A number the city published; `least`: it said "more than"."""

    day: date
    people: int
    least: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Published:
    """What the source says, with its name."""

    source: str
    field_service: tuple[Known, ...]
    apprentices: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A contract: `end` is the day after the last; `share` of full time; `learns` in training."""

    start: date
    end: date | None
    share: float
    learns: bool


@dataclass(frozen=True, slots=True)
class Served:
    """Somebody's service: `left` is the day after the last; `learns` counts without a contract."""

    entered: date
    left: date | None
    learns: bool
    posts: tuple[Post, ...]

    def in_training(self, day: date) -> bool:
        """Say whether somebody is in training: by the contract of the day, if there is one."""
        holding = [post.learns for post in self.posts if _holds(post.start, post.end, day)]
        return any(holding) if holding else self.learns


@dataclass(frozen=True, slots=True)
class Month:
    """Who served on the first of a month; nothing where it would be fewer than five."""

    day: date
    people: int | None
    apprentices: int | None
    full_time: float | None  # contracts of field service and apprentices as full-time posts


def published_of(content: Mapping[str, Any]) -> Published:
    """Return what `strength.yaml` says.

    :raises KeyError, TypeError, ValueError: it lacks something
    """
    return Published(
        str(content["source"]),
        tuple(_known(row) for row in content["field_service"]),
        tuple(_known(row) for row in content["apprentices"]),
    )


def _known(row: Mapping[str, Any]) -> Known:
    if not isinstance(row["day"], date):
        raise TypeError(row["day"])
    return Known(row["day"], int(row["people"]), bool(row.get("least")), str(row["reason"]))


def shown(count: int) -> int | None:
    """Return a number of people, or nothing if it is about one to four of them."""
    return count if count == 0 or count >= FEWEST else None


def months(first: date, last: date) -> list[date]:
    """Return the first days of the months from one to another, both included."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def strength(people: Sequence[Served], *, on: date) -> list[Month]:
    """Return the curve of our own people, by month, until a day; nobody ever: no curve."""
    if not people:
        return []
    first = min(one.entered for one in people)
    posts = [post for one in people for post in one.posts]
    days = [day for day in months(first, on) if day >= first]
    rows = []
    for day in days if on in days else [*days, on]:
        here = [one.in_training(day) for one in people if _holds(one.entered, one.left, day)]
        shares = [post.share for post in posts if _holds(post.start, post.end, day)]
        rows.append(
            Month(
                day,
                shown(len(here) - sum(here)),
                shown(sum(here)),
                round(sum(shares), 1) if len(shares) >= FEWEST else None,
            )
        )
    return rows


def _holds(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day < end)
