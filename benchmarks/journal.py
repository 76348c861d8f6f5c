"""The record at a million entries: `STREIFE_VAR=build/bench-journal python -m benchmarks.journal`.

Fills an empty database by plain inserts (the hashes are real, the record is sound), signs it, then
measures a proof and the complete check. Prints CPU and wall time; DATABASE_URL chooses PostgreSQL.
"""

import argparse
import os
import secrets
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "streife.config.settings")

import django  # noqa: E402 (after the path and the settings)

django.setup()

from django.core.management import call_command  # noqa: E402 (after setup)
from django.db import connection, transaction  # noqa: E402 (after setup)

from benchmarks.bulk import insert, settle  # noqa: E402 (after setup)
from benchmarks.machine import yardstick_ms  # noqa: E402 (after setup)
from streife.journal import actions, queries, rules  # noqa: E402 (after setup)
from streife.journal.models import Log  # noqa: E402 (after setup)
from streife.journal.tlog.merkle import Frontier  # noqa: E402 (after setup)
from streife.kernel.actors import Operator  # noqa: E402 (after setup)
from streife.kernel.canonical import canonical_json  # noqa: E402 (after setup)

BATCH = 20_000
START = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)
ACTS = ("reports.received", "incidents.opened", "dispatch.assigned", "incidents.closed")
PROOFS = 200


def entries(count: int, frontier: Frontier) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield rows of entries and their bodies; the frontier grows with them."""
    for number in range(count):
        content = {"category": "sperrmuell", "priority": number % 4 + 1, "unit": number % 9}
        salt = secrets.token_bytes(rules.SALT_BYTES)
        text = canonical_json(content)
        envelope: dict[str, Any] = {
            "number": number,
            "act": ACTS[number % len(ACTS)],
            "actor": f"user:{number % 40}",
            "subject": f"incident:{number // 4}",
            "commitment": rules.commit_to(salt, text),
        }
        at = START + timedelta(seconds=20 * number)
        leaf = rules.leaf_hash(at_ms=rules.milliseconds_of(at), **envelope)
        frontier.append(leaf)
        row = {"id": number + 1, "log_id": START.year, "at": at, "leaf_hash": leaf, **envelope}
        yield row, {"entry_id": number + 1, "salt": salt, "content": text}


def fill(count: int) -> None:
    """Write the entries of one year straight into the tables."""
    frontier = Frontier()
    pending: list[tuple[dict[str, Any], dict[str, Any]]] = []
    log = Log.objects.create(year=START.year)
    for pair in entries(count, frontier):
        pending.append(pair)
        if len(pending) == BATCH or frontier.size == count:
            with transaction.atomic():
                insert("journal.Entry", [row for row, _ in pending])
                insert("journal.Body", [body for _, body in pending])
            pending = []
    log.size, log.frontier = frontier.size, frontier.to_bytes()
    log.save()
    settle(["journal.Entry"])


def timed(name: str, step: Any, times: int = 1) -> None:
    """Do something and print its median wall and mean CPU milliseconds."""
    walls = []
    cpu = time.process_time()
    for turn in range(times):
        started = time.perf_counter()
        step(turn)
        walls.append((time.perf_counter() - started) * 1000)
    spent = (time.process_time() - cpu) * 1000 / times
    print(f"{name:<46} {statistics.median(walls):>10.1f} ms wall {spent:>10.1f} ms CPU")


def append_durably(*, seconds: float, group: int) -> float:
    """Return how many entries a second survive a power cut, `group` to a commit.

    SQLite syncs its log at every commit (`synchronous=FULL`); PostgreSQL does so by itself.
    """
    full = connection.vendor == "sqlite"
    if full:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
    now = START + timedelta(days=300)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        with transaction.atomic():
            if group == 1:
                actions.record(act=ACTS[0], subject=f"incident:{count}", actor="user:1", now=now)
            else:
                actions.record_many(
                    rules.Line(ACTS[0], f"incident:{count + n}", "user:1", now, {"priority": 1})
                    for n in range(group)
                )
        count += group
    rate = count / (time.perf_counter() - started)
    if full:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")
    return rate


def main() -> None:
    """Fill, sign, prove, check."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    count = parser.parse_args().entries
    call_command("migrate", verbosity=0)
    if not Log.objects.exists():
        timed(f"fill with {count:,} entries", lambda _: fill(count))
    for group in (1, 100, 1000):
        rate = append_durably(seconds=5, group=group)
        print(f"durable appends, {group:>4} to a commit {rate:>30,.0f} /s")
    size = queries.number_of_entries()
    now = START + timedelta(days=365 * 2)
    timed("first checkpoint, every leaf read", lambda _: actions.checkpoint(now=now))
    step = max(1, size // PROOFS)
    timed(
        f"inclusion proof at {size:,} entries",
        lambda turn: queries.prove(START.year, turn * step),
        PROOFS,
    )
    found: list[Any] = []
    check = lambda _: found.append(actions.verify(actor=Operator("system:bench"), now=now))  # noqa: E731 (handed on once)
    timed(f"complete check of {size:,} entries", check)
    print(f"defects: {len(found[0].defects)}, yardstick {yardstick_ms():.0f} ms")


if __name__ == "__main__":
    main()
