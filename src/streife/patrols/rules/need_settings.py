"""What the files under `data/patrols` say, checked. Plain Python; the folder is read by queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any

from streife.patrols.rules.forecast import Recipe

Row = Mapping[str, Any]
ALL_DAYS = frozenset(range(1, 8))
ALL_MONTHS = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """What presence can do about a field of work, 0 to 1, and how late people tell."""

    code: str
    weight: float
    told_after_hours: float
    police: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """`weights.yaml`."""

    fields: tuple[FieldWeight, ...]
    history_weeks: int
    level_weeks: int
    own_finding_factor: float
    hours_prior_reports: float
    reach_metres: float
    reach_walk_seconds: float
    apart_metres: float
    fewest: int
    recent_weeks: int
    wish_bonus: float
    wish_floor: float
    after_visit_share: float
    after_visit_half_life_hours: float
    site_kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dwelling:
    """`dwell.yaml`: (seconds, share) ascending and concave; visits of a place in a shift."""

    dwells: tuple[tuple[int, float], ...]
    spacing_seconds: int
    factors: tuple[float, ...]
    block_seconds: int
    best_points: int
    least_share: float
    obligation_points: int


@dataclass(frozen=True, slots=True)
class Obligation:
    """Presence that is owed at a place within hours of some days; `to` may be after midnight."""

    code: str
    name: str
    kind: str
    legal_basis: str
    begins: time
    ends: time
    every_days: int
    valid_from: date
    valid_to: date | None
    place: str = ""
    kind_of_site: str = ""
    at_most: int = 1
    point: tuple[float, float] | None = None
    weekdays: frozenset[int] = ALL_DAYS
    months: frozenset[int] = ALL_MONTHS
    dwells: tuple[tuple[int, float], ...] = ()
    police: bool = False
    teams: int = 1

    def holds(self, day: date) -> bool:
        """Say whether presence is owed on a day (of its beginning)."""
        return (
            self.valid_from <= day
            and (self.valid_to is None or day < self.valid_to)
            and day.isoweekday() in self.weekdays
            and day.month in self.months
        )


def within(value: Any, low: float, high: float, name: str) -> float:
    """Return a number within limits.

    :raises ValueError: it is none, or lies outside
    """
    number = float(value)
    if not low <= number <= high:
        raise ValueError(f"{name}: {value} liegt nicht zwischen {low:g} und {high:g}")
    return number


def weights_of(content: Row) -> Weights:
    """Return the weights of a file's content.

    :raises ValueError: a figure that cannot be, or a field named twice
    :raises KeyError: something is missing
    """
    fields = tuple(
        FieldWeight(
            row["code"],
            within(row["weight"], 0, 10, row["code"]),
            within(row["told_after_hours"], 0, 168, row["code"]),
            bool(row.get("police", False)),
        )
        for row in content["fields"]
    )
    if not fields or len({row.code for row in fields}) != len(fields):
        raise ValueError("fields: jedes Aufgabenfeld genau einmal, mindestens eines")
    return Weights(
        fields=fields,
        history_weeks=int(within(content["history_weeks"], 1, 1040, "history_weeks")),
        level_weeks=int(within(content["level_weeks"], 1, 520, "level_weeks")),
        own_finding_factor=within(content["own_finding_factor"], 0, 1, "own_finding_factor"),
        hours_prior_reports=within(
            content["hours_prior_reports"], 0.001, 1e6, "hours_prior_reports"
        ),
        reach_metres=within(content["reach_metres"], 10, 1000, "reach_metres"),
        reach_walk_seconds=within(content["reach_walk_seconds"], 10, 3600, "reach_walk_seconds"),
        apart_metres=within(content["apart_metres"], 10, 5000, "apart_metres"),
        fewest=int(within(content["fewest"], 3, 100, "fewest")),
        recent_weeks=int(within(content["recent_weeks"], 1, 104, "recent_weeks")),
        wish_bonus=within(content["wish"]["bonus"], 0, 5, "wish"),
        wish_floor=within(content["wish"]["floor"], 0, 1, "wish"),
        after_visit_share=within(content["after_visit"]["share"], 0, 1, "after_visit"),
        after_visit_half_life_hours=within(
            content["after_visit"]["half_life_hours"], 0.1, 1000, "after_visit"
        ),
        site_kinds=tuple(content["site_kinds"]),
    )


def _minutes(value: Any) -> int:
    """Return minutes of the file in seconds.

    :raises ValueError: less than one or more than a day
    """
    return int(within(value, 1, 1440, "minutes") * 60)


def _dwells(rows: list[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    """Pass alternatives that grow in time and value, each further minute worth no more.

    :raises ValueError: they do not
    """
    rates = [(0, 0.0), *rows]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(rates)]
    if not rows or min(slopes) <= 0 or any(b > a + 1e-9 for a, b in pairwise(slopes)):
        raise ValueError(
            "dwells: Zeit und Wert müssen steigen, jede weitere Minute ist weniger wert"
        )
    return tuple(rows)


def dwelling_of(content: Row) -> Dwelling:
    """Return the dwell times of a file's content.

    :raises ValueError: a figure that cannot be, alternatives that are not concave
    :raises KeyError: something is missing
    """
    repeat = content["repeat"]
    factors = tuple(within(factor, 0, 1, "factors") for factor in repeat["factors"])
    if not factors or list(factors) != sorted(factors, reverse=True):
        raise ValueError("factors: mindestens einer, absteigend")
    return Dwelling(
        dwells=_dwells([
            (_minutes(row["minutes"]), within(row["share"], 0, 1, "share"))
            for row in content["dwells"]
        ]),
        spacing_seconds=_minutes(repeat["spacing_minutes"]),
        factors=factors,
        block_seconds=_minutes(content["block_minutes"]),
        best_points=int(within(content["best_points"], 10, 1e6, "best_points")),
        least_share=within(content["least_share"], 0, 1, "least_share"),
        obligation_points=int(within(content["obligation_points"], 1, 1e6, "obligation_points")),
    )  # fmt: skip


def obligation_of(row: Row) -> Obligation:
    """Return one row of `obligations.yaml`.

    :raises ValueError: no place or more than one, no day, hours that are none
    :raises KeyError: something is missing
    """
    targets = [row[name] for name in ("place", "kind_of_site", "point") if row.get(name)]
    if len(targets) != 1:
        raise ValueError("genau eines von place, kind_of_site und point")
    minutes = row.get("minutes") or ()
    longest = max(minutes, default=1)
    weekdays = frozenset(row.get("weekdays") or ALL_DAYS)
    months = frozenset(row.get("months") or ALL_MONTHS)
    if not weekdays <= ALL_DAYS or not months <= ALL_MONTHS:
        raise ValueError("weekdays 1 bis 7, months 1 bis 12")
    point = row.get("point")
    return Obligation(
        code=row["code"], name=row["name"], kind=row["kind"], legal_basis=row["legal_basis"],
        begins=time.fromisoformat(row["from"]), ends=time.fromisoformat(row["to"]),
        every_days=int(within(row["every_days"], 1, 366, "every_days")),
        valid_from=row["valid_from"], valid_to=row.get("valid_to"),
        place=row.get("place", ""), kind_of_site=row.get("kind_of_site", ""),
        at_most=int(row.get("at_most", 1)),
        point=(float(point[0]), float(point[1])) if point else None,
        weekdays=weekdays, months=months,
        # Longer is better, but not in proportion: the value grows with the root of the minutes.
        dwells=_dwells([(_minutes(m), (m / longest) ** 0.5) for m in minutes]) if minutes else (),
        police=bool(row.get("police", False)),
        teams=int(within(row.get("teams", 1), 1, 4, "teams")),
    )  # fmt: skip


def recipe_of(content: Row) -> Recipe:
    """Return the fitted forecast of a file's content.

    :raises ValueError: weights that do not fit the widths and half-lives, or sum to more than 1
    :raises KeyError: something is missing
    """
    widths = tuple(float(width) for width in content["widths_metres"])
    lives = tuple(
        within(life, 0.1, 1e5, "half_lives_weeks") for life in content["half_lives_weeks"]
    )
    own = tuple(within(weight, 0, 1, "own") for weight in content["own"])
    rest = tuple(within(weight, 0, 1, "all_kinds") for weight in content["all_kinds"])
    if {len(own), len(rest)} != {len(widths) * len(lives)}:
        raise ValueError("own und all_kinds: je Breite und Halbwertszeit ein Gewicht")
    even = 1.0 - sum(own) - sum(rest)
    resolution = int(within(content["resolution"], 7, 12, "resolution"))
    return Recipe(resolution, widths, lives, own, rest, within(even, -0.01, 1, "Summe"))
