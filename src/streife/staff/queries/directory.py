"""Lists of people for pages: everybody, what ends soon, how many there are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q

from streife.accounts.rules import Actor
from streife.kernel.errors import NotFound
from streife.staff.models import Absence, Contract, Officer, Qualification
from streife.staff.queries.officers import apprentice_ids, officers_on, visible_to
from streife.staff.queries.renewing import renewed_among
from streife.staff.queries.spans import absences_between, birth_dates, contracts_on
from streife.staff.rules import AbsenceSpan, ContractGroup, ContractSpan, QualificationKind
from streife.staff.rules.qualifications import SOON
from streife.staff.rules.strength import Month, Post, Served, strength

JUST_OVER = timedelta(days=90)  # how long something that ran out is shown
NEXT_ABSENCES = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list."""

    officer: Officer
    contract: ContractSpan | None
    away: AbsenceSpan | None
    ending: int  # qualifications that end soon or have just ended
    learning: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """A qualification that ends soon or has ended: `last_day` is the last it holds."""

    row: Qualification
    kind: QualificationKind
    last_day: date
    over: bool
    reminded_at: datetime | None


def people(actor: Actor, *, on: date, query: str = "", with_gone: bool = False) -> list[Person]:
    """Return the people the actor may see, alphabetically."""
    rows = visible_to(actor) if with_gone else officers_on(actor, on)
    for word in query.split():
        rows = rows.filter(
            Q(last_name__icontains=word)
            | Q(first_name__icontains=word)
            | Q(personnel_number__icontains=word)
        )
    officers = list(rows)
    ids = [officer.pk for officer in officers]
    contracts = contracts_on(ids, on) if actor.may("staff.view_terms") else {}
    away = absences_between(ids, on, on)
    learning = apprentice_ids(ids, on)
    ending: dict[int, int] = {}
    for row in endings(actor, on=on):
        ending[row.row.officer_id] = ending.get(row.row.officer_id, 0) + 1
    return [
        Person(
            officer,
            contracts.get(officer.pk),
            away[officer.pk][0] if away[officer.pk] else None,
            ending.get(officer.pk, 0),
            officer.pk in learning,
        )
        for officer in officers
    ]


def endings(
    actor: Actor, *, on: date, within: timedelta = SOON, officer_id: int | None = None
) -> list[Ending]:
    """Return what ends soon or ended in the last three months and was not renewed without a
    gap, by date.

    Of people in service whom the actor may see.
    """
    serving = officers_on(actor, on)
    if officer_id is not None:
        serving = serving.filter(pk=officer_id)
    last = on + within + timedelta(days=1)
    ids = list(serving.values_list("pk", flat=True))
    rows = (
        Qualification.objects.filter(
            officer_id__in=ids, valid_to__lte=last, valid_to__gt=on - JUST_OVER
        )
        .select_related("officer")
        .annotate(reminded_at=Max("reminders__made_at"))
        .order_by("valid_to", "officer__last_name", "officer__first_name", "kind")
    )
    found = list(rows)
    renewed = renewed_among(found, on=on, last=last)
    known = frozenset(QualificationKind)
    return [
        Ending(
            row,
            QualificationKind(row.kind),
            row.valid_to - timedelta(days=1),
            row.valid_to <= on,
            row.reminded_at,
        )
        for row in found
        if row.valid_to is not None and row.kind in known and row.pk not in renewed
    ]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page of a person shows; `None` where the reader may not see it."""

    officer: Officer
    contracts: list[Contract] | None
    skills: list[Qualification]
    absences: list[AbsenceSpan]
    why_away: bool  # whether the kind of an absence may be shown
    languages: list[str]
    born: date | None
    learning: bool
    age_unknown: bool  # in training, neither a birth date nor seen to be of age


def sheet_of(actor: Actor, officer: Officer, *, on: date) -> Sheet:
    """Return the page of an officer, who must be visible to the actor."""
    own = actor.user_id is not None and officer.user_id == actor.user_id
    terms = own or actor.may("staff.view_terms")
    away = absences_between([officer.pk], on - timedelta(days=30), on + NEXT_ABSENCES)
    born = birth_dates([officer.pk]).get(officer.pk)
    learning = officer.pk in apprentice_ids([officer.pk], on)
    return Sheet(
        officer=officer,
        contracts=list(officer.contracts.order_by("-valid_from")) if terms else None,
        skills=list(officer.qualifications.order_by("kind", "-valid_from")),
        absences=away[officer.pk],
        why_away=own or actor.may("staff.view_absence"),
        languages=list(officer.languages.order_by("code").values_list("code", flat=True)),
        born=born if terms else None,
        learning=learning,
        age_unknown=terms and learning and born is None and not officer.of_age,
    )


def contract_for(actor: Actor, contract_id: int) -> Contract:
    """Return a contract of somebody the actor may see, with the terms.

    :raises NotPermitted: without `staff.view_terms`
    :raises NotFound: there is none
    """
    actor.require("staff.view_terms")
    row = Contract.objects.select_related("officer").filter(pk=contract_id).first()
    if row is None:
        raise NotFound("Diesen Vertrag gibt es nicht.", "no-such-contract")
    return row


def absence_for(actor: Actor, absence_id: int) -> Absence:
    """Return an absence.

    :raises NotPermitted: without `staff.view_absence`
    :raises NotFound: there is none
    """
    actor.require("staff.view_absence")
    row = Absence.objects.select_related("officer").filter(pk=absence_id).first()
    if row is None:
        raise NotFound("Diese Abwesenheit gibt es nicht.", "no-such-absence")
    return row


def qualification_for(actor: Actor, qualification_id: int) -> Qualification:
    """Return a qualification of somebody the actor may see.

    :raises NotFound: there is none, or the actor may not see the person
    """
    rows = Qualification.objects.select_related("officer").filter(officer__in=visible_to(actor))
    row = rows.filter(pk=qualification_id).first()
    if row is None:
        raise NotFound("Diese Befähigung gibt es nicht.", "no-such-qualification")
    return row


def strength_until(actor: Actor, on: date) -> list[Month]:
    """Return our own strength by month until a day.

    :raises NotPermitted: without `staff.view`
    """
    actor.require("staff.view")
    contracts: dict[int, list[Post]] = {}
    for row in Contract.objects.all():
        learns = row.group == ContractGroup.AZUBI
        post = Post(row.valid_from, row.valid_to, float(row.share), learns)
        contracts.setdefault(row.officer_id, []).append(post)
    people = [
        Served(entered, left, learns, tuple(contracts.get(pk, ())))
        for pk, entered, left, learns in Officer.objects.values_list(
            "pk", "entered_date", "left_date", "apprentice"
        )
    ]
    return strength(people, on=on)
