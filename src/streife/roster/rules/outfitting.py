"""Which pieces are short as people are dealt to the areas: more went there than had to.

The solver sets pieces aside for the least number of each area (`equipping`). Whoever goes there
beyond that, or to an area that asks for nobody, needs them all the same. That is a hint of the
cover and no broken rule: nobody has to go there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from streife.roster.rules.areas import Spot
from streife.roster.rules.basis import Built, Key
from streife.roster.rules.equipping import stocks_of
from streife.roster.rules.hours import Least, least_of
from streife.roster.solver.evaluate import stocked
from streife.roster.solver.problem import FREE, Finding, Roster, Verdict

KIND = "stock_areas"


def short_in_areas(
    built: Built, roster: Roster, areas: Mapping[Key, Spot], verdict: Verdict
) -> Iterator[Finding]:
    """Yield the pieces that are short by who goes where, beyond those the verdict misses already.

    `areas`: officer and day → area; who has none needs no piece of an area.
    """
    if not any(need.area and need.one_for for need in built.basis.equipment):
        return
    known = {one.rule: one.cost for one in verdict.findings if one.kind == "stock"}
    stocks = tuple(stocks_of(built.basis, _there(built, roster, areas)))
    for one in stocked(built.problem, stocks, roster):
        more = one.cost - known.get(one.rule, 0)
        if more > 0:
            yield replace(one, kind=KIND, hard=False, cost=more)


def _there(built: Built, roster: Roster, areas: Mapping[Key, Spot]) -> Least:
    """Return how many go to which area in each shift: those who are dealt there, or the least."""
    basis = built.basis
    heads: dict[tuple[date, int], Counter[int | None]] = defaultdict(Counter)
    for person, row in enumerate(roster):
        if built.problem.people[person].trainee:
            continue
        for number, duty in enumerate(row):
            spot = areas.get((built.officer_at(person), basis.days[number]))
            if duty != FREE and spot is not None:
                heads[basis.days[number], built.kind_at(duty).pk][spot.pk] += 1
    least = least_of(basis.needs, basis.kinds, basis.released)
    found: dict[tuple[date, int], dict[int | None, int]] = {
        key: dict(counts) for key, counts in least.items()
    }
    for key, counts in heads.items():
        here = found.setdefault(key, {})
        for area, count in counts.items():
            here[area] = max(here.get(area, 0), count)
    return found
