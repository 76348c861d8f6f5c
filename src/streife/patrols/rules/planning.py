"""What a patrol plan may be: its states, its teams, its breaks, its wishes."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german
from streife.streets.rules import Mode


class PlanState(StrEnum):
    """Where a plan stands. Exactly one plan of a shift is published at a time."""

    COMPUTING = "computing"
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


_S = PlanState
MOVES: Mapping[PlanState, frozenset[PlanState]] = {
    _S.COMPUTING: frozenset({_S.DRAFT, _S.DISCARDED}),
    _S.DRAFT: frozenset({_S.PUBLISHED, _S.DISCARDED}),
    _S.PUBLISHED: frozenset({_S.SUPERSEDED}),
    _S.SUPERSEDED: frozenset(),
    _S.DISCARDED: frozenset(),
}

STATE_NAMES: Mapping[PlanState, str] = {
    _S.COMPUTING: german("wird gerechnet"),
    _S.DRAFT: german("Entwurf"),
    _S.PUBLISHED: german("veröffentlicht"),
    _S.SUPERSEDED: german("abgelöst"),
    _S.DISCARDED: german("verworfen"),
}


# So long after its time a computation is not late but gone.
GRACE = timedelta(minutes=5)


def is_lost(begun_at: datetime, limit_seconds: float, *, now: datetime) -> bool:
    """Say whether a plan that is being computed will never come: its process went away."""
    return now > begun_at + timedelta(seconds=limit_seconds) + GRACE


class Origin(StrEnum):
    """Who put the plan together; a plan of the software touched by hand is `HAND`."""

    SOFTWARE = "software"
    HAND = "hand"


# How a team moves; the order is the order of the travel matrices.
MODES = tuple(Mode)
MODE_NAMES: Mapping[Mode, str] = {
    Mode.FOOT: german("zu Fuß"),
    Mode.BICYCLE: german("Fahrrad"),
    Mode.CAR: german("Wagen"),
}


class WishSource(StrEnum):
    """Who asks for presence at a place."""

    RESIDENTS = "residents"
    COUNCIL = "council"
    CREW = "crew"
    POLICE = "police"
    OTHER = "other"


WISH_SOURCES: Mapping[WishSource, str] = {
    WishSource.RESIDENTS: german("Bürgerinnen und Bürger"),
    WishSource.COUNCIL: german("Bezirksvertretung, Rat"),
    WishSource.CREW: german("Streifen"),
    WishSource.POLICE: german("Polizei"),
    WishSource.OTHER: german("andere"),
}

# A wish that nobody renews must not steer patrols for ever.
LONGEST_WISH = timedelta(days=92)

# § 4 ArbZG: 30 minutes from more than six hours of work on, 45 from more than nine; nobody works
# longer than six hours without one.
SHORT_BREAK, LONG_BREAK = 30 * 60, 45 * 60
SIX_HOURS, NINE_HOURS = 6 * 3600, 9 * 3600
# Not in the first two hours, or it is no break but a late start.
EARLIEST_BREAK = 2 * 3600


def check_move(state: str, target: PlanState) -> None:
    """Pass only where the table lets a plan go.

    :raises Refused: `illegal-move`
    """
    if target not in MOVES[PlanState(state)]:
        raise Refused(
            "Dieser Plan ist %(state)s. Bitte laden Sie die Seite neu; vielleicht hat jemand"
            " anderes inzwischen entschieden.",
            "illegal-move",
            values={"state": STATE_NAMES[PlanState(state)]},
        )


def check_draft(state: str) -> None:
    """Pass only a draft: what is published stays as it was read.

    :raises Refused: `not-a-draft`
    """
    if state != PlanState.DRAFT:
        raise Refused(
            "Ändern lässt sich nur ein Entwurf. Bitte öffnen Sie zuerst den Plan zum Ändern.",
            "not-a-draft",
        )


def break_of(work_seconds: int) -> tuple[int, int, int] | None:
    """Return (seconds, earliest, latest start) of the break of § 4 ArbZG, None up to six hours.

    Earliest and latest count from the start of duty. A shift of up to twelve hours is possible, so
    the rest after the break may not be longer than six hours either.
    """
    if work_seconds <= SIX_HOURS:
        return None
    seconds = LONG_BREAK if work_seconds - SHORT_BREAK > NINE_HOURS else SHORT_BREAK
    earliest = max(EARLIEST_BREAK, work_seconds - seconds - SIX_HOURS)
    return seconds, earliest, SIX_HOURS


def check_wish(*, valid_from: date, valid_to: date, hour_from: int, hour_to: int) -> None:
    """Pass a wish that has an end and hours in their order.

    :raises Refused: `wish-backwards`, `wish-too-long`, `wish-hours`
    """
    if valid_to <= valid_from:
        raise Refused("Das Ende muss nach dem Beginn liegen.", "wish-backwards", field="valid_to")
    if valid_to - valid_from > LONGEST_WISH:
        raise Refused(
            "Ein Wunsch gilt höchstens drei Monate. Danach lässt er sich erneuern.",
            "wish-too-long",
            field="valid_to",
        )
    if not 0 <= hour_from < hour_to <= 24:
        raise Refused(
            "Die Stunden müssen zwischen 0 und 24 liegen, die erste vor der letzten.",
            "wish-hours",
            field="hour_to",
        )


def moment_on_shift(
    starts_at: datetime, ends_at: datetime, clock: time, *, near: datetime | None = None
) -> datetime | None:
    """Return the moment of the shift that shows this clock time; None if there is none.

    `starts_at` carries the local zone; a shift may cross midnight, never last a whole day. In the
    night when the clocks go back an hour comes twice: the one `near` a moment is meant, or the
    first.
    """
    first = starts_at.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    moments = [
        (first + timedelta(days=days)).replace(fold=fold) for days in (0, 1) for fold in (0, 1)
    ]
    on_shift = [moment for moment in moments if starts_at <= moment <= ends_at]
    if near is None:
        return on_shift[0] if on_shift else None
    there = near.timestamp()
    return min(on_shift, key=lambda moment: abs(moment.timestamp() - there), default=None)
