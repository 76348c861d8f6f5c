"""The duties that stand already behind a plan: its last days leave them their rest and their runs.

Where a next month is published and this one is still planned or edited, the rules hold over the
border as within; what adds up days over it is in `windows`. A single free last day between two
duties (§ 11 Abs. 4 ArbZG) is the one case that is judged with the next plan only.
"""

from collections.abc import Iterator
from datetime import timedelta

from streife.roster.rules.basis import Basis
from streife.roster.rules.clock import minutes_between, span_on
from streife.roster.rules.terms import Law, Member
from streife.roster.solver.problem import Barred, Count, PersonRule

DAY = timedelta(days=1)


def after(law: Law, member: Member, basis: Basis, nights: list[int]) -> Iterator[PersonRule]:
    """Yield what one law asks of the last days for the duties behind the plan."""
    if not member.later:
        return
    if law.kind in {"rest_minutes", "rest_block"}:
        yield from _rest(law, member, basis)
    elif law.kind == "consecutive_days":
        length = _run(member, basis, None)
        yield from _shorter(law, basis, length, None)
    elif law.kind == "consecutive_nights":
        for night in nights:
            length = _run(member, basis, basis.kinds[night].pk)
            yield from _shorter(law, basis, length, frozenset({night}))


def _rest(law: Law, member: Member, basis: Basis) -> Iterator[PersonRule]:
    """§ 5 Abs. 1, § 11 Abs. 4 ArbZG, § 5 AZVO, § 13 JArbSchG: from the last day to the next duty.

    The rest of a day holds for a duty on the first day behind, the block of a free day for one on
    the second.
    """
    apart = 1 if law.kind == "rest_minutes" else 2
    following = min(member.later, key=lambda done: done.starts_at)
    if following.day != basis.last_day + apart * DAY:
        return
    least = int(law.values["min"])
    late = frozenset(
        n
        for n, kind in enumerate(basis.kinds)
        if minutes_between(span_on(kind, basis.last_day)[1], following.starts_at) < least
    )
    if late:
        last = frozenset({len(basis.days) - 1})
        yield Barred(id=f"{law.code}/after", norm=law.norm, days=last, kinds=late)


def _run(member: Member, basis: Basis, kind: int | None) -> int:
    """Return how many days in a row behind the plan have a duty (of a kind: its key)."""
    days = {done.day for done in member.later if kind in (None, done.kind)}
    length = 0
    while basis.last_day + (length + 1) * DAY in days:
        length += 1
    return length


def _shorter(
    law: Law, basis: Basis, length: int, kinds: frozenset[int] | None
) -> Iterator[PersonRule]:
    """Yield that the last days are not all worked, so that no run over the border is too long."""
    most, total = int(law.values["max"]), len(basis.days)
    behind = min(length, most)
    days = frozenset(range(total - (most + 1 - behind), total))
    if behind and min(days) >= 0:
        yield Count(
            id=f"{law.code}/after",
            norm=law.norm,
            days=days,
            kinds=kinds,
            maximum=most - behind,
        )
