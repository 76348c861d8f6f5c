"""Importing a city: twice, changed, broken; and that another city is only other data."""

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from streife.accounts.rules import Actor, Role
from streife.journal.models import Entry
from streife.kernel.errors import NotPermitted, Refused
from streife.kernel.geo import Point
from streife.places import queries
from streife.places.actions import import_places
from streife.places.bundle import read_bundle
from streife.places.models import Area, DataVersion, Office, Site
from streife.places.rules import AreaKind

pytestmark = pytest.mark.django_db
NORDMARKT = Point(51.5240, 7.4650)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "dortmund"
    shutil.copytree(settings.DATA_DIR, target, ignore=shutil.ignore_patterns("*.csv", "catalogue"))
    return target


@pytest.fixture
def bring(actor_for: Callable[..., Actor], now: datetime) -> Callable[..., Any]:
    def run(folder: Path, *, later_days: int = 0, **options: Any) -> Any:
        return import_places(
            bundle=read_bundle(folder),
            actor=actor_for("system"),
            now=now + timedelta(days=later_days),
            **options,
        )

    return run


def change_features(path: Path, change: Callable[[list[Any]], None]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["features"])
    path.write_text(json.dumps(content), encoding="utf-8")


def change_yaml(path: Path, change: Callable[[Any], None]) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def reasons(folder: Path) -> list[str]:
    return [f"{bad.kind}: {bad.where}: {bad.reason}" for bad in read_bundle(folder).findings.bad]


def test_the_city_of_the_source_is_there_with_its_offices_and_lines(
    folder: Path, bring: Callable[..., Any], now: datetime
) -> None:
    counts = bring(folder)
    assert {kind: count.new for kind, count in counts.items()} == {
        "city": 1, "district": 12, "quarter": 62, "operational": 4,
        "site": 195, "office": 3, "zone": 3,
    }  # fmt: skip
    offices = {office.code: office for office in queries.offices_now(now)}
    citywache = offices["citywache"]
    assert [(line.label, line.number) for line in citywache.phones] == [
        ("Ordnungsamt", "0231 50 2 88 88"),
        ("Polizei", "(0231) 132-11 62"),
    ]
    assert (citywache.open_now, citywache.text) == (True, "geöffnet bis 20.30 Uhr")
    assert citywache.hours_text == "Montag bis Samstag, 9 bis 20.30 Uhr"
    assert offices["nordmarktbuero"].phones[0].number == "0231 50 1 11 24"
    assert offices["nordstadtbuero"].open_now is None


def test_a_point_is_found_in_quarter_district_and_operational_area(
    folder: Path, bring: Callable[..., Any]
) -> None:
    bring(folder)
    found = queries.whereabouts(NORDMARKT, on=date(2026, 11, 23))
    assert found is not None
    assert (found.quarter_name, found.district_name, found.operational_name) == (
        "Nordmarkt",
        "Innenstadt-Nord",
        "Nord",
    )
    assert queries.whereabouts(NORDMARKT, on=date(2019, 1, 1)) is None
    assert queries.whereabouts(Point(50.9413, 6.9583), on=date(2026, 11, 23)) is None


def test_a_second_run_changes_nothing_and_says_so(folder: Path, bring: Callable[..., Any]) -> None:
    bring(folder)
    before = (DataVersion.objects.get().token, Entry.objects.count(), Area.objects.count())
    counts = bring(folder, later_days=3)
    assert all(count.touched == 0 for count in counts.values())
    assert counts["quarter"].unchanged == 62
    assert (DataVersion.objects.get().token, Entry.objects.count(), Area.objects.count()) == before


def test_the_command_prints_what_it_did(folder: Path) -> None:
    first, second = StringIO(), StringIO()
    call_command("import_places", data=folder, stdout=first)
    call_command("import_places", data=folder, stdout=second)
    assert "62 neu" in first.getvalue()
    assert "Nichts geändert" in second.getvalue()


