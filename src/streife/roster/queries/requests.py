"""Wishes, swaps and illnesses: an officer's own, and what waits for a shift leader."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from streife.accounts.rules import Actor
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.roster.explanations import finding_text
from streife.roster.models import Plan, Post, ShiftKind, SickCall, Swap, Wish
from streife.roster.queries.gaps import Gap, gaps_of, stands_in, why_not_again
from streife.roster.queries.standing import Standing, standing_of
from streife.roster.queries.strangers import strangers_ahead
from streife.roster.rules.basis import Built
from streife.roster.rules.clock import span_on
from streife.roster.rules.replacing import (
    Candidate,
    changed_roster,
    lost_cover,
    manned,
    replacements,
    short_of_hours,
)
from streife.roster.rules.states import OPEN, PlanState, SwapState
from streife.roster.solver.problem import FREE
from streife.roster.times import ends_undecided, times_of
from streife.staff import queries as staff

LISTED_DAYS = 14


def own_posts(officer_id: int, since: date, days: int = 42) -> list[Post]:
    """Return somebody's published duties from a day on, earliest first."""
    return list(
        Post.objects.filter(
            officer_id=officer_id, day__gte=since, day__lt=since + timedelta(days=days)
        )
        .exclude(plan__state=PlanState.DRAFT)
        .select_related("kind", "area", "plan")
        .prefetch_related("kind__changes")
        .order_by("day")
    )


def own_posts_ahead(officer_id: int, now: datetime) -> list[Post]:
    """Return somebody's published duties that have not begun, earliest first."""
    rows = own_posts(officer_id, local(now).date())
    return [post for post in rows if span_on(times_of(post.kind), post.day)[0] > now]


def own_wishes(officer_id: int, since: date) -> list[tuple[Wish, bool]]:
    """Return somebody's wishes that still lie ahead, and whether they are away on that day."""
    wishes = Wish.objects.filter(officer_id=officer_id, day__gte=since)
    rows = list(wishes.select_related("kind").order_by("day"))
    last = rows[-1].day if rows else since
    spans = staff.absences_between([officer_id], since, last)[officer_id]
    return [
        (row, any(span.first_day <= row.day <= span.last_day for span in spans)) for row in rows
    ]


def _alive(rows: QuerySet[Swap], now: datetime) -> QuerySet[Swap]:
    """Return the open swaps whose duties lie ahead and are still their owners'.

    Whoever fell ill since or was moved by the plan has none to give away.
    """
    return rows.filter(
        _stands("offered_by_id", "day", "kind_id"),
        _stands("taken_by_id", "back_day", "back_kind_id") | Q(back_day=None),
        state__in=OPEN,
    ).exclude(pk__in=_begun(now))


def _begun(now: datetime) -> list[int]:
    """Return the open swaps of which a duty has begun, by the times of its day."""
    today = local(now).date()
    rows = Swap.objects.filter(Q(day__lte=today) | Q(back_day__lte=today), state__in=OPEN)
    rows = rows.select_related("kind", "back_kind").prefetch_related(
        "kind__changes", "back_kind__changes"
    )
    return [swap.pk for swap in rows if ends_undecided(swap) <= now]


def _stands(officer: str, day: str, kind: str) -> Exists:
    return Exists(
        Post.objects.filter(
            plan_id=OuterRef("plan_id"),
            officer_id=OuterRef(officer),
            day=OuterRef(day),
            kind_id=OuterRef(kind),
        )
    )


def dead_swaps(now: datetime) -> QuerySet[Swap]:
    """Return the open swaps that nobody can decide any more."""
    rows = Swap.objects.filter(state__in=OPEN)
    return rows.exclude(pk__in=_alive(rows, now).values("pk"))


def offers_for(officer_id: int, now: datetime) -> list[Swap]:
    """Return the duties that others offer."""
    rows = _alive(Swap.objects.filter(state=SwapState.OFFERED), now)
    return list(
        rows.exclude(offered_by_id=officer_id)
        .select_related("kind", "offered_by")
        .prefetch_related("kind__changes")
        .order_by("day", "pk")
    )


def own_swaps(officer_id: int, now: datetime) -> list[Swap]:
    """Return the swaps somebody takes part in, the next day first; open ones only if alive."""
    mine = Q(offered_by_id=officer_id) | Q(taken_by_id=officer_id)
    rows = Swap.objects.filter(mine, day__gte=local(now).date())
    rows = rows.exclude(pk__in=dead_swaps(now).values("pk"))
    return list(rows.select_related("kind", "back_kind", "offered_by", "taken_by").order_by("day"))


def swap_news(officer_id: int) -> list[Swap]:
    """Return the swaps with which others did something that an officer has not read yet."""
    rows = Swap.objects.filter(
        Q(offered_by_id=officer_id, giver_news=True) | Q(taken_by_id=officer_id, taker_news=True)
    )
    people = ("offered_by", "taken_by", "stepped_back")
    return list(rows.select_related("kind", "back_kind", *people).order_by("day", "pk"))


def open_swaps(actor: Actor, now: datetime) -> QuerySet[Swap]:
    """Return the swaps that wait for a decision, then those that wait for a taker."""
    rows = _alive(Swap.objects.all(), now).select_related(
        "kind", "back_kind", "offered_by", "taken_by", "plan"
    )
    return rows.order_by("-state", "day") if actor.may("roster.change") else rows.none()


