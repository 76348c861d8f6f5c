"""The independent evaluator: the only truth about what a roster breaks and costs.

It shares no code with the models of the solver. Findings of one person depend on that person's row
only (`personal`), those of demands on one day, so that a manual edit is judged in milliseconds
(`changes`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import ceil

from streife.roster.solver.personal import findings_of
from streife.roster.solver.problem import (
    FREE,
    Demand,
    Fairness,
    Finding,
    Problem,
    Roster,
    Stage,
    Stock,
    Verdict,
    Wish,
)

THOUSAND = 1000


def evaluate(problem: Problem, roster: Roster) -> Verdict:
    """Return what the roster breaks and costs. The roster has the shape people x days."""
    found: list[Finding] = []
    for person, row in enumerate(roster):
        found += findings_of(problem, person, row)
        found += changed(problem, person, row)
    found += demanded(problem, problem.demands, roster)
    for day in range(problem.days):
        found += supervised(problem, day, roster)
        found += alone(problem, day, roster)
    found += stocked(problem, problem.stocks, roster)
    found += wished(problem, problem.wishes, roster)
    for share in problem.fairness:
        found += shared(problem, share, roster)
    return verdict_of(found)


def verdict_of(found: Iterable[Finding]) -> Verdict:
    """Sum up findings."""
    kept = tuple(sorted(found, key=_order))
    costs = [0] * len(Stage)
    for finding in kept:
        costs[finding.stage] += finding.cost
    broken = tuple(finding for finding in kept if finding.hard)
    return Verdict(kept, broken, tuple(costs), sum(costs[Stage.COVER :]))


def _order(finding: Finding) -> tuple[int, bool, int, int, str]:
    day = -1 if finding.day is None else finding.day
    person = -1 if finding.person is None else finding.person
    return finding.stage, not finding.hard, day, person, finding.rule


def demanded(problem: Problem, demands: Iterable[Demand], roster: Roster) -> Iterator[Finding]:
    """Yield the demands that too few or too many people meet."""
    for demand in demands:
        present = _present(problem, demand, roster)
        lacking = max(0, demand.minimum - present)
        below = max(0, demand.preferred - max(present, demand.minimum))
        over = max(0, present - max(demand.preferred, demand.minimum))
        cost = lacking * demand.under + below * demand.below + over * demand.over
        if cost or lacking:
            words = (
                ("is", present),
                ("minimum", demand.minimum),
                ("preferred", demand.preferred),
                ("skill", demand.skill or ""),
            )
            yield Finding(
                demand.id,
                "demand",
                demand.norm,
                Stage.COVER,
                lacking > 0,
                cost,
                None,
                demand.day,
                words,
            )


def _present(problem: Problem, demand: Demand, roster: Roster) -> int:
    count = 0
    for person, row in zip(problem.people, roster, strict=True):
        skilled = demand.skill is None or demand.skill in person.skills
        if skilled and not person.trainee and row[demand.day] in demand.duties:
            count += 1
    return count


def supervised(problem: Problem, day: int, roster: Roster) -> Iterator[Finding]:
    """Yield duties of the day in which trainees have too few officers beside them."""
    rule = problem.supervision
    if rule is None:
        return
    officers: dict[int, int] = defaultdict(int)
    trainees: dict[int, int] = defaultdict(int)
    for person, row in zip(problem.people, roster, strict=True):
        if row[day] != FREE:
            (trainees if person.trainee else officers)[row[day]] += 1
    for duty, count in sorted(trainees.items()):
        lacking = count * rule.officers - officers[duty]
        if lacking > 0:
            words = (("duty", duty), ("trainees", count), ("officers", officers[duty]))
            yield Finding(
                rule.id, "supervision", rule.norm, Stage.LEGAL, True, lacking, None, day, words
            )


def alone(problem: Problem, day: int, roster: Roster) -> Iterator[Finding]:
    """Yield duties of the day in which an officer has too few others beside them."""
    rule = problem.company
    if rule is None or day not in rule.days:
        return
    crews = Counter(
        row[day]
        for person, row in zip(problem.people, roster, strict=True)
        if row[day] != FREE and not person.trainee
    )
    for duty, count in sorted(crews.items()):
        if count < rule.officers:
            words = (("duty", duty), ("is", count), ("minimum", rule.officers))
            yield Finding(
                rule.id, "alone", rule.norm, Stage.COVER, True, rule.price, None, day, words
            )


def stocked(problem: Problem, stocks: Iterable[Stock], roster: Roster) -> Iterator[Finding]:
    """Yield where more pieces of a thing are needed at once than are ready."""
    chosen = tuple(stocks)
    crews: Counter[tuple[int, int]] = Counter()
    for day in {use.day for stock in chosen for use in stock.uses}:
        for person, row in zip(problem.people, roster, strict=True):
            if not person.trainee and row[day] != FREE:
                crews[day, row[day]] += 1
    for stock in chosen:
        taken = sum(ceil(crews[use.day, use.duty] / use.one_for) for use in stock.uses)
        lacking = taken + stock.set_aside - stock.ready
        if lacking > 0:
            words = (("is", taken + stock.set_aside), ("ready", stock.ready), *stock.words)
            cost = lacking * stock.price
            yield Finding(
                stock.id, "stock", stock.norm, Stage.COVER, True, cost, None, stock.day, words
            )


def wished(problem: Problem, wishes: Iterable[Wish], roster: Roster) -> Iterator[Finding]:
    """Yield the wishes that are not met."""
    for wish in wishes:
        duty = roster[wish.person][wish.day]
        kind = None if duty == FREE else problem.duties[duty].kind
        met = kind is not None if wish.kind is None else kind == wish.kind
        if met != wish.wanted:
            code = "" if wish.kind is None else problem.kinds[wish.kind].code
            words = (("wanted", int(wish.wanted)), ("kind", code))
            yield Finding(
                "wish", "wish", "", Stage.WISHES, False, wish.weight, wish.person, wish.day, words
            )


def burdens(problem: Problem, share: Fairness, roster: Roster) -> list[float]:
    """Return the burden of each person of the group, parallel to `share.people` (see Fairness)."""
    counts = [
        sum(_shared_duty(problem, share, day, duty) for day, duty in enumerate(roster[person]))
        for person in share.people
    ]
    if share.carried:
        counts = [count + before for count, before in zip(counts, share.carried, strict=True)]
    all_shares, total = sum(share.shares), sum(counts)
    return [
        count - part * total / all_shares for count, part in zip(counts, share.shares, strict=True)
    ]


def _shared_duty(problem: Problem, share: Fairness, day: int, duty: int) -> bool:
    if duty == FREE or (share.days is not None and day not in share.days):
        return False
    return share.kinds is None or problem.duties[duty].kind in share.kinds


def shared(problem: Problem, share: Fairness, roster: Roster) -> Iterator[Finding]:
    """Yield the spread of the burdens of a group, if it is above the tolerance."""
    carried = burdens(problem, share, roster)
    spread = round((max(carried) - min(carried)) * THOUSAND) if carried else 0
    if spread > share.tolerance:
        words = (("spread", spread), ("tolerance", share.tolerance))
        cost = (spread - share.tolerance) * share.weight
        yield Finding(
            share.id, "fairness", share.norm, Stage.FAIRNESS, False, cost, None, None, words
        )


def changed(problem: Problem, person: int, row: tuple[int, ...]) -> Iterator[Finding]:
    """Yield the days on which a person's published duty is changed."""
    if problem.published is None:
        return
    for day, (before, now) in enumerate(zip(problem.published[person], row, strict=True)):
        if before != now:
            words = (("before", before), ("now", now))
            cost = problem.change
            yield Finding(
                "published", "published", "", Stage.STABILITY, False, cost, person, day, words
            )
