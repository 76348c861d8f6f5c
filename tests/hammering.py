"""A journal in a process of its own that a test may kill, or let many write to at once.

`python -m tests.hammering write|soak|check` with `STREIFE_VAR` set; says what it did, line by line.
"""

import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from django.conf import settings

django.setup()

from django.core.management import call_command  # noqa: E402 (after setup)
from django.db import connections, transaction  # noqa: E402 (after setup)

from streife.journal import actions, auditing, keeping, publishing, queries  # noqa: E402
from streife.journal.models import Checkpoint  # noqa: E402 (after setup)
from streife.journal.tlog.checkpoint import TreeHead, open_checkpoint  # noqa: E402 (after setup)
from streife.journal.tlog.merkle import verify_consistency, verify_inclusion  # noqa: E402
from streife.kernel.errors import Refused  # noqa: E402 (after setup)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
YEAR = 2026


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def append(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            actions.record(
                act="incidents.logged", subject=f"incident:{number}", actor="user:1", now=NOW
            )


def write() -> None:
    """Append, sign and publish for ever; say how many entries are certainly there."""
    while True:
        append(random.randint(1, 40))
        say(str(queries.number_of_entries()))
        actions.checkpoint(now=NOW)
        publishing.publish(Path(settings.VAR_DIR) / "tlog", with_entries=True)


def head_of(row: Checkpoint) -> TreeHead:
    origin = keeping.origin_of(YEAR)
    return open_checkpoint(row.note, keeping.verifier_for(origin), origin=origin)


def _until(end: float, step: Callable[[], object], pause: float) -> None:
    while time.monotonic() < end:
        try:
            step()
        except Refused as refused:  # a failure, and the test reads it
            say(f"refused {refused.code}")
        time.sleep(pause)
    connections.close_all()


def soak(seconds: float) -> None:
    """Let three write and three sign while a reader checks every head against the one before.

    In an office the page that lets somebody look, the worker and the clock sign at the same time.
    """
    end = time.monotonic() + seconds
    steps = [(lambda: append(3), 0.01)] * 3 + [(lambda: actions.checkpoint(now=NOW), 0.01)] * 3
    threads = [threading.Thread(target=_until, args=(end, *step)) for step in steps]
    for thread in threads:
        thread.start()
    heads, last = 0, None
    while time.monotonic() < end:
        newest = queries.checkpoints(YEAR).first()
        if newest is None or (last is not None and newest.size == last.size):
            time.sleep(0.01)
            continue
        last = follow(last, head_of(newest))
        heads += 1
    for thread in threads:
        thread.join()
    say(f"heads {heads} entries {queries.number_of_entries()}")


def follow(last: TreeHead | None, head: TreeHead) -> TreeHead:
    """Check that a head extends the last one and proves an entry; raise if not."""
    if last is not None:
        proof = queries.prove_growth(YEAR, last.size, head.size)
        verify_consistency(
            old_size=last.size, old_root=last.root, size=head.size, root=head.root, proof=proof
        )
    found = queries.prove(YEAR, random.randrange(head.size))
    above = head_of(found.checkpoint)
    verify_inclusion(
        leaf_hash=bytes(found.entry.leaf_hash),
        index=found.entry.number,
        size=above.size,
        proof=found.siblings,
        root=above.root,
    )
    return head


def check() -> None:
    """Say what a complete check finds, and whether the published tiles follow from the entries."""
    found = auditing.audit(now=NOW + timedelta(minutes=1), retention_years=10)
    say(f"entries {found.entries} defects {[defect.kind.value for defect in found.defects]}")
    actions.checkpoint(now=NOW)
    folder = Path(settings.VAR_DIR) / "tlog"
    publishing.publish(folder, with_entries=True)
    head = queries.checkpoints(YEAR).first()
    size = head.size if head else 0
    say(f"damage {publishing.find_damage(folder / str(YEAR), size)}")


if __name__ == "__main__":
    verb = sys.argv[1]
    if verb == "prepare":
        call_command("migrate", "journal", verbosity=0)
        call_command("createcachetable", verbosity=0)
    elif verb == "soak":
        soak(float(sys.argv[2]))
    else:
        {"write": write, "check": check}[verb]()
