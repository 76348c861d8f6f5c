"""What a shift may be and who may stand on it."""

from datetime import datetime, timedelta

from streife.kernel.errors import Refused

# § 3 ArbZG: ten hours of work at most, plus the breaks of § 4 ArbZG; twelve is never lawful.
LONGEST_SHIFT = timedelta(hours=12)


def check_span(starts_at: datetime, ends_at: datetime) -> None:
    """Pass only a shift that ends after it begins and is not too long for a working day.

    :raises Refused: `shift-backwards`, `shift-too-long`
    """
    if ends_at <= starts_at:
        raise Refused(
            "Das Ende der Schicht muss nach dem Beginn liegen.", "shift-backwards", field="ends_at"
        )
    if ends_at - starts_at > LONGEST_SHIFT:
        raise Refused(
            "Eine Schicht darf höchstens zwölf Stunden dauern. Bitte teilen Sie sie auf.",
            "shift-too-long",
            field="ends_at",
        )


def overlap(a_start: datetime, a_end: datetime, b_start: datetime, b_end: datetime) -> bool:
    """Say whether two stretches share time; touching ends do not."""
    return a_start < b_end and b_start < a_end
