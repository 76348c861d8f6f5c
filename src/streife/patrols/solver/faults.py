"""What can be wrong with a planning problem, said before anybody waits for a plan.

Errors are contradictions in the data: `solve` refuses them. Warnings are things that can happen in
a real shift (a road is closed, nobody has the skill): `solve` plans the rest and explains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from streife.kernel.texts import german, said
from streife.patrols.solver.problem import UNREACHABLE, Problem, Stop, Team


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: stable code, German sentence, what it is about, and whether it stops planning."""

    code: str
    message: str
    subject: str
    error: bool = True
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in the reader's language, values filled in."""
        return said(self.message, {**self.values, "subject": self.subject})


class InvalidProblem(ValueError):
    """`solve` was given a problem with errors; `faults` names them all."""

    def __init__(self, found_faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.text for fault in found_faults))
        self.faults = found_faults


def faults_of(problem: Problem) -> tuple[Fault, ...]:
    """All faults: errors (`solve` refuses) first, then warnings (it plans and explains)."""
    shapes = [*_travel(problem), *_indices(problem)]
    if any(fault.error for fault in shapes):
        return tuple(shapes)  # The rest would look things up where there is nothing.
    rest = [*_stops(problem), *_teams(problem), *_reach(problem), *_series(problem)]
    rest += list(_mandatory(problem))
    return tuple(sorted([*shapes, *rest], key=lambda fault: not fault.error))


def _travel(problem: Problem) -> Iterator[Fault]:
    if not problem.teams:
        yield Fault("no-team", german("Es ist kein Team eingeteilt."), "", error=False)
    if not problem.travel:
        yield Fault("no-travel", german("Es fehlen die Wegezeiten."), "")
    sizes = {travel.seconds.shape[1:] for travel in problem.travel}
    for number, travel in enumerate(problem.travel):
        table = travel.seconds
        square = table.ndim == 3 and table.shape[1] == table.shape[2] and len(sizes) == 1
        ascending = travel.starts[:1] == (0,) and all(a < b for a, b in pairwise(travel.starts))
        if not (square and ascending and table.shape[0] == len(travel.starts)):
            message = german("Die Wegezeiten der Fortbewegungsart %(subject)s passen nicht.")
            yield Fault("travel-shape", message, str(number))
        elif table.size and int(table.min()) < 0:
            message = german("Die Fortbewegungsart %(subject)s hat negative Wegezeiten.")
            yield Fault("travel-negative", message, str(number))


def _indices(problem: Problem) -> Iterator[Fault]:
    size = problem.travel[0].seconds.shape[-1] if problem.travel else 0
    unknown = german("%(subject)s liegt an einem Ort, für den es keine Wegezeiten gibt.")
    for stop in problem.stops:
        if not 0 <= stop.location < size:
            yield Fault("location", unknown, stop.code)
        if stop.series is not None and not 0 <= stop.series < len(problem.series):
            yield Fault(
                "series", german("%(subject)s gehört zu keiner bekannten Reihe."), stop.code
            )
    for call in problem.calls:
        if not 0 <= call.location < size or call.weight < 0:
            yield Fault("call", unknown, str(call.location))
    yield from _indices_of_teams(problem, size, unknown)


def _indices_of_teams(problem: Problem, size: int, unknown: str) -> Iterator[Fault]:
    for team in problem.teams:
        if not (0 <= team.start < size and 0 <= team.end < size):
            yield Fault("location", unknown, team.code)
        if not 0 <= team.mode < len(problem.travel):
            message = german("Für %(subject)s gibt es keine Wegezeiten seiner Fortbewegungsart.")
            yield Fault("mode", message, team.code)
        if any(not 0 <= visit.stop < len(problem.stops) for visit in team.frozen):
            message = german("%(subject)s hat einen Besuch hinter sich, den niemand kennt.")
            yield Fault("frozen-stop", message, team.code)


