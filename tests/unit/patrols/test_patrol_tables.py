"""The tables of the planner's benchmark: nothing counts that the checker did not pass."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.patrols import bounds, records, run, tables
from benchmarks.patrols.found import Found, at
from benchmarks.patrols.instances import Cell, instance
from benchmarks.patrols.records import Record

CELL = Cell("c101", 1)


@pytest.fixture
def best(shared: Path) -> Record:
    """Return the optimum of c101 with one route as a result of ours."""
    kept = bounds.load()[CELL]
    return Record("Streife", "v", "c101-1", 1, 10, 2.0, kept.score, kept.routes, "2026-11-22")


def test_an_invalid_solution_is_named_and_does_not_count(best: Record) -> None:
    false = replace(best, seed=2, score=best.score + 10)
    twice = replace(best, seed=3, routes=(*best.routes, *best.routes), score=2 * best.score)
    results = tables.Results([best, false, twice], {})
    assert results.scores["Streife", CELL, 10] == {1: best.score}
    assert len(results.faults) >= 2
    assert results.best[CELL] == best.score


def test_the_gap_is_to_the_best_known_and_the_status_says_what_that_is(best: Record) -> None:
    *rest, last = best.routes[0]
    lost = int(instance("c101").profit[last])
    worse = replace(best, solver="PyVRP", routes=(tuple(rest),), score=320 - lost)
    results = tables.Results([best, worse], {})
    assert results.gap("PyVRP", CELL, 10) == pytest.approx(100 * lost / 320)
    assert results.gap("VROOM", CELL, 10) is None
    assert results.yardstick(CELL).status == "recalled, reached by a checked solution"
    proved = tables.Results([best], bounds.load())
    assert proved.yardstick(CELL).status == "proved"


def test_the_report_says_what_was_reached_and_fails_when_something_was_not(
    best: Record,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "results.jsonl"
    peers = [replace(best, solver=name) for name in tables.PEERS]
    records.append([best, *peers, replace(best, seed=2, score=1)], path)
    monkeypatch.setattr(records.load, "__defaults__", (path,))
    assert tables.print_report(Namespace(stored=False, cells=[CELL], ours="v")) == 1
    printed = capsys.readouterr().out
    assert "reached: never more than 0.5 % below PyVRP at 10 CPU-s" in printed
    assert "0.00 % beside 0.00 % (PyVRP), equal" in printed
    assert "**invalid**" in printed


def test_results_survive_being_written_and_a_later_one_replaces_an_earlier(
    best: Record, tmp_path: Path
) -> None:
    path = tmp_path / "kept.json"
    records.keep_baselines("two cores", [best], path)
    assert records.load_baselines(path) == ("two cores", [best])
    lines = tmp_path / "results.jsonl"
    records.append([best], lines)
    records.append([replace(best, score=0)], lines)
    assert [one.score for one in records.load(lines)] == [0]


def test_what_was_found_later_than_the_limit_does_not_count() -> None:
    found = [Found(0.5, 10, ()), Found(1.01, 20, ()), Found(1.1, 30, ())]
    assert at(found, 1).score == 20  # two hundredths are the time to notice
    assert at(found, 0.1).score == 0


def test_a_run_asks_for_each_limit_once_and_skips_what_is_there(
    shared: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    options = run.arguments(
        ["--solvers", "pyvrp", "ortools", "--cells", "pr10-2", "--seeds", "1", "2"]
    )
    wanted = list(run.tasks(options))
    assert [(task.solver, task.seed, task.limits) for task in wanted] == [
        ("pyvrp", 1, (1, 10, 60)),
        ("pyvrp", 2, (1, 10)),
        ("ortools", 1, (1, 10, 60)),
    ]
    path = tmp_path / "results.jsonl"
    monkeypatch.setattr(records.load, "__defaults__", (path,))
    assert run.missing(wanted) == wanted
    done = [
        Record("PyVRP", "0.14.1", "pr10-2", 2, limit, 0.1, 0, (), "2026-11-22") for limit in (1, 10)
    ]
    records.append(done, path)
    assert [task.seed for task in run.missing(wanted)] == [1, 1]
