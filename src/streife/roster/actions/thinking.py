"""The thinking itself: level what stands, search for the rest, level again; no database."""

import time
from dataclasses import replace

from streife.kernel.errors import Refused
from streife.roster.dealing.filling import filled
from streife.roster.dealing.levelling import levelling
from streife.roster.dealing.starting import lawful_start
from streife.roster.rules.basis import Built
from streife.roster.solver import evaluate, faults_of, solve
from streife.roster.solver.problem import Limit, Problem, Roster, Solution

LEVELLING, POLISHING = 0.4, 0.1  # shares of the time for levelling before and after the search
LEAST = 0.2  # the search always gets this share
SEED = 1  # the same plan for the same facts, so that nobody suspects a draw


def plan_for(built: Built, stands: Roster, seconds: float) -> Solution:
    """Level, search for what is left, level again; the search gets what levelling has not used."""
    problem, begun = built.problem, time.monotonic()
    faults = [fault for fault in faults_of(problem) if fault.error]
    if faults:
        raise Refused(
            "So lässt sich kein Plan rechnen: %(what)s",
            "problem",
            values={"what": " ".join(fault.text for fault in faults[:3])},
        )
    start, used = _levelled(problem, lawful_start(built, stands), seconds * LEVELLING)
    verdict = evaluate(problem, start)
    if not any(verdict.costs):  # nothing is left to search for
        return Solution(start, verdict, (), None, 0, used)
    left = seconds * (1 - POLISHING) - (time.monotonic() - begun)
    stop = Limit(wall_seconds=max(left, seconds * LEAST))
    found = solve(problem, stop=stop, seed=SEED, start=start)
    return _filled(built, _polished(problem, found, used, seconds * POLISHING))


def _filled(built: Built, found: Solution) -> Solution:
    """Put whoever may lawfully fill a gap there: a search that had to stop leaves some."""
    roster = filled(built, found.roster)
    if roster == found.roster:
        return found
    verdict = evaluate(built.problem, roster)
    if verdict.costs >= found.verdict.costs:
        return found
    left = {one.rule for one in verdict.broken}
    # What would release a need that is met now helps nobody any more.
    releases = tuple(
        one for one in found.releases if not one.rule.startswith("need/") or one.rule in left
    )
    return replace(found, roster=roster, verdict=verdict, releases=releases)


def _levelled(problem: Problem, roster: Roster, seconds: float) -> tuple[Roster, float]:
    """Return a roster levelled for at most so many CPU seconds, and how many it took."""
    begun, best = time.thread_time(), roster
    for better in levelling(problem, roster):
        best = better
        if time.thread_time() - begun > seconds:
            break
    return best, time.thread_time() - begun


def _polished(problem: Problem, found: Solution, used: float, seconds: float) -> Solution:
    """Level once more: with little time the search may have left fairness behind for the cover."""
    roster, more = _levelled(problem, found.roster, seconds)
    cpu = found.cpu_seconds + used + more
    verdict = evaluate(problem, roster)
    if verdict.costs >= found.verdict.costs:
        return replace(found, cpu_seconds=cpu)
    return replace(found, roster=roster, verdict=verdict, cpu_seconds=cpu)