def changes_of(swap: Swap, built: Built) -> dict[tuple[int, int], int]:
    """Return what a taken swap changes in the roster: (person, day) → duty; both can be planned."""
    giver, taker = built.row_of[swap.offered_by_id], built.row_of[swap.taken_by_id or 0]
    day = (swap.day - built.basis.first_day).days
    changes = {(giver, day): FREE, (taker, day): built.duty_of[swap.kind_id]}
    if swap.back_day is not None and swap.back_kind_id is not None:
        back = (swap.back_day - built.basis.first_day).days
        changes.setdefault((taker, back), FREE)
        changes[giver, back] = built.duty_of[swap.back_kind_id]
    return changes


@dataclass(frozen=True, slots=True)
class Losses:
    """What a taken swap costs and no rule forbids.

    `hours`: officer, minutes, least for whoever would have fewer hours than agreed; `cover`: the
    needs that would be missed, in words.
    """

    hours: tuple[tuple[int, int, int], ...] = ()
    cover: tuple[str, ...] = ()


def losses_of(swap: Swap, now: datetime) -> Losses:
    """Return what whoever approves a taken swap ought to know."""
    standing = standing_of(swap.plan, now)
    built, roster = standing.built, standing.roster
    if swap.offered_by_id not in built.row_of or swap.taken_by_id not in built.row_of:
        return Losses()
    after = changed_roster(roster, changes_of(swap, built))
    found = []
    for one in short_of_hours(built.problem, roster, after):
        words = dict(one.words)
        if one.person is not None:
            found.append((built.officer_at(one.person), int(words["is"]), int(words["limit"])))
    lost = lost_cover(built.problem, roster, after)
    return Losses(tuple(found), tuple(finding_text(built, one) for one in lost))


def sick_calls(actor: Actor, now: datetime) -> list[SickCall]:
    """Return the illnesses of the last days, those with open duties first."""
    if not actor.may("roster.change"):
        return []
    since = local(now).date() - timedelta(days=LISTED_DAYS)
    rows = list(SickCall.objects.filter(last_day__gte=since).select_related("officer"))
    return sorted(rows, key=lambda call: (not open_gaps(call, now), -call.pk))


def open_gaps(call: SickCall, now: datetime) -> int:
    """Return how many duties of an illness nobody has decided about and that still lie ahead."""
    today = local(now).date()
    return sum(1 for gap in gaps_of(call) if not gap.settled and gap.day >= today)


def sick_call_for(actor: Actor, call_id: int) -> SickCall:
    """Return one illness.

    :raises NotFound: there is none, or the actor may not see it
    """
    actor.require("roster.change")
    call = SickCall.objects.filter(pk=call_id).select_related("officer").first()
    if call is None:
        raise NotFound("Diese Krankmeldung gibt es nicht.", "no-such-call")
    return call


@dataclass(frozen=True, slots=True)
class Proposed:
    """An open duty with those who could do it; `present` and `least`: officers in its shift.

    `why_not`: whoever was ill is back, and cannot do it again for this reason.
    """

    number: int
    day: date
    kind_id: int
    candidates: tuple[Candidate, ...]
    present: int = 0
    least: int = 0
    why_not: str = ""


def proposals_for(call: SickCall, now: datetime) -> list[Proposed]:
    """Return three lawful replacements for each duty that is still open and not over."""
    found = []
    kinds = {kind.pk: times_of(kind) for kind in ShiftKind.objects.prefetch_related("changes")}
    standings: dict[int, Standing] = {}  # an illness opens many duties of one plan
    for gap in gaps_of(call):
        is_open = gap.filled_by is None and not gap.settled
        if not is_open or span_on(kinds[gap.kind_id], gap.day)[1] <= now:
            continue
        if gap.plan_id not in standings:
            standings[gap.plan_id] = standing_of(Plan.objects.get(pk=gap.plan_id), now)
        standing = standings[gap.plan_id]
        built = standing.built
        missing = built.row_of.get(call.officer_id)
        candidates: tuple[Candidate, ...] = ()
        heads = (0, 0)
        if missing is not None and gap.kind_id in built.duty_of:
            duty, n = built.duty_of[gap.kind_id], (gap.day - built.basis.first_day).days
            candidates = replacements(built, standing.roster, missing=missing, day=n, duty=duty)
            heads = manned(built.problem, standing.roster, n, duty)
        why_not = why_not_again(call.officer_id, gap, now) if gap.returned else None
        found.append(Proposed(gap.number, gap.day, gap.kind_id, candidates, *heads, why_not or ""))
    return found


def returns_for(call: SickCall, now: datetime) -> list[tuple[Gap, bool]]:
    """Return the duties of somebody who is back that another took; whether that one still does."""
    kinds = {kind.pk: times_of(kind) for kind in ShiftKind.objects.prefetch_related("changes")}
    return [
        (gap, stands_in(gap))
        for gap in gaps_of(call)
        if gap.returned
        and gap.filled_by is not None
        and span_on(kinds[gap.kind_id], gap.day)[1] > now
    ]


def waiting(actor: Actor, now: datetime) -> int:
    """Return how much waits for a shift leader: swaps, duties to fill, people to take out."""
    taken = open_swaps(actor, now).filter(state=SwapState.TAKEN).count()
    taken += len(strangers_ahead(actor, now))
    return taken + sum(open_gaps(call, now) for call in sick_calls(actor, now))
