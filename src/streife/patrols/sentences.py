"""What a plan says about itself, one sentence each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from streife.kernel.clock import local
from streife.kernel.texts import said
from streife.patrols.actions import Edited
from streife.patrols.models import PatrolPlan
from streife.patrols.queries.guessing import Guess
from streife.patrols.queries.sheet import Sheet
from streife.patrols.rules import STATE_NAMES, PlanState
from streife.patrols.rules.findings import clock
from streife.patrols.rules.need_words import spoken
from streife.patrols.rules.unpredictable import ENOUGH, Habit, Regular, Spread


def weekdays() -> list[str]:
    """Return the names of the days, Monday first."""
    return [
        _("Montag"), _("Dienstag"), _("Mittwoch"), _("Donnerstag"), _("Freitag"), _("Samstag"),
        _("Sonntag"),
    ]  # fmt: skip


def when(starts_at: datetime, now: datetime) -> str:
    """Return "heute", "morgen", "gestern" or "am 24. November"."""
    days = (local(starts_at).date() - local(now).date()).days
    known = {0: _("heute"), 1: _("morgen"), -1: _("gestern")}
    return known.get(days) or _("am %(day)s") % {
        "day": formats.date_format(local(starts_at), _("j. F"))
    }


def headline(sheet: Sheet, now: datetime) -> str:
    """Return the one sentence that the page opens with."""
    shift = sheet.plan.shift
    # A night shift that still runs is today's, whatever day it began on.
    day = _("heute") if shift.starts_at <= now < shift.ends_at else when(shift.starts_at, now)
    if not sheet.stops:
        return _("Dieser Plan hat keinen Halt.")
    places = ngettext("%(n)s Ort", "%(n)s Orte", sheet.places) % {"n": sheet.places}
    if shift.ends_at <= now:
        return ngettext(
            "%(n)s Streife hatte %(day)s %(places)s im Plan.",
            "%(n)s Streifen hatten %(day)s %(places)s im Plan.",
            sheet.teams,
        ) % {"n": sheet.teams, "day": day, "places": places}
    teams = ngettext("%(n)s Streife besucht", "%(n)s Streifen besuchen", sheet.teams) % {
        "n": sheet.teams
    }
    text = _("%(teams)s %(day)s %(places)s") % {"teams": teams, "day": day, "places": places}
    if sheet.share_percent is None:
        return f"{text}."
    return _("%(text)s: mindestens %(percent)s %% des erreichbaren Nutzens.") % {
        "text": text,
        "percent": sheet.share_percent,
    }


def shift_name(plan_shift: object, starts_at: datetime, ends_at: datetime) -> str:
    """Return "Spätschicht, 14.00 bis 22.00 Uhr"."""
    return _("%(name)s, %(start)s bis %(end)s Uhr") % {
        "name": plan_shift,
        "start": clock(starts_at),
        "end": clock(ends_at),
    }


def state_name(plan: PatrolPlan) -> str:
    """Return where a plan stands, in words."""
    return said(STATE_NAMES[PlanState(plan.state)])


def cost(edited: Edited) -> str:
    """Return what a change did to the value of the plan."""
    total = edited.plan.value
    if edited.gained < 0:
        return _("Das kostet %(points)s Punkte Nutzen; der Plan hat jetzt %(total)s.") % {
            "points": formats.number_format(-edited.gained, force_grouping=True),
            "total": formats.number_format(total, force_grouping=True),
        }
    if edited.gained > 0:
        return _("Das bringt %(points)s Punkte Nutzen; der Plan hat jetzt %(total)s.") % {
            "points": formats.number_format(edited.gained, force_grouping=True),
            "total": formats.number_format(total, force_grouping=True),
        }
    return _("Der Nutzen bleibt gleich.")


def consequences(edited: Edited) -> str:
    """Return cost, broken rules and what can be foreseen after a change as one text."""
    broken = [one.text for one in edited.broken]
    return " ".join([cost(edited), *broken, *foreseen(edited)])


def foreseen(edited: Edited) -> list[str]:
    """Return what a change made easy to guess, with what helps; nothing if it did not."""
    mine, others = guess_texts(edited.guess)
    if not (mine or others):
        return []
    return [_("So wird der Plan vorhersehbar:"), *mine, *others]


def habit_text(habit: Habit) -> str:
    """Return what makes a stop easy to guess."""
    return _("%(name)s: zum %(times)s. Mal in Folge gegen %(clock)s Uhr.") % {
        "name": habit.name,
        "times": habit.times,
        "clock": f"{habit.clock:%H.%M}",
    }


def regular_text(one: Regular) -> str:
    """Return a place whose hours hardly change."""
    return _("%(name)s: %(visits)s Besuche in vier Wochen, meist zwischen %(a)s und %(b)s Uhr.") % {
        "name": one.name,
        "visits": one.visits,
        "a": one.usual_hour,
        "b": one.usual_hour + 1,
    }


def guess_texts(guess: Guess, most: int = 5) -> tuple[list[str], list[str]]:
    """Return what can be foreseen at places where a person set the time, and at the others."""
    known = {one.place for one in guess.habits}
    hand = {place for place, _ in guess.by_hand}
    told = [((one.place, one.clock) in guess.by_hand, habit_text(one)) for one in guess.habits]
    told += [
        (one.place in hand, regular_text(one)) for one in guess.regular if one.place not in known
    ]
    mine, others = ([text for own, text in told if own is wanted] for wanted in (True, False))
    return mine[:most], others[:most]


def rate_rows(guess: Guess, most: int = 8) -> list[tuple[str, str, str]]:
    """Return (place, wanted, was) of the places farthest from their rate, visits per plan."""
    return [
        (one.name, formats.number_format(one.wanted, 1), formats.number_format(one.was, 1))
        for one in guess.rates[:most]
    ]


def spread_text(hours: float | None) -> str:
    """Return how well the hours of visits can be guessed from outside."""
    if hours is None:
        return _(
            "Wie vorhersehbar die Stunden sind, lässt sich sagen, sobald mehrere Pläne"
            " veröffentlicht sind."
        )
    return _(
        "Wer unsere Zeiten erraten will, muss im Mittel zwischen etwa %(hours)s Stunden wählen."
    ) % {"hours": formats.number_format(hours, decimal_pos=1)}


def response_text(seconds: float | None) -> str:
    """Return how long the nearest team would need to the next incident, on average."""
    if seconds is None:
        return ""
    minutes = max(1, round(seconds / 60))
    return _("Zum nächsten Vorgang wären es im Mittel %(minutes)s Minuten.") % {"minutes": minutes}


def hours_text(minutes: int) -> str:
    """Return minutes as "3 Std. 20 Min."."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s Min.") % {"minutes": rest}
    return _("%(hours)s Std. %(minutes)s Min.") % {"hours": hours, "minutes": rest}


