"""Where presence counts, from reports in the tables to visits a plan may make."""

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from shapely.geometry import box

from streife.accounts.rules import PERMISSIONS, Actor, Role, system
from streife.journal.models import Entry
from streife.kernel.clock import BERLIN
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.kernel.geo import Point
from streife.patrols.actions.fitting import keep_fit
from streife.patrols.queries import need, need_holding
from streife.patrols.queries.need_files import files, forget_files
from streife.patrols.queries.need_stored import path
from streife.patrols.rules.basis import Basis, Crew, problem_of
from streife.patrols.rules.forecast import parents
from streife.patrols.rules.forecast_fitting import Fitted
from streife.patrols.rules.need_words import spoken
from streife.patrols.rules.planning import MODES
from streife.patrols.solver.faults import faults_of
from streife.patrols.solver.problem import Travel
from streife.places.models import Site
from streife.streets.actions import Origin, import_network
from streife.streets.holding import forget as forget_networks
from streife.streets.rules import Mode
from tests.factories import plain_actor
from tests.streets_making import CAMPUS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=BERLIN)  # a Friday
FRIDAY_EVENING = NOW.replace(hour=14)
LEADER = plain_actor(Role.SHIFT_LEADER)
NORDMARKT = Point(51.5240, 7.4650)
PARK = Point(51.5000, 7.4400)
MEADOW = Point(51.4900, 7.5000)


@pytest.fixture(autouse=True)
def _city() -> Iterator[None]:
    call_command("import_places", verbosity=0)
    call_command("import_catalogue", verbosity=0)
    need_holding.forget()
    yield
    need_holding.forget()
    path().unlink(missing_ok=True)


def rows(
    point: Point, count: int, code: str, first: datetime, step: timedelta, **extra: Any
) -> None:
    """Store reports of one kind, one incident for each category so that its field is known."""
    category = apps.get_model("triage", "Category").objects.select_related("field").get(code=code)
    incidents = apps.get_model("incidents", "Incident").objects
    if not incidents.filter(category_code=code).exists():
        told = report(point, code, first - timedelta(weeks=200))
        made = incidents.create(
            number=uuid.uuid4().hex[:12], field=category.field, category_code=code, title=code,
            priority=3, status="open", opened_at=told.received_at, due_at=told.received_at,
            queue_rank=1, latitude=point.latitude, longitude=point.longitude, cell=point.cell,
        )  # fmt: skip
        apps.get_model("incidents", "IncidentReport").objects.create(
            incident=made, report=told, linked_at=told.received_at
        )
    for number in range(count):
        report(point, code, first - number * step, **extra)


def report(point: Point, code: str, at: datetime, **extra: Any) -> Any:
    serial = uuid.uuid4()
    row = {
        "reference": serial.hex[:12], "client_id": serial, "secret_hash": serial.hex,
        "kind": "hint", "channel": "web", "status": "answered", "text": "Test",
        "category_code": code, "received_at": at, "happened_at": at, "latitude": point.latitude,
        "longitude": point.longitude, "cell": point.cell,
    }  # fmt: skip
    return apps.get_model("reports", "Report").objects.create(**(row | extra))


def noisy_fridays(count: int = 8) -> None:
    """Noise on the Nordmarkt on Fridays at 19 o'clock, waste in a park at Tuesday noon."""
    rows(
        NORDMARKT, count, "laerm_nacht", NOW.replace(hour=19) - timedelta(days=7), timedelta(days=7)
    )
    rows(PARK, count, "sperrmuell", NOW - timedelta(days=3), timedelta(days=7))


def stops(**changes: Any) -> Any:
    values = {
        "starts_at": FRIDAY_EVENING,
        "ends_at": FRIDAY_EVENING + timedelta(hours=8),
        "now": NOW,
    }
    return need.stops_for(LEADER, **(values | changes))


def presence(place: str, at: datetime) -> None:
    apps.get_model("patrols", "Presence").objects.create(
        place=place, place_name=place, hour=at, minutes=12, visits=1
    )


def value_at(demand: Any, code: str, second: int) -> int:
    """Return the value of the visit to a place whose window holds a second, 0 without one."""
    return max(
        (
            one.value
            for one in demand.wanted
            if demand.places[one.place].code == code
            and not one.mandatory
            and one.windows[0][0] <= second <= one.windows[0][1]
        ),
        default=0,
    )


def test_a_place_is_worth_most_when_it_was_loud() -> None:
    noisy_fridays()
    demand = stops()
    evening, afternoon = value_at(demand, "nordmarkt", 5 * 3600), value_at(demand, "nordmarkt", 60)
    assert evening == 1000
    assert evening > 2 * afternoon
    best = max((one for one in demand.wanted if not one.mandatory), key=lambda one: one.value)
    said = [spoken(given) for given in best.reasons]
    assert said[0] == "8 Hinweise in 8 Wochen, davon 8 „Sozialabweichendes Verhalten“"
    assert any(text.startswith("um diese Zeit") for text in said)
    assert "noch kein Besuch erfasst" in said


