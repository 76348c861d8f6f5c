"""Sending units: one job at a time, the status follows, nobody is doubled."""

from datetime import datetime

import pytest

from streife.dispatch import actions
from streife.dispatch.models import Assignment, Unit
from streife.dispatch.queries import unit_for
from streife.dispatch.rules import AssignmentState, Availability
from streife.incidents.actions import close_incident
from streife.incidents.models import Incident
from streife.incidents.rules import Outcome
from streife.journal.queries import entries_of
from streife.kernel.errors import NotPermitted, Refused
from tests.dispatching import World, a_shift

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now: datetime) -> World:
    """Return a shift with officers."""
    return a_shift(now)


def state(assignment: Assignment) -> AssignmentState:
    assignment.refresh_from_db()
    return AssignmentState(assignment.state)


def key(unit: Unit) -> str:
    unit.refresh_from_db()
    return unit.status_key


def status(incident: Incident) -> str:
    incident.refresh_from_db()
    return incident.status


def send(world: World, unit: Unit, incident: Incident, **extra: object) -> Assignment:
    return actions.assign(
        unit_id=unit.pk,
        incident_id=incident.pk,
        actor=world.dispatcher,
        now=world.later(),
        **extra,  # type: ignore[arg-type]
    )


def test_status_and_incident_follow_the_job_from_assigned_to_closed(world: World) -> None:
    unit, incident, crew = world.unit(), world.incident(), world.crew_actor()
    job = send(world, unit, incident)
    assert (key(unit), status(incident)) == ("7", "assigned")
    actions.accept(assignment_id=job.pk, actor=crew, now=world.later())
    assert (key(unit), status(incident)) == ("3", "assigned")
    actions.arrive(assignment_id=job.pk, actor=crew, now=world.later())
    assert (key(unit), status(incident)) == ("4", "on_scene")
    actions.finish(
        assignment_id=job.pk,
        outcome="",
        measure="cleaned",
        note="",
        actor=crew,
        now=world.later(),
    )
    assert (key(unit), status(incident), state(job)) == ("1", "closed", AssignmentState.DONE)
    incident.refresh_from_db()
    assert (incident.outcome, incident.measure) == ("resolved", "cleaned")
    acts = [entry.act for entry in entries_of(f"incident:{incident.pk}")]
    assert [act for act in acts if act.startswith("dispatch.")] == [
        "dispatch.assigned",
        "dispatch.accepted",
        "dispatch.arrived",
        "dispatch.finished",
    ]


def test_every_change_of_status_is_an_entry_typed_or_automatic(world: World) -> None:
    unit, incident = world.unit(), world.incident()
    send(world, unit, incident)
    bodies = [
        entry.body.content
        for entry in entries_of(f"unit:{unit.pk}")
        if entry.act == "dispatch.unit_status"
    ]
    assert [(b["key"], b["automatic"]) for b in bodies] == [("1", False), ("7", True)]


def test_the_second_click_on_a_unit_names_who_was_faster(world: World) -> None:
    unit, first, second = world.unit(), world.incident(), world.incident("Hund")
    send(world, unit, first)
    with pytest.raises(Refused) as refused:
        actions.assign(
            unit_id=unit.pk, incident_id=second.pk, actor=world.colleague, now=world.later()
        )
    assert refused.value.code == "unit-taken"
    assert first.number in refused.value.message
    assert "Test dispatcher" in refused.value.message


def test_two_units_go_to_one_matter_only_as_reinforcement(world: World) -> None:
    one, two, incident = world.unit(), world.unit("KOD 12", (2, 3)), world.incident()
    send(world, one, incident)
    with pytest.raises(Refused) as refused:
        send(world, two, incident)
    assert refused.value.code == "incident-taken"
    assert "KOD 11" in refused.value.message
    with pytest.raises(Refused) as refused:
        send(world, one, incident)
    assert refused.value.code == "already-assigned"
    assert send(world, two, incident, reinforce=True).reinforcement


def test_the_last_unit_closes_the_matter(world: World) -> None:
    one, two, incident = world.unit(), world.unit("KOD 12", (2, 3)), world.incident()
    first = send(world, one, incident)
    second = send(world, two, incident, reinforce=True)
    crew, other = world.crew_actor(0), world.crew_actor(2)
    actions.arrive(assignment_id=second.pk, actor=other, now=world.later())
    actions.finish(
        assignment_id=first.pk, outcome="resolved", measure="", note="", actor=crew, now=world.now
    )
    assert (status(incident), key(one)) == ("on_scene", "1")
    actions.finish(
        assignment_id=second.pk, outcome="warned", measure="", note="", actor=other, now=world.now
    )
    assert status(incident) == "closed"


