"""The north needs more people on Friday nights: entered, planned, dealt, and said where short."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.places.models import Area
from streife.roster import actions, grid, lights
from streife.roster.models import Demand, HourDemand, Plan, Post
from streife.roster.queries.sheet import sheet_of
from streife.roster.sentences import day_text
from streife.roster.solver.problem import Stage
from tests.rostering import Roster, a_roster, next_month

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
FORM = {"weekday": "4", "day": "", "begins": "19:00", "ends": "21:00", "count": "4"}


def an_area(name: str) -> Area:
    return Area.objects.create(
        kind="operational",
        code=name.lower(),
        name=name,
        dataset="test",
        valid_from=date(2024, 1, 1),
        geometry={},
        south=51.0,
        west=7.0,
        north=52.0,
        east=8.0,
    )


@pytest.fixture
def areas() -> tuple[Area, Area]:
    return an_area("Nord"), an_area("Süd")


@pytest.fixture
def service(now: datetime, areas: tuple[Area, Area]) -> Roster:
    """Return twelve officers; each late shift sends two to either area."""
    service = a_roster(now, officers=12)
    Demand.objects.all().delete()
    Demand.objects.bulk_create(
        Demand(
            kind=service.kinds["spaet"],
            area=area,
            weekday=weekday,
            count=2,
            valid_from=date(2024, 1, 1),
        )
        for area in areas
        for weekday in range(7)
    )
    return service


def fridays(plan: Plan) -> list[date]:
    days = [plan.first_day + timedelta(days=n) for n in range(28)]
    return [day for day in days if day.weekday() == 4]


def in_area(plan: Plan, day: date, area: Area) -> int:
    """Return how many are there from 19 to 21 o'clock."""
    evening = Post.objects.filter(plan=plan, day=day, kind__code__in=["spaet", "polizei"])
    return evening.filter(area=area).count()


def test_the_north_gets_its_people_and_the_south_keeps_its_own(
    service: Roster, areas: tuple[Area, Area], client_for: Clients
) -> None:
    north, south = areas
    leader = client_for("shift_leader")
    answer = leader.post(
        "/dienstplan/bedarf/uhrzeit/",
        {**FORM, "area": str(north.pk), "reason": "Wall am Abend"},
    )
    assert answer.status_code == 302
    page = leader.get("/dienstplan/bedarf/").content.decode()
    assert "jeden Freitag, 19:00 bis 21:00 Uhr · Nord" in page
    plan = service.plan(*next_month(service.now))
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=3.0, assume_history=True
    )
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    assert not sheet.judged.of(Stage.COVER, hard=True)
    assert not sheet.areas_short()
    for day in fridays(plan):
        assert in_area(plan, day, north) >= 4, day
        assert in_area(plan, day, south) >= 2, day
    assert "19:00–21:00 Nord" in grid.table_of(sheet, editable=False)
    assert "Bereiche zusammen" not in grid.picture_of(sheet)  # told only where it lacks


def test_what_is_short_in_an_area_is_a_finding_until_somebody_is_put_there(
    service: Roster, areas: tuple[Area, Area], client_for: Clients
) -> None:
    north, south = areas
    plan = service.plan(*next_month(service.now))
    day = fridays(plan)[1]
    actions.add_hour_demand(
        weekday=None,
        day=day,
        begins=time(19),
        ends=time(21),
        count=4,
        reason="Wall",
        since=day,
        actor=service.leader,
        now=service.now,
        area_id=north.pk,
    )
    for number in range(5):  # two to either area, the fifth where the north still lacks
        service.put(plan, number, day, "spaet")
    assert (in_area(plan, day, north), in_area(plan, day, south)) == (3, 2)
    leader = client_for("shift_leader")
    page = leader.get(f"/dienstplan/{plan.pk}/tag/{day}/").content.decode()
    assert "Nord, 19:00 bis 21:00 Uhr: 3 im Bereich, nötig sind 4" in page
    assert "19:00 bis 21:00 Uhr in allen Bereichen zusammen: 5 eingeteilt, nötig sind 6" in page
    assert "zu schwach besetzt" in page
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "Nord, 19:00 bis 21:00 Uhr: 3 im Bereich, nötig sind 4" in page
    assert "19:00–21:00 Bereiche zusammen" in page
    service.put(plan, 5, day, "spaet")
    assert (in_area(plan, day, north), in_area(plan, day, south)) == (4, 2)
    page = leader.get(f"/dienstplan/{plan.pk}/tag/{day}/").content.decode()
    assert "im Bereich, nötig sind" not in page
    assert "zu schwach besetzt" not in page


