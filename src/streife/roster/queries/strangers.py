"""Duties of people who are not with the city on that day, or have no contract for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from streife.accounts.rules import Actor
from streife.kernel.clock import local
from streife.roster.models import Plan, Post
from streife.roster.rules.basis import Key
from streife.roster.rules.states import PlanState
from streife.staff import queries as staff
from streife.staff.rules import in_service


def strangers_in(keys: Iterable[Key]) -> set[Key]:
    """Return the duties, by officer and day, of people nobody may plan on that day.

    They count for no need, and dispatch still sees them: so a person must.
    """
    asked = set(keys)
    if not asked:
        return set()
    officers, days = {who for who, _ in asked}, [day for _, day in asked]
    service = staff.service_periods(officers)
    contracts = staff.contracts_between(officers, min(days), max(days))
    return {
        (who, day)
        for who, day in asked
        if who not in service
        or not in_service(*service[who], day)
        or not any(span.holds_on(day) for span in contracts[who])
    }


def never_planned(plan: Plan, keys: Iterable[Key]) -> set[Key]:
    """Return the duties of people whom a plan does not know at all: no rule looks at them."""
    serving = staff.serving_between(plan.first_day, plan.last_day).values_list("pk", flat=True)
    contracts = staff.contracts_between(serving, plan.first_day, plan.last_day)
    planned = {officer for officer, spans in contracts.items() if spans}
    return {(who, day) for who, day in keys if who not in planned}


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who stands on published duties without a contract, and on which days."""

    officer_id: int
    name: str
    days: tuple[date, ...]


def strangers_ahead(actor: Actor, now: datetime) -> list[Stranger]:
    """Return who stands on published duties from tomorrow on and may not, by name."""
    if not actor.may("roster.change"):
        return []
    posts = Post.objects.filter(day__gt=local(now).date()).exclude(plan__state=PlanState.DRAFT)
    found = strangers_in(posts.values_list("officer_id", "day"))
    names = staff.names_of({who for who, _ in found})
    return [
        Stranger(pk, name, tuple(sorted(day for who, day in found if who == pk)))
        for pk, name in sorted(names.items(), key=lambda pair: pair[1])
    ]
