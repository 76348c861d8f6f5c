"""Who may go out together."""

from collections.abc import Sequence
from dataclasses import dataclass

from streife.kernel.errors import Refused

MIN_CREW = 2
MAX_CALL_SIGN_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who shall ride along."""

    officer_id: int
    name: str
    apprentice: bool
    on_shift: bool


def check_crew(officers: Sequence[Candidate], partners: Sequence[str]) -> None:
    """Pass only a crew of two who count, at least one of them our own and all on the shift.

    Apprentices ride along, they never are the second officer; a police officer is.

    :raises Refused: names what is missing
    """
    if len({officer.officer_id for officer in officers}) != len(officers):
        raise Refused(
            "Eine Person steht zweimal in der Streife.", "officer-twice", field="officers"
        )
    absent = [officer.name for officer in officers if not officer.on_shift]
    if absent:
        raise Refused(
            "Nicht in dieser Schicht eingeteilt: %(names)s.",
            "not-on-shift",
            field="officers",
            values={"names": ", ".join(absent)},
        )
    own = sum(not officer.apprentice for officer in officers)
    if own == 0:
        raise Refused(
            "Eine Streife braucht mindestens eine ausgebildete Einsatzkraft des Ordnungsdienstes.",
            "no-own-officer",
            field="officers",
        )
    if own + len(partners) < MIN_CREW:
        raise Refused(
            "Eine Streife besteht aus mindestens zwei Einsatzkräften. "
            "Auszubildende zählen nicht als zweite Kraft.",
            "crew-too-small",
            field="officers",
        )


def clean_call_sign(text: str) -> str:
    """Return a call sign with single spaces.

    :raises Refused: too long, or without a letter: the command line tells units by their number
    """
    cleaned = " ".join(text.split())
    named = any(sign.isalpha() for sign in cleaned) and cleaned.isprintable()
    if not named or len(cleaned) > MAX_CALL_SIGN_CHARACTERS:
        raise Refused(
            "Bitte geben Sie einen Rufnamen wie „KOD 11“ an, höchstens %(most)s Zeichen.",
            "call-sign",
            field="call_sign",
            values={"most": MAX_CALL_SIGN_CHARACTERS},
        )
    return cleaned