def test_the_same_place_is_offered_again_and_again_in_one_series() -> None:
    noisy_fridays()
    demand = stops()
    place = next(n for n, place in enumerate(demand.places) if place.code == "nordmarkt")
    mine = [one for one in demand.wanted if one.place == place and not one.mandatory]
    assert len(mine) > 1
    assert len({one.series for one in mine}) == 1
    spacing, factors = demand.series[mine[0].series or 0]
    assert spacing == 7200
    assert list(factors) == sorted(factors, reverse=True)


def test_what_happened_at_night_counts_at_night_when_nobody_said_when() -> None:
    rows(
        NORDMARKT, 20, "laerm_nacht", NOW.replace(hour=23) - timedelta(days=7), timedelta(days=7),
        happened_at=None,
    )  # fmt: skip
    rows(PARK, 20, "sperrmuell", NOW.replace(hour=8), timedelta(days=7), happened_at=None)
    held = need_holding.snapshot(NOW)
    names = [row.code for row in files().weights.fields]
    noise = held.need.profile[names.index("sozialabweichend")].max(axis=0)
    waste = held.need.profile[names.index("abfall")].max(axis=0)
    assert int(noise.argmax()) % 24 in (22, 23)
    day = np.sort(waste)[-24:]  # a mattress may have been put there at any hour before
    assert day.max() < 1.6 * day.min()


def test_a_visit_makes_a_place_less_urgent_for_a_while() -> None:
    noisy_fridays()
    rows(PARK, 8, "poebeln", NOW.replace(hour=19) - timedelta(days=7), timedelta(days=7))
    before = value_at(stops(), "nordmarkt", 5 * 3600)
    presence("nordmarkt", NOW - timedelta(hours=3))
    demand = stops()
    assert value_at(demand, "nordmarkt", 5 * 3600) < before
    reasons = [spoken(r) for one in demand.wanted for r in one.reasons]
    assert "heute schon besucht" in reasons


def test_a_wish_lifts_a_quiet_place_in_its_hours_and_says_so() -> None:
    noisy_fridays()
    site = Site.objects.get(code="borsigplatz")
    apps.get_model("patrols", "PresenceWish").objects.create(
        site=site, source="residents", reason="abends dunkel", hour_from=18, hour_to=20,
        weekdays=1 << 4, valid_from=NOW.date() - timedelta(days=1),
        valid_to=NOW.date() + timedelta(days=20), made_at=NOW,
    )  # fmt: skip
    demand = stops()
    assert value_at(demand, "borsigplatz", 5 * 3600) >= 300
    assert value_at(demand, "borsigplatz", 60) == 0
    said = [spoken(r) for one in demand.wanted for r in one.reasons]
    assert "Wunsch (Bürgerinnen und Bürger): abends dunkel" in said


def test_what_patrols_find_themselves_weighs_less() -> None:
    noisy_fridays()
    rows(
        MEADOW, 8, "poebeln", NOW.replace(hour=19) - timedelta(days=7), timedelta(days=7),
        channel="patrol",
    )  # fmt: skip
    demand = stops()
    cells = [
        value_at(demand, place.code, 5 * 3600) for place in demand.places if place.kind == "cell"
    ]
    assert 0 < max(cells) < 500


def test_what_was_rejected_does_not_count() -> None:
    rows(NORDMARKT, 8, "laerm_nacht", NOW, timedelta(days=7), status="rejected")
    assert need_holding.snapshot(NOW).need.expected.sum() == 0


def test_an_obligation_is_owed_until_somebody_was_there() -> None:
    def owed() -> list[Any]:
        demand = stops()
        return [
            one for one in demand.wanted
            if one.mandatory and "Spielplatz Nordmarkt" in spoken(one.reasons[0])
        ]  # fmt: skip

    noisy_fridays()
    [one] = owed()
    assert "§ 5 Abs. 2 KCanG" in spoken(one.reasons[0])
    assert one.windows == ((3600, 5 * 3600 - 600),)  # 15 to 19 o'clock, the shortest stay before
    demand = stops()
    others = {w.series for w in demand.wanted if w.place == one.place}
    assert others == {one.series}  # nobody stays twice in a row by doing both
    presence("nordmarkt", NOW - timedelta(days=1) + timedelta(hours=4))
    assert owed() == []


