"""What cannot be planned is refused by name, or planned as far as it goes and explained.

The list of bad input that planning must survive, on the level of pages and actions; the solver's
own tests hold the same for its problem. Broken, empty and wrongly projected street files are
refused in `test_streets_import.py`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from shapely.geometry import box

from streife.accounts.rules import Role, system
from streife.config.demo.shifts import plan_shift
from streife.kernel.clock import local
from streife.kernel.clock import now as present
from streife.kernel.errors import Refused
from streife.patrols import actions
from streife.patrols.models import PatrolPlan, PatrolTeam
from streife.patrols.queries.gathering import ways
from streife.patrols.queries.sheet import sheet_of
from streife.patrols.rules.basis import Basis, Place, Wanted
from streife.patrols.solver.problem import UNREACHABLE, Travel
from streife.places.queries import offices_on
from streife.streets.actions import Origin, import_network
from streife.streets.holding import forget
from tests.factories import plain_actor
from tests.patrolling import (
    SECONDS,
    SEED,
    Service,
    a_service,
    ahead,
    basis_of,
    stand_on,
    stops_of,
    travel_of,
)
from tests.streets_making import CAMPUS

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def service(now: datetime) -> Service:
    """Return a shift that begins in an hour, with two teams."""
    return a_service(now)


def again(plan: PatrolPlan, service: Service, seconds: float = SECONDS) -> PatrolPlan:
    return actions.replan(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=seconds, seed=SEED
    )


def left_out(plan: PatrolPlan) -> str:
    """Return what the page of a plan says about what is not in it."""
    sheet = sheet_of(PatrolPlan.objects.get(pk=plan.pk))
    return " ".join(f"{one.text}: {', '.join(one.names)}." for one in sheet.left_out)


def test_a_window_that_ends_before_it_begins_is_refused_with_the_name_of_its_place(
    service: Service,
) -> None:
    plan = service.draft()
    known = basis_of(plan)
    first, *rest = known.wanted
    backwards = replace(first, windows=((7200, 3600),))
    stand_on(plan, replace(known, wanted=(backwards, *rest)), travel_of(plan))
    with pytest.raises(Refused) as refusal:
        again(plan, service)
    assert refusal.value.code == "problem"
    name = known.places[first.place].name
    assert f"Das Zeitfenster von {name} endet, bevor es beginnt." in refusal.value.message


def test_a_shift_that_ends_before_it_begins_is_refused(service: Service, now: datetime) -> None:
    """By the database, whoever makes it."""
    with pytest.raises(IntegrityError, match="roster_shift_forward"), transaction.atomic():
        plan_shift(
            name="Frühschicht",
            starts_at=service.shift.ends_at,
            ends_at=service.shift.starts_at,
            actor=system("test"),
            now=now,
        )


def test_an_isolated_place_is_left_out_and_named(service: Service) -> None:
    plan = service.draft()
    known = basis_of(plan)
    place = known.wanted[0].place
    tables = []
    for one in travel_of(plan):
        seconds = one.seconds.copy()
        seconds[:, place, :] = seconds[:, :, place] = UNREACHABLE
        tables.append(Travel(one.starts, seconds))
    stand_on(plan, known, tables)
    done = again(plan, service)
    assert stops_of(done)
    assert not [one for one in stops_of(done) if one.place == known.places[place].code]
    assert f"Für kein Team erreichbar: {known.places[place].name}" in left_out(done)


def test_sites_outside_the_network_are_named_and_the_plan_is_not_silently_empty(
    service: Service, settings: object, tmp_path: Path, client_for: Clients, now: datetime
) -> None:
    """The network is that of a campus; squares and offices of the city lie outside of it."""
    settings.VAR_DIR = tmp_path / "var"  # type: ignore[attr-defined]
    forget()
    import_network(
        path=CAMPUS,
        origin=Origin("Campus", "osm"),
        outline=box(7.403, 51.487, 7.42, 51.495),
        actor=plain_actor(Role.ADMIN),
        now=now,
        tell=[].append,  # type: ignore[arg-type]
        part=False,
    )
    plan = service.draft()
    assert not stops_of(plan)
    text = left_out(plan)
    assert "kommt von" in text
    assert "Für kein Team erreichbar:" in text
    client: Client = client_for("shift_leader")
    page = client.get(f"/streifenplan/plan/{plan.pk}/").content.decode()
    assert "Dieser Plan hat keinen Halt." in page
    assert "Dorthin führt kein Weg im Straßennetz." in page
    with pytest.raises(Refused) as refusal:
        actions.publish_plan(plan_id=plan.pk, actor=service.leader, now=now)
    assert refusal.value.code == "empty-plan"
    forget()


def test_without_teams_nothing_is_planned_and_the_page_says_what_to_do(
    client_for: Clients,
) -> None:
    service = a_service(ahead(present()))  # the page reads the real clock
    for team in service.teams:
        actions.drop_team(team_id=team.pk, actor=service.leader, now=service.now)
    client: Client = client_for("shift_leader")
    page = client.post(f"/streifenplan/schicht/{service.shift.pk}/rechnen/", follow=True)
    text = page.content.decode()
    assert "Wer geht hinaus?" in text
    assert "noch kein Team eingetragen" in text
    assert not PatrolPlan.objects.exists()


def test_a_team_whose_shift_is_shorter_than_its_way_home_stays_and_is_named(
    service: Service,
) -> None:
    first, second = [office.pk for office in offices_on(local(service.now).date())][:2]
    PatrolTeam.objects.filter(pk=service.teams[1].pk).update(
        starts_at=service.shift.ends_at - timedelta(minutes=1), begins=first, ends=second
    )
    plan = service.draft()
    assert stops_of(plan, "KOD 11")
    assert not stops_of(plan, "KOD 12")
    assert "KOD 12 kommt in der Schicht nicht mehr zum Ziel." in left_out(plan)


def test_contradictory_duties_are_planned_as_far_as_they_go_and_the_rest_is_named(
    service: Service,
) -> None:
    """Three places are due in the same minute; two teams can be at two of them."""
    plan = service.draft()
    known = basis_of(plan)
    places = sorted({one.place for one in known.wanted})[:3]
    due = tuple(Wanted(one, ((7200, 7200),), ((600, 900),), mandatory=True) for one in places)
    stand_on(plan, replace(known, wanted=due, series=(), calls=()), travel_of(plan))
    done = again(plan, service)
    assert len(stops_of(done)) == 2
    sheet = sheet_of(PatrolPlan.objects.get(pk=done.pk))
    [lost] = [one for one in sheet.left_out if one.text.startswith("Pflicht ohne Platz")]
    assert len(lost.names) == 1
    assert "Andere Pflichtstopps belegen die Zeit" in lost.text
    assert {finding.code for finding in sheet.findings} == {"mandatory"}


def test_two_thousand_places_give_a_plan_in_time(service: Service) -> None:
    plan = service.draft()
    known = basis_of(plan)
    here = known.places[next(iter(known.offices.values()))]
    places = [here] + [
        Place(f"s{n}", f"Platz {n}", here.latitude + n % 50 / 1e3, here.longitude + n // 50 / 1e3)
        for n in range(2000)
    ]
    wanted = tuple(
        Wanted(n, ((0, 8 * 3600 - 1),), ((600, 100 + n % 7),)) for n in range(1, len(places))
    )
    offices = dict.fromkeys(known.offices, 0)
    basis = Basis(known.starts_at, tuple(places), wanted, offices=offices)
    travel, _estimated, _network = ways(places, service.shift.starts_at, service.shift.ends_at)
    stand_on(plan, basis, travel)
    begun = present()
    done = again(plan, service, seconds=2.0)
    assert len(stops_of(done)) > 20
    assert not sheet_of(PatrolPlan.objects.get(pk=done.pk)).findings
    assert present() - begun < timedelta(seconds=60)
