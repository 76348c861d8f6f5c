"""Moments as people say them."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from streife.kernel.clock import local


def exact(moment: datetime) -> str:
    """Return "Dienstag, 3. März 2026, 14:02 Uhr" (the form for hover and screen readers)."""
    there = local(moment)
    return _("{day}, {clock} Uhr").format(
        day=_day(there.date(), get_language()), clock=f"{there:%H:%M}"
    )


@lru_cache(maxsize=4096)
def _day(day: date, _language: str | None) -> str:
    """Return "Dienstag, 3. März 2026"; a page of the queue asks for fifty, few of them new."""
    return date_format(day, _("l, j. F Y"), use_l10n=False)


def clock(moment: datetime, *, now: datetime) -> str:
    """Return "14:02" for today, "gestern, 14:02", else "03.03., 14:02" or with the year."""
    there, today = local(moment), local(now).date()
    time = f"{there:%H:%M}"
    if there.date() == today:
        return time
    if there.date() == today - timedelta(days=1):
        return _("gestern, {clock}").format(clock=time)
    if there.date() == today + timedelta(days=1):
        return _("morgen, {clock}").format(clock=time)
    if there.year == today.year:
        return f"{there:%d.%m.}, {time}"
    return f"{there:%d.%m.%Y}, {time}"


def span(length: timedelta) -> str:
    """Return "40 Min.", "3 Std. 5 Min." or "12 Tage" for a length of time, sign left away."""
    minutes = int(abs(length.total_seconds()) // 60)
    if minutes < 60:
        return _("{minutes} Min.").format(minutes=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        if rest == 0:
            return _("{hours} Std.").format(hours=hours)
        return _("{hours} Std. {minutes} Min.").format(hours=hours, minutes=rest)
    days = hours // 24
    return ngettext("{days} Tag", "{days} Tagen", days).format(days=days)


def ago(moment: datetime, *, now: datetime) -> str:
    """Return "gerade eben", "vor 12 Min.", "vor 3 Std." or, past two days, the date and clock."""
    passed = now - moment
    future = passed < timedelta(0)
    if abs(passed) < timedelta(minutes=1):
        return _("gerade eben")
    if abs(passed) >= timedelta(days=2):
        return clock(moment, now=now)
    length = abs(passed)
    if length >= timedelta(hours=6):
        length = timedelta(hours=length // timedelta(hours=1))
    text = span(length)
    return _("in {span}").format(span=text) if future else _("vor {span}").format(span=text)