def test_a_second_job_waits_and_never_touches_the_running_one(world: World) -> None:
    unit, first, second = world.unit(), world.incident(), world.incident("Hund")
    job = send(world, unit, first)
    crew = world.crew_actor()
    actions.arrive(assignment_id=job.pk, actor=crew, now=world.later())
    with pytest.raises(Refused) as refused:
        send(world, unit, second, queue=True)
    assert refused.value.code == "reason-missing"
    waiting = send(world, unit, second, queue=True, reason="liegt auf dem Weg")
    assert (state(job), state(waiting)) == (AssignmentState.ON_SCENE, AssignmentState.QUEUED)
    assert (key(unit), status(second)) == ("4", "open")
    actions.finish(
        assignment_id=job.pk, outcome="resolved", measure="", note="", actor=crew, now=world.later()
    )
    assert state(waiting) is AssignmentState.ASSIGNED
    assert (key(unit), status(second)) == ("7", "assigned")


def test_a_waiting_job_whose_matter_is_over_is_withdrawn_when_its_turn_comes(world: World) -> None:
    unit, first, second = world.unit(), world.incident(), world.incident("Hund")
    job = send(world, unit, first)
    waiting = send(world, unit, second, queue=True, reason="danach")
    close_incident(
        incident_id=second.pk, outcome=Outcome.UNFOUNDED, actor=world.dispatcher, now=world.later()
    )
    actions.withdraw(assignment_id=job.pk, actor=world.dispatcher, now=world.later())
    assert (state(waiting), key(unit)) == (AssignmentState.WITHDRAWN, "1")
    assert entries_of(f"incident:{second.pk}").filter(act="dispatch.withdrawn").count() == 1


def test_a_unit_that_never_set_out_goes_back_to_where_it_was(world: World) -> None:
    unit, incident = world.unit(key="2"), world.incident()
    job = send(world, unit, incident)
    actions.withdraw(assignment_id=job.pk, actor=world.dispatcher, now=world.later())
    assert (key(unit), status(incident)) == ("2", "open")


def test_a_crew_that_set_out_is_told_why_it_turns_back(world: World) -> None:
    unit, incident = world.unit(), world.incident()
    job = send(world, unit, incident)
    actions.accept(assignment_id=job.pk, actor=world.crew_actor(), now=world.later())
    with pytest.raises(Refused) as refused:
        actions.withdraw(assignment_id=job.pk, actor=world.dispatcher, now=world.later())
    assert refused.value.code == "reason-missing"
    actions.withdraw(
        assignment_id=job.pk, reason="Polizei ist da", actor=world.dispatcher, now=world.later()
    )
    assert state(job) is AssignmentState.WITHDRAWN


def test_still_open_puts_the_matter_back_with_the_reason_in_its_diary(world: World) -> None:
    unit, incident, crew = world.unit(), world.incident(), world.crew_actor()
    job = send(world, unit, incident)
    with pytest.raises(Refused) as refused:
        actions.finish(
            assignment_id=job.pk,
            outcome="",
            measure="",
            note="",
            still_open=True,
            actor=crew,
            now=world.later(),
        )
    assert refused.value.code == "reason-missing"
    actions.finish(
        assignment_id=job.pk,
        outcome="",
        measure="",
        note="",
        still_open=True,
        reason="niemand öffnet",
        actor=crew,
        now=world.later(),
    )
    assert (status(incident), key(unit)) == ("open", "1")
    assert incident.log_lines.get().text == "KOD 11: niemand öffnet"


def test_a_measure_brings_its_outcome_and_may_need_a_note(world: World) -> None:
    unit, incident, crew = world.unit(), world.incident(), world.crew_actor()
    job = send(world, unit, incident)
    refusals = []
    for measure in ("", "magic", "report"):
        with pytest.raises(Refused) as refused:
            actions.finish(
                assignment_id=job.pk,
                outcome="",
                measure=measure,
                note="",
                actor=crew,
                now=world.later(),
            )
        refusals.append(refused.value.code)
    assert refusals == ["outcome-missing", "unknown-measure", "note-missing"]


@pytest.mark.parametrize("pressed", ["1", "2", "6", "8", "9"])
def test_no_key_makes_a_unit_free_or_gone_while_its_job_runs(world: World, pressed: str) -> None:
    unit = world.unit()
    send(world, unit, world.incident())
    with pytest.raises(Refused) as refused:
        actions.set_status(
            unit_id=unit.pk,
            key=pressed,
            reason="Pause",
            actor=world.crew_actor(),
            now=world.later(),
        )
    assert refused.value.code == "open-assignment"


def test_pressing_3_and_4_accepts_and_arrives(world: World) -> None:
    unit, crew = world.unit(), world.crew_actor()
    job = send(world, unit, world.incident())
    actions.set_status(unit_id=unit.pk, key="3", actor=crew, now=world.later())
    assert state(job) is AssignmentState.ACCEPTED
    actions.set_status(unit_id=unit.pk, key="4", actor=crew, now=world.later())
    actions.set_status(unit_id=unit.pk, key="4", actor=crew, now=world.later())  # pressed twice
    assert state(job) is AssignmentState.ON_SCENE


@pytest.mark.parametrize(
    ("pressed", "code"),
    [
        ("", "unit-unavailable"),
        ("6", "unit-unavailable"),
        ("7", "unit-unavailable"),
        ("9", "unit-unavailable"),
        ("8", "conditional-needs-reason"),
    ],
)
def test_who_is_not_known_to_be_free_is_not_sent(world: World, pressed: str, code: str) -> None:
    unit = world.unit(key=pressed)
    with pytest.raises(Refused) as refused:
        send(world, unit, world.incident())
    assert refused.value.code == code


