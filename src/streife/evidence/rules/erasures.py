"""What a person concerned asks us to delete, and until when they get an answer (DSGVO)."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german

REMIND = timedelta(days=7)  # so long before the month is over a task asks for the answer
FIND = timedelta(days=7)  # so long whoever keeps the things may take to find the photo
LONGEST_AGO = timedelta(days=365)
SHORTEST_TOLD = 10


class Standing(StrEnum):
    """Where a demand stands."""

    SEARCHED = "searched"
    ASKED = "asked"
    GOING = "going"
    DELETED = "deleted"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    ANSWERED = "answered"


STANDINGS: Mapping[Standing, str] = {
    Standing.SEARCHED: german("Die Verwahrstelle sucht das Foto"),
    Standing.ASKED: german("Eine zweite Person entscheidet"),
    Standing.GOING: german("Die Löschung läuft"),
    Standing.DELETED: german("Gelöscht: bitte der Person antworten"),
    Standing.REFUSED: german("Nicht gelöscht: bitte der Person mit Grund antworten"),
    Standing.NOT_FOUND: german("Kein Foto gefunden: bitte der Person antworten"),
    Standing.ANSWERED: german("Der Person ist geantwortet"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one photo that was found for a demand."""

    open: bool
    going_at: datetime | None
    gone_at: datetime | None


def answer_by(received_on: date) -> date:
    """Return the day by which the person gets an answer: one month (Art. 12 Abs. 3 DSGVO).

    The same day of the next month, or its last day (Art. 3 Abs. 2 lit. c Reg. 1182/71). Weekends
    and holidays would lengthen it there; nobody here counts on that.
    """
    year, month = divmod(received_on.year * 12 + received_on.month, 12)
    return date(year, month + 1, min(received_on.day, monthrange(year, month + 1)[1]))


def standing_of(photos: Sequence[Asked], *, not_found: bool, answered: bool) -> Standing:
    """Return where a demand stands; what still has to be done comes before what is done."""
    if answered:
        return Standing.ANSWERED
    if any(one.open and one.going_at is None for one in photos):
        return Standing.ASKED
    if any(one.going_at is not None and one.gone_at is None for one in photos):
        return Standing.GOING
    if any(one.going_at is None for one in photos):
        return Standing.REFUSED
    if photos:
        return Standing.DELETED
    return Standing.NOT_FOUND if not_found else Standing.SEARCHED


def check_demand(*, reference: str, received_on: date, number: str, told: str, today: date) -> None:
    """Pass a demand that can be worked on.

    :raises Refused: `reference-needed`, `received-out-of-range`, `told-needed`
    """
    if not reference.strip():
        raise Refused(
            "Bitte geben Sie Ihr Aktenzeichen an, unter dem das Schreiben der Person liegt.",
            "reference-needed",
            field="reference",
        )
    if not today - LONGEST_AGO <= received_on <= today:
        raise Refused(
            "Der Eingang muss im letzten Jahr liegen und darf nicht in der Zukunft sein.",
            "received-out-of-range",
            field="received_on",
        )
    if not number.strip() and len(told.strip()) < SHORTEST_TOLD:
        raise Refused(
            "Bitte geben Sie die Nummer des Vorgangs an, oder was die Person über Tag, Ort und"
            " Gegenstand sagt. Sonst kann niemand das Foto finden.",
            "told-needed",
            field="told",
        )
