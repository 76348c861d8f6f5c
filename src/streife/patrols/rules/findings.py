"""What the checker found, said as a shift leader would say it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from streife.kernel.clock import local
from streife.kernel.texts import german, said
from streife.patrols.rules.basis import Basis
from streife.patrols.rules.retiming import way_seconds
from streife.patrols.solver.problem import UNREACHABLE, Plan, Problem, Verdict, Violation

TEXTS: Mapping[str, str] = {
    "too-early": german("%(team)s ist %(minutes)s Min. zu spät: %(place)s, %(clock)s Uhr."),
    "window": german("%(place)s ist um %(clock)s Uhr nicht an der Reihe, sondern %(windows)s."),
    "dwell": german("%(place)s: Diese Verweildauer ist nicht vorgesehen."),
    "no-way": german("%(team)s hat keinen Weg zu %(place)s."),
    "no-way-home": german("%(team)s hat keinen Weg zurück."),
    "late-home": german("%(team)s ist erst um %(clock)s Uhr zurück, Dienstende ist %(end)s Uhr."),
    "break-missing": german("%(team)s hat keine Pause (§ 4 ArbZG)."),
    "break-window": german("Die Pause von %(team)s liegt falsch: spätestens %(latest)s Uhr."),
    "break-clash": german("Die Pause von %(team)s fällt in einen Halt."),
    "joint-teams": german("%(place)s brauchte %(wanted)s Teams zugleich."),
    "joint-times": german("%(place)s: Die Teams kommen nicht zugleich an."),
    "skills": german("%(place)s braucht eine Streife mit der Polizei."),
    "twice": german("%(place)s steht doppelt im Plan."),
    "series-count": german("%(place)s ist öfter an der Reihe, als es nützt."),
    "series-spacing": german("%(place)s: Zwei Besuche liegen zu nah beieinander (%(clock)s Uhr)."),
    "mandatory": german("Pflicht, aber nicht im Plan: %(place)s."),
    "frozen": german("%(team)s: Schon Geschehenes wurde geändert."),
}
_SAME = {
    "too-early-after-break": "too-early",
    "late-home-after-break": "late-home",
    "break-order": "break-clash",
}
# The planned value is compared by ourselves.
_SILENT = {"value"}
ANY_TIME = german("jederzeit")


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the plan breaks: code, words, and where to look."""

    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    stop: int | None = None

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return said(self.message, self.values)


def findings(
    verdict: Verdict, problem: Problem, plan: Plan, basis: Basis, names: Mapping[str, str]
) -> list[Finding]:
    """Return what the plan breaks; `names` are the call signs by team code."""
    found = [
        _finding(one, problem, plan, basis, names)
        for one in verdict.violations
        if one.code not in _SILENT
    ]
    return list(_unique(found))


def _unique(found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield each sentence once: a stop of two teams is judged twice."""
    seen = set()
    for one in found:
        if one.text not in seen:
            seen.add(one.text)
            yield one


def _finding(
    one: Violation, problem: Problem, plan: Plan, basis: Basis, names: Mapping[str, str]
) -> Finding:
    code = _SAME.get(one.code, one.code)
    values: dict[str, object] = {}
    stop = int(one.subject) if one.subject.isdecimal() else None
    if stop is not None:
        values["place"] = basis.places[basis.wanted[stop].place].name
        values |= _of_stop(stop, problem, plan, basis, names)
    else:
        values |= _of_team(one.subject, problem, plan, basis, names)
        code = "no-way-home" if code == "no-way" else code
    if code not in TEXTS:
        return Finding(code, german("%(detail)s"), {"detail": one.detail}, stop)
    return Finding(code, TEXTS[code], values, stop)


def _of_stop(
    number: int, problem: Problem, plan: Plan, basis: Basis, names: Mapping[str, str]
) -> dict[str, object]:
    stop = problem.stops[number]
    values: dict[str, object] = {
        "team": "",
        "clock": "",
        "minutes": 0,
        "wanted": stop.teams,
        "windows": windows_text(basis, stop.windows, exact=True),
    }
    for team, route in zip(problem.teams, plan.routes, strict=True):
        at, leaves = team.start, team.begins
        for visit in route.visits:
            here = problem.stops[visit.stop]
            for begins, seconds in route.breaks:
                if leaves <= begins < visit.begins:
                    leaves = begins + seconds
            if visit.stop == number:
                way = way_seconds(problem, team, leaves, at, here.location)
                late = 0 if way >= UNREACHABLE else max(0, leaves + way - visit.begins)
                values |= {
                    "team": names.get(team.code, team.code),
                    "clock": clock(basis.moment(visit.begins)),
                    "minutes": max(values["minutes"], -(-late // 60)),  # type: ignore[call-overload]
                }
            at, leaves = here.location, visit.begins + visit.seconds
    return values


def _of_team(
    code: str, problem: Problem, plan: Plan, basis: Basis, names: Mapping[str, str]
) -> dict[str, object]:
    values: dict[str, object] = {"team": names.get(code, code)}
    for team, route in zip(problem.teams, plan.routes, strict=True):
        if team.code != code:
            continue
        at, leaves = team.start, team.begins
        if route.visits:
            last = route.visits[-1]
            at, leaves = problem.stops[last.stop].location, last.begins + last.seconds
        leaves = max([leaves, *(begins + seconds for begins, seconds in route.breaks)])
        home = leaves + way_seconds(problem, team, leaves, at, team.end)
        values["clock"] = clock(basis.moment(home)) if home < UNREACHABLE else "?"
        values["end"] = clock(basis.moment(team.ends))
        values["latest"] = ", ".join(clock(basis.moment(one.latest)) for one in team.breaks)
    return values


def clock(moment: datetime) -> str:
    """Return the time of day: 14.05."""
    return f"{local(moment):%H.%M}"


def windows_text(basis: Basis, windows: Sequence[tuple[int, int]], *, exact: bool = False) -> str:
    """Return windows as "14.00 bis 16.00 Uhr"; `exact`: until 15.59, for who is a minute late.

    Windows end a second before the next one begins; people say the full hour.
    """
    beyond = 0 if exact else 1
    parts = [
        said(
            "%(start)s bis %(end)s Uhr",
            {"start": clock(basis.moment(opens)), "end": clock(basis.moment(closes + beyond))},
        )
        for opens, closes in windows
    ]
    return ", ".join(parts) or said(ANY_TIME)
