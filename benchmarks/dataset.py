"""Fills an empty database with realistic, plainly synthetic reports and incidents in bulk.

Shapes: residents' cells of the census grid for places, evening-heavy hours of five years, few
categories make most rows, 2 % of the matters are live and 0.5 % wait for a decision. Every report
and every incident can be found by the full-text search, every tenth report has a journal entry, and
today's shift is on duty. Texts are the invented sentences of the demo.
"""

import hashlib
import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max

from benchmarks.bulk import insert, search_index_later, settle
from streife.config.demo import people, today
from streife.config.demo.material import inhabited, words
from streife.incidents.rules import queue_rank
from streife.journal.actions import record_many
from streife.journal.rules import Line
from streife.kernel.geo import Point
from streife.kernel.wording import tokens
from streife.places.queries import ground
from streife.triage.queries import categories

NOW = datetime.now(UTC).replace(microsecond=0)
BATCH = 10_000
SPOTS = 20_000
JOURNALED = 10  # one report in so many has its journal entry: they cost as much as all the rest
LIVE, WAITING = 0.02, 0.005
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with everything that a row needs to know about it."""

    latitude: float
    longitude: float
    cell: int
    quarter_id: int
    district_id: int


@dataclass(slots=True)
class Batch:
    """The rows of some matters, table by table."""

    reports: list[Row] = field(default_factory=list)
    incidents: list[Row] = field(default_factory=list)
    proposals: list[Row] = field(default_factory=list)
    found: list[Row] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def spots(rng: random.Random, count: int) -> list[Spot]:
    """Return `count` places drawn by residents per cell of 100 m, jittered within the cell."""
    points, residents = inhabited()
    city = ground(on=NOW.date())
    made: list[Spot] = []
    while len(made) < count:
        for centre in rng.choices(points, residents, k=count - len(made)):
            point = Point(
                centre.latitude + rng.uniform(-5e-4, 5e-4),
                centre.longitude + rng.uniform(-8e-4, 8e-4),
            )
            where = city.whereabouts(point)
            if where is not None and where.quarter_id and where.district_id:
                made.append(
                    Spot(point.latitude, point.longitude, point.cell, where.quarter_id,
                         where.district_id)
                )  # fmt: skip
    return made


@cache
def _stems(text: str) -> tuple[str, ...]:
    return tuple(tokens(text))


class Matters:
    """Makes the rows of one matter after the other."""

    def __init__(self, rng: random.Random, places: Sequence[Spot]) -> None:
        self.rng = rng
        self.places = places
        # Leaves only, the way residents and importers use them, heavy head and long tail.
        self.categories = [c for c in categories(on=NOW.date()) if c.parent_code]
        self.weights = list(accumulate(1 / (rank + 1) for rank in range(len(self.categories))))
        self.field_ids = dict(
            apps.get_model("incidents", "Field").objects.values_list("code", "id")
        )

    def _moment(self) -> datetime:
        """Return a moment of the last five years, more of them recent and in the evening."""
        rng = self.rng
        day = NOW - timedelta(days=1 + 5 * 365 * rng.random() ** 1.5)
        hour = min(23, max(0, int(rng.gauss(17, 4))))
        return day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60))

    def _text(self, code: str) -> tuple[str, str, set[str]]:
        """Return text, address and the stems of both."""
        rng, given = self.rng, words()
        street, since = rng.choice(given.streets), rng.choice(given.since)
        sentence = rng.choice(given.texts.get(code, given.texts["other"]))
        opening, ending = rng.choice(given.openings), rng.choice(given.endings)
        number = str(rng.randrange(1, 180))
        stems: set[str] = {number}
        for part in (street, since, opening, ending, sentence.format(street="", since="")):
            stems.update(_stems(part))
        text = opening + sentence.format(street=street, since=since) + ending
        return text, f"{street} {number}", stems

    def add(self, batch: Batch, serial: int) -> None:
        """Add a report and, unless it still waits for a decision, its incident."""
        rng, spot = self.rng, self.rng.choice(self.places)
        category = rng.choices(self.categories, cum_weights=self.weights)[0]
        drawn = rng.random()
        waiting, live = drawn < WAITING, WAITING <= drawn < WAITING + LIVE
        at = self._moment()
        if waiting or live:
            at = NOW - timedelta(minutes=rng.expovariate(1 / 2000))
        text, address, stems = self._text(category.code)
        common = {
            "latitude": spot.latitude, "longitude": spot.longitude, "cell": spot.cell,
            "quarter_id": spot.quarter_id, "district_id": spot.district_id, "address": address,
            "category_code": category.code, "synthetic": True,
        }  # fmt: skip
        status = "received" if waiting else "accepted" if live else "answered"
        reference = f"B{serial:07d}"
        batch.reports.append(common | {
            "id": serial, "reference": reference, "client_id": uuid.UUID(int=serial),
            "secret_hash": hashlib.sha256(reference.encode()).hexdigest(), "kind": "hint",
            "channel": "web", "status": status, "text": text, "received_at": at,
            "answered_at": None if waiting or live else min(NOW, at + timedelta(hours=9)),
            "answer": "", "happened_at": None, "source": "benchmark", "source_id": str(serial),
            "proposed_at": at,
        })  # fmt: skip
        batch.found.append(_entry(2 * serial - 1, "report", serial, {reference.lower(), *stems}))
        if serial % JOURNALED == 0:
            batch.lines.append(
                Line(
                    act="reports.received",
                    subject=f"report:{serial}",
                    actor="system:benchmark",
                    now=at,
                    body={"category": category.code},
                )
            )
        rank = queue_rank(category.priority, at)
        if waiting:
            batch.proposals.append({
                "report_id": serial, "category_code": category.code, "category_score": 0.7,
                "unsure": False, "alternatives": [], "priority": category.priority,
                "body_code": category.body_code, "reasons": ["Stichwort"], "made_at": at,
                "queue_rank": rank,
            })  # fmt: skip
            return
        number, title = f"{at.year}-{serial:07d}", f"{category.name}, {address}"
        batch.incidents.append(common | {
            "id": serial, "number": number, "field_id": self.field_ids[category.field_code],
            "title": title, "priority": category.priority,
            "status": rng.choice(("open", "open", "assigned", "on_scene", "handed_over"))
            if live else "closed",
            "opened_at": at, "due_at": at + timedelta(minutes=category.target_minutes),
            "closed_at": None if live else min(NOW, at + timedelta(hours=rng.expovariate(1 / 9))),
            "outcome": "" if live else rng.choice(("resolved", "not_found", "warned")),
            "measure": "", "note": "", "merged_into_id": None, "queue_rank": rank if live else None,
        })  # fmt: skip
        stems = {str(serial), str(at.year), *_stems(category.name), *_stems(address.split()[0])}
        batch.found.append(_entry(2 * serial, "incident", serial, stems))


def _entry(pk: int, kind: str, target: int, stems: set[str]) -> Row:
    return {"id": pk, "kind": kind, "target_id": target, "tokens": " ".join(stems)}


def _write(batch: Batch) -> None:
    """Store a batch in one transaction."""
    links = [
        {"id": row["id"], "incident_id": row["id"], "report_id": row["id"],
         "linked_at": row["opened_at"]}
        for row in batch.incidents
    ]  # fmt: skip
    with transaction.atomic():
        insert("reports.Report", batch.reports)
        insert("incidents.Incident", batch.incidents)
        insert("incidents.IncidentReport", links)
        insert("triage.Proposal", batch.proposals)
        insert("incidents.SearchEntry", batch.found)
        record_many(batch.lines)


def fill(target: int, *, seed: int = 1) -> None:
    """Bring the database to `target` matters; those already there stay."""
    reports = apps.get_model("reports", "Report").objects
    have = reports.filter(source="benchmark").count()
    last = reports.aggregate(last=Max("id"))["last"] or 0  # what was posted while measuring
    rng = random.Random(f"{seed}/{have}")
    matters = Matters(rng, spots(rng, SPOTS))
    started = time.perf_counter()
    with search_index_later():
        while have < target:
            batch = Batch()
            for _ in range(min(BATCH, target - have)):
                last += 1
                matters.add(batch, last)
            _write(batch)
            have += len(batch.reports)
            print(f"\r  {have:,} / {target:,}, {time.perf_counter() - started:.0f} s ",
                  end="", flush=True)  # fmt: skip
    print()
    settle(("reports.Report", "incidents.Incident", "incidents.IncidentReport",
            "incidents.SearchEntry"))  # fmt: skip


def put_a_shift_on_duty() -> None:
    """Form today's units the way the demo does, and send three of them to the oldest matters."""
    people.make_users(NOW)
    people.make_officers(NOW)
    today.ensure_today(NOW)
