"""What is said about findings: what is not right, which rule it is, what would release it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from streife.kernel.texts import said
from streife.roster.rules.basis import Built
from streife.roster.rules.beside import ELSEWHERE
from streife.roster.rules.equipping import is_equipment, item_and_kinds
from streife.roster.rules.hours import IN_AREAS, clock_of
from streife.roster.sentences import THOUSAND, clock_words, day_text, hours, item_text, skill_text
from streife.roster.solver.problem import Finding, Release

Words = Mapping[str, str | int]


def _kind_name(built: Built, code: object) -> str:
    return next((said(one.name) for one in built.basis.kinds if one.code == code), str(code))


def _need_kind(built: Built, rule: str) -> str:
    clock = clock_of(rule)
    if clock:
        words = clock_words(*clock)
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


def _stock_areas(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _(
        "%(what)s (so viele, weil mehr Kräfte in Bereiche gehen, als dort mindestens sind)"
    ) % {"what": _stock(built, finding, words)}


def _alone(built: Built, finding: "Finding | Release", words: Words) -> str:
    values = {
        "kind": said(built.kind_at(int(words.get("duty", 0))).name),
        "area": words.get("area", ""),
        "minimum": words.get("minimum", 2),
    }
    if values["area"]:
        return _("%(kind)s, %(area)s: jemand ist allein, nötig sind %(minimum)s") % values
    return _("%(kind)s: jemand ist allein, nötig sind %(minimum)s") % values


def _not_ready(words: Words) -> Iterator[str]:
    """Yield what could be made ready: what an inspection or a repair would bring."""
    overdue, repair = int(words.get("overdue", 0)), int(words.get("repair", 0))
    if overdue:
        yield _("%(count)s nach einer Prüfung wieder") % {"count": overdue}
    if repair:
        yield _("%(count)s in Reparatur") % {"count": repair}


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
    if words.get("reason") == ELSEWHERE:
        return _("steht an diesem Tag auf einer anderen Schicht, neben dem Plan")
    return _("ist abwesend, steht aber im Plan")


def _fixed(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("eine festgehaltene Einteilung ist nicht eingehalten")


def _published(built: Built, finding: "Finding | Release", words: Words) -> str:
    return _("anders als veröffentlicht")


def _in_hours(words: Words) -> dict[str, str]:
    return {key: hours(int(value)) for key, value in words.items() if key in {"is", "limit"}}


_SAY: Mapping[str, Callable[[Built, "Finding | Release", Words], str]] = {
    "alone": _alone,
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
    "stock_areas": _stock_areas,
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
    if not name:
        return _("Aussetzen%(when)s: %(rule)s") % {"when": when, "rule": rule}
    # Such a rule does not fall into days: the day says what for, not for how long.
    why = _(" (wegen %(day)s)") % {"day": day_text(day)} if day else ""
    return _("Für %(name)s in diesem ganzen Plan aussetzen%(why)s: %(rule)s") % {
        "name": name,
        "why": why,
        "rule": rule,
    }
