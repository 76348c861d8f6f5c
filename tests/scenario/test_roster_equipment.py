"""Radios are few: the plan keeps to what is ready, says where it is not enough and what helps."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.equipment.models import Asset
from streife.equipment.rules import AssetState
from streife.journal import queries as journal
from streife.kernel.errors import NotPermitted, Refused
from streife.places.models import Area
from streife.roster import actions, grid, lights
from streife.roster.models import Demand, EquipmentNeed, Plan, Post
from streife.roster.queries.council import council_report
from streife.roster.queries.demand import things
from streife.roster.queries.sheet import sheet_of
from streife.roster.solver.problem import Stage
from tests.rostering import Roster, a_roster, next_month, set_need

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
PAGE = "/dienstplan/bedarf/"


@pytest.fixture
def service(now: datetime) -> Roster:
    service = a_roster(now, officers=12)
    EquipmentNeed.objects.all().delete()
    return service


def an_area(name: str) -> Area:
    return Area.objects.create(
        kind="operational", code=name.lower(), name=name, dataset="test",
        valid_from=date(2024, 1, 1), geometry={}, south=51.0, west=7.0, north=52.0, east=8.0,
    )  # fmt: skip


def stock(count: int, *, item: str = "radio", **more: object) -> None:
    """Put pieces into the inventory; `more` says what is wrong with them."""
    there = Asset.objects.count()
    Asset.objects.bulk_create(
        Asset(
            kind=item,
            inventory_number=f"F-{there + n}",
            acquired_date=date(2026, 1, 1),
            **more,
        )
        for n in range(count)
    )


def needed(service: Roster, code: str, one_for: int = 1, **more: object) -> EquipmentNeed:
    given: dict[str, object] = {"item": "radio", "area_id": None, "turnaround_minutes": 0} | more
    return actions.set_equipment_need(
        kind_id=service.kinds[code].pk,
        one_for=one_for,
        since=date(2026, 1, 1),
        actor=service.leader,
        now=service.now,
        **given,  # type: ignore[arg-type]
    )


def computed(service: Roster, plan: Plan, seconds: float = 3.0) -> Plan:
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=seconds, assume_history=True
    )
    return Plan.objects.get(pk=plan.pk)


def test_too_few_radios_are_entered_planned_explained_and_borrowed(
    service: Roster, client_for: Clients
) -> None:
    leader = client_for("shift_leader")
    assert "der Plan sagt dann, an welchem Tag es nicht reicht" in leader.get(PAGE).content.decode()
    form = {
        "kind": service.kinds["spaet"].pk, "item": "radio", "area": "", "one_for": "1",
        "turnaround_minutes": "0", "since": "2026-01-01",
    }  # fmt: skip
    assert leader.post(f"{PAGE}ausstattung/", form).status_code == 302
    page = leader.get(PAGE).content.decode()
    assert "kein Stück im Bestand: nicht geprüft" in page
    set_need(service.kinds, {"frueh": 1, "spaet": 3})
    first, last = next_month(service.now)
    # Two are good to the end, a third until the tenth; one waits for repair, one is lost.
    stock(2)
    stock(1, due_date=first + timedelta(days=9))
    stock(1, state=AssetState.REPAIR)
    stock(1, state=AssetState.LOST)
    assert "heute 3 einsatzbereit" in leader.get(PAGE).content.decode()
    plan = computed(service, service.plan(first, last))
    sheet = sheet_of(plan, service.leader, service.now)
    short = [line for line in sheet.judged.lines if line.rule.startswith("equipment/")]
    late = {first + timedelta(days=n) for n in range(10, (last - first).days + 1)}
    assert late <= {line.day for line in short}  # people are not sent home for it
    assert not [line for line in sheet.judged.of(Stage.COVER, hard=True) if line not in short]
    first_late = next(line for line in short if line.day == min(late))
    assert first_late.text == (
        "Spätschicht: 3 × Funkgerät zugleich nötig, einsatzbereit sind 2; "
        "1 nach einer Prüfung wieder; 1 in Reparatur"
    )
    assert lights.lights_of(sheet)[1].text.endswith("Kräfte, Befähigungen oder Ausstattung")
    assert "Ausstattung</th>" in grid.table_of(sheet, editable=False).partition("<tfoot>")[2]
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "Prüfen lassen, leihen oder weniger verlangen" in page
    day = first + timedelta(days=10)
    assert first_late.text in leader.get(f"/dienstplan/{plan.pk}/tag/{day}/").content.decode()
    way = next(row for row in plan.outcome["releases"] if row["day"] == day.isoformat())
    assert (way["rule"], way["verified"]) == ("equipment/radio/spaet", True)
    leader.post(
        f"/dienstplan/{plan.pk}/ausnahme/",
        {"rule": way["rule"], "day": way["day"], "reason": "Nachbarstadt leiht ein Funkgerät"},
    )
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    left = {line.day for line in sheet.judged.lines if line.rule.startswith("equipment/")}
    assert left == {line.day for line in short} - {day}
    assert "Funkgerät, Spätschicht" in leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    (lifted,) = council_report(Plan.objects.get(pk=plan.pk), service.now).lifted
    assert lifted.rule == "Funkgerät, Spätschicht"  # what the staff council reads


def test_no_more_stand_in_a_shift_than_there_are_pieces_for(service: Roster) -> None:
    """Hours of all are to be worked, so more than the least come: where things are left."""
    set_need(service.kinds, {"frueh": 1, "spaet": 1, "nacht": 2})
    stock(3)
    stock(1, item="body_cam")
    needed(service, "frueh")
    needed(service, "spaet", 2, item="body_cam")
    plan = computed(service, service.plan(*next_month(service.now)), seconds=10.0)
    posts = Post.objects.filter(plan=plan)
    days = {post.day for post in posts}
    assert len(days) > 27
    for day in days:
        assert posts.filter(day=day, kind=service.kinds["frueh"]).count() <= 3, day
        assert posts.filter(day=day, kind=service.kinds["spaet"]).count() <= 2, day
    assert posts.count() > 150  # nobody is left without hours for it


def test_one_too_many_by_hand_is_said_at_once(service: Roster, client_for: Clients) -> None:
    leader = client_for("shift_leader")
    stock(2)
    needed(service, "frueh")
    plan = service.plan(*next_month(service.now))
    day = plan.first_day + timedelta(days=3)
    for number in range(2):
        service.put(plan, number, day, "frueh")
    answer = leader.post(
        f"/dienstplan/{plan.pk}/aendern/",
        {"officer": service.crew[2].pk, "day": str(day), "kind": service.kinds["frueh"].pk},
        headers={"HX-Request": "true"},
    )
    said = answer.content.decode().partition('id="done"')[2].partition("lights")[0]
    assert "3 × Funkgerät zugleich nötig, einsatzbereit sind 2" in said
    edited = actions.undo(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert "stock" in {one.kind for one in edited.mended if one.hard}


def test_shifts_at_the_same_time_share_and_one_after_the_other_hand_over(
    service: Roster,
) -> None:
    stock(2)
    for code in ("frueh", "spaet", "polizei"):
        needed(service, code)
    plan = service.plan(*next_month(service.now))
    day = plan.first_day + timedelta(days=3)
    for number, code in enumerate(("frueh", "frueh", "spaet", "spaet")):
        service.put(plan, number, day, code)

    def lacking() -> list[str]:
        sheet = sheet_of(plan, service.leader, service.now)
        return [one.rule for one in sheet.judged.lines if one.rule.startswith("equipment/")]

    assert lacking() == []  # at two o'clock they go from hand to hand
    service.put(plan, 4, day, "polizei")  # four to midnight, beside the late shift
    assert lacking() == ["equipment/radio/spaet+polizei"]
    needed(service, "frueh", turnaround_minutes=30)  # until half past two they are being charged
    assert lacking() == ["equipment/radio/frueh+spaet", "equipment/radio/spaet+polizei"]
    needed(service, "frueh", 0)  # no longer needed
    needed(service, "polizei", 0)
    assert lacking() == []


def test_what_an_area_needs_is_set_aside(service: Roster) -> None:
    areas = [an_area("Nord"), an_area("Süd")]
    set_need(service.kinds, {})
    Demand.objects.bulk_create(
        Demand(
            kind=service.kinds["frueh"], area=area, weekday=weekday, count=3,
            valid_from=date(2024, 1, 1),
        )
        for area in areas
        for weekday in range(5)
    )  # fmt: skip
    stock(3, item="vehicle")
    for area in areas:
        needed(service, "frueh", 2, item="vehicle", area_id=area.pk)
    needed(service, "spaet", 2, item="vehicle")
    told = [(one.name, one.kinds, one.areas, one.ready) for one in things(service.now.date())]
    assert told == [
        ("Dienstwagen", ("Frühschicht",), ("Nord", "Süd"), 3),
        ("Dienstwagen", ("Spätschicht",), (), 3),
    ]
    plan = service.plan(*next_month(service.now))
    sheet = sheet_of(plan, service.leader, service.now)
    short = [line for line in sheet.judged.lines if line.rule.startswith("equipment/")]
    assert {line.day for line in short} == {day for day in sheet.days if day.weekday() < 5}
    assert "4 × Dienstwagen zugleich nötig, einsatzbereit sind 3" in short[0].text


def test_more_in_an_area_than_it_needs_at_least_take_pieces_too(
    service: Roster, client_for: Clients
) -> None:
    """A car for two of the pair in the north; a third goes along there, and no car is left."""
    north = an_area("Nord")
    set_need(service.kinds, {})
    for weekday in range(7):
        Demand.objects.create(
            kind=service.kinds["frueh"], area=north, weekday=weekday, count=2,
            valid_from=date(2024, 1, 1),
        )  # fmt: skip
    stock(1, item="vehicle")
    needed(service, "frueh", 2, item="vehicle", area_id=north.pk)
    plan = service.plan(*next_month(service.now))
    for number in range(2):
        service.put(plan, number, plan.first_day, "frueh")

    def short() -> list[tuple[str, bool]]:
        lines = sheet_of(plan, service.leader, service.now).judged.of(Stage.COVER)
        rows = [line for line in lines if line.rule.startswith("equipment/")]
        return [(line.text, line.hard) for line in rows]

    assert short() == []
    edited = actions.set_post(
        plan_id=plan.pk, officer_id=service.crew[2].pk, day=plan.first_day,
        kind_id=service.kinds["frueh"].pk, actor=service.leader, now=service.now,
    )  # fmt: skip
    assert "stock_areas" in {one.kind for one in edited.broken}
    ((text, hard),) = short()
    assert text.startswith("Frühschicht: 2 × Dienstwagen zugleich nötig, einsatzbereit sind 1 (")
    assert not hard  # a hint: nobody has to go there
    assert text in client_for("shift_leader").get(f"/dienstplan/{plan.pk}/").content.decode()
    Post.objects.filter(officer=service.crew[2]).update(area=None)  # goes along with anybody
    assert short() == []


def test_without_an_inventory_nothing_is_said_and_bad_needs_are_refused(service: Roster) -> None:
    needed(service, "frueh")
    plan = service.plan(*next_month(service.now))
    service.put(plan, 0, plan.first_day, "frueh")
    sheet = sheet_of(plan, service.leader, service.now)
    assert not [one for one in sheet.judged.lines if one.rule.startswith("equipment/")]
    with pytest.raises(Refused) as refused:
        needed(service, "frueh", item="vest")
    assert refused.value.code == "equipment-not-shared"
    with pytest.raises(Refused) as refused:
        needed(service, "frueh", 61)
    assert refused.value.code == "equipment-need-impossible"
    with pytest.raises(NotPermitted):
        actions.set_equipment_need(
            kind_id=service.kinds["frueh"].pk, item="radio", area_id=None, one_for=1,
            turnaround_minutes=0, since=service.now.date(), actor=service.officer, now=service.now,
        )  # fmt: skip


def test_a_need_ends_where_the_next_begins_and_stands_in_the_record(service: Roster) -> None:
    needed(service, "frueh", 2)
    since = service.now.date()
    actions.set_equipment_need(
        kind_id=service.kinds["frueh"].pk, item="radio", area_id=None, one_for=1,
        turnaround_minutes=0, since=since, actor=service.leader, now=service.now,
    )  # fmt: skip
    rows = EquipmentNeed.objects.order_by("valid_from").values_list("one_for", "valid_to")
    assert list(rows) == [(2, since), (1, None)]
    acts = [entry.act for entry in journal.entries_of("roster:demand")]
    assert acts.count("roster.equipment_need_changed") == 2
