"""Who ought to have how many nights and weekend duties: by contract and presence."""

from collections.abc import Iterator

from streife.roster.rules.basis import Basis
from streife.roster.rules.terms import Member
from streife.roster.rules.windows import SATURDAY
from streife.roster.solver.problem import Fairness

ONE_DUTY = 1000  # fairness is measured in thousandths of a duty


def present_share(member: Member, basis: Basis) -> int:
    """Return the contract share weighted by the days on which somebody can be planned, percent.

    A planned day that an illness took counts as present: the duty of that day counts as done.
    """
    away = {off.day for off in member.offs if off.bars}
    away &= set(basis.days)
    away -= {day for officer, day in basis.missed if officer == member.pk}
    return round(member.share * (1 - len(away) / len(basis.days)))


def fairness_of(basis: Basis, row_of: dict[int, int], nights: frozenset[int]) -> Iterator[Fairness]:
    """Yield the shares of nights and of weekends; apprentices stand outside.

    What somebody could not do for illness counts as done: nobody makes up for being ill (what is
    paid is what would have been worked, § 4 Abs. 1 EFZG), and the plan stays as fair as it was.
    """
    shares = {
        member.pk: share
        for member in basis.members
        if not member.apprentice and (share := present_share(member, basis)) > 0
    }
    if len(shares) < 2:
        return
    weekend = frozenset(n for n, day in enumerate(basis.days) if day.weekday() >= SATURDAY)
    night_kinds = {basis.kinds[n].pk for n in nights}
    missed_nights = [who for (who, _), kind in basis.missed.items() if kind in night_kinds]
    missed_weekends = [who for who, day in basis.missed if day.weekday() >= SATURDAY]
    for name, kinds, days, missed in (
        ("fair/nights", nights, None, missed_nights),
        ("fair/weekends", None, weekend, missed_weekends),
    ):
        if kinds or days:
            yield Fairness(
                id=name,
                people=tuple(row_of[pk] for pk in shares),
                shares=tuple(shares.values()),
                carried=tuple(missed.count(pk) for pk in shares) if missed else (),
                kinds=kinds,
                days=days,
                tolerance=ONE_DUTY,
                norm="Dienstvereinbarung",
            )
