"""What the pages say about a plan, in the language of the reader."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from streife.equipment import queries as equipment
from streife.kernel.texts import said
from streife.roster.rules.basis import Built
from streife.roster.rules.covering import TOGETHER, Clock, ClockCover
from streife.roster.rules.equipping import is_equipment, item_and_kinds
from streife.roster.rules.hours import IN_AREAS, clock_of
from streife.roster.rules.planning import month_of
from streife.roster.solver.problem import Finding, Release, Stage
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


def area_lacks_text(cover: ClockCover) -> str:
    """Return what an area lacks by the clock."""
    clock = cover.clock
    return _("%(area)s, %(clock)s: %(is)s im Bereich, nötig sind %(least)s") % {
        "area": clock.name,
        "clock": _clock_words(f"{clock.begins:%H:%M}", f"{clock.ends:%H:%M}"),
        "is": cover.planned,
        "least": cover.least,
    }


def _clock_words(begins: str, ends: str) -> str:
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


def _kind_name(built: Built, code: object) -> str:
    return next((said(one.name) for one in built.basis.kinds if one.code == code), str(code))


def _need_kind(built: Built, rule: str) -> str:
    clock = clock_of(rule)
    if clock:
        words = _clock_words(*clock)
        if IN_AREAS in rule:
            return _("%(clock)s in allen Bereichen zusammen") % {"clock": words}
        return words
    return _kind_name(built, rule.split(":")[0].split("/")[1] if "/" in rule else "")


def _rest(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("nur %(is)s Stunden Ruhe, nötig sind %(limit)s") % _in_hours(words)


def _block(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("der freie Tag liegt in nur %(is)s Stunden, nötig sind %(limit)s am Stück") % (
        _in_hours(words)
    )


def _run(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("%(is)s Tage am Stück, erlaubt sind %(limit)s") % words


def _minutes(built: Built, finding: "Finding | Release", words: Words) -> str:
    if int(words["is"]) > int(words["limit"]):
        return _("%(is)s Stunden, höchstens %(limit)s") % _in_hours(words)
    return _("%(is)s Stunden, mindestens %(limit)s") % _in_hours(words)


def _count(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("%(is)s Tage mit Dienst, erlaubt sind %(limit)s") % words


def _weekends(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("%(is)s Wochenenden mit Dienst, höchstens %(limit)s") % words


def _barred(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("%(kind)s ist an diesem Tag nicht erlaubt") % {
        "kind": _kind_name(built, words.get("kind", ""))
    }


def _demand(built: Built, finding: "Finding | Release", words: Words) -> str:
    values = {
        "kind": _need_kind(built, finding.rule),
        "is": words.get("is", 0),
        "minimum": words.get("minimum", 0),
        "preferred": words.get("preferred", 0),
        "skill": skill_text(str(words.get("skill", ""))),
    }
    if words.get("skill"):
        return _("%(kind)s: %(is)s mit „%(skill)s“, nötig sind %(minimum)s") % values
    if int(values["is"]) >= int(values["minimum"]):
        return _("%(kind)s: %(is)s eingeteilt, besser wären %(preferred)s") % values
    return _("%(kind)s: %(is)s eingeteilt, nötig sind %(minimum)s") % values


def _stock(built: Built, finding: "Finding | Release", words: Words) -> str:
    item, codes = item_and_kinds(finding.rule)
    text = _("%(shifts)s: %(is)s × %(item)s zugleich nötig, einsatzbereit sind %(ready)s") % {
        "shifts": " + ".join(_kind_name(built, code) for code in codes),
        "item": item_text(item),
        "is": words.get("is", 0),
        "ready": words.get("ready", 0),
    }
    return "; ".join((text, *_not_ready(words)))


def _not_ready(words: Words) -> Iterator[str]:
    """Yield what could be made ready: what an inspection or a repair would bring."""
    overdue, repair = int(words.get("overdue", 0)), int(words.get("repair", 0))
    if overdue:
        yield _("%(count)s nach einer Prüfung wieder") % {"count": overdue}
    if repair:
        yield _("%(count)s in Reparatur") % {"count": repair}


def item_text(code: str) -> str:
    """Return what a kind of thing is called."""
    kind = equipment.kinds().get(code)
    return said(kind.name) if kind else code


def _supervision(built: Built, finding: "Finding | Release", words: Words) -> str:
    return (
        _("%(trainees)s in Ausbildung, aber nur %(officers)s Kräfte, die sie anleiten") % words
        if "trainees" in words
        else _("zu wenige Kräfte, die anleiten")
    )


def _wish(built: Built, finding: "Finding | Release", words: Words) -> str:
    if not words.get("wanted"):
        return _("wollte frei haben") if not words.get("kind") else _("wollte anders arbeiten")
    kind = _kind_name(built, words["kind"]) if words.get("kind") else _("Dienst")
    return _("wünschte sich %(kind)s") % {"kind": kind}


def _fairness(built: Built, finding: "Finding | Release", words: Words) -> str:
    what = _("Nächte") if finding.rule == "fair/nights" else _("Wochenenddienste")
    spread = f"{int(words['spread']) / THOUSAND:.1f}".replace(".", ",")
    return _("%(what)s sind nicht gerecht verteilt: %(spread)s Dienste Unterschied") % {
        "what": what,
        "spread": spread,
    }


def _absence(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("ist abwesend, steht aber im Plan")


def _fixed(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("eine festgehaltene Einteilung ist nicht eingehalten")


def _published(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("anders als veröffentlicht")


def _in_hours(words: Words) -> dict[str, str]:
    return {key: hours(int(value)) for key, value in words.items() if key in {"is", "limit"}}


_SAY: Mapping[str, Callable[[Built, "Finding | Release", Words], str]] = {
    "rest": _rest,
    "freeblock": _block,
    "workrun": _run,
    "kindrun": _run,
    "minutes": _minutes,
    "count": _count,
    "weekends": _weekends,
    "barred": _barred,
    "demand": _demand,
    "stock": _stock,
    "supervision": _supervision,
    "wish": _wish,
    "fairness": _fairness,
    "absence": _absence,
    "fixed": _fixed,
    "published": _published,
}


def finding_text(built: Built, finding: Finding | Release) -> str:
    """Return what is not as it should be, without who and when."""
    say = _SAY.get(finding.kind)
    return say(built, finding, dict(finding.words)) if say else finding.rule


def norm_text(built: Built, finding: Finding | Release) -> str:
    """Return the rule and its norm: "Elf Stunden Ruhe zwischen zwei Schichten (§ 5 ArbZG)"."""
    law = built.law_of(finding.rule)
    return f"{said(law.title)} ({law.norm})" if law else finding.norm


def rule_words(built: Built, rule: str) -> str:
    """Return what a rule is called: "Funkgerät, Spätschicht", "Spätschicht: Erste Hilfe"."""
    law = built.law_of(rule)
    if law:
        return said(law.title)
    if is_equipment(rule):
        item, codes = item_and_kinds(rule)
        return f"{item_text(item)}, {' + '.join(_kind_name(built, code) for code in codes)}"
    skill = rule.split("/")[2:] if clock_of(rule) is None else []
    return ": ".join((_need_kind(built, rule), *map(skill_text, skill)))


def released_text(built: Built, release: Release, name: str, day: date | None) -> str:
    """Return what a release does: one sentence that says rule, who and when."""
    when = f", {day_text(day)}" if day else ""
    if release.kind == "demand":
        return _("Weniger verlangen: %(what)s%(when)s") % {
            "what": finding_text(built, release),
            "when": when,
        }
    if release.kind == "stock":
        return _("Prüfen lassen, leihen oder weniger verlangen%(when)s: %(what)s") % {
            "what": finding_text(built, release),
            "when": when,
        }
    law = built.law_of(release.rule)
    rule = said(law.title) if law else release.rule
    return _("Für %(name)s aussetzen%(when)s: %(rule)s") % {
        "name": name,
        "when": when,
        "rule": rule,
    }


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
