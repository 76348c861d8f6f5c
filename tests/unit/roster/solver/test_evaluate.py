"""The independent evaluator: each rule on a row small enough to judge by hand."""

from dataclasses import replace
from datetime import date

import pytest

from streife.roster.solver import cost_of_change, evaluate, replacements
from streife.roster.solver.problem import (
    FREE,
    Absence,
    Barred,
    Change,
    Count,
    Demand,
    Duty,
    Fairness,
    FreeBlock,
    FreeRun,
    History,
    Kind,
    KindRun,
    Minutes,
    Person,
    PersonRule,
    Problem,
    Rest,
    Stage,
    Succession,
    Supervision,
    Weekends,
    WholeWeekends,
    Wish,
    WorkRun,
)

EARLY, LATE, NIGHT = 0, 1, 2
HOURS = ((6, 14), (14, 22), (22, 30))
E, L, N, F = EARLY, LATE, NIGHT, FREE


def problem(
    *people: Person, days: int = 7, first: date = date(2026, 6, 1), shorter: int | None = None
) -> Problem:
    """Return a problem of early, late and night; on the day `shorter` the night loses an hour."""
    times = []
    for day in range(days):
        moved = 60 if shorter is not None and day > shorter else 0
        row = [((day * 24 + a) * 60 - moved, (day * 24 + b) * 60 - moved) for a, b in HOURS]
        if day == shorter:
            row[NIGHT] = (row[NIGHT][0], row[NIGHT][1] - 60)
        times.append(tuple(row))
    return Problem(
        first_day=first,
        days=days,
        kinds=(Kind("E"), Kind("L"), Kind("N", night=True)),
        duties=(Duty(EARLY), Duty(LATE), Duty(NIGHT)),
        people=people,
        times=tuple(times),
        minutes=((450,) * 3,) * days,
    )


def broken(rule: PersonRule, row: tuple[int, ...], history: History | None = None) -> list[int]:
    """Return the costs of the findings of one rule for one person's row."""
    person = Person("a", (rule,), history=history)
    verdict = evaluate(problem(person, days=len(row)), (row,))
    assert {one.rule for one in verdict.findings} <= {rule.id}
    return [one.cost for one in verdict.findings]


@pytest.mark.parametrize(
    ("rule", "row", "history", "costs"),
    [
        (Rest(id="r", minutes=660), (L, E, F), None, [1]),
        (Rest(id="r", minutes=660), (E, E, L), None, []),
        (Rest(id="r", minutes=660), (E,), History(kind=L, ends=-120, work_run=1), [1]),
        (Rest(id="r", minutes=660, weight=7), (N, L, E), None, [7, 7]),
        (FreeBlock(id="r", minutes=35 * 60), (N, F, E), None, [1]),
        (FreeBlock(id="r", minutes=35 * 60), (E, F, E), None, []),
        (Succession(id="r", pairs=frozenset({(N, E)})), (N, E, N), None, [1]),
        (WorkRun(id="r", maximum=2), (E, E, E, E), None, [2]),
        (WorkRun(id="r", maximum=2), (E, F, E), History(work_run=5), [1]),
        (WorkRun(id="r", minimum=2), (F, E, F), History(free_run=1), [1]),
        (WorkRun(id="r", minimum=2), (E, F, F), None, []),
        (WorkRun(id="r", minimum=3), (F, F, F), History(work_run=1), [2]),
        (WorkRun(id="r", minimum=3), (F, F, E), History(free_run=9), []),
        (FreeRun(id="r", minimum=2, weight=3), (E, F, E), None, [3]),
        (KindRun(id="r", kind=N, minimum=2, maximum=2), (E, N, E), None, [1]),
        (KindRun(id="r", kind=N, maximum=1), (N, N), History(kind=N, work_run=1, kind_run=1), [2]),
        (Minutes(id="r", first=0, last=2, maximum=900, carried=100), (E, E, F), None, [100]),
        (Minutes(id="r", first=0, last=1, minimum=900), (E, F, E), None, [450]),
        (Count(id="r", kinds=frozenset({N}), maximum=1, carried=1), (N, F), None, [1]),
        (Count(id="r", days=frozenset({1}), minimum=1), (E, F), None, [1]),
        (Weekends(id="r", maximum=0), (F, F, F, F, F, E, F), None, [1]),
        (WholeWeekends(id="r", weight=5), (F, F, F, F, F, E, F), None, [5]),
        (Barred(id="r", kinds=frozenset({N}), days=frozenset({0, 1})), (N, E, N), None, [1]),
    ],
)
def test_each_rule_counts_its_units(
    rule: PersonRule, row: tuple[int, ...], history: History | None, costs: list[int]
) -> None:
    assert broken(rule, row, history) == costs


