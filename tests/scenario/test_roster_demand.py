"""What a shift needs is said on the page: how many, and how many of them with a qualification."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.conf import settings
from django.test import Client

from streife.accounts.rules import Role
from streife.kernel.errors import Refused
from streife.roster import actions
from streife.roster.models import Demand
from streife.roster.queries.gathering import needs_between
from streife.staff.rules import QualificationKind
from tests.rostering import SYSTEM, Roster, a_roster

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
PAGE = "/dienstplan/bedarf/"
ROSTER = settings.ROOT / "data" / "roster"
MONDAY = date(2026, 12, 7)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=1)


def test_a_shift_leader_asks_for_a_driver(service: Roster, client_for: Clients) -> None:
    leader = client_for("shift_leader")
    assert "Fahren von Dienstwagen</option>" in leader.get(PAGE).content.decode()
    form = {
        "kind": service.kinds["frueh"].pk, "area": "", "weekday": "0", "count": "1",
        "preferred": "1", "since": "2026-12-01", "qualification": "driver",
    }  # fmt: skip
    assert leader.post(PAGE, form).status_code == 302
    needs = [one for one in needs_between(MONDAY, MONDAY) if one.kind == service.kinds["frueh"].pk]
    assert [(one.qualification, one.count) for one in needs] == [("", 1), ("driver", 1)]
    leader.post(PAGE, {**form, "count": "0", "preferred": "0"})  # not needed any more
    assert Demand.objects.get(qualification="driver", valid_to=None).count == 0
    answer = leader.post(PAGE, {**form, "qualification": "flying"})
    assert answer.status_code == 409
    assert client_for("dispatcher").post(PAGE, form).status_code == 403


@pytest.mark.parametrize(
    ("qualification", "in_area", "code"),
    [("flying", False, "qualification-unknown"), ("driver", True, "qualification-of-area")],
)
def test_a_demand_nobody_could_count_is_refused(
    service: Roster, qualification: str, in_area: bool, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.set_weekly_demand(
            kind_id=service.kinds["frueh"].pk, area_id=1 if in_area else None, weekday=0, count=1,
            preferred=1, since=MONDAY, qualification=qualification, actor=service.leader,
            now=service.now,
        )  # fmt: skip
    assert refused.value.code == code


def test_the_demand_of_the_demo_city_asks_for_drivers_and_first_aid(service: Roster) -> None:
    Demand.objects.all().delete()
    actions.import_rules(folder=ROSTER, actor=SYSTEM, now=service.now)
    asked = set(Demand.objects.values_list("qualification", flat=True))
    assert {"driver", "first_aid"} <= asked
    assert asked - {""} <= set(QualificationKind)
