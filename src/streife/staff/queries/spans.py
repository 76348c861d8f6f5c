"""What the duty roster plans with: contracts, absences, skills, ages, between two days.

For packages that asked their own permission: nothing here is filtered by who asks. The kind of an
absence is for rules only; pages that others read say "abwesend".
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q

from streife.staff.models import Absence, BirthDate, Contract, Qualification
from streife.staff.rules import (
    AbsenceKind,
    AbsenceSpan,
    ContractGroup,
    ContractSpan,
    QualificationKind,
    SkillSpan,
)
from streife.staff.rules.absences import Instead


def contracts_between(
    officer_ids: Iterable[int], first_day: date, last_day: date
) -> Mapping[int, list[ContractSpan]]:
    """Return the contracts that hold on at least one of the days, earliest first, by officer.

    Each id asked has a list; an empty one means that nobody knows under which law they work.
    """
    found: dict[int, list[ContractSpan]] = {pk: [] for pk in officer_ids}
    rows = Contract.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first_day),
        officer_id__in=found,
        valid_from__lte=last_day,
    )
    for row in rows.order_by("officer_id", "valid_from"):
        found[row.officer_id].append(span_of(row))
    return found


def contracts_on(officer_ids: Iterable[int], day: date) -> Mapping[int, ContractSpan]:
    """Return the contract that holds on a day by officer; whoever has none is not in it."""
    rows = contracts_between(officer_ids, day, day)
    return {pk: spans[0] for pk, spans in rows.items() if spans}


def span_of(row: Contract) -> ContractSpan:
    """Return a stored contract as rules know it."""
    return ContractSpan(
        row.officer_id,
        ContractGroup(row.group),
        row.share,
        row.weekly_minutes,
        row.valid_from,
        row.valid_to,
    )


def absences_between(
    officer_ids: Iterable[int], first_day: date, last_day: date
) -> Mapping[int, list[AbsenceSpan]]:
    """Return the absences that touch these days, earliest first, by officer; each id has a list."""
    found: dict[int, list[AbsenceSpan]] = {pk: [] for pk in officer_ids}
    rows = Absence.objects.filter(
        officer_id__in=found, first_day__lte=last_day, last_day__gte=first_day
    )
    for row in rows.order_by("officer_id", "first_day"):
        found[row.officer_id].append(
            AbsenceSpan(
                row.pk,
                row.officer_id,
                AbsenceKind(row.kind),
                row.first_day,
                row.last_day,
                row.lessons,
                row.begins,
                tuple(
                    Instead(
                        AbsenceKind(one["kind"]),
                        date.fromisoformat(one["from"]),
                        date.fromisoformat(one["to"]),
                    )
                    for one in row.gave_way or ()
                ),
            )
        )
    return found


def skills_between(
    officer_ids: Iterable[int], first_day: date, last_day: date
) -> Mapping[int, list[SkillSpan]]:
    """Return the qualifications valid on at least one of the days by officer; each id has a list.

    A kind that was renewed appears once for each stretch.
    """
    found: dict[int, list[SkillSpan]] = {pk: [] for pk in officer_ids}
    rows = Qualification.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first_day),
        officer_id__in=found,
        valid_from__lte=last_day,
    )
    known = frozenset(QualificationKind)
    for row in rows.order_by("officer_id", "kind", "valid_from"):
        if row.kind in known:
            found[row.officer_id].append(
                SkillSpan(row.officer_id, QualificationKind(row.kind), row.valid_from, row.valid_to)
            )
    return found


def skills_on(officer_ids: Iterable[int], day: date) -> Mapping[int, frozenset[str]]:
    """Return the kinds of qualification valid on a day, by officer; each id asked has a set."""
    rows = skills_between(officer_ids, day, day)
    return {pk: frozenset(span.kind.value for span in spans) for pk, spans in rows.items()}


def birth_dates(officer_ids: Iterable[int]) -> Mapping[int, date]:
    """Return the stored birth dates by officer: of apprentices under 18 and of civil servants.

    Whoever is not in it is an adult under a collective agreement, whose age no rule asks for.
    """
    rows = BirthDate.objects.filter(officer_id__in=list(officer_ids))
    return dict(rows.values_list("officer_id", "born_date"))
