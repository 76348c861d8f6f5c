"""Swaps of duties: offered and taken by officers, decided by a shift leader."""

from datetime import date, datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal.actions import record_last
from streife.kernel.errors import NotFound, Refused
from streife.roster.actions.ending import end_each, record_swap
from streife.roster.actions.wishes import own_officer
from streife.roster.actions.writing import hold_plan, next_step, put
from streife.roster.models import Post, ShiftKind, Swap
from streife.roster.queries.requests import changes_of, dead_swaps
from streife.roster.queries.standing import standing_of
from streife.roster.rules.basis import Built
from streife.roster.rules.clock import span_on
from streife.roster.rules.replacing import changed_roster, newly_broken, trainee_for_officer
from streife.roster.rules.states import OPEN, SwapState, check_swap_move, is_published
from streife.roster.solver.problem import FREE, Roster
from streife.roster.swap_words import why_not
from streife.roster.times import times_of
from streife.staff import queries as staff


@transaction.atomic
def offer_swap(*, post_id: int, actor: Actor, now: datetime) -> Swap:
    """Offer an own duty to the others.

    :raises NotPermitted: without `roster.wish`
    :raises NotFound: no such duty of theirs
    :raises Refused: `swap-not-published`, `swap-too-late`, `swap-offered`
    """
    actor.require("roster.wish")
    own = own_officer(actor)
    post = Post.objects.select_related("plan", "kind").filter(pk=post_id, officer_id=own).first()
    if post is None:
        raise NotFound("Diesen Dienst haben Sie nicht.", "no-such-post")
    if not is_published(post.plan.state):
        raise Refused(
            "Getauscht wird, wenn der Plan veröffentlicht ist. Bis dahin hilft ein Wunsch.",
            "swap-not-published",
        )
    _check_ahead(post.kind, post.day, now)
    running = Swap.objects.filter(state__in=OPEN)
    if running.filter(plan=post.plan, offered_by_id=own, day=post.day).exists():
        raise Refused("Dieser Dienst ist schon angeboten.", "swap-offered")
    swap = Swap.objects.create(
        plan=post.plan, day=post.day, kind=post.kind, offered_by_id=own, offered_at=now
    )
    record_swap(swap, "roster.swap_offered", actor, now)
    return swap


@transaction.atomic
def take_swap(*, swap_id: int, back_post_id: int | None, actor: Actor, now: datetime) -> Swap:
    """Take an offered duty, perhaps for one of one's own; rules are checked for both.

    :raises NotPermitted: without `roster.wish`
    :raises NotFound: no such offer or duty
    :raises Refused: `swap-own`, `swap-over`, `swap-too-late`, `swap-breaks-rule`
    """
    actor.require("roster.wish")
    own = own_officer(actor)
    swap = _hold_with_plan(swap_id)
    if swap.offered_by_id == own:
        raise Refused("Das ist Ihr eigenes Angebot.", "swap-own")
    check_swap_move(swap.state, SwapState.TAKEN)
    _check_ahead(swap.kind, swap.day, now)
    if back_post_id is not None:
        back = Post.objects.filter(pk=back_post_id, officer_id=own, plan=swap.plan).first()
        if back is None:
            raise NotFound("Diesen Dienst haben Sie nicht.", "no-such-post")
        _check_ahead(back.kind, back.day, now)
        swap.back_day, swap.back_kind = back.day, back.kind
    swap.taken_by_id = own
    _check_rules(swap, now)
    swap.state, swap.taken_at, swap.giver_news = SwapState.TAKEN, now, True
    swap.save()
    record_swap(swap, "roster.swap_taken", actor, now)
    return swap


