"""What the figures say, one sentence each: the answer stands above the picture."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from streife.incidents.rules import Outcome
from streife.insight.figures import Figures, Month
from streife.insight.rules import Period, change_percent, month_start, share_percent


def number(value: int) -> str:
    """Return a count with the separators of the language."""
    return formats.number_format(value, force_grouping=True, use_l10n=True)


def duration(minutes: int) -> str:
    """Return a length of time as people would say it: minutes, hours from two on, then days."""
    if minutes < 120:
        return _("%(n)s Min.") % {"n": number(minutes)}
    hours = round(minutes / 60)
    if hours < 48:
        return _("%(n)s Std.") % {"n": number(hours)}
    return _("%(n)s Tage") % {"n": number(round(hours / 24))}


def weekdays() -> list[str]:
    """Return the names of the days, Monday first."""
    return [
        _("Montag"), _("Dienstag"), _("Mittwoch"), _("Donnerstag"), _("Freitag"), _("Samstag"),
        _("Sonntag"),
    ]  # fmt: skip


def outcome_name(code: str) -> str:
    """Return an outcome in words."""
    return {
        Outcome.RESOLVED.value: _("erledigt"),
        Outcome.NOT_FOUND.value: _("nichts mehr angetroffen"),
        Outcome.NO_OFFENCE.value: _("kein Verstoß"),
        Outcome.WARNED.value: _("ermahnt oder verwarnt"),
        Outcome.OFFENCE_RECORDED.value: _("Ordnungswidrigkeit aufgenommen"),
        Outcome.HANDED_OVER.value: _("an andere Stelle abgegeben"),
        Outcome.UNFOUNDED.value: _("unbegründet"),
        Outcome.MERGED.value: _("zusammengeführt"),
    }.get(code, code)


def period_name(period: Period) -> str:
    """Return "Im Oktober 2026", or the first and last day."""
    if period.start.day == 1 and period.end == month_start(period.start, months_back=-1):
        return _("Im %(month)s") % {"month": formats.date_format(period.start, "F Y")}
    return _("Vom %(start)s bis %(end)s") % {
        "start": formats.date_format(period.start, _("j. F Y")),
        "end": formats.date_format(period.last_day, _("j. F Y")),
    }


def headline(figures: Figures) -> str:
    """Return the one sentence that the page opens with."""
    when = period_name(figures.filters.period)
    if not figures.reports:
        return _("%(when)s kam kein Hinweis") % {"when": when}
    parts = [
        ngettext(
            "%(when)s kam %(count)s Hinweis", "%(when)s kamen %(count)s Hinweise", figures.reports
        )
        % {"when": when, "count": number(figures.reports)}
    ]
    change = change_percent(figures.reports, figures.reports_before)
    if change is not None:
        parts.append(_change(change))
    sentence = ", ".join(parts)
    share = share_percent(figures.in_time, figures.in_time + figures.missed)
    if share is not None:
        sentence += _("; %(share)s %% der Vorgänge innerhalb der Zielzeit") % {"share": share}
    return sentence.replace(" %", "\N{NO-BREAK SPACE}%")


def _change(percent: int) -> str:
    if percent == 0:
        return _("so viele wie im Vorjahr")
    if percent > 0:
        return _("%(percent)s %% mehr als im Vorjahr") % {"percent": percent}
    return _("%(percent)s %% weniger als im Vorjahr") % {"percent": -percent}


def field_message(figures: Figures) -> str:
    """Say which field of work leads."""
    if not figures.by_field or not figures.reports:
        return _("Hinweise nach Aufgabenfeld")
    first = figures.by_field[0]
    return _("%(share)s %% der Hinweise: %(name)s") % {
        "share": share_percent(first.reports, figures.reports),
        "name": first.name or _("ohne Zuordnung"),
    }


def quarter_message(figures: Figures) -> str:
    """Say where most reports come from."""
    named = [row for row in figures.by_quarter if row.code and row.reports]
    if len(named) < 2:
        return _("Hinweise nach Bezirk")
    top = named[:3]
    return _("Am meisten Hinweise: %(names)s") % {"names": ", ".join(row.name for row in top)}


def top_quarters(count: int) -> str:
    """Name the list of the quarters with the most reports."""
    return _("Die %(count)s Bezirke mit den meisten Hinweisen") % {"count": count}


def hour_message(figures: Figures) -> str:
    """Say when most reports come in, by day and block of four hours."""
    blocks = [
        (sum(day[start : start + 4]), weekday, start)
        for weekday, day in enumerate(figures.hours)
        for start in range(0, 24, 4)
    ]
    count, weekday, start = max(blocks)
    if not count:
        return _("Hinweise nach Wochentag und Stunde")
    return _("Am meisten kommt am %(day)s zwischen %(start)s und %(end)s Uhr") % {
        "day": weekdays()[weekday],
        "start": start,
        "end": start + 4,
    }


def month_message(months: list[Month]) -> str:
    """Say how the last full year ended: the month with the most reports."""
    if not any(month.reports for month in months):
        return _("Hinweise nach Monat")
    peak = max(months, key=lambda month: month.reports)
    return _("Hinweise nach Monat, am meisten im %(month)s") % {
        "month": formats.date_format(peak.start, "F Y")
    }


def outcome_message(figures: Figures) -> str:
    """Say how most incidents ended."""
    total = sum(row.incidents for row in figures.by_outcome)
    if not total:
        return _("Ergebnisse der Vorgänge")
    first = figures.by_outcome[0]
    return _("%(share)s %% der abgeschlossenen Vorgänge dieses Zeitraums: %(name)s") % {
        "share": share_percent(first.incidents, total),
        "name": outcome_name(first.code),
    }