def reason_texts(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the reasons of a stop in the reader's language."""
    return [_capital(spoken(reason)) for reason in reasons]


def presence_headline(day: str, *, planned: int, visited: int, minutes: int, was: int) -> str:
    """Return how much of what was planned took place."""
    if not planned and not was:
        return _("%(day)s war nichts geplant und nichts gemeldet.") % {"day": day}
    if not planned:
        return _("%(day)s wurden %(was)s Minuten Präsenz gemeldet, ohne veröffentlichten Plan.") % {
            "day": day,
            "was": _grouped(was),
        }
    return _(
        "%(day)s waren an %(visited)s von %(planned)s geplanten Orten Streifen, zusammen %(was)s"
        " von %(minutes)s geplanten Minuten."
    ) % {
        "day": day,
        "visited": _grouped(visited),
        "planned": _grouped(planned),
        "was": _grouped(was),
        "minutes": _grouped(minutes),
    }


def _grouped(number: int) -> str:
    return formats.number_format(number, use_l10n=True, force_grouping=True)


def remaining(plan: PatrolPlan, now: datetime) -> tuple[int, int]:
    """Return (seconds gone, seconds allowed) of a plan being computed."""
    gone = int((now - plan.made_at) / timedelta(seconds=1))
    allowed = max(1, round(plan.limit_seconds))
    return min(gone, allowed), allowed


def day_name(day: date, today: date) -> str:
    """Return "Heute", "Gestern" or the day."""
    known = {0: _("Heute"), -1: _("Gestern"), 1: _("Morgen")}
    return known.get((day - today).days) or _("Am %(day)s") % {
        "day": formats.date_format(day, _("j. F Y"))
    }


def until_now() -> str:
    """Return how a sentence about a day begins that is not over."""
    return _("Heute bis jetzt")


def week_moment(weekday: int | None, hour: int | None) -> str:
    """Return what part of the week is meant: "freitags von 18 bis 19 Uhr"."""
    day = weekdays()[weekday] if weekday is not None else ""
    if hour is None:
        return day or _("über die ganze Woche")
    hours = _("%(start)s bis %(end)s Uhr") % {"start": hour, "end": hour + 1}
    return f"{day} {hours}".strip()


def busiest(values: Sequence[Sequence[float]]) -> str:
    """Return when presence counts most at a place."""
    top = max((max(row) for row in values), default=0)
    if not top:
        return _("Hier zählt Präsenz zu keiner Stunde mehr als anderswo.")
    day, hour = next(
        (day, hour)
        for day, row in enumerate(values)
        for hour, value in enumerate(row)
        if value == top
    )
    return _("Am meisten zählt Präsenz hier am %(day)s zwischen %(start)s und %(end)s Uhr.") % {
        "day": weekdays()[day],
        "start": hour,
        "end": hour + 1,
    }


def place_spread_text(found: Spread) -> str:
    """Return how guessable our visits of a place are."""
    if found.visits < ENOUGH:
        return _("In vier Wochen waren hier weniger als drei Besuche geplant.")
    return _(
        "In vier Wochen waren hier %(visits)s Besuche geplant. Wer unsere Zeiten erraten will,"
        " muss zwischen etwa %(hours)s Stunden wählen."
    ) % {"visits": found.visits, "hours": formats.number_format(found.hours, decimal_pos=1)}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
