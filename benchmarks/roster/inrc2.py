"""Reads instances of the Second International Nurse Rostering Competition into `Problem`.

The competition plans week by week; here the four weeks are one static problem, as in the literature
on its static form. Chosen files (`CASES`): history number and the four week files. Missing minimum
cover and successions are hard; the price of a missing minimum is `UNDER` (the competition has none:
such a roster is not valid). Weights: cover 30, runs of a shift 15, runs of work and free days 30,
wishes 10, whole weekends 30, assignments 20, weekends 30.
"""

import re
from datetime import date
from pathlib import Path

from benchmarks.roster.places import SHARED
from streife.roster.solver.problem import (
    Count,
    Demand,
    Duty,
    FreeRun,
    History,
    Kind,
    KindRun,
    Person,
    PersonRule,
    Problem,
    Succession,
    Weekends,
    WholeWeekends,
    Wish,
    WorkRun,
)

FOLDER = SHARED / "bench" / "inrc2"
MONDAY = date(2026, 6, 1)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CASES = {
    "n030w4": (1, (6, 2, 9, 1)),
    "n050w4": (0, (0, 4, 8, 7)),
    "n070w4": (0, (3, 6, 5, 1)),
}
UNDER = 1000
HOURS = {"Early": (6, 14), "Day": (8, 16), "Late": (14, 22), "Night": (22, 30)}


def read(name: str, folder: Path = FOLDER) -> Problem:
    """Return the static problem of the scenario with the files in `CASES`."""
    history, weeks = CASES[name]
    here = folder / name
    scenario = _Scenario((here / f"Sc-{name}.txt").read_text())
    before = _history((here / f"H0-{name}-{history}.txt").read_text())
    demands: list[Demand] = []
    wishes: list[Wish] = []
    for number, week in enumerate(weeks):
        text = (here / f"WD-{name}-{week}.txt").read_text()
        demands += scenario.demands(text, number * 7)
        wishes += scenario.wishes(text, number * 7)
    days = 7 * len(weeks)
    hours = [HOURS[kind] for kind in scenario.kinds]
    return Problem(
        first_day=MONDAY,
        days=days,
        kinds=tuple(Kind(kind, night=kind == "Night") for kind in scenario.kinds),
        duties=scenario.duties,
        people=tuple(scenario.person(line, before) for line in scenario.nurses),
        times=tuple(
            tuple(((day * 24 + begin) * 60, (day * 24 + end) * 60) for begin, end in hours)
            for day in range(days)
        ),
        minutes=(tuple(60 * (end - begin) for begin, end in hours),) * days,
        demands=tuple(demands),
        wishes=tuple(wishes),
        staged=False,
    )


class _Scenario:
    """The scenario file: kinds, skills, contracts, nurses."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        self.skills = _after(lines, "SKILLS")
        shifts = [line.split() for line in _after(lines, "SHIFT_TYPES")]
        self.kinds = [shift[0] for shift in shifts]
        self.runs = [_pair(shift[1]) for shift in shifts]
        self.contracts = {line.split()[0]: line for line in _after(lines, "CONTRACTS")}
        self.nurses = _after(lines, "NURSES")
        start = lines.index("FORBIDDEN_SHIFT_TYPES_SUCCESSIONS")
        after = [line.split() for line in lines[start + 1 : start + 1 + len(self.kinds)]]
        self.pairs = frozenset(
            (self.kinds.index(row[0]), self.kinds.index(other))
            for row in after
            for other in row[2:]
        )
        self.duties = tuple(
            Duty(kind, skill, frozenset({skill}))
            for kind in range(len(self.kinds))
            for skill in self.skills
        )

    def person(self, line: str, before: dict[str, list[str]]) -> Person:
        name, contract, _count, *skills = line.split()
        _zero, _weekends, kind, kind_run, work_run, free_run = before[name]
        last = None if kind == "None" else self.kinds.index(kind)
        history = History(
            last,
            None if last is None else HOURS[kind][1] * 60 - 24 * 60,
            int(work_run),
            int(kind_run),
            int(free_run),
        )
        return Person(
            name, self._rules(self.contracts[contract]), frozenset(skills), False, history
        )

    def _rules(self, contract: str) -> tuple[PersonRule, ...]:
        total, work, free = (_pair(part) for part in re.findall(r"\(\d+,\d+\)", contract))
        weekends, whole = (int(part) for part in contract.split()[-2:])
        rules: list[PersonRule] = [
            Succession(id="succession", pairs=self.pairs),
            Count(id="assignments", minimum=total[0], maximum=total[1], weight=20),
            WorkRun(id="work-run", minimum=work[0], maximum=work[1], weight=30),
            FreeRun(id="free-run", minimum=free[0], maximum=free[1], weight=30),
            Weekends(id="weekends", maximum=weekends, weight=30),
        ]
        rules += [
            KindRun(id=f"run-{self.kinds[kind]}", kind=kind, minimum=low, maximum=high, weight=15)
            for kind, (low, high) in enumerate(self.runs)
        ]
        return (*rules, WholeWeekends(id="whole", weight=30)) if whole else tuple(rules)

    def demands(self, text: str, first: int) -> list[Demand]:
        found = []
        for line in text.splitlines():
            parts = line.split()
            if len(parts) == 9 and parts[0] in self.kinds:
                kind, skill = self.kinds.index(parts[0]), self.skills.index(parts[1])
                duty = kind * len(self.skills) + skill
                for day, (least, best) in enumerate(_pair(part) for part in parts[2:]):
                    name = f"{first + day}-{parts[0]}-{parts[1]}"
                    found.append(
                        Demand(name, first + day, (duty,), least, best, under=UNDER, below=30)
                    )
        return found

    def wishes(self, text: str, first: int) -> list[Wish]:
        names = [line.split()[0] for line in self.nurses]
        lines = text.splitlines()
        asked = [line.split() for line in _after(lines, "SHIFT_OFF_REQUESTS")]
        return [
            Wish(
                names.index(name),
                first + DAYS.index(day),
                None if kind == "Any" else self.kinds.index(kind),
                wanted=False,
                weight=10,
            )
            for name, kind, day in asked
        ]


def _after(lines: list[str], title: str) -> list[str]:
    """Return the lines below `TITLE = count`, as many as it says."""
    at = next(number for number, line in enumerate(lines) if line.startswith(f"{title} ="))
    count = int(lines[at].split("=")[1])
    return [line.strip() for line in lines[at + 1 : at + 1 + count]]


def _pair(text: str) -> tuple[int, int]:
    low, high = text.strip("()").split(",")
    return int(low), int(high)


def _history(text: str) -> dict[str, list[str]]:
    lines = text.splitlines()
    rows = [line.split() for line in lines[lines.index("NURSE_HISTORY") + 1 :] if line.strip()]
    return {row[0]: row[1:] for row in rows}
