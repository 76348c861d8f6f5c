"""Reads the shift-scheduling instances of Curtois and Qu (2014) into `Problem`.

Their horizon starts on a Monday; runs at its edges are not judged for their minimum (no history).
"""

import csv
from collections import defaultdict
from datetime import date

from benchmarks.roster.places import SHARED
from streife.roster.solver.problem import (
    Count,
    Demand,
    Duty,
    Fixed,
    FreeRun,
    Kind,
    Minutes,
    Person,
    PersonRule,
    Problem,
    Succession,
    Weekends,
    Wish,
    WorkRun,
)

FOLDER = SHARED / "bench" / "shift_scheduling"
MONDAY = date(2026, 6, 1)
DAY = 24 * 60


def best_known() -> dict[int, int]:
    """Return the best known value of each instance."""
    with (FOLDER / "best_known.csv").open() as file:
        return {int(row["instance"]): int(row["best_known_ub"]) for row in csv.DictReader(file)}


def read(number: int) -> Problem:
    """Return instance `number` (1 to 12)."""
    return parse((FOLDER / "instances" / f"Instance{number}.txt").read_text())


def parse(text: str) -> Problem:
    """Return the problem that the text of an instance describes."""
    parts = _sections(text)
    days = int(parts["HORIZON"][0])
    shifts = [line.split(",") for line in parts["SHIFTS"]]
    index = {shift[0]: number for number, shift in enumerate(shifts)}
    pairs = frozenset(
        (index[shift[0]], index[after])
        for shift in shifts
        for after in shift[2].split("|")
        if after
    )
    off = {line.split(",")[0]: line.split(",")[1:] for line in parts["DAYS_OFF"]}
    staff = [line.split(",") for line in parts["STAFF"]]
    people = tuple(
        Person(
            row[0],
            _rules(row, index, pairs, days),
            fixed=tuple(Fixed(int(day), -1, "day off") for day in off.get(row[0], [])),
        )
        for row in staff
    )
    who = {row[0]: number for number, row in enumerate(staff)}
    wishes = [
        Wish(who[person], int(day), index[shift], wanted, int(weight))
        for section, wanted in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False))
        for person, day, shift, weight in (line.split(",") for line in parts[section])
    ]
    begins = 6 * 60  # The instances know lengths only; rest is in the successions.
    lengths = [int(shift[1]) for shift in shifts]
    return Problem(
        first_day=MONDAY,
        days=days,
        kinds=tuple(Kind(shift[0]) for shift in shifts),
        duties=tuple(Duty(number) for number in range(len(shifts))),
        people=people,
        times=tuple(
            tuple((day * DAY + begins, day * DAY + begins + length) for length in lengths)
            for day in range(days)
        ),
        minutes=(tuple(lengths),) * days,
        demands=tuple(_demand(line.split(","), index) for line in parts["COVER"]),
        wishes=tuple(wishes),
        staged=False,
        needs_history=False,
    )


def _demand(row: list[str], index: dict[str, int]) -> Demand:
    day, shift, wanted, under, over = int(row[0]), row[1], int(row[2]), int(row[3]), int(row[4])
    return Demand(
        f"{day}-{shift}", day, (index[shift],), 0, wanted, under=under, below=under, over=over
    )


def _rules(
    row: list[str], index: dict[str, int], pairs: frozenset[tuple[int, int]], days: int
) -> tuple[PersonRule, ...]:
    most, least = int(row[2]), int(row[3])
    run_most, run_least, free_least, weekends = (int(value) for value in row[4:8])
    counts = [part.split("=") for part in row[1].split("|")]
    return (
        Succession(id="succession", pairs=pairs),
        *(
            Count(id=f"most-{shift}", kinds=frozenset({index[shift]}), maximum=int(limit))
            for shift, limit in counts
            if int(limit) < days
        ),
        Minutes(id="minutes", first=0, last=days - 1, minimum=least, maximum=most),
        WorkRun(id="work-run", minimum=run_least, maximum=run_most),
        FreeRun(id="free-run", minimum=free_least),
        Weekends(id="weekends", maximum=weekends),
    )


def _sections(text: str) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in text.splitlines():
        if line.startswith("SECTION_"):
            name = line.removeprefix("SECTION_").strip()
        elif line.strip() and not line.startswith("#"):
            parts[name].append(line.strip())
    return parts
