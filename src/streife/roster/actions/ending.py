"""Swaps that end by themselves: the duty has begun, or stands no more as it was offered."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.roster.models import Plan, ShiftKind, Swap
from streife.roster.rules.clock import span_on
from streife.roster.rules.states import OPEN, SwapState, check_swap_move
from streife.roster.times import times_of


def end_with_duty(
    plan: Plan, officer_id: int, day: date, kind: ShiftKind, actor: Actor, now: datetime
) -> None:
    """End the open swaps that give away a duty which its officer has no longer."""
    given = Q(offered_by_id=officer_id, day=day, kind=kind)
    back = Q(taken_by_id=officer_id, back_day=day, back_kind=kind)
    end_each(Swap.objects.filter(given | back, plan=plan, state__in=OPEN), actor, now)


def end_each(rows: QuerySet[Swap], actor: Actor, now: datetime) -> int:
    """End swaps, tell both and return how many; one that was decided meanwhile stays."""
    pks = list(rows.values_list("pk", flat=True))
    held = Swap.objects.select_for_update(of=("self",)).filter(pk__in=pks, state__in=OPEN)
    count = 0
    for swap in held.select_related("kind", "back_kind").order_by("pk"):
        over = SwapState.EXPIRED if _begun(swap, now) else SwapState.VOID
        check_swap_move(swap.state, over)
        swap.state, swap.giver_news = over, True
        swap.taker_news = swap.taken_by_id is not None
        swap.save(update_fields=["state", "giver_news", "taker_news"])
        record_swap(swap, "roster.swap_ended", actor, now)
        count += 1
    return count


def _begun(swap: Swap, now: datetime) -> bool:
    duties = [(swap.kind, swap.day), (swap.back_kind, swap.back_day)]
    return any(
        kind is not None and day is not None and span_on(times_of(kind), day)[0] <= now
        for kind, day in duties
    )


def record_swap(swap: Swap, act: str, actor: Actor, now: datetime) -> None:
    """Write a step of a swap into the journal, by ids."""
    journal.record(
        act=act,
        subject=f"swap:{swap.pk}",
        actor=actor.ref,
        now=now,
        body={
            "offered_by": swap.offered_by_id,
            "taken_by": swap.taken_by_id,
            "day": swap.day.isoformat(),
            "kind": swap.kind_id,
        },
    )
