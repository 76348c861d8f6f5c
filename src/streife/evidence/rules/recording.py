"""What is stated about a recording when it comes in (§ 15c PolG NRW), and how sure the place is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german

LEGAL_BASIS = "§ 15c Abs. 1 PolG NRW i. V. m. § 24 Abs. 1 Nr. 6 OBG NRW"


class Reason(StrEnum):
    """Why the camera ran (§ 15c Abs. 1 S. 1: a concrete danger to life or limb)."""

    PROTECT_STAFF = "protect_staff"
    PROTECT_OTHERS = "protect_others"
    PROSECUTION = "prosecution"
    UNKNOWN = "unknown"  # not stated yet: cannot be held, is asked for


REASONS: Mapping[Reason, str] = {
    Reason.PROTECT_STAFF: german("Gefahr für Leib oder Leben von Einsatzkräften"),
    Reason.PROTECT_OTHERS: german("Gefahr für Leib oder Leben anderer"),
    Reason.PROSECUTION: german("Verfolgung einer Straftat oder Ordnungswidrigkeit bei Gefahr"),
    Reason.UNKNOWN: german("noch nicht angegeben"),
}


class Regime(StrEnum):
    """Under which law a recording stands; changes are recorded."""

    DANGER = "danger"  # DSGVO, OBG, PolG
    OFFENCE = "owi"  # Part 3 DSG NRW
    CRIME = "crime"  # StPO


REGIMES: Mapping[Regime, str] = {
    Regime.DANGER: german("Gefahrenabwehr"),
    Regime.OFFENCE: german("Bußgeldverfahren"),
    Regime.CRIME: german("Strafverfahren"),
}


class Kind(StrEnum):
    """What a file is."""

    VIDEO = "video"
    AUDIO = "audio"
    PHOTO = "photo"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the wearer says about a recording; `None` is "not said yet"."""

    reason: Reason = Reason.UNKNOWN
    facts: str = ""
    announced: bool | None = None
    not_announced_because: str = ""
    dwelling: bool = False
    dwelling_decided_by: str = ""
    professional_secret: bool = False


def check_circumstances(said: Circumstances) -> None:
    """Pass only what can be true together.

    :raises Refused: `announcement-reason-needed`, `dwelling-decider-needed`
    """
    if said.announced is False and not said.not_announced_because.strip():
        raise Refused(
            "Bitte sagen Sie, warum die Aufnahme nicht angekündigt wurde (§ 15c Abs. 3 PolG NRW).",
            "announcement-reason-needed",
            field="not_announced_because",
        )
    if said.dwelling and not said.dwelling_decided_by.strip():
        raise Refused(
            "In Wohnungen entscheidet, wer den Einsatz leitet (§ 15c Abs. 2 PolG NRW). Bitte"
            " geben Sie an, wer entschieden hat.",
            "dwelling-decider-needed",
            field="dwelling_decided_by",
        )


def check_stated(reason: str) -> None:
    """Pass only a recording whose reason is known: without one it cannot be kept.

    :raises Refused: `reason-of-recording-missing`
    """
    if reason == Reason.UNKNOWN:
        raise Refused(
            "Bitte geben Sie zuerst an, warum aufgenommen wurde; ohne Anlass darf eine Aufnahme"
            " nicht länger bleiben.",
            "reason-of-recording-missing",
            field="recording_reason",
        )


def kind_of(content_type: str) -> Kind:
    """Return what a content type says a file is."""
    begin = content_type.partition("/")[0]
    return {"video": Kind.VIDEO, "audio": Kind.AUDIO, "image": Kind.PHOTO}.get(begin, Kind.OTHER)
