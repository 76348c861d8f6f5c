"""Who may hand out a recording, who has to agree, and until when an answer is expected."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german


class Purpose(StrEnum):
    """Why another office gets a recording; the regime says which law it stands under."""

    CRIME = "crime"
    OFFENCE = "offence"
    COURT = "court"
    INQUIRY = "inquiry"
    SUBJECT = "subject"


PURPOSES: Mapping[Purpose, str] = {
    Purpose.CRIME: german("Strafverfahren (Staatsanwaltschaft, Polizei)"),
    Purpose.OFFENCE: german("Bußgeldverfahren"),
    Purpose.COURT: german("Gerichtsverfahren"),
    Purpose.INQUIRY: german("Aufsicht oder Datenschutzkontrolle"),
    Purpose.SUBJECT: german("Auskunft an eine aufgenommene Person"),
}
LEGAL_BASES: Mapping[Purpose, str] = {
    Purpose.CRIME: german("§ 15c Abs. 4 PolG NRW, §§ 160, 161 StPO"),
    Purpose.OFFENCE: german("§ 15c Abs. 4 PolG NRW, § 46 OWiG"),
    Purpose.COURT: german("§ 71 OWiG, §§ 244, 245 StPO"),
    Purpose.INQUIRY: german("Art. 58 DSGVO, § 60 DSG NRW"),
    Purpose.SUBJECT: german("Art. 15 DSGVO, § 49 DSG NRW"),
}


class Form(StrEnum):
    """What of a recording is handed out; the value is the name of its folder in the bag."""

    ORIGINAL = "original"
    CUT = "geschnitten"  # took the original's place: a part had to go
    REDACTED = "geschwaerzt"


FORMS: Mapping[Form, str] = {
    Form.ORIGINAL: german("Original"),
    Form.CUT: german("geschnittene Kopie"),
    Form.REDACTED: german("geschwärzte Kopie"),
}
# Who answers for a copy, as its manifest says: a granted request to cut, else a person.
CUT_BY = "request:"


def form_of(operation: Mapping[str, object] | None) -> Form:
    """Return what a recording is, by how it came about (None: a camera made it)."""
    if operation is None:
        return Form.ORIGINAL
    cut = str(operation.get("operator", "")).startswith(CUT_BY)
    return Form.CUT if cut else Form.REDACTED


class Stage(StrEnum):
    """Where a hand-over stands."""

    REQUESTED = "requested"  # waits for the second person
    APPROVED = "approved"  # the bag is being made
    READY = "ready"
    HANDED_OVER = "handed_over"
    RECEIVED = "received"  # the recipient has confirmed
    REFUSED = "refused"
    FAILED = "failed"


STAGES: Mapping[Stage, str] = {
    Stage.REQUESTED: german("wartet auf die zweite Person"),
    Stage.APPROVED: german("wird zusammengestellt"),
    Stage.READY: german("liegt bereit"),
    Stage.HANDED_OVER: german("übergeben, Empfang noch nicht bestätigt"),
    Stage.RECEIVED: german("Empfang bestätigt"),
    Stage.REFUSED: german("abgelehnt"),
    Stage.FAILED: german("nicht zustande gekommen"),
}
MOVES: Mapping[Stage, frozenset[Stage]] = {
    Stage.REQUESTED: frozenset({Stage.APPROVED, Stage.REFUSED}),
    Stage.APPROVED: frozenset({Stage.READY, Stage.FAILED}),
    Stage.FAILED: frozenset({Stage.APPROVED}),
    Stage.READY: frozenset({Stage.HANDED_OVER}),
    Stage.HANDED_OVER: frozenset({Stage.RECEIVED}),
    Stage.RECEIVED: frozenset(),
    Stage.REFUSED: frozenset(),
}


class Pile(StrEnum):
    """What part of the list somebody picked; the value stands in the address of the page."""

    WAITING = "wartet"
    LATE = "ueberfaellig"
    ON_ITS_WAY = "unterwegs"
    RECEIVED = "bestaetigt"
    REFUSED = "abgelehnt"
    FAILED = "misslungen"


PILES: Mapping[Pile, str] = {
    Pile.WAITING: german("wartet auf die zweite Person"),
    Pile.LATE: german("Bestätigung überfällig"),
    Pile.ON_ITS_WAY: german("unterwegs"),
    Pile.RECEIVED: german("Empfang bestätigt"),
    Pile.REFUSED: german("abgelehnt"),
    Pile.FAILED: german("nicht zustande gekommen"),
}
PILE_STAGES: Mapping[Pile, frozenset[Stage]] = {
    Pile.WAITING: frozenset({Stage.REQUESTED}),
    Pile.LATE: frozenset({Stage.HANDED_OVER}),  # of them what has passed its day
    Pile.ON_ITS_WAY: frozenset({Stage.APPROVED, Stage.READY, Stage.HANDED_OVER}),
    Pile.RECEIVED: frozenset({Stage.RECEIVED}),
    Pile.REFUSED: frozenset({Stage.REFUSED}),
    Pile.FAILED: frozenset({Stage.FAILED}),
}
# What was agreed to and did not come about; agreed and not failed: whoever made it may have died.
AGAIN = frozenset({Stage.APPROVED, Stage.FAILED})
ANSWER_DAYS = 14
LATEST_ANSWER_DAYS = 365
_AGE = re.compile(r"age1[02-9ac-hj-np-z]{20,}")
_SSH = re.compile(r"ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( .*)?")


def needs_second(form: Form) -> bool:
    """Say whether a second person must agree: always for what nobody has redacted.

    A redacted copy was released by a second person already.
    """
    return form is not Form.REDACTED


def check_for_purpose(purpose: str, form: Form) -> Purpose:
    """Return the purpose if what is handed out fits it.

    Whoever asks for themselves gets others made unrecognisable (Art. 15 Abs. 4 DSGVO).

    :raises Refused: `purpose-unknown`, `redaction-needed`
    """
    if purpose not in set(Purpose):
        raise Refused(
            "Bitte wählen Sie, wozu die Aufnahme gebraucht wird.",
            "purpose-unknown",
            field="purpose",
        )
    if purpose == Purpose.SUBJECT and form is not Form.REDACTED:
        raise Refused(
            "Für eine Auskunft geben Sie bitte die geschwärzte Kopie heraus: andere Personen"
            " müssen unkenntlich sein (Art. 15 Abs. 4 DSGVO).",
            "redaction-needed",
            field="purpose",
        )
    return Purpose(purpose)


def check_recipient_key(key: str) -> str:
    """Return the public key of the recipient, as age takes it.

    :raises Refused: `recipient-key-malformed`
    """
    text = " ".join(key.split())
    if not _AGE.fullmatch(text) and not _SSH.fullmatch(text):
        raise Refused(
            "Das ist kein öffentlicher Schlüssel. Er beginnt mit „age1“ oder „ssh-ed25519“; die"
            " empfangende Stelle nennt ihn Ihnen.",
            "recipient-key-malformed",
            field="recipient_key",
        )
    return text


def answer_due(today: date, asked: date | None) -> date:
    """Return until when the receipt is expected: 14 days unless somebody says otherwise.

    :raises Refused: `answer-date-wrong`
    """
    due = asked or today + timedelta(days=ANSWER_DAYS)
    if not today <= due <= today + timedelta(days=LATEST_ANSWER_DAYS):
        raise Refused(
            "Bitte ein Datum von heute an und innerhalb eines Jahres angeben.",
            "answer-date-wrong",
            field="answer_due",
        )
    return due


def check_again(stage: str) -> None:
    """Pass only what a second person agreed to and what did not come about.

    :raises Refused: `hand-over-step`
    """
    if stage not in AGAIN:
        raise _no_step()


def check_move(before: str, after: Stage) -> None:
    """Pass only a step that exists.

    :raises Refused: `hand-over-step`
    """
    if after not in MOVES[Stage(before)]:
        raise _no_step()


def _no_step() -> Refused:
    return Refused(
        "Dieser Schritt ist bei dieser Ausgabe nicht mehr möglich. Bitte die Seite neu laden.",
        "hand-over-step",
    )
