"""Time accounts: what somebody owes, has planned, worked and credited in a month."""

from datetime import date, datetime, timedelta

from streife.kernel.clock import local
from streife.places import queries as places
from streife.roster.queries.away import days_between
from streife.roster.queries.gathering import laws_on
from streife.roster.queries.people import duties_of, members_between
from streife.roster.rules.accounts import Account, account_of
from streife.roster.rules.clock import moment_of, parse
from streife.roster.rules.planning import month_of
from streife.roster.rules.shifts_allowed import with_own_breaks
from streife.staff import queries as staff
from streife.staff.rules import Kept, kept_since

MIDNIGHT = parse("00:00")


def account_for(officer_id: int, day: date, now: datetime) -> Account | None:
    """Return the account of somebody for the month of a day; None without a contract."""
    return accounts_between(*month_of(day), now=now, only=officer_id).get(officer_id)


def accounts_since(now: datetime) -> date:
    """Return the first day of which accounts are told: the duties before it are being erased.

    :raises Refused: `staff-bad-file`
    """
    return kept_since(staff.periods()[Kept.DUTY], local(now).date())


def accounts_between(
    first_day: date, last_day: date, *, now: datetime, only: int | None = None
) -> dict[int, Account]:
    """Return the accounts of a stretch of days by officer; `only` one of them.

    Duties are the published ones: what stands in a draft is no work yet.
    """
    days, laws = tuple(days_between(first_day, last_day)), laws_on(first_day)
    members = tuple(
        with_own_breaks(one, laws)
        for one in members_between(first_day, last_day, assume_history=True, only=only)
    )
    since = moment_of(first_day, MIDNIGHT)
    until = moment_of(last_day + timedelta(days=1), MIDNIGHT)
    duties = duties_of([one.pk for one in members], since, until)
    holidays = places.public_holidays(first_day, last_day + timedelta(days=1))
    return {
        one.pk: account_of(
            one,
            days,
            duties.get(one.pk, ()),
            one.offs,
            laws=laws,
            holidays=holidays,
            now=now,
        )
        for one in members
    }
