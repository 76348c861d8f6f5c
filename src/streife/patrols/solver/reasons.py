"""Why a mandatory stop is in no route, in codes with a sentence for each."""

from collections.abc import Iterator

from streife.kernel.texts import german
from streife.patrols.solver.layout import LATEST
from streife.patrols.solver.problem import UNREACHABLE, Plan, Problem, Stop, Team, Unplaced

SENTENCES = {
    "no-team": german("Es ist kein Team eingeteilt."),
    "too-few-teams": german("Der Besuch braucht mehr Teams, als eingeteilt sind."),
    "no-skill": german("Kein Team hat die nötige Befähigung."),
    "unreachable": german("Kein geeignetes Team kommt dorthin und wieder weg."),
    "outside-shift": german("Das Zeitfenster liegt außerhalb der Schichten, Wege eingerechnet."),
    "series-full": german("Die Reihe des Ortes erlaubt keinen weiteren Besuch."),
    "displaced": german("Andere Pflichtstopps belegen die Zeit, in der er möglich wäre."),
}
"""Codes of `Unplaced.reasons` and what people read."""


def unplaced(problem: Problem, plan: Plan) -> tuple[Unplaced, ...]:
    """The mandatory stops that are in no route, each with at least one reason."""
    visited = {visit.stop for route in plan.routes for visit in route.visits}
    return tuple(
        Unplaced(at, tuple(_reasons(problem, stop, visited)) or ("displaced",))
        for at, stop in enumerate(problem.stops)
        if stop.mandatory and at not in visited
    )


def _reasons(problem: Problem, stop: Stop, visited: set[int]) -> Iterator[str]:
    if not problem.teams:
        yield "no-team"
        return
    if stop.teams > len(problem.teams):
        yield "too-few-teams"
        return
    skills: frozenset[str] = frozenset().union(*(team.skills for team in problem.teams))
    able = [team for team in problem.teams if stop.teams > 1 or stop.skills <= team.skills]
    if not stop.skills <= skills or not able:
        yield "no-skill"
        return
    reach = [team for team in able if _ways(problem, stop, team) is not None]
    if not reach:
        yield "unreachable"
    elif sum(_in_time(problem, stop, team) for team in reach) < stop.teams:
        yield "outside-shift"
    if stop.series is not None:
        made = sum(problem.stops[at].series == stop.series for at in visited)
        if made >= len(problem.series[stop.series].factors):
            yield "series-full"


def _ways(problem: Problem, stop: Stop, team: Team) -> tuple[int, int, int] | None:
    """Earliest beginning of the open part, way there and way home at their best."""
    where, when = team.start, team.begins
    if team.frozen:
        last = team.frozen[-1]
        where, when = problem.stops[last.stop].location, last.begins + last.seconds
    seconds = problem.travel[team.mode].seconds
    there = 0 if where == stop.location else int(seconds[:, where, stop.location].min())
    home = 0 if stop.location == team.end else int(seconds[:, stop.location, team.end].min())
    return None if max(there, home) >= UNREACHABLE else (when, there, home)


def _in_time(problem: Problem, stop: Stop, team: Team) -> bool:
    """Whether the team could make the visit if it had nothing else to do."""
    ways = _ways(problem, stop, team)
    if ways is None:
        return False
    when, there, home = ways
    last = team.ends - home - stop.dwells[0].seconds
    windows = stop.windows or ((0, LATEST),)
    return any(max(when + there, opens) <= min(closes, last) for opens, closes in windows)
