"""Names, telephone numbers and the index of areas."""

import pytest

from streife.kernel.geo import Point
from streife.places.finding import Gazetteer
from streife.places.ground import AreaRow, Ground
from streife.places.rules import Phone, PlaceHit, fold, without_number


def square(west: float, south: float, size: float = 1.0) -> dict[str, object]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


ROWS = [
    AreaRow(1, "city", "c", "Stadt", None, square(0, 0, 3)),
    AreaRow(2, "district", "d", "Bezirk", "c", square(0, 0, 3)),
    AreaRow(3, "quarter", "b", "Rechts", "d", square(1, 0)),
    AreaRow(4, "quarter", "a", "Links", "d", square(0, 0)),
    AreaRow(5, "operational", "o", "Süd", "c", square(0, 0, 2)),
]


def test_a_point_knows_every_area_above_it() -> None:
    found = Ground(ROWS).whereabouts(Point(0.5, 1.5))
    assert found is not None
    assert (found.city_id, found.district_id, found.quarter_id, found.operational_id) == (
        1,
        2,
        3,
        5,
    )
    assert found.area_ids == (3, 2, 5, 1)


def test_on_a_border_the_lowest_code_wins() -> None:
    found = Ground(ROWS).whereabouts(Point(0.5, 1.0))
    assert found is not None
    assert found.quarter_name == "Links"


def test_a_gap_inside_the_outline_belongs_to_the_nearest_quarter() -> None:
    found = Ground(ROWS).whereabouts(Point(0.5, 2.2))
    assert found is not None
    assert found.quarter_name == "Rechts"


def test_outside_the_city_is_nowhere() -> None:
    assert Ground(ROWS).whereabouts(Point(10, 10)) is None
    assert Ground([]).whereabouts(Point(0.5, 0.5)) is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Bornstr. 124", "bornstrasse 124"),
        ("BORNSTRASSE 124", "bornstrasse 124"),
        ("Brüderweg 6-8, 44135", "bruederweg 6 8 44135"),
        ("Bru\u0308derweg", "bruederweg"),
        ("Café  Größenwahn!", "cafe groessenwahn"),
        ("Münsterstr", "muensterstrasse"),
        ("😀", ""),
    ],
)
def test_names_are_compared_without_case_accents_and_abbreviations(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_house_number_and_postcode_can_be_left_out() -> None:
    assert without_number(fold("Nordmarkt 3a, 44145 Dortmund")) == "nordmarkt dortmund"
    assert without_number(fold("Brüderweg 6-8")) == "bruederweg"


@pytest.mark.parametrize(
    ("number", "uri"),
    [
        ("0231 50 2 88 88", "tel:+492315028888"),
        ("(0231) 132-11 62", "tel:+492311321162"),
        ("110", "tel:110"),
        ("+49 231 50", "tel:+4923150"),
    ],
)
def test_telephone_numbers_can_be_called(number: str, uri: str) -> None:
    assert Phone("Ordnungsamt", number).uri == uri


def test_whole_names_come_before_beginnings_and_parts() -> None:
    hits = {
        name: PlaceHit(name, Point(51.5, 7.4), kind)
        for name, kind in [
            ("Hörde", "quarter"),
            ("Kirchhörde", "quarter"),
            ("Hörder Straße", "square"),
        ]
    }
    gazetteer = Gazetteer("Dortmund", hits.items())
    found = [hit.label for hit in gazetteer.find("hoerde dortmund", limit=8)]
    assert found == ["Hörde", "Hörder Straße", "Kirchhörde"]
    assert [hit.label for hit in gazetteer.find("Hörde", limit=1)] == ["Hörde"]
    assert gazetteer.find("", limit=8) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Nordmarkt, am Brunnen", ["Nordmarkt"]),  # the very example of the form
        ("am Brunnen (Nordmarkt)", ["Nordmarkt"]),
        ("Nordmarkt 3, 44145 Dortmund", ["Nordmarkt"]),
        ("3, Nordmarkt", ["Nordmarkt"]),
        ("vor dem Kiosk, am Brunnen", []),
        ("Markt, Ecke Bäcker", []),
    ],
)
def test_a_place_with_a_remark_is_found_by_its_part(said: str, found: list[str]) -> None:
    names = ("Nordmarkt", "Schule am Brunnen")
    gazetteer = Gazetteer("Dortmund", [(name, PlaceHit(name, Point(51, 7), "")) for name in names])
    assert [hit.label for hit in gazetteer.find(said, limit=8)] == found
