"""What a plan may be, when it may be published, and whom a change may touch."""

from collections.abc import Container, Iterable
from datetime import date, timedelta

from streife.kernel.errors import Refused
from streife.roster.rules.equipping import is_equipment, is_well_formed, item_and_kinds
from streife.roster.rules.hours import clock_of
from streife.roster.rules.terms import Law

LONGEST_DAYS = 92  # a quarter
AHEAD = timedelta(days=2 * 366)  # nobody plans further; a later year was mistyped
BACK = timedelta(days=366)
OF_SHIFTS = frozenset({"never_alone"})  # rules about whole shifts and about nobody in them
LOCAL = "local"  # the regime of what was agreed with the staff council
NOTICE_DAYS = 14  # where no rule says otherwise


def check_stretch(first_day: date, last_day: date, today: date) -> None:
    """Pass only a stretch of one day to a quarter, not far away; it may begin on any weekday.

    :raises Refused: `plan-backwards`, `plan-far`, `plan-too-long`
    """
    if last_day < first_day:
        raise Refused(
            "Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie die beiden Daten.",
            "plan-backwards",
            field="last_day",
        )
    if not today - BACK <= first_day <= today + AHEAD:
        raise Refused(
            "Dieser Tag liegt mehr als zwei Jahre voraus oder mehr als eines zurück. Bitte prüfen "
            "Sie das Jahr.",
            "plan-far",
            field="first_day",
        )
    if (last_day - first_day).days + 1 > LONGEST_DAYS:
        raise Refused(
            "Ein Dienstplan umfasst höchstens ein Vierteljahr. Bitte teilen Sie ihn auf.",
            "plan-too-long",
            field="last_day",
        )


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of a month, 29 February included.

    >>> month_of(date(2028, 2, 10))
    (datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))
    """
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


def notice_of(laws: Iterable[Law]) -> int:
    """Return how many days before its first day a plan is announced."""
    return next((int(law.values["days"]) for law in laws if law.kind == "notice"), NOTICE_DAYS)


def check_notice(first_day: date, today: date, notice_days: int, reason: str) -> None:
    """Pass a publication in good time, or one with a reason for the short notice.

    :raises Refused: `notice-too-short`
    """
    if (first_day - today).days < notice_days and not reason.strip():
        raise Refused(
            "Bis zum ersten Tag sind es weniger als %(days)s Tage. Bitte nennen Sie den Grund, "
            "warum der Plan kurzfristig kommt.",
            "notice-too-short",
            field="reason",
            values={"days": notice_days},
        )


def is_need(rule: str) -> bool:
    """Say whether a rule of a plan is a need of the service, and no law or agreement."""
    return rule.startswith("need/") or is_equipment(rule)


def law_behind(rule: str, laws: Iterable[Law]) -> Law | None:
    """Return the law or agreement that a rule of a plan stands for ("T8/2026" for T8), if any."""
    code = rule.split("/")[0]
    return next((law for law in laws if law.code == code), None)


def may_be_lifted(rule: str, laws: Iterable[Law]) -> bool:
    """Say whether a person may lift a rule for once: needs, and what was agreed locally.

    What protects health by law may not (§ 14 ArbZG).
    """
    law = law_behind(rule, laws)
    return is_need(rule) or (law is not None and law.regime == LOCAL)


def check_releasable(rule: str, laws: Iterable[Law], kind_codes: Container[str]) -> None:
    """Pass only a rule that there is and that may be lifted.

    :raises Refused: `no-such-rule`, `law-stays`
    """
    known = tuple(laws)
    if is_equipment(rule):
        codes = item_and_kinds(rule)[1] if is_well_formed(rule) else [""]
        is_kind = all(code in kind_codes for code in codes)
    else:
        is_kind = is_need(rule) and rule.split("/")[1] in kind_codes
    if not is_kind and clock_of(rule) is None and law_behind(rule, known) is None:
        raise Refused(
            "Diese Regel gibt es in diesem Dienstplan nicht. Bitte laden Sie die Seite neu.",
            "no-such-rule",
        )
    if not may_be_lifted(rule, known):
        raise Refused(
            "Diese Regel steht im Gesetz und lässt sich hier nicht aussetzen. Bitte ändern Sie den "
            "Bedarf oder die Einteilung.",
            "law-stays",
        )


def check_whose(rule: str, laws: Iterable[Law], officer_id: int | None) -> None:
    """Pass a rule about people only with one of them: for nobody it would lift nothing.

    :raises Refused: `officer-missing`
    """
    law = law_behind(rule, laws)
    if law is not None and law.kind not in OF_SHIFTS and officer_id is None:
        raise Refused(
            "Diese Regel gilt für jede Person einzeln. Bitte wählen Sie, für wen die Ausnahme ist.",
            "officer-missing",
            field="officer",
        )


def check_council(note: str) -> None:
    """Pass only with a note on the staff council's consent (§ 72 Abs. 4 Nr. 1 LPVG NRW).

    :raises Refused: `council-note-missing`
    """
    if not note.strip():
        raise Refused(
            "Der Dienstplan braucht die Zustimmung des Personalrats (§ 72 Abs. 4 LPVG NRW). Bitte "
            "vermerken Sie, wann und wie sie erteilt wurde.",
            "council-note-missing",
            field="council_note",
        )
