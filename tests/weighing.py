"""One ingest in a process of its own that says how much memory it took.

`python -m tests.weighing FILE` with `STREIFE_VAR` set: stores the file under a key of its own,
reads it back to its end, and says in JSON: peak memory before and after (bytes), seconds of CPU.
"""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from streife.evidence import keys, stores  # noqa: E402 (after setup)
from streife.evidence.actions.ingesting import Incoming, forget_file, store_file  # noqa: E402
from streife.evidence.envelope import Envelope  # noqa: E402 (after setup)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def peak() -> int:
    """Return the most memory this program ever had, in bytes.

    Not `ru_maxrss`: that begins with what the parent had when it started us.
    """
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main(name: str) -> None:
    """Take a file in, read it, forget it."""
    before, size = peak(), Path(name).stat().st_size
    with Path(name).open("rb", buffering=0) as file:
        incoming = Incoming(name="a.mp4", size=size, read=file.readinto, docked_at=NOW)
        stored = store_file(incoming, NOW)
    taken_in = peak()
    envelope = Envelope(stores.store().open(stored.path), keys.key_store().get(stored.kid))
    read = sum(len(part) for part in envelope.parts())
    told = {
        "before": before,
        "taken_in": taken_in,
        "read_out": peak(),
        "whole": read == size == stored.sealed.size,
        "sha256": stored.sealed.sha256,
        "cpu": time.process_time(),
    }
    forget_file(stored)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
