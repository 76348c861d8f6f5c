"""Everybody who can be planned in a stretch of days, with contract, skills, absences and past."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from streife.kernel.clock import local
from streife.roster.models import Duty, Post, ShiftKind
from streife.roster.queries.away import (
    days_between,
    exam_eves,
    free_eves,
    not_there,
    not_yet,
    offs_of,
    school_days,
)
from streife.roster.queries.illness import lost_duties
from streife.roster.rules.clock import (
    minutes_between,
    moment_of,
    parse,
    span_on,
    work_minutes,
)
from streife.roster.rules.keeping import AHEAD, WINDOW, looks_ahead_to, looks_back_to
from streife.roster.rules.shifts_allowed import break_needed
from streife.roster.rules.states import PlanState
from streife.roster.rules.terms import Done, Member
from streife.roster.times import times_of
from streife.staff import queries as staff
from streife.staff.rules import (
    ContractGroup,
    ContractSpan,
    SkillSpan,
    age_on,
    owed_minutes,
)

if TYPE_CHECKING:
    from streife.staff.models import Officer

BREAKS = [[360, 30], [540, 45]]  # of duties before the plan, where no kind of shift is known

MIDNIGHT = parse("00:00")
UNKNOWN_AGE = timedelta(days=15 * 366)  # the youngest who may begin, § 5 Abs. 1 JArbSchG


def members_between(
    first_day: date, last_day: date, *, assume_history: bool = False, only: int | None = None
) -> tuple[Member, ...]:
    """Return everybody to be planned, or `only` one of them.

    Under two contracts one after the other the stricter law and the mean of hours and shares count
    (two at once are refused by `staff`); without any contract nobody is planned. Whoever served
    before the plan without a trace of duty or absence has no known history, unless
    `assume_history`.
    """
    officers = [one for one in staff.serving_between(first_day, last_day) if only in (None, one.pk)]
    ids = [officer.pk for officer in officers]
    contracts = staff.contracts_between(ids, first_day, last_day)
    skills = staff.skills_between(ids, first_day, last_day)
    # School and exams behind the plan say what its last day may be, and count in its last week.
    absences = staff.absences_between(ids, first_day - WINDOW, last_day + AHEAD)
    born = staff.birth_dates(ids)
    history, later = history_before(ids, first_day), _behind(ids, last_day)
    days, lost = days_between(first_day, last_day), lost_duties(first_day, last_day)
    found = []
    for officer in officers:
        spans = contracts[officer.pk]
        if not spans:
            continue
        known = history.get(officer.pk, ())
        lately = any(done.day >= first_day - WINDOW for done in known)
        away = any(one.first_day <= last_day for one in absences[officer.pk])
        trace = lately or away or officer.entered_date >= first_day
        weekly = _weekly(spans, days, born.get(officer.pk))
        learning = any(span.group == ContractGroup.AZUBI for span in spans)
        eves = exam_eves(absences[officer.pk]) if learning else frozenset()
        offs = tuple(offs_of(absences[officer.pk], weekly, lost.get(officer.pk, {})))
        found.append(
            Member(
                pk=officer.pk,
                regime=_regime(spans),
                share=_share(spans, days),
                weekly_minutes=weekly,
                apprentice=learning,
                born=_minor_birth(officer, spans, born.get(officer.pk), first_day),
                skills=_all_through(skills[officer.pk], days),
                offs=(
                    *not_yet(officer, first_day),
                    *offs,
                    *free_eves(eves, offs, weekly),
                    *not_there(officer, spans, days, weekly),
                ),
                school_days=school_days(absences[officer.pk]),
                exam_eves=eves,
                history=known if trace or assume_history else None,
                later=later.get(officer.pk, ()),
            )
        )
    return tuple(found)


def _weekly(spans: list[ContractSpan], days: list[date], born: date | None) -> int:
    """Return the mean of what is owed in a week over the days with a contract."""
    owed = [owed_minutes(span, born, day) for day in days for span in spans if span.holds_on(day)]
    return round(sum(owed) / len(owed)) if owed else spans[0].weekly_minutes


def _share(spans: list[ContractSpan], days: list[date]) -> int:
    """Return the mean of the shares over the days with a contract, in percent."""
    shares = [span.share for day in days for span in spans if span.holds_on(day)]
    return round(100 * sum(shares) / len(shares)) if shares else round(100 * spans[0].share)


def _regime(spans: list[ContractSpan]) -> str:
    """Return the law; of two the ArbZG, which knows more limits than the AZVO."""
    groups = {span.group for span in spans}
    return "beamte" if groups == {ContractGroup.BEAMTE} else "tarif"


def _minor_birth(
    officer: "Officer", spans: list[ContractSpan], born: date | None, day: date
) -> date | None:
    """Return the birth date of whoever is under 18, or may be.

    In training and of unknown age: planned as somebody of 15 until seen to be of age.
    """
    if born is not None:
        return born if age_on(born, day) < 18 else None
    learning = any(span.group == ContractGroup.AZUBI for span in spans)
    return day - UNKNOWN_AGE if learning and not officer.of_age else None


def _all_through(spans: list[SkillSpan], days: list[date]) -> frozenset[str]:
    """Return what somebody may do on every day: what ends inside the plan is not counted on."""
    found = set()
    for kind in {span.kind for span in spans}:
        own = [span for span in spans if span.kind == kind]
        if all(any(span.holds_on(day) for span in own) for day in days):
            found.add(kind.value)
    return frozenset(found)


def history_before(ids: list[int], first_day: date) -> Mapping[int, tuple[Done, ...]]:
    """Return the duties before a day that a rule asks about, by officer, earliest first.

    A draft that ends on the day before counts as well, where nothing else stands.
    """
    since = moment_of(looks_back_to(first_day), MIDNIGHT)
    found = duties_of(ids, since, moment_of(first_day, MIDNIGHT))
    drafted: dict[int, list[Done]] = defaultdict(list)
    posts = Post.objects.filter(
        officer_id__in=ids,
        plan__state=PlanState.DRAFT,
        plan__last_day=first_day - timedelta(days=1),
    ).prefetch_related("kind__changes")
    taken = {(pk, done.day) for pk, rows in found.items() for done in rows}
    for post in posts:
        if (post.officer_id, post.day) not in taken:
            kind = times_of(post.kind)
            start, end = span_on(kind, post.day)
            minutes = work_minutes(kind, post.day)
            drafted[post.officer_id].append(Done(post.day, start, end, minutes, kind.pk))
    both = {pk: [*found.get(pk, ()), *drafted[pk]] for pk in {*found, *drafted}}
    return {pk: tuple(sorted(rows, key=lambda one: one.starts_at)) for pk, rows in both.items()}


def _behind(ids: list[int], last_day: date) -> Mapping[int, tuple[Done, ...]]:
    """Return the duties behind a plan, as far as its rules look."""
    first, until = (day + timedelta(days=1) for day in (last_day, looks_ahead_to(last_day)))
    return duties_of(ids, moment_of(first, MIDNIGHT), moment_of(until, MIDNIGHT))


def duties_of(
    ids: Iterable[int], since: datetime, until: datetime
) -> Mapping[int, tuple[Done, ...]]:
    """Return the duties that begin in a stretch of time, by officer, earliest first."""
    rows = Duty.objects.filter(
        officer_id__in=list(ids), shift__starts_at__gte=since, shift__starts_at__lt=until
    ).values_list(
        "officer_id",
        "shift__starts_at",
        "shift__ends_at",
        "shift__kind_id",
    )
    kinds = {kind.pk: times_of(kind) for kind in ShiftKind.objects.prefetch_related("changes")}
    found: dict[int, list[Done]] = defaultdict(list)
    days: dict[datetime, date] = {}  # a few hundred shifts, thousands of duties
    for officer, start, end, kind in rows.order_by("shift__starts_at"):
        if start not in days:
            days[start] = local(start).date()
        span = minutes_between(start, end)
        known = kinds.get(kind)
        taken = known.on(days[start]).break_minutes if known else break_needed(BREAKS, span - 30)
        found[officer].append(Done(days[start], start, end, span - taken, kind))
    return {pk: tuple(rows) for pk, rows in found.items()}