def _stops(problem: Problem) -> Iterator[Fault]:
    for stop in problem.stops:
        for opens, closes in stop.windows:
            if closes < opens:
                message = german("Das Zeitfenster von %(subject)s endet, bevor es beginnt.")
                yield Fault("window-reversed", message, stop.code)
        if any(after[0] <= before[1] for before, after in pairwise(stop.windows)):
            message = german("Die Zeitfenster von %(subject)s überschneiden sich.")
            yield Fault("window-order", message, stop.code)
        if not stop.dwells or not _concave(stop):
            message = german(
                "Die Aufenthalte bei %(subject)s steigen nicht oder sind unvollständig."
            )
            yield Fault("dwells", message, stop.code)
        if stop.teams < 1:
            message = german("%(subject)s braucht mindestens ein Team.")
            yield Fault("teams", message, stop.code)


def _concave(stop: Stop) -> bool:
    if any(dwell.seconds < 0 or dwell.value < 0 for dwell in stop.dwells):
        return False
    steps = [(b.seconds - a.seconds, b.value - a.value) for a, b in pairwise(stop.dwells)]
    if any(seconds <= 0 or value < 0 for seconds, value in steps):
        return False
    return all(v2 * s1 <= v1 * s2 for (s1, v1), (s2, v2) in pairwise(steps))


def _teams(problem: Problem) -> Iterator[Fault]:
    for team in problem.teams:
        if team.ends < team.begins:
            message = german("Die Schicht von %(subject)s endet, bevor sie beginnt.")
            yield Fault("shift-reversed", message, team.code)
        elif not _gets_home(problem, team):
            message = german("%(subject)s kommt in der Schicht nicht mehr zum Ziel.")
            yield Fault("no-way-home", message, team.code, error=False)
        for pause in team.breaks:
            if pause.latest < pause.earliest or pause.seconds <= 0:
                message = german("Eine Pause von %(subject)s endet, bevor sie beginnt.")
                yield Fault("break-reversed", message, team.code)
            elif pause.latest < team.begins or pause.earliest + pause.seconds > team.ends:
                message = german("Eine Pause von %(subject)s liegt außerhalb der Schicht.")
                yield Fault("break-outside", message, team.code, error=False)


def _gets_home(problem: Problem, team: Team) -> bool:
    where, when = team.start, team.begins
    if team.frozen:
        last = team.frozen[-1]
        where, when = problem.stops[last.stop].location, last.begins + last.seconds
    way = 0
    if where != team.end:
        way = int(problem.travel[team.mode].seconds[:, where, team.end].min())
    return way < UNREACHABLE and when + way <= team.ends


def _reach(problem: Problem) -> Iterator[Fault]:
    """Stops that no team can reach and leave again, at any hour."""
    if not problem.teams or not problem.stops:
        return
    reached = np.zeros(problem.travel[0].seconds.shape[-1], dtype=bool)
    for team in problem.teams:
        least = problem.travel[team.mode].seconds.min(axis=0)
        away, home = least[team.start] < UNREACHABLE, least[:, team.end] < UNREACHABLE
        away[team.start] = home[team.end] = True
        reached |= away & home
    for stop in problem.stops:
        if not reached[stop.location]:
            message = german("%(subject)s ist für kein Team erreichbar.")
            yield Fault("unreachable", message, stop.code, error=False)


def _series(problem: Problem) -> Iterator[Fault]:
    for number, series in enumerate(problem.series):
        falling = all(a >= b for a, b in pairwise(series.factors))
        if series.spacing_seconds < 0 or not falling or any(f < 0 for f in series.factors):
            message = german("Abstand oder Werte der Reihe %(subject)s stimmen nicht.")
            yield Fault("series-values", message, str(number))


def _mandatory(problem: Problem) -> Iterator[Fault]:
    """Pflichtstopps nobody can serve, and series with more of them than they allow."""
    for stop in problem.stops:
        if not stop.mandatory or not problem.teams:
            continue
        if stop.teams > len(problem.teams):
            message = german("%(subject)s braucht mehr Teams, als eingeteilt sind.")
            yield Fault("too-few-teams", message, stop.code, error=False)
        elif not stop.skills <= frozenset().union(*(team.skills for team in problem.teams)):
            message = german("Für %(subject)s hat kein Team die nötige Befähigung.")
            yield Fault("no-skill", message, stop.code, error=False)
    for number, series in enumerate(problem.series):
        wanted = sum(stop.mandatory and stop.series == number for stop in problem.stops)
        if wanted > len(series.factors):
            message = german("Die Reihe %(subject)s hat mehr Pflichtbesuche, als sie erlaubt.")
            yield Fault("series-contradiction", message, str(number), error=False)
