"""The independent checker: is a plan allowed, and what is it worth?

Written from the rules in `problem`, for reading and not for speed, sharing no code with the solver.
Nobody needs to trust the solver: whatever is shown, published or measured has passed here.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from streife.kernel.texts import said
from streife.patrols.solver.problem import (
    UNREACHABLE,
    Plan,
    Problem,
    Route,
    Stop,
    Team,
    Verdict,
    Violation,
    Visit,
)
from streife.patrols.solver.response import Stay, response_seconds, way


@dataclass(frozen=True, slots=True)
class _Made:
    """A visit with the number of its route; `frozen` ones are facts and judged more mildly."""

    visit: Visit
    route: int
    frozen: bool


def check(problem: Problem, plan: Plan) -> Verdict:
    """Return the recomputed value, every rule the plan breaks, and the expected response time.

    The verdict is complete: it goes on after the first violation. Without a known stop for every
    visit and a route for every team nothing can be computed; then only that is said, value 0.
    """
    shape = tuple(_shape(problem, plan))
    if shape:
        return Verdict(0, shape, None)
    made = _made(problem, plan)
    violations: list[Violation] = []
    stays: list[tuple[Stay, ...]] = []
    for team, route in zip(problem.teams, plan.routes, strict=True):
        if route.visits or team.frozen:
            violations += [*_head(team, route), *_breaks(team, route)]
            violations += _visits(problem, team, route)
            stays.append(_follow(problem, team, route, violations))
        else:
            stays.append((Stay(team.start, team.begins),))  # not sent out, so not judged
    violations += [*_together(problem, made), *_series(problem, made), *_mandatory(problem, made)]
    value = _value(problem, made)
    if value != plan.value:
        detail = said(
            "Der Plan nennt den Wert %(stated)s, nachgerechnet sind es %(counted)s.",
            {"stated": plan.value, "counted": value},
        )
        violations.append(Violation("value", "", detail))
    return Verdict(value, tuple(violations), response_seconds(problem, stays))


def _clock(seconds: int) -> str:
    """Return seconds since the start of the plan as hours, minutes and seconds."""
    sign = "-" if seconds < 0 else ""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _shape(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if len(plan.routes) != len(problem.teams):
        detail = said(
            "Der Plan hat %(routes)s Wege für %(teams)s Teams.",
            {"routes": len(plan.routes), "teams": len(problem.teams)},
        )
        yield Violation("routes", "", detail)
    for route in plan.routes:
        for visit in route.visits:
            if not 0 <= visit.stop < len(problem.stops):
                detail = said("Diesen Stopp gibt es in der Aufgabe nicht.")
                yield Violation("unknown-stop", str(visit.stop), detail)


def _made(problem: Problem, plan: Plan) -> dict[int, list[_Made]]:
    """Return all visits by their stop."""
    made: dict[int, list[_Made]] = defaultdict(list)
    for number, (team, route) in enumerate(zip(problem.teams, plan.routes, strict=True)):
        for place, visit in enumerate(route.visits):
            made[visit.stop].append(_Made(visit, number, place < len(team.frozen)))
    return made


def _head(team: Team, route: Route) -> Iterator[Violation]:
    """What already happened stands unchanged at the head of the route."""
    if route.visits[: len(team.frozen)] != team.frozen:
        yield Violation("frozen", team.code, said("Schon Geschehenes wurde geändert."))


def _breaks(team: Team, route: Route) -> Iterator[Violation]:
    """All breaks are taken, as long as ordered, within their time, in their order (§ 4 ArbZG)."""
    if [length for _, length in route.breaks] != [wanted.seconds for wanted in team.breaks]:
        detail = said(
            "%(taken)s von %(wanted)s Pausen in der vorgeschriebenen Länge.",
            {"taken": len(route.breaks), "wanted": len(team.breaks)},
        )
        yield Violation("break-missing", team.code, detail)
        return
    for (begins, _), wanted in zip(route.breaks, team.breaks, strict=True):
        if not wanted.earliest <= begins <= wanted.latest:
            detail = said(
                "Die Pause beginnt um %(begins)s statt zwischen %(earliest)s und %(latest)s.",
                {
                    "begins": _clock(begins),
                    "earliest": _clock(wanted.earliest),
                    "latest": _clock(wanted.latest),
                },
            )
            yield Violation("break-window", team.code, detail)
    for (begins, length), (following, _) in pairwise(route.breaks):
        if following < begins + length:
            yield Violation("break-order", team.code, said("Zwei Pausen überschneiden sich."))


def _visits(problem: Problem, team: Team, route: Route) -> Iterator[Violation]:
    """Each visit begins in a window and is as long as one of its alternatives."""
    for visit in route.visits[len(team.frozen) :]:
        stop = problem.stops[visit.stop]
        if stop.windows and not any(a <= visit.begins <= b for a, b in stop.windows):
            detail = said(
                "Der Besuch beginnt um %(begins)s, außerhalb der Zeitfenster.",
                {"begins": _clock(visit.begins)},
            )
            yield Violation("window", stop.code, detail)
        if visit.seconds not in [dwell.seconds for dwell in stop.dwells]:
            detail = said(
                "Ein Aufenthalt von %(length)s ist nicht vorgesehen.",
                {"length": _clock(visit.seconds)},
            )
            yield Violation("dwell", stop.code, detail)


def _follow(
    problem: Problem, team: Team, route: Route, violations: list[Violation]
) -> tuple[Stay, ...]:
    """Go the route in time; return where the team is from when on, add what does not fit."""
    stays = [Stay(team.start, team.begins)]
    free, pauses = team.begins, list(route.breaks)
    for place, visit in enumerate(route.visits):
        stop = problem.stops[visit.stop]
        if place < len(team.frozen):
            stays.append(Stay(stop.location, visit.begins))
        else:
            here = []
            while pauses and pauses[0][0] < visit.begins:
                here.append(pauses.pop(0))
            violations += _clashes(team, here, free)
            leaves = max([free, *(begins + length for begins, length in here)])
            arrives = leaves + way(problem, team.mode, stays[-1].location, stop.location, leaves)
            violations += _arrival(stop, visit, arrives)
            stays.append(Stay(stop.location, min(arrives, visit.begins)))
        free = visit.begins + visit.seconds
    violations += _clashes(team, pauses, free)
    stays.append(_home(problem, team, stays[-1].location, free, pauses, violations))
    return tuple(stays)


def _clashes(team: Team, pauses: list[tuple[int, int]], free: int) -> Iterator[Violation]:
    for begins, _ in pauses:
        if begins < free:
            detail = said(
                "Die Pause beginnt um %(begins)s, das Team ist erst um %(free)s frei.",
                {"begins": _clock(begins), "free": _clock(free)},
            )
            yield Violation("break-clash", team.code, detail)


def _arrival(stop: Stop, visit: Visit, arrives: int) -> Iterator[Violation]:
    if arrives >= UNREACHABLE:
        yield Violation("no-way", stop.code, said("Dorthin gibt es keinen Weg."))
    elif arrives > visit.begins:
        detail = said(
            "Das Team kommt um %(arrives)s an, der Besuch beginnt schon um %(begins)s.",
            {"begins": _clock(visit.begins), "arrives": _clock(arrives)},
        )
        yield Violation("too-early", stop.code, detail)


def _home(
    problem: Problem,
    team: Team,
    location: int,
    free: int,
    pauses: list[tuple[int, int]],
    violations: list[Violation],
) -> Stay:
    """Bring the team to its end; the last breaks may be taken before leaving or after arriving."""
    arrivals = []
    for taken in range(len(pauses) + 1):
        leaves = max([free, *(begins + length for begins, length in pauses[:taken])])
        arrives = leaves + way(problem, team.mode, location, team.end, leaves)
        fits = all(begins >= arrives for begins, _ in pauses[taken:])
        over = max([arrives, *(begins + length for begins, length in pauses[taken:])])
        if fits and over <= team.ends:
            return Stay(team.end, arrives)
        arrivals.append(arrives)
    if arrivals[0] >= UNREACHABLE:
        violations.append(Violation("no-way", team.code, said("Zum Ziel gibt es keinen Weg.")))
    else:
        detail = said(
            "Das Team ist um %(arrives)s am Ziel, seine Schicht endet um %(ends)s.",
            {"arrives": _clock(max(arrivals)), "ends": _clock(team.ends)},
        )
        violations.append(Violation("late-home", team.code, detail))
    return Stay(team.end, arrivals[0])


def _together(problem: Problem, made: dict[int, list[_Made]]) -> Iterator[Violation]:
    """A stop is visited once, by as many teams as it needs, at the same time, with the skills."""
    for index, visits in made.items():
        stop = problem.stops[index]
        if all(one.frozen for one in visits):
            continue
        routes = {one.route for one in visits}
        if len(routes) < len(visits) or len(visits) > stop.teams:
            yield Violation("twice", stop.code, said("Der Stopp wird mehrfach besucht."))
        elif len(visits) < stop.teams:
            detail = said(
                "%(present)s von %(wanted)s Teams kommen.",
                {"present": len(visits), "wanted": stop.teams},
            )
            yield Violation("joint-teams", stop.code, detail)
        if stop.teams > 1 and len({(one.visit.begins, one.visit.seconds) for one in visits}) > 1:
            yield Violation(
                "joint-times", stop.code, said("Die Teams besuchen ihn nicht zugleich.")
            )
        lacking = stop.skills.difference(*(problem.teams[route].skills for route in routes))
        if lacking:
            detail = said("Es fehlt: %(skills)s.", {"skills": ", ".join(sorted(lacking))})
            yield Violation("skills", stop.code, detail)


def _first(one: _Made) -> tuple[int, int]:
    """Order the visits of several teams to one stop: what they told of it may differ."""
    return one.visit.begins, -one.visit.seconds


def _by_series(problem: Problem, made: dict[int, list[_Made]]) -> dict[int, list[_Made]]:
    """Return one visit for each visited stop of a series, in time."""
    members: dict[int, list[_Made]] = defaultdict(list)
    for index, visits in made.items():
        series = problem.stops[index].series
        if series is not None:
            members[series].append(min(visits, key=_first))
    return {
        number: sorted(visits, key=lambda one: (one.visit.begins, one.visit.stop))
        for number, visits in members.items()
    }


def _series(problem: Problem, made: dict[int, list[_Made]]) -> Iterator[Violation]:
    for number, visits in _by_series(problem, made).items():
        series = problem.series[number]
        open_ones = [one for one in visits if not one.frozen]
        if len(visits) > len(series.factors) and open_ones:
            detail = said(
                "%(visits)s Besuche, erlaubt sind %(allowed)s.",
                {"visits": len(visits), "allowed": len(series.factors)},
            )
            code = problem.stops[open_ones[-1].visit.stop].code
            yield Violation("series-count", code, detail)
        for earlier, later in combinations(visits, 2):
            apart = later.visit.begins - earlier.visit.begins
            if apart < series.spacing_seconds and not (earlier.frozen and later.frozen):
                detail = said(
                    "Nur %(apart)s nach dem vorigen Besuch, der Abstand ist %(spacing)s.",
                    {"apart": _clock(apart), "spacing": _clock(series.spacing_seconds)},
                )
                yield Violation("series-spacing", problem.stops[later.visit.stop].code, detail)


def _mandatory(problem: Problem, made: dict[int, list[_Made]]) -> Iterator[Violation]:
    for index, stop in enumerate(problem.stops):
        if stop.mandatory and index not in made:
            yield Violation("mandatory", stop.code, said("Der Pflichtstopp fehlt."))


def _value(problem: Problem, made: dict[int, list[_Made]]) -> int:
    """Return what the visits are worth, each stop once, visits of a series by their rank."""
    factors = {
        one.visit.stop: problem.series[number].factors[rank : rank + 1]
        for number, visits in _by_series(problem, made).items()
        for rank, one in enumerate(visits)
    }
    total = 0
    for index, visits in made.items():
        stop, length = problem.stops[index], min(visits, key=_first).visit.seconds
        worth = max((d.value for d in stop.dwells if d.seconds <= length), default=0)
        if stop.series is None:
            total += worth
        else:
            total += sum(int(worth * factor + 1e-9) for factor in factors[index])
    return total
