"""How a redacted copy comes about: its states, who may take which step."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from streife.accounts.rules import Actor
from streife.kernel.errors import Refused
from streife.kernel.texts import german

# Work that told nothing for so long died with its process and is begun again where it was.
SILENT = timedelta(minutes=2)


class Work(StrEnum):
    """Where a redaction stands."""

    SEARCHING = "searching"  # the software looks for faces
    READY = "ready"  # a person looks at what was found, draws, mutes
    MAKING = "making"  # the copy is written and read again
    MADE = "made"  # waits for a second person
    RELEASED = "released"
    CANCELLED = "cancelled"
    FAILED = "failed"


WORK_NAMES: Mapping[Work, str] = {
    Work.SEARCHING: german("sucht Gesichter und Kennzeichen"),
    Work.READY: german("zu prüfen"),
    Work.MAKING: german("Kopie entsteht"),
    Work.MADE: german("wartet auf Freigabe"),
    Work.RELEASED: german("freigegeben"),
    Work.CANCELLED: german("abgebrochen"),
    Work.FAILED: german("nicht gelungen"),
}
MOVES: Mapping[Work, frozenset[Work]] = {
    Work.SEARCHING: frozenset({Work.READY, Work.CANCELLED, Work.FAILED}),
    Work.READY: frozenset({Work.MAKING, Work.CANCELLED}),
    Work.MAKING: frozenset({Work.READY, Work.MADE, Work.CANCELLED, Work.FAILED}),
    Work.MADE: frozenset({Work.RELEASED, Work.CANCELLED}),
    Work.RELEASED: frozenset(),
    Work.CANCELLED: frozenset(),
    Work.FAILED: frozenset(),
}
RUNNING = frozenset({Work.SEARCHING, Work.MAKING})
OPEN = RUNNING | {Work.READY}


class Glance(StrEnum):
    """Where the preview of a redaction stands."""

    MAKING = "making"
    MADE = "made"
    FAILED = "failed"
    GONE = "gone"  # key and bytes are destroyed


def check_work(before: str, after: Work) -> None:
    """Pass only a step that exists.

    :raises Refused: `illegal-work`
    """
    if after not in MOVES[Work(before)]:
        raise Refused(
            "Dieser Schritt geht jetzt nicht: Die Schwärzung ist schon weiter. Bitte die Seite neu"
            " laden.",
            "illegal-work",
        )


def check_looked(open_reviews: int) -> None:
    """Pass only when a person has looked at everything the software was unsure about.

    :raises Refused: `reviews-open`
    """
    if open_reviews:
        raise Refused(
            "Bitte sehen Sie sich erst alle unsicheren Stellen an. Offen: %(count)s.",
            "reviews-open",
            values={"count": open_reviews},
        )


def check_releaser(actor: Actor, made_by: int | None) -> None:
    """Pass only a second person: whoever redacted is blind to what they overlooked.

    :raises Refused: `own-copy`
    """
    if actor.user_id is None or actor.user_id == made_by:
        raise Refused(
            "Freigeben muss eine zweite Person, die nicht selbst geschwärzt hat.", "own-copy"
        )


def check_copy_seen(*, seen: bool) -> None:
    """Pass only who has seen what they let out: a second person who did not look is none.

    :raises Refused: `not-looked`
    """
    if not seen:
        raise Refused(
            "Bitte sehen Sie die Kopie zuerst an. Danach können Sie sie freigeben.", "not-looked"
        )
