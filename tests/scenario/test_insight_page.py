"""The head's page: what it counts, what it leaves out, who may see it."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from time_machine import travel

from streife.accounts.rules import PERMISSIONS, Actor, Role
from streife.incidents.rules import queue_rank
from streife.insight import queries
from streife.insight.figures import Filters
from streife.insight.rules import Span, period_of
from streife.kernel.errors import NotPermitted
from streife.kernel.geo import Point
from streife.places.queries import whereabouts

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OCTOBER = Filters(period_of(Span.LAST_MONTH, today=NOW.date(), start=None, last=None))
NORDMARKT = Point(51.5240, 7.4650)
GIFT = "<script>alert(1)</script>'; DROP TABLE reports_report; --"


@pytest.fixture(autouse=True)
def _city() -> None:
    call_command("import_places", verbosity=0)
    call_command("import_catalogue", verbosity=0)


def categories() -> list[Any]:
    rows = apps.get_model("triage", "Category").objects.select_related("field")
    return list(rows.exclude(parent_code="").order_by("id"))


def report(at: datetime, *, category: Any = None, **values: Any) -> Any:
    where = whereabouts(NORDMARKT, on=at.date())
    assert where is not None
    serial = uuid.uuid4()
    row = {
        "reference": serial.hex[:12], "client_id": serial, "secret_hash": serial.hex,
        "kind": "hint", "channel": "web", "status": "answered", "text": "Test",
        "category_code": (category or categories()[0]).code, "received_at": at,
        "quarter_id": where.quarter_id, "district_id": where.district_id,
        "latitude": NORDMARKT.latitude, "longitude": NORDMARKT.longitude, "cell": NORDMARKT.cell,
    }  # fmt: skip
    return apps.get_model("reports", "Report").objects.create(**(row | values))


def incident(at: datetime, *, arrived_minutes: int | None = None, **values: Any) -> Any:
    where = whereabouts(NORDMARKT, on=at.date())
    assert where is not None
    category = categories()[0]
    row = {
        "number": uuid.uuid4().hex[:12], "field": category.field, "category_code": category.code,
        "title": "Test", "priority": 3, "status": "closed", "opened_at": at,
        "due_at": at + timedelta(hours=1), "closed_at": at + timedelta(hours=5),
        "outcome": "resolved", "quarter_id": where.quarter_id, "district_id": where.district_id,
        "latitude": NORDMARKT.latitude, "longitude": NORDMARKT.longitude, "cell": NORDMARKT.cell,
    }  # fmt: skip
    row |= values
    if row["status"] != "closed":
        row |= {"closed_at": None, "outcome": "", "queue_rank": queue_rank(3, at)}
    made = apps.get_model("incidents", "Incident").objects.create(**row)
    if arrived_minutes is not None:
        shift = apps.get_model("roster", "Shift").objects.create(
            name=made.number, starts_at=at, ends_at=at + timedelta(hours=8)
        )
        unit = apps.get_model("dispatch", "Unit").objects.create(
            shift=shift, call_sign="KOD 11", formed_at=at
        )
        apps.get_model("dispatch", "Assignment").objects.create(
            unit=unit, incident=made, state="done", assigned_at=at,
            on_scene_at=at + timedelta(minutes=arrived_minutes), ended_at=at + timedelta(hours=1),
        )  # fmt: skip
    return made


def october(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def test_reports_are_counted_by_german_days_and_hours(actor_for: Callable[..., Actor]) -> None:
    report(datetime(2026, 9, 30, 21, 59, tzinfo=UTC))  # 23.59 on 30 September
    report(datetime(2026, 9, 30, 22, 0, tzinfo=UTC))  # midnight: a Thursday
    report(datetime(2026, 10, 31, 22, 59, tzinfo=UTC))  # 23.59 on 31 October, a Saturday
    report(datetime(2026, 10, 31, 23, 0, tzinfo=UTC))  # already November
    figures = queries.figures(actor_for("head"), OCTOBER, now=NOW)
    assert figures.reports == 2
    assert (figures.hours[3][0], figures.hours[5][23]) == (1, 1)
    assert [month.reports for month in figures.months[-2:]] == [1, 2]


def test_time_to_the_first_unit_and_target_times(actor_for: Callable[..., Actor]) -> None:
    incident(october(1), arrived_minutes=10)
    incident(october(2), arrived_minutes=30)
    incident(october(3), arrived_minutes=90)  # too late
    incident(october(4), closed_at=october(4, 12, 20))  # closed in time without a unit
    incident(october(5), outcome="merged")  # counted where it was merged into
    incident(october(6), status="open")  # overdue
    incident(october(7), status="open", due_at=NOW + timedelta(days=1))  # not yet due
    figures = queries.figures(actor_for("head"), OCTOBER, now=NOW)
    assert (figures.incidents, figures.in_time, figures.missed) == (6, 3, 2)
    assert (figures.minutes_median, figures.minutes_ninth, figures.measured) == (30, 90, 3)
    assert figures.backlog.live_incidents == 2
    assert figures.backlog.overdue_incidents == 1
    assert [(row.code, row.incidents) for row in figures.by_outcome] == [("resolved", 4)]


def test_few_named_complaints_are_not_told(actor_for: Callable[..., Actor]) -> None:
    first, other = categories()[0], next(
        row for row in categories() if row.field_id != categories()[0].field_id
    )  # fmt: skip
    for day in range(1, 7):
        report(october(day), category=first, kind="complaint")
    for day in range(1, 5):
        report(october(day), category=other, kind="complaint")
    rows = {row.code: row for row in queries.figures(actor_for("head"), OCTOBER, now=NOW).by_field}
    assert (rows[first.field.code].reports, rows[first.field.code].complaints) == (6, 6)
    assert (rows[other.field.code].reports, rows[other.field.code].complaints) == (4, None)


@travel(NOW, tick=False)
def test_the_page_answers_first_and_says_that_data_are_made_up(
    client_for: Callable[..., Client],
) -> None:
    for day in range(1, 13):
        report(october(day), synthetic=True)
        if day < 11:
            report(october(day).replace(year=2025))
    incident(october(1), arrived_minutes=10)
    page = client_for("head").get("/lagebild/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "Im Oktober 2026 kamen 12 Hinweise, 20 % mehr als im Vorjahr; 100 % der Vorgänge" in page
    assert "Daten sind synthetisch" in page
    real = client_for("head").get("/lagebild/?daten=echt").content.decode()
    assert "Im Oktober 2026 kam kein Hinweis" in real
    assert "Daten sind synthetisch" not in real


@travel(NOW, tick=False)
def test_filters_stand_in_the_address_and_narrow_everything(
    client_for: Callable[..., Client],
) -> None:
    first = categories()[0]
    other = next(row for row in categories() if row.field_id != first.field_id)
    report(october(1), category=first)
    report(october(2), category=other)
    report(october(2), category=other)
    client = client_for("head")
    one = client.get(f"/lagebild/?feld={first.field.code}").content.decode()
    assert "kam 1 Hinweis" in one
    nowhere = client.get("/lagebild/?bezirk=hoerde").content.decode()
    assert "In diesem Zeitraum ist nichts eingegangen" in nowhere
    day = client.get("/lagebild/?zeitraum=frei&von=2026-10-02&bis=2026-10-02").content.decode()
    assert "kamen 2 Hinweise" in day


@travel(NOW, tick=False)
def test_tables_have_stable_columns_and_the_map_the_same_counts(
    client_for: Callable[..., Client],
) -> None:
    report(october(1))
    client = client_for("head")
    lines = client.get("/lagebild/bezirke.csv").content.decode("utf-8-sig").splitlines()
    assert lines == [
        "schluessel;name;hinweise;davon_anzeigen;vorgaenge;synthetisch_enthalten",
        "050;Nordmarkt;1;0;0;nein",
    ]
    heads = {
        name: client.get(f"/lagebild/{name}.csv").content.decode("utf-8-sig").splitlines()[0]
        for name in ("aufgabenfelder", "stunden", "monate", "ergebnisse")
    }
    assert heads == {
        "aufgabenfelder": lines[0],
        "stunden": "wochentag;name;stunde;hinweise;synthetisch_enthalten",
        "monate": "monat;hinweise;hinweise_vorjahr;synthetisch_enthalten",
        "ergebnisse": "schluessel;name;vorgaenge;synthetisch_enthalten",
    }
    features = client.get("/lagebild/bezirke.geojson").json()["features"]
    counts = {f["properties"]["title"]: f["properties"]["count"] for f in features}
    assert len(counts) == 62
    assert (counts["Nordmarkt"], counts["Hafen"]) == (1, 0)
    assert client.get("/lagebild/personen.csv").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"zeitraum": "frei"},
        {"zeitraum": "frei", "von": "2026-11-02", "bis": "2026-11-01"},
        {"zeitraum": "frei", "von": "gestern", "bis": "9999-99-99"},
        {"zeitraum": GIFT},
        {"feld": GIFT, "bezirk": "\x1b", "daten": "😀" * 500},
    ],
)
def test_bad_filters_are_named_and_the_page_still_stands(
    client_for: Callable[..., Client], query: dict[str, str]
) -> None:
    answer = client_for("head").get("/lagebild/", query)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_only_those_who_may_see_figures_see_them(
    client_for: Callable[..., Client], actor_for: Callable[..., Actor]
) -> None:
    for role in Role:
        if role in PERMISSIONS["insight.view"]:
            continue
        with pytest.raises(NotPermitted):
            queries.figures(actor_for(role), OCTOBER, now=NOW)
        with pytest.raises(NotPermitted):
            queries.quarter_counts(actor_for(role), OCTOBER)
    for path in ("/lagebild/", "/lagebild/bezirke.geojson", "/lagebild/bezirke.csv"):
        assert client_for("officer").get(path).status_code == 403
        assert client_for("head").get(path).status_code == 200