def test_changed_ground_begins_a_new_row_and_old_days_keep_the_old_one(
    folder: Path, bring: Callable[..., Any], now: datetime
) -> None:
    bring(folder)
    old = Area.objects.get(kind="quarter", code="050")

    def rename(features: list[Any]) -> None:
        row = next(f for f in features if f["properties"]["number"] == "050")
        row["properties"]["name"] = "Nordmarkt-Neu"

    change_features(folder / "statistical_quarters.geojson", rename)
    counts = bring(folder, later_days=10)
    assert (counts["quarter"].changed, counts["quarter"].new) == (1, 0)
    old.refresh_from_db()
    changed_on = (now + timedelta(days=10)).date()
    assert old.valid_to == changed_on
    before = queries.whereabouts(NORDMARKT, on=changed_on - timedelta(days=1))
    after = queries.whereabouts(NORDMARKT, on=changed_on)
    assert before is not None
    assert after is not None
    assert (before.quarter_name, after.quarter_name) == ("Nordmarkt", "Nordmarkt-Neu")
    assert (before.quarter_id, before.district_id) == (old.id, after.district_id)


def test_a_changed_district_leaves_its_quarters_alone(
    folder: Path, bring: Callable[..., Any]
) -> None:
    bring(folder)

    def rename(features: list[Any]) -> None:
        features[0]["properties"]["name"] += " (neu)"

    change_features(folder / "city_districts.geojson", rename)
    counts = bring(folder, later_days=1)
    assert counts["district"].changed == 1
    assert Area.objects.filter(kind="quarter").count() == 62
    assert queries.areas(AreaKind.DISTRICT, on=date(2026, 11, 24)).count() == 12


def test_a_place_that_the_data_no_longer_hold_ends(folder: Path, bring: Callable[..., Any]) -> None:
    bring(folder)
    change_yaml(folder / "offices.yaml", lambda content: content["offices"].pop())
    counts = bring(folder, later_days=1)
    assert (counts["office"].ended, counts["office"].unchanged) == (1, 2)
    assert Office.objects.count() == 3


def test_what_is_corrected_on_the_same_day_is_corrected_in_place(
    folder: Path, bring: Callable[..., Any]
) -> None:
    change_yaml(folder / "city.yaml", lambda c: c.update(valid_from=date(2026, 11, 23)))
    bring(folder)
    change_yaml(folder / "offices.yaml", lambda c: c["offices"][0].update(note="Neu"))
    assert bring(folder)["office"].changed == 1
    assert Office.objects.get(code="citywache").note == "Neu"


def _bowtie(features: list[Any]) -> None:
    features[0]["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[7.4, 51.5], [7.5, 51.6], [7.5, 51.5], [7.4, 51.6], [7.4, 51.5]]],
    }


def _nameless(features: list[Any]) -> None:
    features[1]["properties"]["name"] = "  "


def _not_a_number(features: list[Any]) -> None:
    features[2]["geometry"]["coordinates"][0][0][0] = float("nan")


def _metres(features: list[Any]) -> None:
    features[3]["geometry"] = {
        "type": "Polygon",
        "coordinates": [
            [[393000, 5708000], [394000, 5708000], [394000, 5709000], [393000, 5708000]]
        ],
    }


def _overlap(features: list[Any]) -> None:
    features[4]["geometry"] = features[5]["geometry"]


def _twice(features: list[Any]) -> None:
    features.append(features[6] | {"geometry": features[6]["geometry"]})


def _orphan(features: list[Any]) -> None:
    features[7]["properties"]["district"] = "atlantis"


def _shapeless(features: list[Any]) -> None:
    features[8]["geometry"] = None


def _a_point(features: list[Any]) -> None:
    features[9]["geometry"] = {"type": "Point", "coordinates": [7.4, 51.5]}


