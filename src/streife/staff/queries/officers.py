"""Officers: who may see them, and what they are on a day."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from streife.accounts.rules import Actor
from streife.kernel.errors import NotFound
from streife.staff.models import Contract, Officer, Qualification
from streife.staff.rules import ContractGroup


def visible_to(actor: Actor) -> QuerySet[Officer]:
    """Return the officers the actor may see: all with `staff.view`, else only themselves.

    Of whom nothing but the row is left, nobody sees a page.
    """
    officers = Officer.objects.filter(erased_at=None).order_by("last_name", "first_name", "id")
    if actor.may("staff.view"):
        return officers
    if actor.user_id is None:
        return officers.none()
    return officers.filter(user_id=actor.user_id)


def officers_on(actor: Actor, day: date) -> QuerySet[Officer]:
    """Return the officers in service on a day whom the actor may see."""
    return visible_to(actor).filter(
        Q(left_date__isnull=True) | Q(left_date__gt=day), entered_date__lte=day
    )


def serving_between(first_day: date, last_day: date) -> QuerySet[Officer]:
    """Return who serves on at least one of the days, apprentices last; for the duty roster."""
    return (
        Officer.objects.filter(entered_date__lte=last_day)
        .exclude(left_date__lte=first_day)
        .annotate(learns=_learning(first_day, last_day))
        .order_by("learns", "last_name", "first_name", "pk")
    )


def officer_for(actor: Actor, officer_id: int) -> Officer:
    """Return one officer.

    :raises NotFound: there is none, or the actor may not see them
    """
    officer = visible_to(actor).filter(pk=officer_id).first()
    if officer is None:
        raise NotFound(
            "Diese Einsatzkraft gibt es nicht, oder Sie dürfen sie nicht sehen.", "no-such-officer"
        )
    return officer


def officer_of(user_id: int | None) -> Officer | None:
    """Return the officer who signs in as this user, if any."""
    if user_id is None:
        return None
    return Officer.objects.filter(user_id=user_id).first()


def names_of(officer_ids: Iterable[int]) -> Mapping[int, str]:
    """Return "Muster, D." by id: for those who may see a crew, so check `dispatch.view` before."""
    return {officer.pk: str(officer) for officer in Officer.objects.filter(pk__in=officer_ids)}


def apprentice_ids(
    officer_ids: Iterable[int], on: date, until: date | None = None
) -> frozenset[int]:
    """Return who is in training on a day (or on one of the days `until` another).

    They never count as second officer. The contract says it; the mark of the hiring counts only
    where no contract holds. Of two contracts in a stretch one of training is enough.
    """
    rows = Officer.objects.filter(_learning(on, until or on), pk__in=list(officer_ids))
    return frozenset(rows.values_list("pk", flat=True))


def _learning(first_day: date, last_day: date) -> Q:
    holding = Contract.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first_day),
        officer=OuterRef("pk"),
        valid_from__lte=last_day,
    )
    by_contract = Q(Exists(holding.filter(group=ContractGroup.AZUBI)))
    return by_contract | Q(~Exists(holding), apprentice=True)


def qualified(kind: str, *, on: date) -> frozenset[int]:
    """Return the ids of officers whose qualification of that kind is valid on a day."""
    return frozenset(
        Qualification.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on), kind=kind, valid_from__lte=on
        ).values_list("officer_id", flat=True)
    )


def service_periods(officer_ids: Iterable[int]) -> Mapping[int, tuple[date, date | None]]:
    """Return (entered, left) by id, for the ids that exist."""
    return {
        pk: (entered, left)
        for pk, entered, left in Officer.objects.filter(pk__in=officer_ids).values_list(
            "pk", "entered_date", "left_date"
        )
    }


def officer_numbered(personnel_number: str) -> int | None:
    """Return the id of the officer with this personnel number, for imports, or None."""
    found = Officer.objects.filter(personnel_number=personnel_number)
    return found.values_list("pk", flat=True).first()
