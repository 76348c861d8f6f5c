"""Fills an empty database with realistic, plainly synthetic reports and incidents in bulk.

Shapes: residents' cells of the census grid for places, evening-heavy hours, few categories make
most rows, 2 % of the incidents live and 0.5 % of the reports waiting. Rows go straight into the
tables (COPY on PostgreSQL, executemany on SQLite); the journal gets one entry per thousand.
"""

import csv
import hashlib
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from streife.incidents.rules import queue_rank
from streife.journal.actions import record
from streife.kernel.geo import Point
from streife.places.queries import whereabouts
from streife.triage.queries import categories

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime.now(UTC)
WORDS = tuple(
    "Sperrmüll Matratze Sofa Gehweg Hund Leine Spielplatz Lärm nachts Gruppe Flaschen Graffiti "
    "Wand Container Altreifen Kartons Bauschutt Eingang Treppe Park Bank Haltestelle Roller "
    "Plakat Mast Ratten Keller Leerstand Fenster Einfahrt Laden Stand Markt Ampel "
    "Brücke".split(" ")
)
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with everything that a row needs to know about it."""

    latitude: float
    longitude: float
    cell: int
    quarter_id: int
    district_id: int


def spots(rng: random.Random, count: int) -> list[Spot]:
    """Return `count` places drawn by residents per cell of 100 m, jittered within the cell."""
    path = ROOT / "data" / "dortmund" / "population_100m.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    weights = [float(row["residents"]) for row in rows]
    found: list[Spot] = []
    while len(found) < count:
        for row in rng.choices(rows, weights, k=count - len(found)):
            point = Point(
                float(row["lat"]) + rng.uniform(-5e-4, 5e-4),
                float(row["lon"]) + rng.uniform(-8e-4, 8e-4),
            )
            where = whereabouts(point, on=NOW.date())
            if where is not None:
                found.append(
                    Spot(point.latitude, point.longitude, point.cell, where.quarter_id,
                         where.district_id)
                )  # fmt: skip
    return found


def moment(rng: random.Random) -> datetime:
    """Return a moment of the last five years, more of them recent and in the evening."""
    day = NOW - timedelta(days=5 * 365 * rng.random() ** 1.5)
    hour = min(23, max(0, int(rng.gauss(17, 4))))
    return day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60))


class Rows:
    """Makes the tuples of all tables for one batch of matters."""

    def __init__(self, rng: random.Random, places: Sequence[Spot]) -> None:
        self.rng = rng
        self.places = places
        # Leaves only, the way residents and importers use them, heavy head and long tail.
        self.categories = [c for c in categories(on=NOW.date()) if c.parent_code]
        self.weights = [1 / (rank + 1) for rank in range(len(self.categories))]
        field = apps.get_model("incidents", "Field")
        self.field_ids = dict(field.objects.values_list("code", "id"))

    def matter(self, serial: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Return a report row and, unless it still waits, its incident row."""
        rng, spot = self.rng, self.rng.choice(self.places)
        category = rng.choices(self.categories, self.weights)[0]
        at = moment(rng)
        text = " ".join(rng.choices(WORDS, k=rng.randrange(6, 30)))
        waiting = rng.random() < 0.005
        live = rng.random() < 0.02
        if waiting or live:
            at = NOW - timedelta(minutes=rng.expovariate(1 / 2000))
        common = {
            "latitude": spot.latitude, "longitude": spot.longitude, "cell": spot.cell,
            "quarter_id": spot.quarter_id, "district_id": spot.district_id, "address": "",
            "category_code": category.code, "synthetic": True,
        }  # fmt: skip
        status = "received" if waiting else "accepted" if live else "answered"
        report = common | {
            "id": serial, "reference": f"B{serial:07d}", "client_id": uuid.UUID(int=serial),
            "secret_hash": hashlib.sha256(str(serial).encode()).hexdigest(), "kind": "hint",
            "channel": "web", "status": status, "text": text, "received_at": at,
            "answered_at": None if waiting or live else at + timedelta(hours=9), "answer": "",
            "happened_at": None, "source": "benchmark", "source_id": str(serial),
        }  # fmt: skip
        if waiting:
            return report, None
        incident = common | {
            "id": serial, "number": f"{at.year}-{serial:07d}",
            "field_id": self.field_ids[category.field_code],
            "title": f"{category.name}: {text[:60]}", "priority": category.priority,
            "status": rng.choice(("open", "open", "assigned", "on_scene", "handed_over"))
            if live else "closed",
            "opened_at": at, "due_at": at + timedelta(minutes=category.target_minutes),
            "closed_at": None if live else at + timedelta(hours=rng.expovariate(1 / 9)),
            "outcome": "" if live else rng.choice(("resolved", "not_found", "warned")),
            "measure": "", "note": "", "merged_into_id": None,
            "queue_rank": queue_rank(category.priority, at) if live else None,
        }  # fmt: skip
        return report, incident


def insert(label: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of one model in bulk; columns that a row lacks take the field's default."""
    model = apps.get_model(label)
    fields = [f for f in model._meta.concrete_fields if rows and f.attname in rows[0]]
    extra = [
        f for f in model._meta.concrete_fields
        if f not in fields and not f.primary_key and not f.null and not f.generated
    ]  # fmt: skip
    fields += extra
    values: Iterator[list[Any]] = (
        [
            field.get_db_prep_save(row.get(field.attname, field.get_default()), connection)
            for field in fields
        ]
        for row in rows
    )
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})",  # noqa: S608 (own names)
                list(values),
            )


def fill(target: int, *, seed: int = 1) -> None:
    """Bring the database to `target` matters; those already there stay."""
    have = apps.get_model("reports.Report").objects.filter(source="benchmark").count()
    rng = random.Random(f"{seed}/{have}")
    made = Rows(rng, spots(rng, 50_000))
    while have < target:
        size = min(BATCH, target - have)
        pairs = [made.matter(have + offset + 1) for offset in range(size)]
        incidents = [incident for _, incident in pairs if incident]
        with transaction.atomic():
            insert("reports.Report", [report for report, _ in pairs])
            insert("incidents.Incident", incidents)
            insert(
                "incidents.IncidentReport",
                [
                    {"id": row["id"], "incident_id": row["id"], "report_id": row["id"],
                     "linked_at": row["opened_at"]}
                    for row in incidents
                ],
            )  # fmt: skip
            for row in incidents[::1000]:
                record(act="incidents.opened", subject=f"incident:{row['id']}",
                       actor="system:benchmark", now=NOW)  # fmt: skip
        have += size
        print(f"  {have:,} / {target:,}", flush=True)
    settle()


def settle() -> None:
    """Move the id sequences behind the bulk rows and let the planner know them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for label in ("reports.Report", "incidents.Incident", "incidents.IncidentReport"):
                table = apps.get_model(label)._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608 (own names)
                    f"(SELECT max(id) FROM {table}))"
                )
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