def test_without_the_police_joint_places_are_named_and_not_offered() -> None:
    noisy_fridays()
    alone, together = stops(joint=False), stops(joint=True)
    assert not any(one.skills for one in alone.wanted)
    police = "nur gemeinsam mit der Polizei, und kein Team geht mit ihr"
    named = [one for one in alone.left_out if police in [spoken(why) for why in one.reasons]]
    assert named
    assert all(one.name for one in named)
    assert any(one.skills == ("police",) and one.mandatory for one in together.wanted)
    assert not [one for one in together.left_out if police in map(spoken, one.reasons)]


def test_visits_are_a_problem_the_solver_takes() -> None:
    noisy_fridays()
    demand = stops(joint=True)
    size = len(demand.places)
    basis = Basis(FRIDAY_EVENING, demand.places, demand.wanted, demand.series, {}, demand.calls)
    travel = [Travel.constant(np.full((size, size), 300, dtype=np.int32)) for _ in MODES]
    crews = [
        Crew(f"KOD {n}", Mode.FOOT, n == 1, start=0, end=0, begins=0, ends=8 * 3600) for n in (1, 2)
    ]  # fmt: skip
    problem = problem_of(basis, travel, crews)
    assert [fault for fault in faults_of(problem) if fault.error] == []


def test_an_empty_city_offers_its_squares_and_says_why() -> None:
    demand = stops()
    said = {spoken(one.reasons[0]) for one in demand.wanted if not one.mandatory}
    assert said == {"noch keine Hinweise im System: alle Plätze zählen gleich"}
    assert {place.code for place in demand.places} >= {
        "nordmarkt",
        "borsigplatz",
        "platz-von-leeds",
    }
    assert need.need_map(LEADER, now=NOW)["features"] == []
    assert not need.presence_effect(LEADER, now=NOW).enough


def test_no_number_under_five_leaves_the_house() -> None:
    noisy_fridays(count=4)
    for place in need.places_of_need(LEADER, now=NOW):
        assert spoken(place.reasons[0]) == "weniger als 5 Hinweise in 8 Wochen"


def test_a_street_is_named_only_when_five_reports_name_it() -> None:
    rows(PARK, 4, "sperrmuell", NOW, timedelta(days=7), address="Musterstraße 17, bei Meier")
    rows(MEADOW, 5, "poebeln", NOW, timedelta(days=7), address="Hauptstraße 3")
    names = [place.name for place in need.places_of_need(LEADER, now=NOW)]
    assert any(name.startswith("Hauptstraße (") for name in names)
    assert not any("Musterstraße" in name or "Meier" in name for name in names)


