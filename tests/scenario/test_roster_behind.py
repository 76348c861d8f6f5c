"""A month is published behind the one that is still planned: what stands there counts here."""

from datetime import date, datetime, timedelta

import pytest

from streife.roster import actions
from streife.roster.models import Plan
from streife.roster.queries.gathering import basis_of
from streife.roster.queries.sheet import sheet_of
from streife.roster.solver.problem import Stage
from streife.staff import actions as staff
from streife.staff.rules import AbsenceKind
from tests.rostering import SYSTEM, Roster, a_roster

pytestmark = pytest.mark.django_db
SUNDAY = date(2026, 12, 6)
BORDER = date(2026, 12, 13)
DAY = timedelta(days=1)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now)


@pytest.fixture
def behind(service: Roster) -> Plan:
    """From the fourteenth on six early shifts in a row are published."""
    plan = service.plan(BORDER + DAY, BORDER + 14 * DAY)
    for number in range(1, 7):
        service.put(plan, 0, BORDER + number * DAY, "frueh")
    return actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )


def unlawful(service: Roster, plan: Plan) -> set[str]:
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    return {one.rule.split("/")[0] for one in sheet.judged.of(Stage.LEGAL)} - {"L4"}


def test_the_day_for_a_sunday_is_not_planned_away_before_a_published_week(
    service: Roster, behind: Plan
) -> None:
    """§ 11 Abs. 3 ArbZG: where the agreed six days in a row are lifted, the law still holds."""
    plan = service.plan(BORDER - 13 * DAY, BORDER)
    for rule in ("L1", "L1/after"):
        actions.release_rule(
            plan_id=plan.pk, rule=rule, officer_id=service.crew[0].pk, day=None, reason="Großlage",
            actor=service.leader, now=service.now,
        )  # fmt: skip
    for number in range(6):
        service.put(plan, 0, SUNDAY + number * DAY, "frueh")
    assert unlawful(service, plan) == set()
    service.put(plan, 0, BORDER, "frueh")  # thirteen of fourteen days
    assert unlawful(service, plan) == {"T9"}


def test_school_behind_a_plan_is_known_to_it_and_no_trace_of_what_was_before(
    service: Roster,
) -> None:
    staff.add_absence(
        officer_id=service.crew[0].pk, kind=AbsenceKind.SCHOOL, first_day=BORDER + 2 * DAY,
        last_day=BORDER + 2 * DAY, actor=SYSTEM, now=service.now,
    )  # fmt: skip
    basis = basis_of(service.plan(BORDER - 13 * DAY, BORDER), service.now)
    found = next(one for one in basis.members if one.pk == service.crew[0].pk)
    assert [off.day for off in found.offs] == [BORDER + 2 * DAY]
    assert found.history is None