def test_enough_heads_in_the_wrong_area_are_said_by_light_headline_and_picture(
    service: Roster, areas: tuple[Area, Area]
) -> None:
    north, south = areas
    Demand.objects.all().delete()
    plan = service.plan(*next_month(service.now))
    day = fridays(plan)[0]
    actions.add_hour_demand(
        weekday=4,
        day=None,
        begins=time(15),
        ends=time(18),
        count=2,
        reason="Markt",
        since=day,
        actor=service.leader,
        now=service.now,
        area_id=north.pk,
    )
    HourDemand.objects.update(valid_to=day + timedelta(days=1))
    for number in range(2):
        service.put(plan, number, day, "spaet")
    Post.objects.filter(plan=plan).update(area=south)
    sheet = sheet_of(plan, service.leader, service.now)
    assert not sheet.judged.of(Stage.COVER, hard=True)
    assert grid.cover_sentence(sheet) == f"Zu wenige Kräfte: {day_text(day)}"
    cover = lights.lights_of(sheet)[1]
    assert cover.text == "jede Schicht besetzt, aber an 1 Tag fehlen Kräfte in einem Bereich"
    assert cover.level == "warning"
    assert not lights.is_sound(sheet)


def test_what_no_area_can_get_is_explained_and_can_be_lowered(
    service: Roster, areas: tuple[Area, Area], client_for: Clients
) -> None:
    leader = client_for("shift_leader")
    plan = service.plan(*next_month(service.now))
    day = fridays(plan)[1]
    leader.post(
        "/dienstplan/bedarf/uhrzeit/",
        {**FORM, "weekday": "", "day": str(day), "area": str(areas[0].pk)}
        | {"count": "40", "reason": "Weihnachtsmarkt"},
    )
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=3.0, assume_history=True
    )
    plan = Plan.objects.get(pk=plan.pk)
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "19:00 bis 21:00 Uhr in allen Bereichen zusammen: " in page
    assert "nötig sind 42" in page  # forty in the north, two in the south
    name = "need/time-1900-2100/areas"
    way = next(row for row in plan.outcome["releases"] if row["rule"] == name)
    leader.post(
        f"/dienstplan/{plan.pk}/ausnahme/",
        {"rule": way["rule"], "day": way["day"], "reason": "Markt wird kleiner"},
    )
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    assert not sheet.judged.of(Stage.COVER, hard=True)
    assert not sheet.areas_short()


def test_a_need_of_one_area_leaves_that_of_the_other_and_of_the_city_alone(
    service: Roster, areas: tuple[Area, Area]
) -> None:
    for area_id in (None, areas[0].pk, areas[1].pk, areas[0].pk):
        actions.add_hour_demand(
            weekday=4,
            day=None,
            begins=time(19),
            ends=time(21),
            count=3,
            reason="Wall",
            since=date(2026, 12, 1),
            actor=service.leader,
            now=service.now,
            area_id=area_id,
        )
    kept = HourDemand.objects.filter(valid_to=None).values_list("area_id", flat=True)
    assert sorted(kept, key=str) == sorted([None, areas[0].pk, areas[1].pk], key=str)


def test_a_published_plan_keeps_the_areas_it_announced(
    service: Roster, areas: tuple[Area, Area]
) -> None:
    plan = service.plan(*next_month(service.now))
    day = fridays(plan)[1]
    for number in range(4):
        service.put(plan, number, day, "spaet")
    plan = actions.publish_plan(
        plan_id=plan.pk,
        council_note="Zugestimmt (erfunden)",
        reason="Probe",
        actor=service.leader,
        now=service.now,
    )
    Post.objects.filter(plan=plan, locked=True).update(locked=False)
    before = dict(Post.objects.filter(plan=plan, day=day).values_list("officer_id", "area_id"))
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=3.0, assume_history=True
    )
    after = dict(Post.objects.filter(plan=plan, day=day).values_list("officer_id", "area_id"))
    stayed = before.keys() & after.keys()
    assert stayed
    assert {one: after[one] for one in stayed} == {one: before[one] for one in stayed}
    others = Post.objects.filter(plan=plan, kind__code="spaet").exclude(day=day)
    assert others.exists()
    assert not others.filter(area=None).exists()
