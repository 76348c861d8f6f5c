"""What the roster no longer needs is erased; how long it is kept is in `data/staff`."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.roster.models import CalendarFeed, Duty, Plan, SickCall, Wish
from streife.roster.rules.clock import moment_of
from streife.roster.rules.keeping import Cut, cut_of
from streife.staff import queries as staff
from streife.staff.rules import Kept, kept_since


@dataclass(frozen=True, slots=True)
class Gone:
    """How many were erased of each."""

    plans: int
    requests: int
    duties: int
    feeds: int


@transaction.atomic
@record_last()
def tidy_roster(*, actor: Actor, now: datetime) -> Gone:
    """Erase plans, wishes, illnesses, duties whose time is over; never what a rule looks back on.

    With a plan go its posts, changes and swaps; with the duties the time accounts that are counted
    from them. The shifts themselves stay, without names: patrols and incidents stand on them.
    Safe to run twice.

    :raises NotPermitted: without `staff.tidy`
    :raises Refused: `staff-bad-file`
    """
    actor.require("staff.tidy")
    cut = _cut(now)
    plans = list(Plan.objects.filter(last_day__lt=cut.plans).values_list("pk", flat=True))
    Plan.objects.filter(pk__in=plans).delete()
    requests = _erase(Wish.objects.filter(day__lt=cut.requests))
    requests += _erase(SickCall.objects.filter(last_day__lt=cut.requests))
    ended = Q(shift__starts_at__lt=moment_of(cut.duties, time()))
    feeds = Q(revoked_at__lt=moment_of(cut.plans, time())) | Q(officer__left_date__lte=cut.plans)
    gone = Gone(
        plans=len(plans),
        requests=requests,
        duties=_erase(Duty.objects.filter(ended)),
        feeds=_erase(CalendarFeed.objects.filter(feeds)),
    )
    for act, count in (
        ("roster.plans_erased", gone.plans),
        ("roster.requests_erased", gone.requests),
        ("roster.duties_erased", gone.duties),
        ("roster.feeds_erased", gone.feeds),
    ):
        if count:
            journal.record(
                act=act, subject="roster", actor=actor.ref, now=now, body={"gone": count}
            )
    return gone


def _cut(now: datetime) -> Cut:
    today, periods = local(now).date(), staff.periods()
    since = kept_since(periods[Kept.PLAN], today)
    kept = Plan.objects.filter(last_day__gte=since).values_list("first_day", flat=True)
    return cut_of(since, kept_since(periods[Kept.DUTY], today), kept)


def _erase(rows: QuerySet[Any]) -> int:
    count, _ = rows.delete()
    return count
