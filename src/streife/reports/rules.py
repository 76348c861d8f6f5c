"""What a report is, what may stand in it, how it may move, and how long we keep who told us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from streife.kernel.erasing import PLACE
from streife.kernel.errors import Refused
from streife.kernel.geo import Point
from streife.kernel.texts import german
from streife.reports.writing import clean, clean_line, count_characters, is_email


class Kind(StrEnum):
    """An anonymous hint, or a named complaint whose author is ready to testify."""

    HINT = "hint"
    COMPLAINT = "complaint"


class Channel(StrEnum):
    """How the report reached us."""

    WEB = "web"
    PHONE = "phone"
    WALK_IN = "walk_in"
    PATROL = "patrol"
    OPEN311 = "open311"
    IMPORT = "import"


class Status(StrEnum):
    """Where a report stands; what the resident reads is derived from it."""

    RECEIVED = "received"  # nobody has looked at it yet
    ACCEPTED = "accepted"  # an incident deals with it
    FORWARDED = "forwarded"  # another body answers
    ANSWERED = "answered"  # done, the resident was told what happened
    REJECTED = "rejected"  # not a matter for anybody, with reason


class Purpose(StrEnum):
    """Under which of the two regimes contact data are held (DSGVO, or DSG NRW Part 3)."""

    HAZARD_PREVENTION = "hazard_prevention"
    OFFENCE_PROSECUTION = "offence_prosecution"


OPEN = frozenset({Status.RECEIVED, Status.ACCEPTED, Status.FORWARDED})
DONE = frozenset({Status.ANSWERED, Status.REJECTED})

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.ACCEPTED, Status.FORWARDED, Status.REJECTED}),
    Status.ACCEPTED: frozenset({Status.FORWARDED, Status.ANSWERED}),
    Status.FORWARDED: frozenset({Status.ACCEPTED, Status.ANSWERED, Status.REJECTED}),
    # Reopened by the service, or the resident said "Das stimmt nicht": triage looks again.
    Status.ANSWERED: frozenset({Status.ACCEPTED, Status.RECEIVED}),
    Status.REJECTED: frozenset({Status.RECEIVED}),
}

MAX_TEXT_CHARACTERS = 4000
MAX_PHOTOS = 3
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_PHOTOS_BYTES = 25 * 1024 * 1024
CLOCK_TOLERANCE = timedelta(minutes=5)  # telephones are a little fast
READ_REASONS = frozenset({"answer", "question_back", "witness", "data_subject_request", "audit"})
ERASE_REASONS = frozenset({"requested", "due", "unlawful", "not_needed"})
TEXT_PARTS: Mapping[str, str] = {
    "text": german("Was uns gesagt wurde"),
    "objection": german("Widerspruch"),
    "answer": german("Antwort"),
    "address": PLACE,
}
PHOTO = german("Foto")
LONG_AGO = timedelta(days=3653)  # ten years: whoever says so mistyped the year
_LENGTHS = {"name": 120, "email": 254, "phone": 40, "address": 200}


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """How to reach whoever told us; every field may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""

    @property
    def empty(self) -> bool:
        """Say whether nothing was given."""
        return not (self.name or self.email or self.phone or self.address)


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """A report on its way in. `client_id` is made by the sender: a replay finds its first result.

    `photos` are files as they came; `kept_photos` are checksums of photos that came with an
    earlier, refused attempt of the same `client_id` and wait with us.
    """

    client_id: UUID
    kind: Kind
    channel: Channel
    category_code: str
    text: str
    point: Point | None
    address: str = ""
    happened_at: datetime | None = None
    contact: ContactDraft | None = None
    photos: tuple[bytes, ...] = ()
    photo_names: tuple[str, ...] = ()  # for messages, in the order of `photos`
    kept_photos: tuple[str, ...] = ()
    witness_confirmed: bool = False
    synthetic: bool = False
    source: str = ""
    source_id: str = ""
    language: str = "de"  # in which the sender read the form


@dataclass(frozen=True, slots=True)
class Received:
    """What the sender gets: number and link."""

    report_id: int
    reference: str
    secret: str
    replayed: bool


def purpose_of(kind: Kind) -> Purpose:
    """Return the regime: a hint is never kept to prosecute, a complaint's author is a witness."""
    if kind is Kind.COMPLAINT:
        return Purpose.OFFENCE_PROSECUTION
    return Purpose.HAZARD_PREVENTION


def check_move(current: Status, target: Status) -> None:
    """Pass only if a report may go from `current` to `target`.

    :raises Refused: the move is not in the table
    """
    if target not in MOVES[current]:
        raise Refused(
            "Dieser Schritt ist beim jetzigen Stand des Hinweises nicht möglich. "
            "Bitte laden Sie die Seite neu.",
            "illegal-move",
        )


