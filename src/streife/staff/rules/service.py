"""Who serves on a given day."""

from datetime import date

from streife.kernel.errors import Refused
from streife.kernel.texts import is_writable


def in_service(entered_date: date, left_date: date | None, on: date) -> bool:
    """Say whether somebody serves on a day; on the day of leaving they no longer do."""
    return entered_date <= on and (left_date is None or on < left_date)


def check_period(valid_from: date, valid_to: date | None) -> None:
    """Pass only a period that ends after it begins.

    :raises Refused: the end is not after the beginning
    """
    if valid_to is not None and valid_to <= valid_from:
        raise Refused(
            "Das Ende muss nach dem Anfang liegen. Bitte prüfen Sie die beiden Daten.",
            "period-backwards",
            field="valid_to",
        )


def check_leaving(entered_date: date, left_date: date) -> None:
    """Pass only if somebody leaves after they came.

    :raises Refused: the day of leaving is not after the day of entering
    """
    if left_date <= entered_date:
        raise Refused(
            "Der Austritt muss nach dem Eintritt liegen. Bitte prüfen Sie das Datum.",
            "period-backwards",
            field="left_date",
        )


def check_written(**texts: str) -> None:
    """Pass only texts, by field, that every sheet and every PDF can hold.

    :raises Refused: `name-unreadable`
    """
    for field, text in texts.items():
        if not is_writable(text):
            raise Refused(
                "Hier stehen Zeichen, die niemand sieht. Bitte tippen Sie es neu, statt es "
                "hineinzukopieren.",
                "name-unreadable",
                field=field,
            )
