"""Five traffic lights over a plan, each with a sentence: colour never speaks alone."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from streife.kernel.texts import said
from streife.roster.models import Plan
from streife.roster.queries.sheet import Sheet
from streife.roster.rules.states import PLAN_STATES, PlanState
from streife.roster.sentences import month_name
from streife.roster.solver.problem import Stage


@dataclass(frozen=True, slots=True)
class Light:
    """What one light says: level (ok, warning, danger), name, sentence."""

    level: str
    name: str
    text: str
    icon: str


def lights_of(sheet: Sheet) -> list[Light]:
    """Return law, cover, fairness, wishes, stability, in the order of what matters."""
    return [_law(sheet), _cover(sheet), _fairness(sheet), _wishes(sheet), _stability(sheet)]


def _law(sheet: Sheet) -> Light:
    broken = sheet.judged.of(Stage.LEGAL, hard=True)
    if not broken:
        return Light("ok", _("Recht"), _("alle Regeln eingehalten"), "check")
    people = len({line.officer for line in broken if line.officer})
    count = ngettext("%(count)s Verstoß", "%(count)s Verstöße", len(broken)) % {
        "count": len(broken)
    }
    whose = ngettext("bei einer Person", "bei %(people)s Personen", people) % {"people": people}
    text = f"{count} {whose}" if people else count
    return Light("danger", _("Recht"), text, "warning")


def _cover(sheet: Sheet) -> Light:
    missed, short = _weak_days(sheet)
    if not missed and short:
        return Light("warning", _("Besetzung"), _area_days(len(short)), "clock")
    if not missed:
        return Light("ok", _("Besetzung"), _("jede Schicht ausreichend besetzt"), "check")
    days = len(missed | short)
    text = ngettext(
        "an %(count)s Tag fehlen Kräfte, Befähigungen oder Ausstattung",
        "an %(count)s Tagen fehlen Kräfte, Befähigungen oder Ausstattung",
        days,
    ) % {"count": days}
    return Light("danger", _("Besetzung"), text, "warning")


def _weak_days(sheet: Sheet) -> tuple[set[date | None], set[date | None]]:
    """Return the days on which a shift lacks people, and those on which an area does."""
    missed = {line.day for line in sheet.judged.of(Stage.COVER, hard=True)}
    return missed, {line.day for line in sheet.areas_short()}


def _area_days(days: int) -> str:
    return ngettext(
        "jede Schicht besetzt, aber an %(count)s Tag fehlen Kräfte in einem Bereich",
        "jede Schicht besetzt, aber an %(count)s Tagen fehlen Kräfte in einem Bereich",
        days,
    ) % {"count": days}


def _fairness(sheet: Sheet) -> Light:
    uneven = sheet.judged.of(Stage.FAIRNESS)
    if not uneven:
        text = _("Nächte und Wochenenden höchstens einen Dienst auseinander")
        return Light("ok", _("Gerechtigkeit"), text, "check")
    return Light("warning", _("Gerechtigkeit"), uneven[0].text, "clock")


def _wishes(sheet: Sheet) -> Light:
    made, met = sheet.judged.wishes_made, sheet.judged.wishes_met
    if not sheet.whole:
        return Light("neutral", _("Wünsche"), _("sieht, wer plant"), "lock")
    if not made:
        return Light("neutral", _("Wünsche"), _("niemand hat etwas gewünscht"), "message")
    text = _("%(met)s von %(made)s erfüllt") % {"met": met, "made": made}
    return Light("ok" if met == made else "neutral", _("Wünsche"), text, "message")


def _stability(sheet: Sheet) -> Light:
    if sheet.plan.state == PlanState.DRAFT:
        return Light("neutral", _("Stabilität"), _("noch nicht veröffentlicht"), "clock")
    changed = len(sheet.judged.of(Stage.STABILITY))
    if not changed:
        return Light("ok", _("Stabilität"), _("wie veröffentlicht"), "check")
    text = ngettext(
        "%(count)s Tag anders als veröffentlicht",
        "%(count)s Tage anders als veröffentlicht",
        changed,
    ) % {"count": changed}
    return Light("neutral", _("Stabilität"), text, "clock")


def is_sound(sheet: Sheet) -> bool:
    """Say whether nothing that must be is missed: then a plan is ready to be published."""
    return not any(line.hard for line in sheet.judged.lines) and not sheet.areas_short()


def headline(sheet: Sheet) -> str:
    """Return the one sentence a shift leader comes for."""
    name = month_name(sheet.plan.first_day, sheet.plan.last_day)
    if not sheet.posts:
        return _("%(month)s: noch niemand eingeteilt") % {"month": name}
    broken = len(sheet.judged.of(Stage.LEGAL, hard=True))
    if broken:
        text = ngettext(
            "%(month)s: %(count)s Regel verletzt", "%(month)s: %(count)s Regeln verletzt", broken
        )
        return text % {"month": name, "count": broken}
    missed, short = _weak_days(sheet)
    if missed:
        text = ngettext(
            "%(month)s: an %(count)s Tag zu schwach besetzt",
            "%(month)s: an %(count)s Tagen zu schwach besetzt",
            len(missed | short),
        )
        return text % {"month": name, "count": len(missed | short)}
    if short:
        return f"{name}: {_area_days(len(short))}"
    return _("%(month)s: alle Regeln eingehalten, jede Schicht besetzt") % {"month": name}


def state_text(plan: Plan) -> str:
    """Return how far a plan is."""
    return said(PLAN_STATES[PlanState(plan.state)])


def spent(plan: Plan, now: datetime) -> tuple[int, int]:
    """Return seconds spent and seconds allowed of a computation."""
    begun = datetime.fromisoformat(plan.progress["begun_at"])
    return max(0, int((now - begun).total_seconds())), round(float(plan.progress["seconds"]))
