"""The parts that the search by columns solves: nothing outside them changes, bounds hold."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.roster import inrc2, scheduling
from streife.roster.solver import evaluate
from streife.roster.solver.columns import ColumnSearch
from streife.roster.solver.parts import KINDS, Part, Parts
from streife.roster.solver.pricing import INFINITY, Pricer
from streife.roster.solver.rows import Rows, unit_of


@pytest.fixture
def search(shared: Path) -> ColumnSearch:
    """Return a search on the smallest public instance, each row chosen without the others."""
    assert shared.exists()
    found = ColumnSearch(scheduling.read(1), 3, lambda: False)
    none = np.zeros((14, 1))
    found.take([found.rows.priced(person, none, 1)[0][0] for person in range(8)])
    return found


def test_a_window_changes_nobodys_other_days(search: ColumnSearch) -> None:
    window = [4, 5, 6, 7, 8, 9]
    before = [column.duties for column in search.best]
    value = search.value
    result = search.improve(Part("window", list(range(8)), window), 5.0)
    after = [column.duties for column in search.best]
    changed = {
        day for a, b in zip(before, after, strict=True) for day in range(14) if a[day] != b[day]
    }
    assert result == "better"
    assert search.value < value
    assert changed
    assert changed <= set(window)


def test_the_evaluator_agrees_with_what_windows_and_a_dive_found(search: ColumnSearch) -> None:
    for first in (0, 4, 8):
        search.improve(Part("window", list(range(8)), list(range(first, first + 6))), 5.0)
    search.improve(Part("wide", list(range(8)), list(range(14))), 5.0)
    verdict = evaluate(search.problem, tuple(column.duties for column in search.best))
    assert verdict.total == search.value
    assert not any(one.hard and one.kind != "demand" for one in verdict.broken)


def test_no_roster_is_below_the_bound_of_a_part(search: ColumnSearch) -> None:
    everybody = Part("people", list(range(8)), list(range(14)))
    for _ in range(20):
        if search.improve(everybody, 20.0) == "proven":
            break
    assert search.value == 607
    search.root()
    assert 0 < search.bound <= 607


def test_a_held_day_stays_and_the_others_are_priced(shared: Path) -> None:
    assert shared.exists()
    problem = scheduling.read(2)
    pricer = Pricer.of(problem, 0)
    prices = np.full((problem.days, len(problem.duties)), -5.0)
    free = pricer.rows(prices)[0]
    day = next(at for at, duty in enumerate(free.duties) if duty >= 0)
    held = np.zeros((problem.days, len(problem.duties) + 1))
    held[day, 1:] = INFINITY
    path = pricer.rows(prices, 1, held)[0]
    assert path.duties[day] == -1
    assert path.price >= free.price


def test_all_costs_are_multiples_of_the_unit(shared: Path) -> None:
    assert shared.exists()
    assert unit_of(inrc2.read("n030w4")) == 5
    assert unit_of(scheduling.read(1)) == 1


def test_every_kind_of_part_gets_its_turn(shared: Path) -> None:
    assert shared.exists()
    problem = scheduling.read(4)
    random = np.random.default_rng(1)
    rows = Rows(problem, random, lambda: False)
    parts = Parts(problem, rows, random)
    none = np.zeros((problem.days, len(problem.duties)))
    best = [rows.priced(person, none, 1)[0][0] for person in range(len(problem.people))]
    costs = np.ones(len(problem.demands))
    seen = set()
    for _ in range(60):
        part = parts.next(best, costs)
        seen.add(part.kind)
        assert 0 < len(part.days) <= problem.days
        assert len(part.people) == len(set(part.people))
        parts.learn(part.kind, "same", 0.5)
    assert seen == set(KINDS)
