"""Reports of other cities: the recorded files with all their defects, and made-up worse ones."""

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from streife.journal.models import Entry
from streife.reports.models import Report
from tests.reporting import load_city

pytestmark = pytest.mark.django_db
KOELN_2016 = "data/civic/koeln_open311/requests_2016-03.json"
KOELN_2023 = "data/civic/koeln_open311/requests_2023-12.json"
BERLIN = "data/incidents/berlin_ordnungsamt/reports_2023-10.json"


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    load_city()
    call_command("import_catalogue", stdout=io.StringIO())


def run(path: Path, format_name: str, tmp_path: Path, **options: Any) -> Counter[str]:
    """Import a file and return the sums that the command printed."""
    out = io.StringIO()
    call_command(
        "import_reports",
        path,
        format=format_name,
        report=tmp_path / "out.csv",
        stdout=out,
        **options,
    )
    lines = [line.split() for line in out.getvalue().splitlines() if not line.startswith("Bericht")]
    return Counter({words[1]: int(words[0]) for words in lines})


def named(tmp_path: Path) -> list[dict[str, str]]:
    """Return the lines of the report file."""
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_koeln_2016_all_fifty_rows_and_nothing_twice(shared: Path, tmp_path: Path) -> None:
    sums = run(shared / KOELN_2016, "open311", tmp_path, source="koeln", anywhere=True)
    assert (sums["rows"], sums["stored"]) == (50, 50)
    assert sums["personal-data-masked"] == 1
    assert sums["photo-not-fetched"] == 23
    assert sums["category-unmapped"] == 0
    assert Report.objects.count() == Entry.objects.filter(act="reports.imported").count() == 50
    masked = Report.objects.get(text__contains="[KENNZEICHEN]")
    assert "K XX" not in masked.text
    assert "\r" not in masked.text
    again = run(shared / KOELN_2016, "open311", tmp_path, source="koeln", anywhere=True)
    assert (again["rows"], again["stored"], again["already-present"]) == (50, 0, 50)
    assert Report.objects.count() == 50


def test_koeln_2023_names_the_identifier_that_comes_twice(shared: Path, tmp_path: Path) -> None:
    sums = run(shared / KOELN_2023, "open311", tmp_path, source="koeln", anywhere=True)
    assert (sums["rows"], sums["stored"], sums["duplicate-in-file"]) == (50, 49, 1)
    twice = [row for row in named(tmp_path) if row["Grund"] == "duplicate-in-file"]
    assert [row["Kennung"] for row in twice] == ["A-173374"]
    assert sums["photo-not-fetched"] == 36
    again = run(shared / KOELN_2023, "open311", tmp_path, source="koeln", anywhere=True)
    assert (again["stored"], again["already-present"], again["duplicate-in-file"]) == (0, 49, 1)


def test_without_anywhere_every_row_of_koeln_is_refused_by_name(
    shared: Path, tmp_path: Path
) -> None:
    sums = run(shared / KOELN_2016, "open311", tmp_path)
    assert (sums["rows"], sums["stored"], sums["outside-city"]) == (50, 0, 50)
    assert not Report.objects.exists()
    assert all(row["übernommen"] == "nein" for row in named(tmp_path))


def test_berlin_every_row_without_a_made_up_point(
    shared: Path, tmp_path: Path, settings: Settings
) -> None:
    # As in an installation: proposals wait for the worker.
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    sums = run(shared / BERLIN, "berlin", tmp_path)
    assert (sums["rows"], sums["stored"], sums["without-place"]) == (5842, 5842, 5842)
    assert sums["personal-data-masked"] == 1
    assert sums["category-unmapped"] == 371
    assert Report.objects.filter(status="answered").count() == 3558
    assert Report.objects.filter(latitude=None, cell=None, quarter=None).count() == 5842
    waiting = DBTaskResult.objects.filter(task_path="streife.triage.tasks.propose")
    assert waiting.count() == 2284
    again = run(shared / BERLIN, "berlin", tmp_path)
    assert (again["rows"], again["stored"], again["already-present"]) == (5842, 0, 5842)
    assert Report.objects.count() == 5842


