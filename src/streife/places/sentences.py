"""Opening hours in words: "geöffnet bis 20.30 Uhr", "öffnet morgen um 9 Uhr"."""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from streife.kernel.clock import local
from streife.places.hours import DaySpan, Opening


def opening_sentence(opening: Opening | None, now: datetime) -> str:
    """Return one sentence; None means that the hours are not known."""
    if opening is None:
        return _("Öffnungszeiten bitte telefonisch erfragen")
    if opening.open_now:
        return _open_sentence(opening.until, now)
    closed = _("geschlossen")
    if opening.holiday:
        closed = _("heute Feiertag (%(name)s): geschlossen") % {"name": opening.holiday}
    if opening.opens_at is None:
        return closed
    when = _day(opening.opens_at, now)
    opens = _("öffnet %(day)s um %(time)s Uhr") % {
        "day": when,
        "time": clock_time(opening.opens_at.time()),
    }
    return f"{closed}, {opens}" if opening.holiday else opens


def _open_sentence(until: datetime | None, now: datetime) -> str:
    if until is None:
        return _("durchgehend geöffnet")
    if until.date() == local(now).date() or until - now < timedelta(hours=12):
        return _("geöffnet bis %(time)s Uhr") % {"time": clock_time(until.time())}
    return _("geöffnet bis %(day)s, %(time)s Uhr") % {
        "day": _day(until, now),
        "time": clock_time(until.time()),
    }


def _day(moment: datetime, now: datetime) -> str:
    today = local(now).date()
    days = (moment.date() - today).days
    if days == 0:
        return _("heute")
    if days == 1:
        return _("morgen")
    if days < 7:
        return _("am %(weekday)s") % {"weekday": weekdays()[moment.weekday()]}
    return _("am %(date)s") % {"date": _short(moment.date())}


def _short(day: date) -> str:
    return f"{day.day}.{day.month}."


def weekdays() -> tuple[str, ...]:
    """Return the names of the days, Monday first."""
    return (
        _("Montag"),
        _("Dienstag"),
        _("Mittwoch"),
        _("Donnerstag"),
        _("Freitag"),
        _("Samstag"),
        _("Sonntag"),
    )


def clock_time(moment: time) -> str:
    """Return a time as German offices write it: 9, 20.30, and 24 for the end of the day."""
    if moment.minute:
        return f"{moment.hour}.{moment.minute:02d}"
    return str(moment.hour)


def week_sentence(spans: list[DaySpan]) -> str:
    """Return a week in words: "Montag bis Samstag, 9 bis 20.30 Uhr"."""
    names = weekdays()
    parts = []
    for span in spans:
        days = names[span.first]
        if span.last > span.first:
            days = _("%(first)s bis %(last)s") % {"first": days, "last": names[span.last]}
        times = _(" und ").join(
            _("%(start)s bis %(end)s") % {"start": clock_time(start), "end": _end(end)}
            for start, end in span.times
        )
        parts.append(_("%(days)s, %(times)s Uhr") % {"days": days, "times": times})
    return "; ".join(parts)


def _end(moment: time) -> str:
    return "24" if moment == time() else clock_time(moment)