@transaction.atomic
def step_back_from_swap(*, swap_id: int, actor: Actor, now: datetime) -> Swap:
    """Give back a duty that one took, as long as nobody has decided: it is offered again.

    :raises NotPermitted: without `roster.wish`
    :raises NotFound: no such offer, or somebody else took it
    :raises Refused: `swap-over`, `swap-too-late`
    """
    actor.require("roster.wish")
    swap, own = _hold(swap_id), own_officer(actor)
    if swap.taken_by_id != own:
        raise NotFound("Diesen Tausch gibt es nicht.", "no-such-swap")
    check_swap_move(swap.state, SwapState.OFFERED)
    _check_ahead(swap.kind, swap.day, now)
    record_swap(swap, "roster.swap_stepped_back", actor, now)
    swap.state, swap.stepped_back_id, swap.giver_news = SwapState.OFFERED, own, True
    swap.taken_by = swap.taken_at = swap.back_day = swap.back_kind = None
    swap.save()
    return swap


@transaction.atomic
@record_last()
def decide_swap(*, swap_id: int, approve: bool, reason: str, actor: Actor, now: datetime) -> Swap:
    """Approve a swap, so that the plan and the duties change, or refuse it with a reason.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such offer
    :raises Refused: `swap-over`, `swap-too-late`, `swap-breaks-rule`, `reason-missing`, `swap-own`
    """
    actor.require("roster.change")
    swap = _hold_with_plan(swap_id)
    check_swap_move(swap.state, SwapState.APPROVED if approve else SwapState.REFUSED)
    officer = staff.officer_of(actor.user_id)
    if officer is not None and officer.pk in {swap.offered_by_id, swap.taken_by_id}:
        raise Refused("Über den eigenen Tausch entscheidet jemand anderes.", "swap-own")
    if approve:
        _check_ahead(swap.kind, swap.day, now)
        if swap.back_day is not None and swap.back_kind is not None:
            _check_ahead(swap.back_kind, swap.back_day, now)
        _check_rules(swap, now)
        swap.state = SwapState.APPROVED
    else:
        if not reason.strip():
            raise Refused("Bitte nennen Sie den Grund.", "reason-missing", field="reason")
        swap.state = SwapState.REFUSED
    swap.decided_at, swap.decided_by_id, swap.reason = now, actor.user_id, reason[:200]
    swap.giver_news = swap.taker_news = True
    swap.save()
    if approve:  # decided before: the duties that change hands now end no open swap of their own
        _carry_out(swap, actor, now)
    record_swap(swap, "roster.swap_approved" if approve else "roster.swap_refused", actor, now)
    return swap


@transaction.atomic
def withdraw_swap(*, swap_id: int, actor: Actor, now: datetime) -> Swap:
    """Take an own offer back, as long as nobody has decided.

    :raises NotPermitted: without `roster.wish`, or somebody else's offer
    :raises NotFound: no such offer
    :raises Refused: `swap-over`
    """
    actor.require("roster.wish")
    swap = _hold(swap_id)
    if swap.offered_by_id != own_officer(actor):
        raise NotFound("Dieses Angebot gibt es nicht.", "no-such-swap")
    check_swap_move(swap.state, SwapState.WITHDRAWN)
    swap.state, swap.giver_news = SwapState.WITHDRAWN, False
    swap.taker_news = swap.taken_by_id is not None
    swap.save(update_fields=["state", "giver_news", "taker_news"])
    record_swap(swap, "roster.swap_withdrawn", actor, now)
    return swap


@transaction.atomic
def read_swap_news(*, actor: Actor, now: datetime) -> None:
    """Say that one has read what became of one's swaps; nobody else learns when (no entry).

    :raises NotPermitted: without `roster.wish`
    """
    actor.require("roster.wish")
    own = own_officer(actor)
    Swap.objects.filter(offered_by_id=own, giver_news=True).update(giver_news=False)
    Swap.objects.filter(taken_by_id=own, taker_news=True).update(taker_news=False)


@transaction.atomic
@record_last()
def end_swaps(*, actor: Actor, now: datetime) -> int:
    """End the swaps whose duties have begun undecided or stand no more so; return how many.

    Safe to run as often as one likes.

    :raises NotPermitted: without `roster.change`
    """
    actor.require("roster.change")
    return end_each(dead_swaps(now), actor, now)


