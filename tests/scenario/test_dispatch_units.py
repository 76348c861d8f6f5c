"""Units: who may go out together, what is gone with the shift, what the board shows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from streife.config.demo.shifts import plan_shift
from streife.dispatch import actions
from streife.dispatch.models import Member
from streife.dispatch.queries import assignments_of, recommend, unit_for, units_on_duty
from streife.journal.models import Body, Entry
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.kernel.geo import Point
from tests.dispatching import NORDMARKT, SYSTEM, World, a_shift
from tests.factories import plain_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now: datetime) -> World:
    """Return a shift with six officers and an apprentice (the last)."""
    return a_shift(now)


@pytest.mark.parametrize(
    ("crew", "partners", "code"),
    [
        ((), (), "no-own-officer"),
        ((), ("Polizei", "Polizei"), "no-own-officer"),
        ((0,), (), "crew-too-small"),
        ((0, 6), (), "crew-too-small"),
        ((6,), ("Polizei",), "no-own-officer"),
        ((0, 0), (), "officer-twice"),
    ],
)
def test_a_crew_that_does_not_count_to_two_is_refused(
    world: World, crew: tuple[int, ...], partners: tuple[str, ...], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        world.unit(crew=crew, partners=partners)
    assert refused.value.code == code


def test_an_apprentice_rides_along_and_a_police_officer_is_a_second(world: World) -> None:
    three = world.unit(crew=(0, 1, 6))
    joint = world.unit("KOD 12", (2,), partners=["Polizei"])
    assert unit_for(world.dispatcher, three.pk, world.now).crew_size == 2
    row = unit_for(world.dispatcher, joint.pk, world.now)
    assert (row.joint, row.crew_size, row.crew[-1]) == (True, 2, "Polizei")
    two = world.unit("KOD 13", (3,), partners=["Polizei", "Polizei"])
    row = unit_for(world.dispatcher, two.pk, world.now)
    assert (row.crew_size, row.crew[1:]) == (3, ("2 × Polizei",))


def test_nobody_rides_in_two_units_and_no_call_sign_is_used_twice(world: World) -> None:
    first = world.unit()
    with pytest.raises(Refused) as refused:
        world.unit("KOD 12", (1, 2))
    assert refused.value.code == "officer-in-other-unit"
    assert "KOD 11" in refused.value.message
    with pytest.raises(Refused) as refused:
        world.unit("KOD  11", (2, 3))
    assert refused.value.code == "call-sign-taken"
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(
            unit=world.unit("KOD 13", (4, 5)), shift=first.shift, officer=world.officers[0]
        )


def test_who_is_not_on_the_shift_cannot_ride(world: World, now: datetime) -> None:
    other = a_shift_tomorrow(world, now)
    with pytest.raises(Refused) as refused:
        actions.form_unit(
            shift_id=other,
            call_sign="KOD 11",
            officer_ids=[world.officers[0].pk, world.officers[1].pk],
            actor=world.dispatcher,
            now=now,
        )
    assert refused.value.code == "not-on-shift"


def a_shift_tomorrow(world: World, now: datetime) -> int:
    return plan_shift(
        name="morgen",
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=1, hours=8),
        actor=SYSTEM,
        now=now,
    ).pk


def test_a_new_unit_is_unknown_until_it_signs_on(world: World) -> None:
    unit = world.unit(key="")
    row = unit_for(world.dispatcher, unit.pk, world.now)
    assert (row.status_name, row.availability) == ("unbekannt", "unknown")
    (found,) = recommend(world.dispatcher, world.incident().pk, world.now)
    assert [reason.code for reason in found.exclusions] == ["unknown"]


def test_standing_down_needs_finished_jobs_and_erases_the_position(world: World) -> None:
    unit, incident = world.unit(), world.incident()
    crew = world.crew_actor()
    actions.report_position(
        unit_id=unit.pk, point=NORDMARKT, measured_at=world.now, actor=crew, now=world.now
    )
    job = actions.assign(
        unit_id=unit.pk, incident_id=incident.pk, actor=world.dispatcher, now=world.later()
    )
    with pytest.raises(Refused) as refused:
        actions.stand_down(unit_id=unit.pk, actor=world.dispatcher, now=world.later())
    assert refused.value.code == "open-assignments"
    assert incident.number in refused.value.message
    actions.withdraw(assignment_id=job.pk, actor=world.dispatcher, now=world.later())
    gone = actions.stand_down(unit_id=unit.pk, actor=world.dispatcher, now=world.later())
    assert (gone.latitude, gone.position_at, gone.status_key) == (None, None, "")
    assert units_on_duty(world.dispatcher, world.now) == []
    world.unit("KOD 12", (0, 1))  # its people are free again
    with pytest.raises(Refused) as refused:
        actions.set_status(unit_id=unit.pk, key="1", actor=world.dispatcher, now=world.now)
    assert refused.value.code == "stood-down"


def test_positions_end_with_the_shift_and_idle_units_too(world: World) -> None:
    idle, busy = world.unit(), world.unit("KOD 12", (2, 3))
    actions.assign(
        unit_id=busy.pk, incident_id=world.incident().pk, actor=world.dispatcher, now=world.now
    )
    for unit, who in ((idle, 0), (busy, 2)):
        actions.report_position(
            unit_id=unit.pk,
            point=NORDMARKT,
            measured_at=world.now,
            actor=world.crew_actor(who),
            now=world.now,
        )
    end = world.shift.ends_at
    assert all(row.position is None for row in units_on_duty(world.dispatcher, end))
    with pytest.raises(Refused) as refused:
        actions.report_position(
            unit_id=busy.pk,
            point=NORDMARKT,
            measured_at=end,
            actor=world.crew_actor(2),
            now=end,
        )
    assert refused.value.code == "shift-over"
    assert actions.end_shifts(actor=SYSTEM, now=end) == 1
    assert actions.end_shifts(actor=SYSTEM, now=end) == 0
    busy.refresh_from_db()
    assert (busy.latitude, busy.stood_down_at) == (None, None)
    assert [row.call_sign for row in units_on_duty(world.dispatcher, end)] == ["KOD 12"]


def test_a_position_is_overwritten_never_recorded_and_only_by_the_crew(world: World) -> None:
    unit, crew = world.unit(), world.crew_actor()
    entries = Entry.objects.count()
    newer, older = world.now, world.now - timedelta(minutes=5)
    for _twice in range(2):
        actions.report_position(
            unit_id=unit.pk, point=NORDMARKT, measured_at=newer, actor=crew, now=world.now
        )
    with pytest.raises(Refused) as refused:
        actions.report_position(
            unit_id=unit.pk, point=Point(51.4, 7.4), measured_at=older, actor=crew, now=world.now
        )
    assert refused.value.code == "position-older"
    row = unit_for(world.dispatcher, unit.pk, world.now)
    assert (row.position, row.position_at, row.position_fresh) == (NORDMARKT, newer, True)
    assert Entry.objects.count() == entries
    assert not any("51.5" in str(body.content) for body in Body.objects.all())
    for stranger in (world.dispatcher, world.crew_actor(4)):
        with pytest.raises(NotPermitted):
            actions.report_position(
                unit_id=unit.pk,
                point=NORDMARKT,
                measured_at=world.now,
                actor=stranger,
                now=world.now,
            )
    with pytest.raises(Refused):
        actions.report_position(
            unit_id=unit.pk,
            point=NORDMARKT,
            measured_at=world.now + timedelta(seconds=1),
            actor=crew,
            now=world.now,
        )


def test_an_old_position_is_shown_with_its_age_and_not_reckoned_with(world: World) -> None:
    near, far = world.unit(), world.unit("KOD 12", (2, 3))
    incident = world.incident()
    for unit, who, point, age in ((near, 0, NORDMARKT, 45), (far, 2, Point(51.49, 7.52), 1)):
        actions.report_position(
            unit_id=unit.pk,
            point=point,
            measured_at=world.now - timedelta(minutes=age),
            actor=world.crew_actor(who),
            now=world.now,
        )
    row = unit_for(world.dispatcher, near.pk, world.now)
    assert (row.position, row.position_fresh) == (NORDMARKT, False)
    found = recommend(world.dispatcher, incident.pk, world.now)
    assert [(r.call_sign, r.minutes is None) for r in found] == [
        ("KOD 12", False),
        ("KOD 11", True),
    ]


def test_the_board_costs_the_same_queries_for_one_unit_and_for_three(
    world: World, django_assert_num_queries: object
) -> None:
    world.unit()
    for count in (1, 3):
        if count == 3:
            world.unit("KOD 12", (2, 3))
            world.unit("KOD 13", (4, 5))
        with django_assert_num_queries(5):  # type: ignore[operator]
            assert len(units_on_duty(world.dispatcher, world.now)) == count


def test_an_officer_sees_the_own_jobs_current_first(world: World) -> None:
    unit = world.unit()
    first, second = world.incident(), world.incident("Hund")
    actions.assign(unit_id=unit.pk, incident_id=first.pk, actor=world.dispatcher, now=world.later())
    actions.assign(
        unit_id=unit.pk,
        incident_id=second.pk,
        queue=True,
        reason="danach",
        actor=world.dispatcher,
        now=world.later(),
    )
    jobs = assignments_of(world.crew_actor(), world.now)
    assert [(job.number, job.current) for job in jobs] == [
        (first.number, True),
        (second.number, False),
    ]
    assert assignments_of(world.crew_actor(4), world.now) == []


def test_names_of_a_crew_are_for_those_who_see_the_roster(world: World) -> None:
    unit = world.unit()
    assert len(unit_for(world.dispatcher, unit.pk, world.now).crew) == 2
    assert unit_for(plain_actor("case_officer"), unit.pk, world.now).crew == ()
    with pytest.raises(NotPermitted):
        units_on_duty(plain_actor("partner"), world.now)


def test_nobody_but_desk_leaders_forms_and_dissolves(world: World) -> None:
    unit = world.unit()
    for role in ("officer", "desk", "head", "public"):
        with pytest.raises(NotPermitted):
            actions.stand_down(unit_id=unit.pk, actor=plain_actor(role), now=world.now)
    with pytest.raises(NotFound):
        actions.stand_down(unit_id=unit.pk + 99, actor=world.dispatcher, now=world.now)


def test_a_line_in_the_command_bar_is_carried_out(world: World) -> None:
    unit, incident = world.unit(), world.incident()
    short = str(int(incident.number.split("-")[1]))

    def run(line: str) -> str:
        return actions.run_command(line=line, actor=world.dispatcher, now=world.later())

    assert run(f"11 an {short}") == f"KOD 11 fährt zu {incident.number}: Sperrmüll."
    assert run("11 4") == "KOD 11: Vor Ort."
    with pytest.raises(Refused) as refused:
        run("11 frei")
    assert refused.value.code == "open-assignment"
    assert run(f"11 ab {short} doch nicht") == f"KOD 11 ist von {incident.number} abgezogen."
    assert run("11 sprechwunsch") == "KOD 11 möchte sprechen."
    assert run("11 frei") == "KOD 11: Frei."
    with pytest.raises(Refused) as refused:
        run(f"11 ab {short}")
    assert refused.value.code == "not-assigned"
    unit.refresh_from_db()
    assert (unit.status_key, unit.request_key) == ("1", "5")


def test_after_midnight_on_new_years_eve_last_years_numbers_are_still_understood(
    db: None,
) -> None:
    eve = a_shift(datetime(2026, 12, 31, 22, 30, tzinfo=UTC))  # half past eleven
    unit, incident = eve.unit(), eve.incident()
    short = str(int(incident.number.split("-")[1]))
    assert incident.number.startswith("2026-")
    eve.now = datetime(2026, 12, 31, 23, 10, tzinfo=UTC)

    def run(line: str) -> str:
        return actions.run_command(line=line, actor=eve.dispatcher, now=eve.later())

    with pytest.raises(NotFound):
        run(f"11 an 2027-{short}")  # said in full, it is that one
    assert run(f"11 an {short}") == f"KOD 11 fährt zu {incident.number}: Sperrmüll."
    assert run(f"11 ab {short} doch nicht") == f"KOD 11 ist von {incident.number} abgezogen."
    newer = eve.incident()
    assert run(f"11 an {short}") == f"KOD 11 fährt zu {newer.number}: Sperrmüll."
    assert newer.number.startswith("2027-")
    assert unit.assignments.count() == 2
