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


class Right(StrEnum):
    """What a person concerned may demand."""

    ACCESS = "access"
    ERASURE = "erasure"
    RESTRICTION = "restriction"


RIGHTS: Mapping[Right, str] = {
    Right.ERASURE: german("Löschung (Art. 17 DSGVO)"),
    Right.ACCESS: german("Auskunft und Kopie (Art. 15 DSGVO)"),
    Right.RESTRICTION: german("Nicht löschen: Einschränkung (Art. 18 DSGVO)"),
}


class About(StrEnum):
    """What a demand is about."""

    PHOTO = "photo"
    RECORDING = "recording"


ABOUTS: Mapping[About, str] = {
    About.RECORDING: german("Aufnahme einer Körperkamera"),
    About.PHOTO: german("Foto eines Asservats"),
}


class Standing(StrEnum):
    """Where a demand stands."""

    SEARCHED = "searched"
    ASKED = "asked"
    GOING = "going"
    DELETED = "deleted"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    PREPARED = "prepared"
    KEPT = "kept"
    GIVEN = "given"
    ANSWERED = "answered"


STANDINGS: Mapping[Standing, str] = {
    Standing.SEARCHED: german("Die Verwahrstelle sucht das Foto"),
    Standing.ASKED: german("Eine zweite Person entscheidet"),
    Standing.GOING: german("Die Löschung läuft"),
    Standing.DELETED: german("Gelöscht: bitte der Person antworten"),
    Standing.REFUSED: german("Nicht gelöscht: bitte der Person mit Grund antworten"),
    Standing.NOT_FOUND: german("Kein Foto gefunden: bitte der Person antworten"),
    Standing.PREPARED: german("Die Auskunft wird vorbereitet"),
    Standing.KEPT: german("Gesichert: bitte der Person antworten"),
    Standing.GIVEN: german("Auskunft erteilt: bitte der Person antworten"),
    Standing.ANSWERED: german("Der Person ist geantwortet"),
}
RECORDING_STANDINGS: Mapping[Standing, str] = {
    **STANDINGS,
    Standing.SEARCHED: german("Die Verwahrstelle sucht die Aufnahme"),
    Standing.REFUSED: german("Abgelehnt: bitte der Person mit Grund antworten"),
    Standing.NOT_FOUND: german("Keine Aufnahme gefunden: bitte der Person antworten"),
}
# Somebody here still has something to do before the person can be answered.
UNDER_WAY = frozenset({Standing.SEARCHED, Standing.ASKED, Standing.GOING, Standing.PREPARED})


class Word(StrEnum):
    """What a second person has said to what a demand asks for."""

    OPEN = "open"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Demanded:
    """What became of one recording that was found for a demand.

    `word` is about deleting it, keeping it or handing out a copy, as the right is.
    """

    word: Word
    going: bool = False  # its deletion has begun, whoever wanted it
    gone: bool = False


def standing_of_recording(right: Right, one: Demanded) -> Standing:
    """Return what became of one recording: what a person got, before what became of the film."""
    if right is Right.ACCESS and one.word is Word.YES:
        return Standing.GIVEN
    if one.gone:
        return Standing.DELETED
    if one.going:
        return Standing.GOING
    if right is Right.ACCESS:
        return Standing.PREPARED
    if one.word is Word.YES:
        return Standing.KEPT if right is Right.RESTRICTION else Standing.GOING
    return Standing.ASKED if one.word is Word.OPEN else Standing.REFUSED


def standing_of_recordings(
    right: Right, found: Sequence[Demanded], *, not_found: bool, answered: bool
) -> Standing:
    """Return where a demand about recordings stands; what has to be done comes before the rest."""
    if answered:
        return Standing.ANSWERED
    if not found:
        return Standing.NOT_FOUND if not_found else Standing.SEARCHED
    every = [standing_of_recording(right, one) for one in found]
    order = (*sorted(UNDER_WAY), Standing.REFUSED, Standing.KEPT, Standing.GIVEN, Standing.DELETED)
    return min(every, key=order.index)


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


def check_right(right: str, about: str) -> tuple[Right, About]:
    """Return what is demanded and of what; the photo of a thing shows no person to be told of.

    :raises Refused: `right-unknown`, `photo-is-erased-only`
    """
    if right not in set(Right) or about not in set(About):
        raise Refused("Bitte wählen Sie aus der Liste.", "right-unknown", field="right")
    if about == About.PHOTO and right != Right.ERASURE:
        raise Refused(
            "Ein Foto eines Asservats lässt sich hier nur löschen. Eine Kopie gibt, wer den"
            " Gegenstand verwahrt; gesichert wird es beim Asservat.",
            "photo-is-erased-only",
            field="right",
        )
    return Right(right), About(about)


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
            " Gegenstand sagt. Sonst kann niemand finden, was gemeint ist.",
            "told-needed",
            field="told",
        )