def _hold(swap_id: int) -> Swap:
    swap = (
        Swap.objects.select_for_update(of=("self",))
        .select_related("plan", "kind", "back_kind")
        .filter(pk=swap_id)
        .first()
    )
    if swap is None:
        raise NotFound("Dieses Angebot gibt es nicht.", "no-such-swap")
    return swap


def _hold_with_plan(swap_id: int) -> Swap:
    """Lock the plan first: two swaps of one plan are judged one after the other."""
    plan_id = Swap.objects.filter(pk=swap_id).values_list("plan_id", flat=True).first()
    plan = hold_plan(plan_id) if plan_id is not None else None
    swap = _hold(swap_id)
    if plan is not None:
        swap.plan = plan
    return swap


def _check_ahead(kind: ShiftKind, day: date, now: datetime) -> None:
    if span_on(times_of(kind), day)[0] <= now:
        raise Refused("Dieser Dienst hat schon begonnen.", "swap-too-late")


def _check_rules(swap: Swap, now: datetime) -> None:
    """Pass only a swap that breaks no rule for either of the two, as the plan stands now."""
    standing = standing_of(swap.plan, now)
    built, roster = standing.built, standing.roster
    giver, taker = built.row_of.get(swap.offered_by_id), built.row_of.get(swap.taken_by_id or 0)
    if giver is None or taker is None:
        raise Refused("Eine der beiden ist in dieser Zeit nicht planbar.", "swap-breaks-rule")
    day = (swap.day - built.basis.first_day).days
    if roster[giver][day] != built.duty_of[swap.kind_id] or not _gives_back(swap, built, roster):
        raise Refused("Diesen Dienst gibt es so nicht mehr im Plan.", "swap-over")
    if roster[taker][day] != FREE and swap.back_day != swap.day:
        raise Refused(
            "An diesem Tag steht schon ein Dienst. Er lässt sich im Gegenzug anbieten.",
            "swap-breaks-rule",
        )
    after = changed_roster(roster, changes_of(swap, built))
    for one in filter(None, {swap.day, swap.back_day}):
        if trainee_for_officer(built.problem, roster, after, (one - built.basis.first_day).days):
            raise Refused(
                "Auszubildende übernehmen keinen Dienst einer Einsatzkraft.", "swap-breaks-rule"
            )
    broken = newly_broken(built, roster, after)
    if broken:
        raise Refused(
            "Dieser Tausch geht nicht. %(why)s",
            "swap-breaks-rule",
            values={"why": why_not(built, broken[0])},
        )


def _gives_back(swap: Swap, built: Built, roster: Roster) -> bool:
    """Say whether whoever takes still has what they give in return, if anything."""
    if swap.back_day is None or swap.back_kind_id is None:
        return True
    day = (swap.back_day - built.basis.first_day).days
    return roster[built.row_of[swap.taken_by_id or 0]][day] == built.duty_of[swap.back_kind_id]


def _carry_out(swap: Swap, actor: Actor, now: datetime) -> None:
    plan, taker = swap.plan, swap.taken_by_id or 0
    step = next_step(plan)
    areas = dict(
        Post.objects.filter(plan=plan, day__in=[swap.day, swap.back_day]).values_list(
            "officer_id", "area_id"
        )
    )
    rows: dict[tuple[int, date], ShiftKind | None] = {(swap.offered_by_id, swap.day): None}
    rows[taker, swap.day] = swap.kind
    if swap.back_day is not None:
        rows.setdefault((taker, swap.back_day), None)
        rows[swap.offered_by_id, swap.back_day] = swap.back_kind
    for (who, day), kind in rows.items():
        other = taker if who == swap.offered_by_id else swap.offered_by_id
        put(
            plan,
            who,
            day,
            kind,
            step=step,
            why="swap",
            actor=actor,
            now=now,
            area_id=areas.get(other),
        )
