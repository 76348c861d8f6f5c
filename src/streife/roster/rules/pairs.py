"""Nobody goes alone: in a shift, which the solver keeps, and in an area, to which people are dealt.

An apprentice is no second officer (`never_second`); so one officer with an apprentice is alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from streife.roster.rules.areas import PAIR, Spot
from streife.roster.rules.basis import Basis, Built, Key
from streife.roster.rules.hours import Lifted
from streife.roster.solver.problem import Company, Finding, Stage

KIND = "never_alone"


def company_of(basis: Basis) -> Company | None:
    """Return the rule for the solver on the days for which nobody lifted it; None without one."""
    law = next((one for one in basis.laws if one.kind == KIND), None)
    if law is None:
        return None
    lifted = Lifted(basis.released)
    days = frozenset(n for n, day in enumerate(basis.days) if not lifted.has(law.code, day))
    return Company(law.code, law.norm, int(law.values.get("officers", PAIR)), days)


def alone_in_areas(
    built: Built, posts: Mapping[Key, int], areas: Mapping[Key, Spot]
) -> Iterator[Finding]:
    """Yield where somebody goes alone to an area of a shift in which others stand.

    `areas`: officer and day → area; who has none is free to go along with anybody. The
    evaluator says it of a whole shift: it knows no areas.
    """
    rule = built.problem.company
    if rule is None:
        return
    there: Counter[tuple[date, int, str]] = Counter()
    for key, kind in posts.items():
        row = built.row_of.get(key[0])
        if row is not None and kind in built.duty_of and not built.problem.people[row].trainee:
            there[key[1], built.duty_of[kind], areas[key].name if key in areas else ""] += 1
    crews: Counter[tuple[date, int]] = Counter()
    for (day, duty, _), count in there.items():
        crews[day, duty] += count
    for (day, duty, area), count in sorted(there.items()):
        number = (day - built.basis.first_day).days
        if area and count < rule.officers <= crews[day, duty] and number in rule.days:
            words = (("duty", duty), ("is", count), ("minimum", rule.officers), ("area", area))
            yield Finding(
                rule.id, "alone", rule.norm, Stage.COVER, True, rule.price, None, number, words
            )