@pytest.mark.parametrize(
    ("damage", "row", "reason"),
    [
        (_bowtie, "Zeile 1", "Fläche ist ungültig"),
        (_nameless, "Zeile 2", "Es fehlt: name"),
        (_not_a_number, "Zeile 3", "keine Zahl"),
        (_metres, "Zeile 4", "EPSG:25832"),
        (_overlap, "Zeile 6", "überdeckt"),
        (_twice, "Zeile 63", "überdeckt"),
        (_orphan, "Zeile 8", "atlantis"),
        (_shapeless, "Zeile 9", "Geometrie"),
        (_a_point, "Zeile 10", "Keine Fläche"),
    ],
)
def test_a_bad_area_is_named_and_nothing_is_half_imported(
    folder: Path,
    bring: Callable[..., Any],
    damage: Callable[[list[Any]], None],
    row: str,
    reason: str,
) -> None:
    change_features(folder / "statistical_quarters.geojson", damage)
    assert any(row in text and reason in text for text in reasons(folder)), reasons(folder)
    with pytest.raises(Refused) as refused:
        bring(folder)
    assert refused.value.code == "places-bad-rows"
    with pytest.raises(Refused) as refused:
        bring(folder, leave_out_bad=True)
    assert refused.value.code == "places-bad-areas"
    assert not Area.objects.exists()
    assert not Site.objects.exists()


def test_bad_sites_offices_and_zones_are_named_and_can_be_left_out(
    folder: Path, bring: Callable[..., Any]
) -> None:
    change_yaml(
        folder / "sites.yaml",
        lambda c: c["sites"].extend(
            [
                {"code": "dom", "name": "Kölner Dom", "latitude": 50.9413, "longitude": 6.9583},
                {"code": "nan", "name": "Nirgends", "latitude": float("nan"), "longitude": 7},
                {"code": "nordmarkt", "name": "Doppelt", "latitude": 51.52, "longitude": 7.46},
                {"name": "Ohne Schlüssel"},
            ]
        ),
    )
    change_yaml(folder / "offices.yaml", lambda c: c["offices"][0].update(opening_hours="immer"))
    change_yaml(folder / "zones.yaml", lambda c: c["zones"][0].pop("legal_basis"))
    found = " | ".join(reasons(folder))
    for reason in (
        "außerhalb der Stadt", "keine Grad", "Schlüssel doppelt", "Es fehlt: code",
        "Öffnungszeiten nicht lesbar", "Rechtsgrundlage fehlt",
    ):  # fmt: skip
        assert reason in found
    with pytest.raises(Refused):
        bring(folder)
    counts = bring(folder, leave_out_bad=True)
    assert (counts["site"].refused, counts["office"].refused, counts["zone"].refused) == (4, 1, 1)
    assert (counts["site"].new, counts["office"].new, counts["zone"].new) == (195, 2, 2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("city.yaml", "[kein, Manifest]"),
        ("city.yaml", "dataset: x"),
        ("city.yaml", "a: ["),
        ("city.yaml", "{dataset: x, code: y, valid_from: gestern, areas: []}"),
        ("city.yaml", "{dataset: x, code: y, valid_from: 2020-01-01, areas: [{file: a}]}"),
        ("city_districts.geojson", "{}"),
        ("city_districts.geojson", '{"type": "FeatureCollection", "features": []}'),
        ("statistical_quarters.geojson", "nichts"),
    ],
)  # fmt: skip
def test_unusable_files_end_the_command_with_a_sentence(
    folder: Path, name: str, content: str
) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_places", data=folder, stderr=StringIO())
    assert not Area.objects.exists()


def test_only_administrators_may_import(
    folder: Path, actor_for: Callable[..., Actor], now: datetime
) -> None:
    bundle = read_bundle(folder)
    for role in Role:
        if role not in {Role.ADMIN, Role.SYSTEM}:
            with pytest.raises(NotPermitted):
                import_places(bundle=bundle, actor=actor_for(role), now=now)
    assert import_places(bundle=bundle, actor=actor_for("admin"), now=now)["city"].new == 1


