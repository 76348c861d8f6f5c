"""What a shift needs is said on the page: how many, and how many of them with a qualification."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.conf import settings
from django.test import Client

from streife.accounts.rules import Role
from streife.journal.models import Entry
from streife.kernel.clock import local
from streife.kernel.clock import now as present
from streife.kernel.errors import Refused
from streife.roster import actions
from streife.roster.models import Demand, WorkRule
from streife.roster.queries.gathering import laws_on, needs_between
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
    leader, today = client_for("shift_leader"), local(present()).date()  # the page reads the clock
    monday = today + timedelta(days=7 - today.weekday())
    assert "Fahren von Dienstwagen</option>" in leader.get(PAGE).content.decode()
    form = {
        "kind": service.kinds["frueh"].pk, "area": "", "weekday": "0", "count": "1",
        "preferred": "1", "since": today.isoformat(), "qualification": "driver",
    }  # fmt: skip
    assert leader.post(PAGE, form).status_code == 302
    needs = [one for one in needs_between(monday, monday) if one.kind == service.kinds["frueh"].pk]
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


def test_what_was_needed_in_the_past_stays_as_it_was(service: Roster) -> None:
    """Published plans are judged by it; to say it anew would make good months short of people."""
    kind, now = service.kinds["frueh"].pk, service.now
    yesterday = now.date() - timedelta(days=1)
    before = list(Demand.objects.order_by("pk").values_list("pk", "valid_from", "valid_to"))

    def refused(act: Callable[..., object], **values: object) -> str:
        with pytest.raises(Refused) as caught:
            act(actor=service.leader, now=now, **values)
        return caught.value.code

    weekly = {"kind_id": kind, "area_id": None, "weekday": 0, "count": 9, "preferred": 9}
    assert refused(actions.set_weekly_demand, since=yesterday, **weekly) == "demand-past"
    fair = {"kind_id": kind, "area_id": None, "count": 2, "reason": "Markt"}
    assert refused(actions.add_event_demand, day=yesterday, **fair) == "demand-past"
    clock = {"begins": time(20), "ends": time(2), "count": 3, "reason": "Wall", "weekday": None}
    assert refused(
        actions.add_hour_demand, day=yesterday, since=yesterday, **clock
    ) == "demand-past"  # fmt: skip
    gone = actions.add_event_demand(day=now.date(), actor=service.leader, now=now, **fair)
    later = now + timedelta(days=2)
    with pytest.raises(Refused):
        actions.drop_event_demand(demand_id=gone.pk, actor=service.leader, now=later)
    rows = Demand.objects.exclude(pk=gone.pk).order_by("pk")
    assert list(rows.values_list("pk", "valid_from", "valid_to")) == before


def test_the_journal_says_what_was_asked_for(service: Roster) -> None:
    kind = service.kinds["frueh"].pk
    actions.set_weekly_demand(
        kind_id=kind, area_id=None, weekday=2, count=2, preferred=3, qualification="baton",
        since=date(2026, 12, 7), actor=service.leader, now=service.now,
    )  # fmt: skip
    assert Entry.objects.filter(act="roster.demand_changed").latest("pk").body.content == {
        "kind": kind,
        "area": None,
        "qualification": "baton",
        "weekday": 2,
        "day": None,
        "valid_from": "2026-12-07",
        "rows": 2,
        "better": 3,
    }


def test_a_rule_that_ended_brings_back_none_it_replaced(service: Roster) -> None:
    old = WorkRule.objects.get(code="L1")
    WorkRule.objects.create(
        code="L1", regime=old.regime, kind=old.kind, title=old.title, norm=old.norm,
        verified="M", values={"max": 5}, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1),
    )  # fmt: skip
    most = {year: [law.values["max"] for law in laws_on(date(year, 6, 1)) if law.code == "L1"]
            for year in (2024, 2025, 2026)}  # fmt: skip
    assert most == {2024: [6], 2025: [5], 2026: []}
