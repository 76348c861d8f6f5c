"""Which incident a recording belongs to: proposed by place and time, and by where the unit was."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role
from streife.dispatch import actions as dispatch
from streife.dispatch.models import Assignment
from streife.evidence import actions, queries
from streife.evidence.models import Dock, Recording
from streife.kernel.errors import NotPermitted
from tests.dispatching import NORDMARKT, World, a_shift
from tests.vaulting import make_dock, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(now: datetime) -> World:
    """Return a shift with officers; "KOD 11" are the first two of them."""
    return a_shift(now)


@pytest.fixture
def dock(world: World, now: datetime) -> Dock:
    return make_dock(now)


@pytest.fixture
def job(world: World) -> Assignment:
    """Return a job that a unit took on and finished half an hour later."""
    unit, incident, crew = world.unit(), world.incident(), world.crew_actor()
    made = dispatch.assign(
        unit_id=unit.pk, incident_id=incident.pk, actor=world.dispatcher, now=world.later()
    )
    dispatch.accept(assignment_id=made.pk, actor=crew, now=world.later())
    dispatch.arrive(assignment_id=made.pk, actor=crew, now=world.later(10))
    dispatch.finish(
        assignment_id=made.pk,
        outcome="",
        measure="cleaned",
        note="",
        actor=crew,
        now=world.later(20),
    )
    made.refresh_from_db()
    return made


def filmed(dock: Dock, ended_at: datetime, *, wearer: str = "0000", **said: Any) -> Recording:
    """Return a minute of footage by the officer of that number."""
    told = {"wearer": wearer, "started_at": (ended_at - MINUTE).isoformat(), **said}
    docked = ended_at + timedelta(hours=3)
    return take_in(os.urandom(50), dock=dock, now=docked, ended_at=ended_at, said=told)


def proposed(recording: Recording) -> list[tuple[str, bool]]:
    return [(one.number, one.attended) for one in queries.proposed_incidents(recording)]


def test_without_a_place_the_job_of_the_wearers_unit_is_proposed(
    world: World, job: Assignment, dock: Dock, client_for: Callable[[Role | str], Client]
) -> None:
    assert job.on_scene_at is not None
    recording = filmed(dock, job.on_scene_at + 5 * MINUTE)
    assert recording.latitude is None
    assert proposed(recording) == [(job.incident.number, True)]
    page = client_for("custodian").get(reverse("evidence:recording", args=[recording.ident]))
    words = "die Streife hatte dort zu dieser Zeit einen Auftrag"
    assert f"Vorschlag: {job.incident.number}, {words}" in page.content.decode()


def test_nothing_is_guessed_where_no_unit_was(
    world: World, job: Assignment, dock: Dock, client_for: Callable[[Role | str], Client]
) -> None:
    """Before the crew took the job, after its end, by another crew, by nobody known."""
    assert job.accepted_at is not None
    assert job.ended_at is not None
    world.unit("KOD 12", crew=(2, 3))
    during = job.accepted_at + 5 * MINUTE
    before = filmed(dock, job.accepted_at - MINUTE)
    nobody = filmed(dock, during, wearer="")
    for one in (
        before,
        nobody,
        filmed(dock, job.ended_at + 2 * MINUTE),
        filmed(dock, during, wearer="0002"),
        filmed(dock, during, wearer="0005"),
    ):
        assert proposed(one) == []
    for one, why in (
        (before, "die Streife hatte zu dieser Zeit keinen Auftrag"),
        (nobody, "wer sie trug, ist nicht bekannt"),
    ):
        page = client_for("custodian").get(reverse("evidence:recording", args=[one.ident]))
        assert why in page.content.decode()


def test_who_had_left_the_unit_was_not_there(world: World, job: Assignment, dock: Dock) -> None:
    assert job.on_scene_at is not None
    job.unit.members.filter(officer=world.officers[1]).update(left_at=job.assigned_at)
    assert proposed(filmed(dock, job.on_scene_at, wearer="0001")) == []
    assert proposed(filmed(dock, job.on_scene_at, wearer="0000")) == [(job.incident.number, True)]


def test_a_job_nobody_ended_counts_to_the_end_of_the_unit(world: World, dock: Dock) -> None:
    unit, incident, crew = world.unit(), world.incident(), world.crew_actor()
    made = dispatch.assign(
        unit_id=unit.pk, incident_id=incident.pk, actor=world.dispatcher, now=world.later()
    )
    sent = world.now
    assert proposed(filmed(dock, sent + MINUTE)) == [], "sent, not taken on"
    dispatch.accept(assignment_id=made.pk, actor=crew, now=world.later(5))
    assert proposed(filmed(dock, world.now + 30 * MINUTE)) == [(incident.number, True)]
    assert proposed(filmed(dock, world.shift.ends_at + 10 * MINUTE)) == []


def test_by_place_and_time_what_is_near_is_proposed_after_the_units_own_job(
    world: World, job: Assignment, dock: Dock
) -> None:
    assert job.on_scene_at is not None
    near = world.incident("Lärm")
    place: dict[str, Any] = {
        "latitude": NORDMARKT.latitude + 0.001,
        "longitude": NORDMARKT.longitude,
    }
    recording = filmed(dock, job.on_scene_at + MINUTE, **place)
    assert proposed(recording) == [(job.incident.number, True), (near.number, False)]
    found = queries.proposed_incidents(recording)
    assert all(one.metres is not None and 100 < one.metres < 130 for one in found)
    # By time alone nothing is near: an hour earlier that day, another end of the town.
    far: dict[str, Any] = {"latitude": NORDMARKT.latitude + 0.1, "longitude": NORDMARKT.longitude}
    assert proposed(filmed(dock, job.on_scene_at, wearer="", **far)) == []
    assert proposed(filmed(dock, job.on_scene_at - 180 * MINUTE, wearer="", **place)) == []


def test_a_case_officer_links_footage_to_the_job_it_was_made_on(
    world: World, job: Assignment, dock: Dock, actor_for: Callable[[Role | str], Actor]
) -> None:
    assert job.on_scene_at is not None
    officer, other = actor_for("case_officer"), world.incident("Lärm")
    recording = filmed(dock, job.on_scene_at)
    with pytest.raises(NotPermitted):
        actions.link_incident(
            ident=recording.ident, number=other.number, actor=officer, now=world.now
        )
    linked = actions.link_incident(
        ident=recording.ident, number=job.incident.number, actor=officer, now=world.now
    )
    assert linked.incident_id == job.incident_id


def test_a_proposal_is_taken_in_one_tap(
    world: World, job: Assignment, dock: Dock, client_for: Callable[[Role | str], Client]
) -> None:
    assert job.on_scene_at is not None
    recording = filmed(dock, job.on_scene_at)
    page = reverse("evidence:recording", args=[recording.ident])
    way = reverse("evidence:link", args=[recording.ident])
    button = f"Zu {job.incident.number} zuordnen"
    for role in ("head", "dpo"):  # they may know of it and say nothing about it
        assert (
            f"Zu {job.incident.number} zuordnen" not in client_for(role).get(page).content.decode()
        )
        assert client_for(role).post(way, {"vorgang": job.incident.number}).status_code == 403
    leader = client_for("shift_leader")
    assert button in leader.get(page).content.decode()
    assert leader.post(way, {"vorgang": "2026-999999"}).status_code == 404
    shown = leader.post(way, {"vorgang": job.incident.number}, follow=True).content.decode()
    assert f"Zugeordnet zu {job.incident.number}." in shown
    recording.refresh_from_db()
    assert recording.incident_id == job.incident_id


def test_a_case_officer_takes_no_link_away_and_replaces_none_of_another_case(
    world: World, job: Assignment, dock: Dock, actor_for: Callable[[Role | str], Actor]
) -> None:
    """What belongs to an open case is kept by that link: taking it away would let it expire."""
    assert job.on_scene_at is not None
    officer, custodian = actor_for("case_officer"), actor_for("custodian")
    recording, other = filmed(dock, job.on_scene_at), world.incident("Lärm")

    def link(number: str, actor: Actor) -> None:
        actions.link_incident(ident=recording.ident, number=number, actor=actor, now=world.now)

    link(job.incident.number, officer)
    link(other.number, custodian)
    for number in ("", job.incident.number):
        with pytest.raises(NotPermitted) as caught:
            link(number, officer)
        assert caught.value.code == "not-yours"
    recording.refresh_from_db()
    assert recording.incident_id == other.pk
    link("", custodian)
    link(job.incident.number, officer)
    with pytest.raises(NotPermitted):
        link("", officer)


def test_a_tap_without_a_number_takes_no_link_away(
    job: Assignment, dock: Dock, client_for: Callable[[Role | str], Client]
) -> None:
    assert job.on_scene_at is not None
    recording = filmed(dock, job.on_scene_at)
    Recording.objects.filter(pk=recording.pk).update(incident=job.incident)
    way = reverse("evidence:link", args=[recording.ident])
    assert client_for("custodian").post(way).status_code == 404
    recording.refresh_from_db()
    assert recording.incident_id == job.incident_id