def a_row(**changes: Any) -> dict[str, Any]:
    """Return a service request in the middle of Dortmund."""
    return {
        "service_request_id": "1",
        "status": "open",
        "service_name": "Wilder Müll",
        "description": "Säcke",
        "requested_datetime": "2026-03-01T10:00:00+01:00",
        "lat": 51.5240,
        "long": 7.4650,
    } | changes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"service_request_id": None}, "id-missing"),
        ({"service_request_id": "x" * 81}, "id-too-long"),
        ({"service_request_id": "\ud800"}, "id-missing"),
        ({"requested_datetime": None}, "date-missing"),
        ({"requested_datetime": "2026-13-45T10:00:00Z"}, "date-unreadable"),
        ({"requested_datetime": "2999-01-01T10:00:00Z"}, "date-in-future"),
        ({"requested_datetime": "1970-01-01T00:00:00Z"}, "date-implausible"),
        ({"lat": "nördlich"}, "place-unreadable"),
        ({"lat": float("nan")}, "place-unreadable"),
        ({"lat": None}, "place-unreadable"),
        ({"lat": 910.0}, "place-unreadable"),
        ({"lat": 10**400}, "place-unreadable"),
        ({"lat": 50.93, "long": 6.83}, "outside-city"),
        ({"service_name": None, "description": "  "}, "subject-missing"),
        ({"description": "🙂" * 5000}, "text-too-long"),
    ],
)
def test_a_bad_row_is_named_and_its_good_neighbours_are_stored(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    rows = [a_row(service_request_id="a"), a_row(**changes), a_row(service_request_id="b")]
    path = tmp_path / "in.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    sums = run(path, "open311", tmp_path)
    assert (sums["rows"], sums["stored"], sums[reason]) == (3, 2, 1)
    assert [row["Zeile"] for row in named(tmp_path) if row["übernommen"] == "nein"] == ["2"]


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"service_name": "Ufo gelandet"}, "category-unmapped"),
        ({"lat": None, "long": None}, "without-place"),
        ({"requested_datetime": "2026-03-01T10:00:00"}, "zone-missing"),
        ({"status": "schwebend"}, "status-unknown"),
        ({"description": "Ruf an: 0231 5011124"}, "personal-data-masked"),
    ],
)
def test_what_is_odd_about_a_stored_row_is_named(
    tmp_path: Path, changes: dict[str, Any], note: str
) -> None:
    path = tmp_path / "in.json"
    path.write_text(json.dumps([a_row(**changes)]), encoding="utf-8")
    sums = run(path, "open311", tmp_path)
    assert (sums["stored"], sums[note]) == (1, 1)
    assert [(row["Grund"], row["übernommen"]) for row in named(tmp_path)] == [(note, "ja")]


def test_a_number_without_end_is_a_bad_row_and_no_bad_file(tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    text = json.dumps([a_row(lat=4711), a_row(service_request_id="2")])
    path.write_text(text.replace("4711", "9" * 5000), encoding="utf-8")
    sums = run(path, "open311", tmp_path)
    assert (sums["rows"], sums["stored"], sums["place-unreadable"]) == (2, 1, 1)


@pytest.mark.parametrize("sign", ["\0", "\ud800", "\u202e", "\x07"])
def test_signs_that_no_database_stores_are_taken_out_of_an_answer(
    tmp_path: Path, sign: str
) -> None:
    path = tmp_path / "in.json"
    row = a_row(status="closed", status_notes=f"<p>Erle{sign}digt.</p>")
    path.write_text(json.dumps([row]), encoding="utf-8")
    assert run(path, "open311", tmp_path)["stored"] == 1
    assert Report.objects.get().answer == "Erledigt."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read_and_umlauts_survive(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "in.json"
    path.write_bytes(json.dumps([a_row()], ensure_ascii=False).encode(encoding))
    sums = run(path, "open311", tmp_path)
    assert sums["stored"] == 1
    assert sums["file-not-utf8"] == (encoding == "cp1252")
    assert Report.objects.get().text == "Wilder Müll\nSäcke"


@pytest.mark.parametrize(
    ("text", "reason", "stored"),
    [
        (lambda full: full[: len(full) // 2], "file-truncated", 5),
        (lambda full: full[:-1], "file-truncated", 10),
        (lambda full: full.replace('"status"', "status", 1), "file-malformed", 0),
        (lambda full: full[:-1] + "}", "file-malformed", 10),
        (lambda _: "", "file-without-rows", 0),
        (lambda _: "<html>Wartung</html>", "file-without-rows", 0),
        (lambda _: '{"error": "x"}', "file-without-rows", 0),
    ],
)
def test_a_broken_file_is_named_and_what_came_before_is_stored(
    tmp_path: Path, text: Any, reason: str, stored: int
) -> None:
    full = json.dumps([a_row(service_request_id=str(number)) for number in range(10)])
    path = tmp_path / "in.json"
    path.write_text(text(full), encoding="utf-8")
    sums = run(path, "open311", tmp_path)
    assert sums[reason] == 1
    assert sums["stored"] == stored == Report.objects.count()


def test_rows_that_are_no_objects_and_formulas_in_cells(tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    path.write_text(json.dumps([None, 7, "=cmd()", a_row(service_request_id="=1+1")]))
    sums = run(path, "open311", tmp_path, source="x")
    assert (sums["not-an-object"], sums["stored"]) == (3, 1)
    assert "'=cmd()" in [row["Auszug"] for row in named(tmp_path)]


def test_a_wrapped_list_is_found_and_markup_in_answers_becomes_text(tmp_path: Path) -> None:
    row = a_row(
        status="closed",
        updated_datetime="2026-03-05T10:00:00+01:00",
        status_notes="<p>Erledigt.<br />Danke&nbsp;&amp; Gruß</p>",
    )
    path = tmp_path / "in.json"
    path.write_text(json.dumps({"meta": {"total": 1}, "service_requests": [row]}))
    assert run(path, "open311", tmp_path)["stored"] == 1
    report = Report.objects.get()
    assert (report.status, report.answer) == ("answered", "Erledigt.\nDanke & Gruß")
    assert report.quarter is not None
