"""What a plan does not do and why, in words: places left out, duties without a place, dead ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streife.kernel.texts import german, said
from streife.patrols.rules.basis import Basis
from streife.patrols.rules.need_words import spoken
from streife.patrols.rules.planning import MODE_NAMES, MODES
from streife.patrols.solver.faults import Fault, faults_of
from streife.patrols.solver.problem import UNREACHABLE, Plan, Problem
from streife.patrols.solver.reasons import SENTENCES, unplaced

Names = Mapping[str, str]
# What is said once for all places that share it.
TOGETHER = {"unreachable": german("Für kein Team erreichbar")}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some places, or a team, are not in the plan; `names` are theirs, in order."""

    text: str
    names: tuple[str, ...] = ()


def fault_text(fault: Fault, basis: Basis, names: Names) -> str:
    """Return a fault of the problem as people say it; `names` are call signs by team code."""
    return said(fault.message, {**fault.values, "subject": _subject(fault, basis, names)})


def _subject(fault: Fault, basis: Basis, names: Names) -> str:
    if fault.subject in names:
        return names[fault.subject]
    if not fault.subject.isdecimal():
        return fault.subject
    number = int(fault.subject)
    if fault.code.startswith("travel-"):
        return said(MODE_NAMES[MODES[number]])
    if fault.code.startswith("series-"):
        places = [one.place for one in basis.wanted if one.series == number]
        return basis.places[places[0]].name if places else fault.subject
    return basis.places[basis.wanted[number].place].name


def left_out(basis: Basis, problem: Problem, plan: Plan, names: Names) -> list[Reason]:
    """Return what is not planned: first duties that found no place, then the rest by reason."""
    found: dict[str, list[str]] = {}
    lost = unplaced(problem, plan)
    for one in lost:
        name = basis.places[basis.wanted[one.stop].place].name
        for code in one.reasons:
            _add(
                found,
                said(german("Pflicht ohne Platz: %(why)s"), {"why": said(SENTENCES[code])}),
                name,
            )
    told = {str(one.stop) for one in lost}
    texts: list[str] = []
    for fault in faults_of(problem):
        if fault.error or fault.subject in told:
            continue
        if fault.code in TOGETHER:
            _add(found, said(TOGETHER[fault.code]), _subject(fault, basis, names))
        else:
            texts.append(fault_text(fault, basis, names))
    return [
        *(Reason(text) for text in _stranded(basis, problem, names)),
        *(Reason(text) for text in dict.fromkeys(texts)),
        *(Reason(text, tuple(places)) for text, places in found.items()),
        *_of_basis(basis),
    ]


def _stranded(basis: Basis, problem: Problem, names: Names) -> Iterable[str]:
    """Yield the teams that set out from where no street leads anywhere."""
    for team in problem.teams:
        away = problem.travel[team.mode].seconds.min(axis=0)[team.start].copy()
        away[team.start] = UNREACHABLE
        if len(away) > 1 and away.min() >= UNREACHABLE:
            yield said(
                german(
                    "%(team)s kommt von %(place)s nicht weg: Dorthin führt kein Weg im Straßennetz."
                ),
                {"team": names.get(team.code, team.code), "place": basis.places[team.start].name},
            )


def _of_basis(basis: Basis) -> Iterable[Reason]:
    """Yield the places that were not on offer, together where they share the reason."""
    found: dict[str, list[str]] = {}
    for one in basis.left_out:
        _add(found, "; ".join(spoken(reason) for reason in one.reasons), one.name)
    return [Reason(text[:1].upper() + text[1:], tuple(places)) for text, places in found.items()]


def _add(found: dict[str, list[str]], text: str, name: str) -> None:
    places = found.setdefault(text, [])
    if name not in places:
        places.append(name)
