"""Deleting before its time is over: on which ground, and what happens at once."""

from collections.abc import Mapping
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german


class Ground(StrEnum):
    """Why a recording, or a part of it, has to go early."""

    CORE = "kernbereich"  # § 15c Abs. 5 PolG NRW: core of private life
    SECRET = "professional_secret"  # noqa: S105 (§§ 53, 53a StPO, no password)
    MISTAKE = "mistake"  # camera ran by accident, no ground for recording
    REQUEST = "request"  # Art. 17 DSGVO


GROUNDS: Mapping[Ground, str] = {
    Ground.CORE: german("Kernbereich privater Lebensgestaltung"),
    Ground.SECRET: german("Raum einer Person mit Berufsgeheimnis"),
    Ground.MISTAKE: german("versehentlich oder ohne Grundlage aufgenommen"),
    Ground.REQUEST: german("Löschung verlangt (Art. 17 DSGVO)"),
}
# On these grounds nobody may look any more while it is being decided.
SEALING = frozenset({Ground.CORE, Ground.SECRET})
# And these outweigh a hold: what must never be used must not be kept for use either.
OVER_HOLD = SEALING
# The photo of a thing films nobody's life; what may bring it down early.
PICTURE_GROUNDS: Mapping[Ground, str] = {
    ground: GROUNDS[ground] for ground in (Ground.REQUEST, Ground.MISTAKE)
}
RETENTION_RULE = "retention"


def check_request(*, ground: str, from_ms: int | None, to_ms: int | None) -> Ground:
    """Return the ground of a request; both ends of a part, or none for the whole.

    :raises Refused: `ground-unknown`, `part-backwards`
    """
    known = _known(ground, GROUNDS)
    if (from_ms is None) != (to_ms is None) or (
        from_ms is not None and to_ms is not None and not 0 <= from_ms < to_ms
    ):
        raise Refused(
            "Bitte geben Sie Anfang und Ende des Abschnitts an, das Ende nach dem Anfang.",
            "part-backwards",
            field="from_ms",
        )
    return known


def check_picture_request(ground: str) -> Ground:
    """Return the ground on which the photo of a thing may go early.

    :raises Refused: `ground-unknown`
    """
    return _known(ground, PICTURE_GROUNDS)


def _known(ground: str, grounds: Mapping[Ground, str]) -> Ground:
    if ground not in grounds:
        raise Refused(
            "Bitte wählen Sie einen Grund aus der Liste.", "ground-unknown", field="ground"
        )
    return Ground(ground)