def test_the_night_of_the_short_hour_takes_an_hour_of_rest() -> None:
    rule = Rest(id="r", minutes=8 * 60)
    person = Person("a", (rule,))
    row = (N, L)
    assert not evaluate(problem(person, days=2), (row,)).broken
    short = problem(person, days=2, shorter=0)
    assert short.times[0][NIGHT][1] - short.times[0][NIGHT][0] == 7 * 60
    assert not evaluate(short, (row,)).broken  # It ends an hour earlier in real time, too.
    late = replace(rule, minutes=8 * 60 + 1)
    assert evaluate(problem(Person("a", (late,)), days=2), (row,)).broken


def test_a_trainee_never_counts_and_needs_somebody_beside() -> None:
    base = problem(Person("officer"), Person("trainee", trainee=True), days=1)
    here = replace(
        base, demands=(Demand("d", 0, (E,), 2, 2),), supervision=Supervision("s", officers=1)
    )
    alone = evaluate(here, ((F,), (E,)))
    assert {one.rule for one in alone.broken} == {"d", "s"}
    both = evaluate(here, ((E,), (E,)))
    assert [(one.rule, dict(one.words)["is"]) for one in both.broken] == [("d", 1)]


def test_school_counts_as_work_and_leave_as_credited_minutes() -> None:
    person = Person(
        "a",
        (WorkRun(id="run", maximum=2), Minutes(id="m", first=0, last=3, minimum=1800)),
        absences=(Absence(1, "school", 450, worked=True),),
    )
    verdict = evaluate(problem(person, days=4), ((E, F, E, E),))
    assert [(one.rule, one.cost) for one in verdict.findings] == [("run", 2)]
    assert evaluate(problem(person, days=4), ((E, E, F, F),)).broken[0].rule in {"absence", "m"}


def test_burdens_follow_the_contract_share() -> None:
    base = problem(Person("full"), Person("half"), days=3)
    share = Fairness("nights", (0, 1), (100, 50), kinds=frozenset({N}))
    fair = replace(base, fairness=(share,))
    assert evaluate(fair, ((N, N, F), (N, F, F))).costs[Stage.FAIRNESS] == 0
    assert evaluate(fair, ((N, F, F), (N, N, F))).costs[Stage.FAIRNESS] == 2000


def test_a_change_is_judged_as_the_whole_roster_would_be() -> None:
    people = tuple(
        Person(name, (Rest(id="rest", minutes=660), WorkRun(id="run", maximum=3))) for name in "abc"
    )
    base = replace(
        problem(*people),
        demands=tuple(Demand(f"d{day}", day, (E, L), 1, 2, below=5) for day in range(7)),
        wishes=(Wish(0, 2, None, wanted=False, weight=4),),
        fairness=(Fairness("late", (0, 1, 2), (100, 100, 50), kinds=frozenset({L})),),
        published=((E, L, F, E, E, F, F),) * 3,
    )
    roster = ((E, L, F, E, E, F, F), (F, F, L, L, F, E, E), (L, F, E, F, N, N, F))
    for person in range(3):
        for day in range(7):
            for duty in (F, E, L, N):
                change = Change(person, day, duty)
                after = tuple(
                    tuple(duty if (p, d) == (person, day) else one for d, one in enumerate(row))
                    for p, row in enumerate(roster)
                )
                was, now = evaluate(base, roster), evaluate(base, after)
                cost = cost_of_change(base, roster, change)
                assert cost.costs == tuple(b - a for a, b in zip(was.costs, now.costs, strict=True))
                assert set(cost.appears) == set(now.findings) - set(was.findings)


def test_a_sick_call_names_only_those_who_may() -> None:
    rest = Rest(id="rest", norm="§ 5 ArbZG", minutes=660)
    people = (
        Person("sick", (rest,)),
        Person("late before", (rest,)),
        Person("rested", (rest,)),
        Person("away", (rest,), absences=(Absence(1, "leave"),)),
        Person("apprentice", (rest,), trainee=True),
    )
    base = replace(
        problem(*people, days=2),
        demands=(Demand("d", 1, (E,), 1, 1),),
        fairness=(Fairness("early", (0, 1, 2), (100, 100, 100), kinds=frozenset({E})),),
    )
    roster = ((E, E), (L, F), (F, F), (F, F), (F, F))
    found = replacements(base, roster, 0, 1)
    assert [people[one.person].code for one in found] == ["rested"]
    assert found[0].held == ("rest",)
    assert found[0].eases == ("early",)
    assert found[0].cost.costs[Stage.COVER] < 0
    assert replacements(base, roster, 2, 1) == []
