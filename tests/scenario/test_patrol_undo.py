"""A shift leader changes a draft by hand, thinks again and takes the change back."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.kernel.clock import local
from streife.kernel.clock import now as present
from streife.kernel.errors import Refused
from streife.patrols import actions
from streife.patrols.gantt import picture_of
from streife.patrols.models import PatrolPlan, PlannedBreak, PlannedStop
from streife.patrols.queries.sheet import sheet_of
from streife.patrols.rules import moment_on_shift
from tests.patrolling import Service, a_service, ahead, route_of, stops_of

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def service() -> Service:
    """Return the evening of a shift that is still to come: the pages read the real clock."""
    return a_service(ahead(present()))


@pytest.fixture
def leader(service: Service, client_for: Clients) -> Client:
    """Return the shift leader's browser."""
    client: Client = client_for("shift_leader")
    return client


def standing(plan: PatrolPlan) -> list[object]:
    """Return everything that a person sees of a plan."""
    row = PatrolPlan.objects.get(pk=plan.pk)
    stops = PlannedStop.objects.filter(route__plan=plan).order_by("route_id", "begins_at")
    fields = ("route_id", "stop", "begins_at", "dwell_seconds", "by_hand", "held_at")
    pauses = PlannedBreak.objects.filter(route__plan=plan).order_by("route_id", "begins_at")
    return [
        (row.value, row.origin, [one.text for one in sheet_of(row).findings]),
        list(stops.values_list(*fields)),
        list(pauses.values_list("route_id", "begins_at", "seconds")),
    ]


def take_back(leader: Client, page: str) -> str:
    """Press "Rückgängig" on a page and return the next one."""
    (form,) = re.findall(r'<form[^>]*action="([^"]*zuruecknehmen/)"[^>]*>(.*?)</form>', page, re.S)
    (key,) = re.findall(r'name="stand" value="(\w+)"', form[1])
    return str(leader.post(form[0], {"stand": key}, **HTMX).content.decode())


def test_every_change_by_hand_can_be_taken_back_to_the_second(
    service: Service, leader: Client
) -> None:
    plan = service.draft()
    before = standing(plan)
    first, *_, last = stops_of(plan, "KOD 11")
    there = route_of(plan, "KOD 11")
    hour = f"{local(last.begins_at) - timedelta(minutes=20):%H:%M}"
    for address, data in (
        (f"halt/{first.pk}/verschieben/", {"route": there.pk, "clock": hour}),
        (f"halt/{first.pk}/entfernen/", {}),
    ):
        page = leader.post(f"/streifenplan/{address}", data, **HTMX).content.decode()
        assert standing(plan) != before
        assert "Zurückgenommen" in take_back(leader, page)
        assert standing(plan) == before
        first = stops_of(plan, "KOD 11")[0]  # whoever is back has a row of its own
    gone = PlannedStop.objects.get(pk=first.pk)
    leader.post(f"/streifenplan/halt/{first.pk}/entfernen/")  # without a script
    without = standing(plan)
    page = leader.post(
        f"/streifenplan/plan/{plan.pk}/halt/",
        {"stop": gone.stop, "route": there.pk, "clock": f"{local(gone.begins_at):%H:%M}"},
        follow=True,
    ).content.decode()
    take_back(leader, page)
    assert standing(plan) == without


def test_whoever_leaves_the_time_leaves_the_seconds(service: Service, leader: Client) -> None:
    plan = service.draft()
    before = standing(plan)
    for stop in stops_of(plan):
        leader.post(
            f"/streifenplan/halt/{stop.pk}/verschieben/",
            {"route": stop.route_id, "clock": f"{local(stop.begins_at):%H:%M}"},
        )
    assert standing(plan)[0][2] == before[0][2]  # type: ignore[index]
    assert [row.begins_at for row in stops_of(plan)] == sorted(
        row[2]
        for row in before[1]  # type: ignore[attr-defined]
    )


def test_only_the_last_change_is_taken_back(service: Service) -> None:
    plan = service.draft()
    first, second = stops_of(plan)[:2]
    one = actions.drop_stop(stop_id=first.pk, actor=service.leader, now=service.now)
    assert one.plan.undo is not None
    key = one.plan.undo["key"]
    actions.drop_stop(stop_id=second.pk, actor=service.leader, now=service.now)  # somebody else
    after = standing(plan)
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            actions.take_back(plan_id=plan.pk, key=key, actor=service.leader, now=service.now)
        assert refusal.value.code == "plan-changed"
    assert standing(plan) == after
    two = PatrolPlan.objects.get(pk=plan.pk).undo
    assert two is not None
    left = stops_of(plan)[0]
    actions.lock_stop(stop_id=left.pk, locked=True, actor=service.leader, now=service.now)
    with pytest.raises(Refused):
        actions.take_back(plan_id=plan.pk, key=two["key"], actor=service.leader, now=service.now)


def test_in_the_night_of_25_hours_picture_and_clock_go_on() -> None:
    start = datetime(2026, 10, 24, 20, tzinfo=UTC)  # 22:00; at three o'clock it is two again
    shift = SimpleNamespace(starts_at=start, ends_at=start + timedelta(hours=9))
    sheet = SimpleNamespace(plan=SimpleNamespace(shift=shift), routes=())
    picture = picture_of(sheet, start)  # type: ignore[arg-type]
    assert [tick.text for tick in picture.ticks] == [
        "22", "23", "00", "01", "02", "02", "03", "04", "05", "06",
    ]  # fmt: skip
    apart = {b.x - a.x for a, b in zip(picture.ticks, picture.ticks[1:], strict=False)}
    assert apart == {picture.hour_width}
    begins, ends = local(shift.starts_at), local(shift.ends_at)
    for hours in (4.5, 5.5):  # half past two, twice
        moment = start + timedelta(hours=hours)
        found = moment_on_shift(begins, ends, time(2, 30), near=moment + timedelta(minutes=5))
        assert found is not None
        assert found.timestamp() == moment.timestamp()
