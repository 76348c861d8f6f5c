"""The duties that an illness left open, and who of those away is back before them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from streife.kernel.clock import local
from streife.roster.models import Plan, Post, ShiftKind, SickCall
from streife.roster.queries.standing import standing_of
from streife.roster.rules.clock import span_on
from streife.roster.rules.replacing import changed_roster, newly_broken
from streife.roster.solver.problem import FREE
from streife.roster.swap_words import why_not
from streife.roster.times import times_of
from streife.staff import queries as staff


@dataclass(frozen=True, slots=True)
class Gap:
    """A duty that an illness leaves open; `filled_by` once somebody took it.

    `left_open`: nobody is to step in, a person decided. `returned`: whoever was ill is back, and a
    person is to decide about the duty. `kept`: it was decided that somebody else stays in it.
    """

    number: int
    plan_id: int
    day: date
    kind_id: int
    area_id: int | None
    filled_by: int | None
    left_open: bool = False
    returned: bool = False
    kept: bool = False

    @property
    def settled(self) -> bool:
        """Say whether nothing is left to decide about it."""
        return not self.returned and (self.filled_by is not None or self.left_open)


def gaps_of(call: SickCall) -> list[Gap]:
    """Return the duties an illness left open, in the order in which they became so."""
    return [
        Gap(
            number,
            row["plan"],
            date.fromisoformat(row["day"]),
            row["kind"],
            row["area"],
            row["filled_by"],
            row.get("left_open", False),
            row.get("returned", False),
            row.get("kept", False),
        )
        for number, row in enumerate(call.gaps)
    ]


def gaps_behind(officer_id: int, now: datetime) -> Iterator[tuple[int, Gap]]:
    """Yield call and duty of the days ahead on which somebody is no longer noted as away.

    Without those that they have taken up again, or that a person left with somebody else.
    """
    today = local(now).date()
    calls = list(SickCall.objects.filter(officer_id=officer_id).order_by("pk"))
    days = [gap.day for call in calls for gap in gaps_of(call)]
    if not days or max(days) < today:
        return
    away = staff.absences_between([officer_id], today, max(days))[officer_id]
    kinds = {kind.pk: times_of(kind) for kind in ShiftKind.objects.prefetch_related("changes")}
    plans = set(Plan.objects.filter(last_day__gte=today).values_list("pk", flat=True))
    for call in calls:
        for gap in gaps_of(call):
            if gap.plan_id not in plans or gap.kept or gap.filled_by == officer_id:
                continue
            absent = any(span.first_day <= gap.day <= span.last_day for span in away)
            if not absent and span_on(kinds[gap.kind_id], gap.day)[0] > now:
                yield call.pk, gap


def stands_in(gap: Gap) -> bool:
    """Say whether whoever took an open duty still stands in it."""
    posts = Post.objects.filter(plan_id=gap.plan_id, day=gap.day, kind_id=gap.kind_id)
    return gap.filled_by is not None and posts.filter(officer_id=gap.filled_by).exists()


def why_not_again(officer_id: int, gap: Gap, now: datetime) -> str | None:
    """Return in words why somebody cannot do the duty they had; None if they can.

    Whoever stands in is free then.
    """
    standing = standing_of(Plan.objects.get(pk=gap.plan_id), now)
    built, roster = standing.built, standing.roster
    person, other = (built.row_of.get(pk or 0) for pk in (officer_id, gap.filled_by))
    day, duty = (gap.day - built.basis.first_day).days, built.duty_of[gap.kind_id]
    if person is None:
        return _("In dieser Zeit ist diese Einsatzkraft nicht planbar.")
    if roster[person][day] != FREE:
        return _("An diesem Tag steht schon ein anderer Dienst im Plan.")
    changes = {(person, day): duty}
    if other is not None and roster[other][day] == duty:
        changes[other, day] = FREE
    broken = newly_broken(built, roster, changed_roster(roster, changes))
    return why_not(built, broken[0]) if broken else None