def test_another_city_is_other_data_even_from_shapefiles_of_its_own_kind(
    shared: Path, tmp_path: Path, bring: Callable[..., Any], folder: Path
) -> None:
    for name in ("Stadtteil", "Stadtbezirk"):
        for ending in ("shp", "shx", "dbf", "prj"):
            shutil.copy(shared / f"data/koeln/{name}.{ending}", tmp_path / f"{name}.{ending}")
    shutil.copy(shared / "data/koeln/cityboundary.geojson", tmp_path)
    options = {"encoding": "iso-8859-1", "repair": True}
    manifest = {
        "dataset": "koeln",
        "name": "Köln",
        "code": "05315000",
        "valid_from": date(2020, 1, 1),
        "areas": [
            {"kind": "city", "file": "cityboundary.geojson",
             "values": {"code": "05315000", "name": "Köln"}},
            {"kind": "district", "file": "Stadtbezirk.shp", **options,
             "properties": {"code": "STB_NR", "name": "STB_NAME"}},
            {"kind": "quarter", "file": "Stadtteil.shp", **options,
             "properties": {"code": "STT_NR", "name": "STT_NAME"}},
        ],
    }  # fmt: skip
    (tmp_path / "city.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    counts = bring(tmp_path)
    assert (counts["district"].new, counts["quarter"].new) == (9, 86)
    assert Area.objects.filter(name="Müngersdorf").exists()
    cathedral = queries.whereabouts(Point(50.9413, 6.9583), on=date(2026, 11, 23))
    assert cathedral is not None
    assert (cathedral.quarter_name, cathedral.operational_id) == ("Altstadt/Nord", None)
    assert cathedral.district_name == "Innenstadt"
    with pytest.raises(Refused) as refused:
        bring(folder)
    assert refused.value.code == "places-other-city"


def test_map_layers_are_small_cached_and_change_with_an_import(
    folder: Path, bring: Callable[..., Any], client: Client
) -> None:
    bring(folder)
    answer = client.get("/karte/grundkarte.geojson")
    assert len(answer.content) < 250_000
    kinds = [feature["properties"]["kind"] for feature in answer.json()["features"]]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "city": 1, "district": 12, "quarter": 62, "operational": 4,
    }  # fmt: skip
    same = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/karte/grundkarte.geojson", headers=same).status_code == 304
    packed = client.get("/karte/grundkarte.geojson", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    change_features(
        folder / "city_districts.geojson", lambda f: f[0]["properties"].update(name="Anders")
    )
    bring(folder, later_days=1)
    assert client.get("/karte/grundkarte.geojson", headers=same).status_code == 200


def test_the_public_map_shows_offices_with_their_telephone_lines(
    folder: Path, bring: Callable[..., Any], client: Client
) -> None:
    bring(folder)
    features = client.get("/karte/orte.geojson").json()["features"]
    titles = [feature["properties"]["title"] for feature in features]
    assert titles[0] == "Gemeinsame Citywache von Stadt und Polizei"
    assert len(features[0]["properties"]["phones"]) == 2
    assert len(titles) == 6
    schools = client.get("/karte/orte.geojson?kind=school").json()["features"]
    assert {feature["properties"]["icon"] for feature in schools} == {"school"}
    assert len(schools) == 70
    zones = client.get("/karte/zonen.geojson").json()["features"]
    assert all("nicht amtlich" in zone["properties"]["title"] for zone in zones)


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        ("Bornstr. 124", "Nordstadtbüro, Bornstraße 124, 44145 Dortmund", "office"),
        ("nordmarkt 17, 44145 Dortmund", "Nordmarkt", "square"),
        ("HOERDE", "Hörde", "quarter"),
        ("platz v", "Platz von Leeds", "square"),
    ],
)
def test_places_are_found_as_people_type_them(
    folder: Path, bring: Callable[..., Any], text: str, label: str, kind: str
) -> None:
    bring(folder)
    hit = queries.find_places(text)[0]
    assert (hit.label, hit.kind) == (label, kind)