def checked_text(text: str, *, field: str = "text") -> str:
    """Return the text without control characters.

    :raises Refused: too long, or letters were lost on the way (wrong encoding)
    """
    # What was counted may still hide thousands of combining marks; the second limit stops those.
    cleaned = clean(text)
    if "\ufffd" in cleaned:
        raise Refused(
            "Einige Zeichen Ihres Textes kamen unlesbar an (�). Bitte ersetzen Sie sie und senden "
            "Sie noch einmal.",
            "unreadable-text",
            field=field,
        )
    count = count_characters(cleaned)
    if count > MAX_TEXT_CHARACTERS or len(cleaned) > 8 * MAX_TEXT_CHARACTERS:
        raise Refused(
            "Ihr Text hat %(count)s Zeichen, Platz ist für %(most)s. Bitte "
            "kürzen Sie ihn; er steht noch im Feld.",
            "text-too-long",
            field=field,
            values={
                "count": max(count, len(cleaned) // 8),
                "most": MAX_TEXT_CHARACTERS,
            },
        )
    return cleaned


def checked_contact(contact: ContactDraft | None, *, kind: Kind) -> ContactDraft | None:
    """Return what may be stored of the contact, or None for nothing.

    A hint never stores a postal address: an answer needs e-mail or telephone only.

    :raises Refused: a value is unusable, or a complaint lacks a name or a way to reach its author
    """
    given = contact or ContactDraft()
    values = {name: clean_line(getattr(given, name)) for name in _LENGTHS}
    for name, limit in _LENGTHS.items():
        if len(values[name]) > limit or "\ufffd" in values[name]:
            raise Refused(
                "Diese Angabe ist zu lang oder unlesbar (höchstens %(limit)s Zeichen).",
                "contact-unusable",
                field="contact_address" if name == "address" else name,
                values={"limit": limit},
            )
    if values["email"] and not is_email(values["email"]):
        raise Refused(
            "Diese E-Mail-Adresse stimmt so nicht. Beispiel: name@beispiel.de",
            "email-unusable",
            field="email",
        )
    if kind is Kind.HINT:
        values["address"] = ""
    checked = ContactDraft(**values)
    if kind is Kind.COMPLAINT:
        if not checked.name:
            raise Refused(
                "Eine Anzeige braucht Ihren Namen. Ohne Namen nehmen wir gern einen Hinweis auf.",
                "complaint-needs-name",
                field="name",
            )
        if not (checked.address or checked.email):
            raise Refused(
                "Eine Anzeige braucht Ihre Anschrift oder E-Mail-Adresse, damit wir Sie als "
                "Zeugin oder Zeugen erreichen.",
                "complaint-needs-address",
                field="email",
            )
    return None if checked.empty else checked


def check_witness(draft: ReportDraft) -> None:
    """Pass only if the author of a complaint has read the witness notice.

    :raises Refused: not confirmed (false accusation: § 164 StGB)
    """
    if draft.kind is Kind.COMPLAINT and not draft.witness_confirmed:
        raise Refused(
            "Bitte bestätigen Sie, dass Sie den Hinweis für Zeuginnen und Zeugen gelesen haben "
            "(§ 164 StGB). Oder geben Sie einen Hinweis ohne Namen.",
            "witness-not-confirmed",
            field="witness_confirmed",
        )


def check_content(draft: ReportDraft, text: str) -> None:
    """Pass only if the report says something and lies in the past.

    :raises Refused: neither text nor photo, no place, or a moment in the future
    """
    if draft.channel is not Channel.IMPORT:
        if not (text or draft.photos or draft.kept_photos):
            raise Refused(
                "Bitte schreiben Sie kurz, was los ist, oder fügen Sie ein Foto hinzu.",
                "nothing-said",
                field="text",
            )
        if draft.point is None:
            raise Refused(
                "Bitte sagen Sie uns, wo es ist: auf der Karte, mit „Ich bin hier“ oder als "
                "Adresse.",
                "place-missing",
                field="address",
            )
    if len(clean_line(draft.address)) > _LENGTHS["address"]:
        raise Refused(
            "Die Ortsangabe ist zu lang (höchstens 200 Zeichen).",
            "address-too-long",
            field="address",
        )


def check_moment(happened_at: datetime | None, *, now: datetime) -> None:
    """Pass only if the moment is neither in the future nor in a year that was mistyped.

    :raises Refused: it is
    """
    if happened_at is not None and happened_at < now - LONG_AGO:
        raise Refused(
            "Der Zeitpunkt liegt mehr als zehn Jahre zurück. Bitte prüfen Sie das Jahr.",
            "long-ago",
            field="happened_at",
        )
    if happened_at is not None and happened_at > now + CLOCK_TOLERANCE:
        raise Refused(
            "Der Zeitpunkt liegt in der Zukunft. Bitte geben Sie an, wann Sie es gesehen haben.",
            "in-the-future",
            field="happened_at",
        )


def check_photos(sizes: list[int]) -> None:
    """Pass only if number and sizes (bytes) of all photos of a report are within the limits.

    :raises Refused: too many, one too large, or all together too large
    """
    if len(sizes) > MAX_PHOTOS:
        raise Refused(
            "Bitte senden Sie höchstens %(most)s Fotos.",
            "too-many-photos",
            field="photos",
            values={"most": MAX_PHOTOS},
        )
    if any(size > MAX_PHOTO_BYTES for size in sizes) or sum(sizes) > MAX_PHOTOS_BYTES:
        raise Refused(
            "Die Fotos sind zu groß: höchstens 10 MB je Foto und 25 MB zusammen. "
            "Bitte wählen Sie kleinere Fotos.",
            "photo-too-large",
            field="photos",
        )


def outside_city() -> Refused:
    """Return the refusal of a place outside the city, with what to do."""
    return Refused(
        "Dieser Ort liegt außerhalb des Stadtgebiets, dort dürfen wir nicht tätig werden. Bitte "
        "prüfen Sie die Stelle auf der Karte oder wenden Sie sich an die Stadt, in der es ist "
        "(Telefon 115).",
        "outside-city",
        field="address",
    )


def can_object(status: Status, *, objected_at: datetime | None) -> bool:
    """Say whether the resident may still say "Das stimmt nicht": once, after the answer."""
    return status in DONE and objected_at is None
