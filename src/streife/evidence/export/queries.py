"""Reads of hand-overs."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from streife.accounts.rules import Actor
from streife.evidence.models import HandOver, Recording
from streife.evidence.rules.handing_over import PILE_STAGES, Pile
from streife.kernel.errors import NotFound

PAGE = 50
MOST_WORDS = 8
SEEING = ("evidence.export", "evidence.export_decide", "evidence.export_see")


def hand_overs_for(actor: Actor) -> QuerySet[HandOver]:
    """Return the hand-overs the actor may see, last entered first."""
    may = any(actor.may(permission) for permission in SEEING)
    rows = HandOver.objects.select_related("recording__derived_from", "requested_by", "decided_by")
    return rows.order_by("-pk") if may else rows.none()


def hand_over_for(actor: Actor, ident: str) -> HandOver:
    """Return one hand-over.

    :raises NotFound: there is none, or the actor may not know
    """
    found = hand_overs_for(actor).filter(ident=ident).first()
    if found is None:
        raise NotFound("Diese Herausgabe gibt es nicht.", "no-such-hand-over")
    return found


def of_recording(actor: Actor, recording: Recording) -> QuerySet[HandOver]:
    """Return what was handed out of a recording."""
    return hand_overs_for(actor).filter(recording=recording)


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; empty means everything."""

    words: str = ""  # in the name of the office, its reference or the number of the incident
    pile: Pile | None = None
    without: tuple[Pile, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some hand-overs; `next` is the `before` of the following page, None on the last one."""

    rows: list[HandOver]
    next: int | None


def piled(rows: QuerySet[HandOver], pile: Pile, today: date) -> QuerySet[HandOver]:
    """Return those of the rows that lie on a pile."""
    rows = rows.filter(stage__in=PILE_STAGES[pile])
    return rows.filter(answer_due__lt=today) if pile is Pile.LATE else rows


def find_hand_overs(
    actor: Actor, search: Search, *, today: date, before: int | None = None, limit: int = PAGE
) -> Page:
    """Return one page of what fits, last entered first; each word must be found somewhere."""
    rows = hand_overs_for(actor)
    if search.pile is not None:
        rows = piled(rows, search.pile, today)
    for pile in search.without:
        rows = rows.exclude(
            pk__in=piled(hand_overs_for(actor).order_by(), pile, today).values("pk")
        )
    for word in search.words.split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(recipient__icontains=word)
            | Q(reference__icontains=word)
            | Q(recording__incident__number__iexact=word)
        )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else None)