def test_the_map_shows_hexagons_of_the_chosen_hour() -> None:
    noisy_fridays()
    friday = need.need_map(LEADER, now=NOW, weekday=4, hour=19)["features"]
    best = max(friday, key=lambda feature: feature["properties"]["value"])
    ring = best["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert abs(ring[0][0] - NORDMARKT.longitude) < 0.003
    assert best["properties"]["value"] == 100
    assert best["properties"]["rank"] == 5
    week = need.need_week(LEADER, best["properties"]["place"], now=NOW)
    assert week.values[4][19] == max(max(row) for row in week.values) == 1.0
    assert len(week.values) == 7
    assert week.fields[0] == ("Sozialabweichendes Verhalten", pytest.approx(1.0, abs=0.2))
    assert [note["code"] for note in week.notes] == ["plane"]


def test_places_that_are_not_there_are_not_found() -> None:
    for code in ("nirgends", "h3:8a1f1252d0b7fff0", "h3:xyz", "h3:8a283082800ffff"):
        with pytest.raises(NotFound):
            need.need_week(LEADER, code, now=NOW)


def test_only_who_may_see_patrols_sees_need() -> None:
    may = PERMISSIONS["patrols.view"]
    for role in Role:
        actor = Actor("test", frozenset({role}), "")
        if role in may:
            need.need_map(actor, now=NOW)
            continue
        for call in (
            lambda who: need.need_map(who, now=NOW),
            lambda who: need.need_week(who, "nordmarkt", now=NOW),
            lambda who: need.places_of_need(who, now=NOW),
            lambda who: need.presence_effect(who, now=NOW),
            lambda who: need.stops_for(
                who, starts_at=NOW, ends_at=NOW + timedelta(hours=8), now=NOW
            ),
        ):
            with pytest.raises(NotPermitted):
                call(actor)


def test_a_file_spares_the_tables_and_is_left_alone_when_old_or_broken() -> None:
    noisy_fridays()
    call_command("compute_need", verbosity=0)
    with override_settings(REFERENCE_SECONDS=5):
        moment = need_holding.refresh(NOW).at
        need_holding.forget()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            held = need_holding.snapshot(NOW)
        assert not any("reports_report" in query["sql"] for query in seen)
        assert held.at == moment
        assert held.need.expected.sum() == pytest.approx(
            need_holding._compute(NOW).need.expected.sum(), rel=1e-5
        )
        need_holding.forget()
        later = NOW + timedelta(hours=3)
        assert need_holding.snapshot(later).at == later
        need_holding.forget()
        path().write_bytes(path().read_bytes()[:1000])
        assert need_holding.snapshot(NOW).at == NOW


def test_few_statements_whatever_the_number_of_reports() -> None:
    def statements() -> int:
        need_holding.forget()
        with CaptureQueriesContext(connection) as seen:
            stops(joint=True)
        return len(seen)

    noisy_fridays()
    with override_settings(REFERENCE_SECONDS=60):
        few = statements()
        rows(PARK, 60, "poebeln", NOW, timedelta(days=1))
        assert statements() <= few
    assert few < 25


def test_presence_is_measured_and_not_promised() -> None:
    rng = np.random.default_rng(5)
    for number in range(6):
        point = Point(51.48 + number * 0.01, 7.45)
        Site.objects.create(
            code=f"platz-{number}", name=f"Platz {number}", kind="square", dataset="test",
            latitude=point.latitude, longitude=point.longitude, cell=point.cell,
            valid_from=NOW.date() - timedelta(days=900), source="Test",
        )  # fmt: skip
        days = range(1, 175)
        visited = {int(day) for day in rng.choice(days, 8, replace=False)}
        quiet = {day - after for day in visited for after in range(1, 8)}
        for day in days:
            if day in visited:
                presence(f"platz-{number}", NOW - timedelta(days=day))
            if day not in quiet:
                report(point, "sperrmuell", NOW - timedelta(days=day, hours=2))
    found = need.presence_effect(LEADER, now=NOW)
    assert found.enough
    assert found.ratio is not None
    assert found.ratio < 0.3
    assert spoken(found.said).startswith("Gemessen bei uns: ")


def test_what_happens_spreads_along_the_streets_once_there_are_some(tmp_path: Any) -> None:
    campus = Point(51.4920, 7.4120)
    rows(campus, 8, "laerm_nacht", NOW - timedelta(days=7), timedelta(days=7))
    with override_settings(VAR_DIR=tmp_path / "var"):
        forget_networks()
        planar = need_holding.refresh(NOW)
        import_network(
            path=CAMPUS,
            origin=Origin("Campus", "osm"),
            outline=box(7.403, 51.487, 7.42, 51.495),
            actor=plain_actor(Role.ADMIN),
            now=NOW,
            tell=lambda text: None,
            part=False,
        )
        need_holding.forget()
        along = need_holding.snapshot(NOW)  # the file of the planar need is not used any more
        assert along.need.expected.sum() == pytest.approx(planar.need.expected.sum())
        there = along.grid.index(parents(np.array([campus.cell]), 10))[0]
        field = int(along.need.expected[:, there].argmax())
        moved = abs(along.need.expected[field] - planar.need.expected[field]).sum()
        assert moved > 0.05 * planar.need.expected[field].sum()
        # Ways are longer than the straight line, so less goes far.
        assert along.need.expected[field, there] > planar.need.expected[field, there]
    forget_networks()


def test_a_folder_that_says_nonsense_is_refused_by_name(tmp_path: Any) -> None:
    with override_settings(PATROLS_DIR=tmp_path), pytest.raises(Refused) as refused:
        need.need_map(system("patrols"), now=NOW)
    assert refused.value.code == "patrols-bad-file"
    assert "weights.yaml" in refused.value.message


def test_weights_fitted_on_own_reports_count_only_when_they_are_better(tmp_path: Any) -> None:
    for file in Path(settings.PATROLS_DIR).glob("*.yaml"):
        shutil.copy(file, tmp_path)
    noisy_fridays()
    with override_settings(PATROLS_DIR=tmp_path):
        with pytest.raises(CommandError, match="104 Wochen"):
            call_command("fit_forecast", "--write")
        old = files().recipe
        before = (tmp_path / "forecast.yaml").read_text()
        new = replace(old, own=old.all_kinds, all_kinds=old.own)
        worse = Fitted(new, 110, 3000, 26, 0.2, 0.3, 0.1)
        with pytest.raises(Refused) as refused:
            keep_fit(found=worse, source="Probe", actor=system("test"), now=NOW)
        assert refused.value.code == "fit-not-better"
        assert (tmp_path / "forecast.yaml").read_text() == before
        better = replace(worse, new_hits=0.4)
        with pytest.raises(NotPermitted):
            keep_fit(found=better, source="Probe", actor=LEADER, now=NOW)
        keep_fit(found=better, source="eigene Hinweise", actor=system("test"), now=NOW)
        assert files().recipe.own == pytest.approx(old.all_kinds, abs=1e-4)
        assert (tmp_path / "forecast.yaml.before").read_text() == before
        assert need_holding.snapshot(NOW).need.expected.sum() > 0
    forget_files()
    assert Entry.objects.filter(act="patrols.forecast_fitted").count() == 1