def test_a_key_the_scheme_does_not_know_is_not_available(world: World) -> None:
    unit = world.unit()
    Unit.objects.filter(pk=unit.pk).update(status_key="X")
    row = unit_for(world.dispatcher, unit.pk, world.now)
    assert (row.availability, row.status_name) == (Availability.UNKNOWN, "unbekannt")
    with pytest.raises(Refused) as refused:
        send(world, unit, world.incident())
    assert refused.value.code == "unit-unavailable"


def test_a_conditional_unit_goes_with_a_reason_and_stays_conditional(world: World) -> None:
    unit, crew = world.unit(key="8"), world.crew_actor()
    job = send(world, unit, world.incident(), reason="niemand sonst")
    actions.accept(assignment_id=job.pk, actor=crew, now=world.later())
    actions.finish(
        assignment_id=job.pk, outcome="resolved", measure="", note="", actor=crew, now=world.later()
    )
    assert key(unit) == "8"


def test_a_job_queued_for_a_unit_on_break_starts_when_it_is_back(world: World) -> None:
    unit = world.unit(key="6")
    job = send(world, unit, world.incident(), queue=True, reason="nach der Pause")
    assert state(job) is AssignmentState.QUEUED
    actions.set_status(unit_id=unit.pk, key="1", actor=world.crew_actor(), now=world.later())
    assert (state(job), key(unit)) == (AssignmentState.ASSIGNED, "7")


def test_requests_to_speak_lie_over_the_status(world: World) -> None:
    unit, crew = world.unit(), world.crew_actor()
    for pressed in ("5", "0"):
        actions.request_speech(unit_id=unit.pk, key=pressed, actor=crew, now=world.later())
        row = unit_for(world.dispatcher, unit.pk, world.now)
        assert (row.request_key, row.status_key) == (pressed, "1")
        assert row.availability is Availability.AVAILABLE
    actions.clear_request(unit_id=unit.pk, actor=world.dispatcher, now=world.later())
    assert unit_for(world.dispatcher, unit.pk, world.now).request_key == ""
    with pytest.raises(Refused) as refused:
        actions.set_status(unit_id=unit.pk, key="5", actor=crew, now=world.later())
    assert refused.value.code == "overlay-is-no-status"
    with pytest.raises(Refused) as refused:
        actions.request_speech(unit_id=unit.pk, key="1", actor=crew, now=world.later())
    assert refused.value.code == "no-request-key"


def test_an_officer_works_for_their_own_unit_only(world: World) -> None:
    unit = world.unit()
    job = send(world, unit, world.incident())
    stranger = world.crew_actor(4)
    with pytest.raises(NotPermitted) as refused:
        actions.accept(assignment_id=job.pk, actor=stranger, now=world.later())
    assert refused.value.code == "not-your-unit"
    with pytest.raises(NotPermitted):
        actions.set_status(unit_id=unit.pk, key="6", reason="x", actor=stranger, now=world.later())
    with pytest.raises(NotPermitted):
        actions.assign(unit_id=unit.pk, incident_id=job.incident_id, actor=stranger, now=world.now)


def test_what_a_crew_finds_itself_is_its_job_at_once_or_after_the_running_one(
    world: World,
) -> None:
    unit, crew = world.unit(), world.crew_actor()
    first, second = world.incident(), world.incident("Hund")
    job = actions.take_up(unit_id=unit.pk, incident_id=first.pk, actor=crew, now=world.later())
    assert (state(job), key(unit), status(first)) == (AssignmentState.ON_SCENE, "4", "on_scene")
    later = actions.take_up(unit_id=unit.pk, incident_id=second.pk, actor=crew, now=world.later())
    assert (state(job), state(later)) == (AssignmentState.ON_SCENE, AssignmentState.QUEUED)


def test_a_matter_taken_off_all_units_frees_them(world: World) -> None:
    one, two, incident = world.unit(), world.unit("KOD 12", (2, 3)), world.incident()
    send(world, one, incident)
    send(world, two, incident, reinforce=True)
    count = actions.release_incident(
        incident_id=incident.pk, reason="an EDG", actor=world.dispatcher, now=world.later()
    )
    assert (count, key(one), key(two), status(incident)) == (2, "1", "1", "open")


def test_what_was_recommended_is_kept_beside_the_decision(world: World) -> None:
    job = send(world, world.unit(), world.incident())
    assert job.proposal["rank"] == 1
    assert "no-position" in job.proposal["reasons"]


def test_a_closed_matter_gets_no_unit(world: World) -> None:
    unit, incident = world.unit(), world.incident()
    close_incident(
        incident_id=incident.pk,
        outcome=Outcome.UNFOUNDED,
        actor=world.dispatcher,
        now=world.later(),
    )
    with pytest.raises(Refused) as refused:
        send(world, unit, incident)
    assert refused.value.code == "incident-not-ours"
