"""Two teams meet at a place, and a crew is somewhere nobody planned: both from the phone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client

from streife.accounts.rules import Role, system
from streife.journal.models import Body, Entry
from streife.kernel.clock import local
from streife.kernel.clock import now as present
from streife.kernel.errors import NotFound, Refused
from streife.kernel.geo import Point
from streife.patrols import actions
from streife.patrols.models import PatrolPlan, PatrolTeam, PlannedStop, Presence, Stay
from streife.patrols.queries import places_near
from streife.patrols.queries.presence import presence_on
from streife.patrols.queries.sheet import sheet_of
from streife.places.models import Site
from streife.roster.models import Shift
from tests.dispatching import NORDMARKT, World, a_shift
from tests.patrolling import (
    SECONDS,
    SEED,
    Service,
    a_service,
    ahead,
    basis_of,
    route_of,
    stand_on,
    stops_of,
    travel_of,
)

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def a_joint_plan(service: Service) -> tuple[PatrolPlan, int]:
    """Return a draft in which one duty takes two teams, and the number of that visit."""
    plan = service.draft()
    known = basis_of(plan)
    square = Site.objects.get(code="nordmarkt").code
    place = next(n for n, one in enumerate(known.places) if one.code == square)
    number = next(n for n, one in enumerate(known.wanted) if one.place == place)
    wanted = list(known.wanted)
    wanted[number] = replace(wanted[number], teams=2, mandatory=True, skills=())
    stand_on(plan, replace(known, wanted=tuple(wanted)), travel_of(plan))
    done = actions.replan(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=SECONDS, seed=SEED
    )
    return done, number


def test_two_teams_meet_and_their_presence_counts_once(client_for: Clients) -> None:
    service = a_service(ahead(present()))
    leader: Client = client_for("shift_leader")
    plan, number = a_joint_plan(service)
    both = list(PlannedStop.objects.filter(route__plan=plan, stop=number).order_by("pk"))
    assert {stop.route.team.name for stop in both} == {"KOD 11", "KOD 12"}
    assert both[0].begins_at == both[1].begins_at
    assert all(stop.joint for stop in both)
    page = leader.get(f"/streifenplan/plan/{plan.pk}/").content.decode()
    assert "gemeinsam mit einem anderen Team" in page

    # Whoever moves one of the two moves both, and the page says what that breaks.
    later = both[0].begins_at + timedelta(minutes=5)
    moved = leader.post(
        f"/streifenplan/halt/{both[0].pk}/verschieben/",
        {"route": both[0].route_id, "clock": f"{local(later):%H:%M}"},
        **HTMX,
    )
    assert moved.status_code == 200
    times = {one.begins_at for one in PlannedStop.objects.filter(route__plan=plan, stop=number)}
    assert len(times) == 1
    # Without its second team it is no joint stop any more.
    dropped = leader.post(f"/streifenplan/halt/{both[0].pk}/entfernen/", **HTMX)
    assert "Pflicht, aber nicht im Plan: " in dropped.content.decode()
    assert not PlannedStop.objects.filter(route__plan=plan, stop=number).exists()
    actions.add_stop(
        plan_id=plan.pk,
        stop=number,
        route_id=route_of(plan, "KOD 11").pk,
        begins_at=later,
        actor=service.leader,
        now=service.now,
    )
    half = leader.get(f"/streifenplan/plan/{plan.pk}/").content.decode()
    assert "brauchte 2 Teams zugleich" in half
    actions.replan(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=SECONDS, seed=SEED
    )
    plan.refresh_from_db()
    assert not [one for one in sheet_of(plan).findings if one.code.startswith("joint")]

    leader.post(f"/streifenplan/plan/{plan.pk}/veroeffentlichen/", {"reason": "Probe"})
    both = list(PlannedStop.objects.filter(route__plan=plan, stop=number).order_by("pk"))
    begins = both[0].begins_at.replace(minute=10, second=0, microsecond=0)
    for minutes, stop in zip((0, 2), both, strict=True):
        tap(actions.check_in, stop, service, begins + timedelta(minutes=minutes))
    for minutes, stop in zip((14, 16), both, strict=True):
        tap(actions.check_out, stop, service, begins + timedelta(minutes=minutes))
    row = Presence.objects.get()
    assert (row.minutes, row.visits) == (16, 1)  # from the first who came to the last who left


def tap(
    action: Callable[..., object], stop: PlannedStop, service: Service, moment: datetime
) -> None:
    action(
        stop_id=stop.pk,
        team=stop.route.team.name,
        client_id=uuid4(),
        actor=service.leader,
        now=moment,
    )


@pytest.fixture
def world() -> World:
    """Return a shift that runs now in the demo city, because pages read the clock."""
    call_command("import_places", verbosity=0)
    return a_shift(present())


@pytest.fixture
def phone(world: World) -> Client:
    """Return the phone of the first officer."""
    client = Client()
    user = world.officers[0].user
    assert user is not None
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_crew_tells_from_the_phone_that_it_is_where_nobody_planned(
    world: World, phone: Client, client_for: Clients
) -> None:
    unit = world.unit()
    assert "Wir sind hier: Präsenz melden" in phone.get("/dienst/").content.decode()
    # Without a position all places stand there, and it goes without a script.
    page = phone.get("/dienst/hier/").content.decode()
    assert "Ohne Position stehen hier alle Orte" in page
    assert page.count("<option") == Site.objects.count() + 1
    phone.post(
        "/dienst/position/",
        {"latitude": NORDMARKT.latitude, "longitude": NORDMARKT.longitude, "age_seconds": 0},
    )
    page = phone.get("/dienst/hier/").content.decode()
    near = page.split('class="choices"')[1]
    assert near.index("Nordmarkt") < near.index("genau hier")
    assert near.count("<button") < 9
    key = uuid4()
    for _ in range(2):  # tapped twice
        answer = phone.post("/dienst/hier/", {"place": "nordmarkt", "client_id": key}, follow=True)
    text = answer.content.decode()
    assert "Sie sind da: Nordmarkt" in text
    assert "nicht geplant" in text
    Stay.objects.update(arrived_at=present() - timedelta(minutes=12))
    gone = phone.post(f"/dienst/hier/{key}/weiter/", follow=True)
    assert "Sie sind da" not in gone.content.decode()
    phone.post(f"/dienst/hier/{key}/weiter/")
    rows = Presence.objects.all()
    assert sum(row.minutes for row in rows) == 12
    assert sum(row.visits for row in rows) == 1
    assert {row.place for row in rows} == {"nordmarkt"}
    # Nothing says who: neither presence nor journal.
    entry = Entry.objects.get(act="patrols.present")
    assert entry.actor == "system:crew"
    body = str(Body.objects.get(entry=entry).content)
    assert unit.call_sign not in body
    day = presence_on(world.dispatcher, local(present()).date())
    assert day.present_minutes + _before_midnight() == 12
    leader: Client = client_for("shift_leader")
    shown = leader.get("/streifenplan/praesenz/").content.decode()
    assert "Nordmarkt" in shown


def _before_midnight() -> int:
    """Return the minutes of the twelve that belong to yesterday."""
    return max(0, 12 - local(present()).hour * 60 - local(present()).minute)


def test_a_spot_without_a_name_is_kept_as_a_cell_of_the_map(world: World) -> None:
    world.unit()
    shift = world.shift.pk
    team = PatrolTeam.objects.get(shift=shift)
    spot = places_near(world.crew_actor(), point=Point(51.5021, 7.4501), now=world.now)[-1]
    stay = actions.be_here(
        place=spot.code,
        shift_id=shift,
        team=team.name,
        client_id=uuid4(),
        actor=world.crew_actor(),
        now=world.now,
    )
    assert stay.place.startswith("h3:")
    assert stay.place_name.startswith("Anderer Ort in ")
    with pytest.raises(NotFound):
        actions.be_here(
            place="h3:" + "8a1fb46622dffff",
            shift_id=shift,
            team=team.name,
            client_id=uuid4(),
            actor=world.crew_actor(),
            now=world.now,
        )


def test_who_is_at_a_stop_of_its_own_route_has_made_it_and_is_nowhere_else(
    now: datetime,
) -> None:
    service = a_service(now)
    plan = service.published()
    first, *rest = stops_of(plan, "KOD 11")
    other = next(stop for stop in rest if stop.place != first.place)
    elsewhere = Site.objects.exclude(code__in=[s.place for s in stops_of(plan)]).first()
    assert elsewhere is not None
    begins = service.shift.starts_at

    def here(place: str, minutes: int, key: object = None) -> object:
        return actions.be_here(
            place=place,
            shift_id=service.shift.pk,
            team="KOD 11",
            client_id=key or uuid4(),  # type: ignore[arg-type]
            actor=service.leader,
            now=begins + timedelta(minutes=minutes),
        )

    here(elsewhere.code, 0)
    key = uuid4()
    for _ in range(2):
        made = here(other.place, 10, key)
        assert isinstance(made, PlannedStop)
    assert made.place == other.place
    assert Stay.objects.get().left_at == begins + timedelta(minutes=10)
    with pytest.raises(Refused) as refusal:
        here(elsewhere.code, 11, key)
    assert refusal.value.code == "client-id-reused"
    here(elsewhere.code, 20)
    assert PlannedStop.objects.get(pk=made.pk).left_at == begins + timedelta(minutes=20)
    # A day after the shift only minutes of places are left.
    Shift.objects.filter(pk=service.shift.pk).update(ends_at=begins + timedelta(hours=1))
    actions.tidy_presence(actor=system("schedule"), now=begins + timedelta(days=2))
    assert not Stay.objects.exists()
    assert sum(row.minutes for row in Presence.objects.all()) == 10 + 10 + 45
