"""When a kind of shift may begin and end, and from which day on it may be another time."""

from datetime import date, time, timedelta

from streife.kernel.errors import Refused

# § 3 ArbZG: ten hours of work at most, plus the breaks of § 4 ArbZG; twelve is never lawful.
LONGEST_SHIFT = timedelta(hours=12)
LONGEST_BREAK = 120
DAY = timedelta(days=1)


def check_times(begins: time, ends: time, break_minutes: int) -> None:
    """Pass only times of a shift that can be one; it ends on the next day if not after it begins.

    :raises Refused: `shift-times-impossible`
    """
    start = timedelta(hours=begins.hour, minutes=begins.minute)
    end = timedelta(hours=ends.hour, minutes=ends.minute)
    length = (end - start) % DAY
    if not timedelta() < length <= LONGEST_SHIFT or not 0 <= break_minutes <= LONGEST_BREAK:
        raise Refused(
            "Eine Schicht dauert höchstens zwölf Stunden, ihre Pause höchstens zwei. Bitte prüfen "
            "Sie Beginn, Ende und Pause.",
            "shift-times-impossible",
            field="ends",
        )


def check_since(since: date, planned_until: date | None) -> None:
    """Pass only a day behind all that was announced or worked by the old times.

    :raises Refused: `shift-times-planned`
    """
    if planned_until is not None and since <= planned_until:
        raise Refused(
            "Bis zum %(day)s sind Dienste mit den bisherigen Zeiten angekündigt oder geleistet. "
            "Bitte wählen Sie einen Tag danach.",
            "shift-times-planned",
            field="since",
            values={"day": f"{planned_until:%d.%m.%Y}"},
        )
