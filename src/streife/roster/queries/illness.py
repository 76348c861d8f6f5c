"""What days of illness are credited with: the duties they took."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from streife.roster.models import Plan, ShiftKind, SickCall
from streife.roster.rules.clock import span_on, work_minutes
from streife.roster.rules.states import PlanState
from streife.roster.rules.terms import Done
from streife.roster.times import times_of

PUBLISHED = (PlanState.PUBLISHED, PlanState.CHANGED)


def lost_duties(first_day: date, last_day: date) -> Mapping[int, Mapping[date, Done | None]]:
    """Return what days of illness in published stretches took, by officer and day.

    § 4 Abs. 1 EFZG, § 19 Abs. 1 Nr. 2 BBiG (both nicht nachgelesen): whoever is ill loses nothing
    of what the days would have brought and gains nothing. A duty that the illness took counts in
    full, a day that was free (None) with 0. Days that are not here had no plan yet when the illness
    was told: nobody knows what they would have brought.
    """
    plans = {
        plan.pk: plan
        for plan in Plan.objects.filter(
            state__in=PUBLISHED, first_day__lte=last_day, last_day__gte=first_day
        )
    }
    calls = SickCall.objects.filter(first_day__lte=last_day, last_day__gte=first_day)
    found: dict[int, dict[date, Done | None]] = defaultdict(dict)
    rows = ShiftKind.objects.prefetch_related("changes") if plans else ()
    kinds = {kind.pk: times_of(kind) for kind in rows}
    for call in calls.order_by("pk"):
        for plan in plans.values():
            for day in _told_after(plan.published_at, call, plan):
                found[call.officer_id].setdefault(day, None)
        for row in call.gaps:
            if row["plan"] in plans and row["kind"] in kinds:
                day = date.fromisoformat(row["day"])
                kind = kinds[row["kind"]]
                minutes = work_minutes(kind, day)
                found[call.officer_id][day] = Done(day, *span_on(kind, day), minutes, kind.pk)
    return found


def _told_after(published_at: datetime | None, call: SickCall, plan: Plan) -> list[date]:
    """Return the days of a plan on which somebody fell ill who stood in it, or was free.

    The first telling of a day decides: what was told before the plan was published is in the plan.
    """
    if published_at is None:
        return []
    seen: set[date] = set()
    found: list[date] = []
    for told in sorted(call.told, key=lambda one: datetime.fromisoformat(one["at"])):
        first, last = date.fromisoformat(told["first"]), date.fromisoformat(told["last"])
        days = {first + timedelta(days=n) for n in range((last - first).days + 1)} - seen
        seen |= days
        if datetime.fromisoformat(told["at"]) >= published_at:
            found += [day for day in sorted(days) if plan.first_day <= day <= plan.last_day]
    return found
