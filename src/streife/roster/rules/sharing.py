"""Who ought to have how many nights and weekend duties: by contract and presence."""

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from streife.roster.rules.basis import Basis
from streife.roster.rules.terms import Done, Member
from streife.roster.rules.windows import SATURDAY
from streife.roster.solver.problem import Fairness

ONE_DUTY = 1000  # fairness is measured in thousandths of a duty
LOOK_BACK = timedelta(weeks=8)
MOST_CARRIED = 3  # duties of full time that one plan makes up for; the next one goes on
HAIR = 1e-9


def present_share(member: Member, basis: Basis) -> int:
    """Return the contract share weighted by the days on which somebody can be planned, percent.

    A planned day that an illness took counts as present: the duty of that day counts as done.
    """
    away = {off.day for off in member.offs if off.bars}
    away &= set(basis.days)
    away -= {day for officer, day in basis.missed if officer == member.pk}
    return round(member.share * (1 - len(away) / len(basis.days)))


def carried_over(
    basis: Basis, shares: Mapping[int, int], is_meant: Callable[[Done], bool]
) -> dict[int, int]:
    """Return duties that count as done before the plan, by member: none, or for all of `shares`.

    Who had more than the own share in the eight weeks before has less now, and the other way
    round: by whole duties, three at most for full time. The share of those weeks is weighted by the
    days on which somebody could be planned, so nobody makes up for leave, illness or the time
    before entry; of whom nothing is known is left out. Everybody is lifted by their share until no
    number is below zero, which changes no burden (`Fairness`) but for rounding in part time.
    """
    since, done, weights = basis.first_day - LOOK_BACK, {}, {}
    for member in basis.members:
        past = [one for one in member.history or () if since <= one.day < basis.first_day]
        if member.pk in shares and past:
            away = {off.day for off in member.offs if off.bars and since <= off.day}
            away = {day for day in away if day < basis.first_day}
            done[member.pk] = sum(is_meant(one) for one in past)
            weights[member.pk] = member.share * max(1, LOOK_BACK.days - len(away))
    each = sum(done.values()) / sum(weights.values()) if done else 0.0
    apart = {
        pk: _whole(count - weights[pk] * each, MOST_CARRIED * shares[pk] / 100)
        for pk, count in done.items()
    }
    if not any(apart.values()):
        return {}
    lift = max(math.ceil(-count * 100 / shares[pk]) for pk, count in apart.items())
    return {pk: apart.get(pk, 0) + round(max(0, lift) * part / 100) for pk, part in shares.items()}


def _whole(apart: float, most: float) -> int:
    """Return the whole duties in it, towards zero, no more than `most` either way.

    >>> _whole(-2.7, 3), _whole(4.0, 1.5), _whole(0.9, 3)
    (-2, 1, 0)
    """
    return int(math.copysign(min(abs(apart) + HAIR, most), apart))


def fairness_of(basis: Basis, row_of: dict[int, int], nights: frozenset[int]) -> Iterator[Fairness]:
    """Yield the shares of nights and of weekends; apprentices stand outside.

    What somebody could not do for illness counts as done: nobody makes up for being ill (what is
    paid is what would have been worked, § 4 Abs. 1 EFZG), and the plan stays as fair as it was.
    The weeks before the plan count too, see `carried_over`.
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
    before_nights = carried_over(basis, shares, lambda one: one.kind in night_kinds)
    before_weekends = carried_over(basis, shares, lambda one: one.day.weekday() >= SATURDAY)
    for name, kinds, days, missed, before in (
        ("fair/nights", nights, None, missed_nights, before_nights),
        ("fair/weekends", None, weekend, missed_weekends, before_weekends),
    ):
        if kinds or days:
            yield Fairness(
                id=name,
                people=tuple(row_of[pk] for pk in shares),
                shares=tuple(shares.values()),
                carried=tuple(missed.count(pk) + before.get(pk, 0) for pk in shares)
                if missed or before
                else (),
                kinds=kinds,
                days=days,
                tolerance=ONE_DUTY,
                norm="Dienstvereinbarung",
            )
