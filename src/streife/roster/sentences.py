"""What the pages say about a plan, in the language of the reader."""

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from streife.equipment import queries as equipment
from streife.kernel.texts import said
from streife.roster.rules.covering import TOGETHER, Clock, ClockCover
from streife.roster.rules.planning import month_of
from streife.roster.solver.problem import Stage
from streife.staff.rules import ABSENCE_NAMES, QUALIFICATION_NAMES, AbsenceKind, QualificationKind

Words = Mapping[str, str | int]
HOUR = 60
THOUSAND = 1000


def hours(minutes: int) -> str:
    """Return minutes as "7:30"; negative with a minus sign.

    >>> hours(450), hours(-30)
    ('7:30', '−0:30')
    """
    sign, minutes = ("−" if minutes < 0 else ""), abs(minutes)
    return f"{sign}{minutes // HOUR}:{minutes % HOUR:02}"


def day_text(day: date) -> str:
    """Return "Di 3.11."."""
    return date_format(day, "D j.n.")


def clock_range(clock: Clock) -> str:
    """Return "20:00–02:00"."""
    return f"{clock.begins:%H:%M}–{clock.ends:%H:%M}"


def clock_where(clock: Clock) -> str:
    """Return the area of a need by the clock; nothing if it is that of the whole city."""
    return _("Bereiche zusammen") if clock.area == TOGETHER else clock.name


def clock_text(clock: Clock) -> str:
    """Return "20:00–02:00 Nord"."""
    return f"{clock_range(clock)} {clock_where(clock)}".rstrip()


def fewest_text(clock: Clock) -> str:
    """Return what a line of the cover by the clock counts."""
    return _("%(clock)s: so viele sind mindestens zugleich im Dienst") % {
        "clock": clock_text(clock)
    }


def stranger_text() -> str:
    """Return what is wrong with a duty of somebody who has left or has no contract."""
    return _("steht im Plan, ist aber nicht im Dienst: ausgeschieden oder ohne Vertrag")


def somebody_text() -> str:
    """Return that a rule is broken for somebody, for readers who may not know more."""
    return _("Bei jemandem ist eine Regel verletzt. Wer und welche, sieht, wer plant.")


def area_lacks_text(cover: ClockCover) -> str:
    """Return what an area lacks by the clock."""
    clock = cover.clock
    return _("%(area)s, %(clock)s: %(is)s im Bereich, nötig sind %(least)s") % {
        "area": clock.name,
        "clock": clock_words(f"{clock.begins:%H:%M}", f"{clock.ends:%H:%M}"),
        "is": cover.planned,
        "least": cover.least,
    }


def clock_words(begins: str, ends: str) -> str:
    """Return "20:00 bis 02:00 Uhr"."""
    return _("%(begins)s bis %(ends)s Uhr") % {"begins": begins, "ends": ends}


def skill_text(code: str) -> str:
    """Return what a qualification is called."""
    known = set(QualificationKind)
    return said(QUALIFICATION_NAMES[QualificationKind(code)]) if code in known else code


def absence_text(code: str) -> str:
    """Return what an absence is called."""
    if code == "not_in_service":
        return _("nicht im Dienst der Stadt")
    return said(ABSENCE_NAMES[AbsenceKind(code)]) if code in set(AbsenceKind) else code


def item_text(code: str) -> str:
    """Return what a kind of thing is called."""
    kind = equipment.kinds().get(code)
    return said(kind.name) if kind else code


def month_name(first_day: date, last_day: date) -> str:
    """Return "November 2026" for a month, else "9.11. bis 22.11.2026"."""
    if month_of(first_day) == (first_day, last_day):
        return date_format(first_day, "F Y")
    return f"{date_format(first_day, 'j.n.')} {_('bis')} {date_format(last_day, 'j.n.Y')}"


def away_text(code: str) -> str:
    """Return why somebody is not there, or only that, or nothing."""
    if not code:
        return ""
    return _("abwesend") if code == "away" else absence_text(code)


def costs_text(costs: tuple[int, ...]) -> str:
    """Return what a change costs, stage by stage, in words; nothing where nothing changes."""
    names: Mapping[Stage, str] = {
        Stage.LEGAL: _("Recht"),
        Stage.COVER: _("Besetzung"),
        Stage.FAIRNESS: _("Gerechtigkeit"),
        Stage.WISHES: _("Wünsche"),
        Stage.STABILITY: _("Stabilität"),
    }
    parts = []
    for stage, cost in zip(Stage, costs, strict=True):
        if cost:
            word = _("schlechter") if cost > 0 else _("besser")
            parts.append(f"{names[stage]} {word} ({cost:+d})")
    return ", ".join(parts) or _("Kosten unverändert")
