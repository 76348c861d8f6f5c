"""A shift goes otherwise than planned: somebody is ill, held up, elsewhere, or two plan at once."""

from datetime import datetime

import pytest

from streife.patrols import actions
from streife.patrols.models import PatrolPlan
from streife.patrols.queries.sheet import sheet_of
from tests.patrolling import SECONDS, SEED, Service, a_service, stops_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(now: datetime) -> Service:
    """Return a shift that begins in an hour, with two teams."""
    return a_service(now)


def test_who_is_ill_before_the_shift_leaves_all_its_work_to_the_others(service: Service) -> None:
    plan = service.draft()
    duties = {stop.stop for stop in stops_of(plan) if stop.mandatory}
    assert duties & {stop.stop for stop in stops_of(plan, "KOD 12")}
    again = actions.replan(
        plan_id=plan.pk,
        actor=service.leader,
        now=service.now,
        seconds=SECONDS,
        seed=SEED,
        gone=frozenset({"KOD 12"}),
    )
    assert not stops_of(again, "KOD 12")
    # What one team cannot do is said by name; nothing counts as done by who never set out.
    made = {stop.stop for stop in stops_of(again)}
    sheet = sheet_of(PatrolPlan.objects.get(pk=again.pk))
    said = {one.stop for one in sheet.findings if one.code == "mandatory"}
    assert duties <= made | said
    assert made & {stop.stop for stop in stops_of(plan, "KOD 11")}
