"""Destroying keys, and the record on the disk."""

import os
import statistics
import time
from pathlib import Path

from benchmarks.vault.installing import cpu_seconds, set_up


def keys(folder: Path) -> None:
    """Destroy single keys among ten thousand, and wrap all of them anew."""
    set_up(folder)
    from streife.evidence.keys import key_store
    from streife.kernel.clock import now

    kept = key_store()
    for number in range(20):
        kept.put(f"D{number:05d}", os.urandom(32), now())
    with kept._open() as rows:
        generation, wrapped = kept._wrapping.wrap(os.urandom(32), "X")
        rows.executemany(
            "INSERT INTO wrapped_key VALUES (?, ?, ?, ?)",
            [(f"K{n:05d}", generation, wrapped, now().isoformat()) for n in range(10_000)],
        )
    spent = []
    for number in range(20):
        begun = time.perf_counter()
        kept.destroy(f"D{number:05d}")
        spent.append((time.perf_counter() - begun) * 1000)
    print(f"Schlüssel vernichten (10.000 vorhanden): Median {statistics.median(spent):.1f} ms")


def record(folder: Path) -> None:
    """Append to the journal with every commit on the disk: one by one, and in groups of 100."""
    set_up(folder)
    from streife.evidence.actions import durable
    from streife.journal.actions import record as write
    from streife.journal.actions import record_many
    from streife.journal.rules import Line
    from streife.kernel.clock import now

    def line(number: int) -> dict[str, object]:
        return {"viewing": number, "purpose": "review", "sha256": "0" * 64}

    begun, cpu = time.perf_counter(), cpu_seconds()
    for number in range(1000):
        with durable():
            write(
                act="evidence.viewed",
                subject=f"recording:{number}",
                actor="user:1",
                now=now(),
                body=line(number),
            )
    _tell("einzeln, jeder Eintrag auf der Platte", 1000, begun, cpu)
    begun, cpu = time.perf_counter(), cpu_seconds()
    for group in range(50):
        with durable():
            record_many(
                Line("evidence.viewed", f"recording:{group}", "user:1", now(), line(number))
                for number in range(1000)
            )
    _tell("in Gruppen von 1.000, jede auf der Platte", 50_000, begun, cpu)
    _fsyncs(folder)


def _tell(what: str, count: int, begun: float, cpu: float) -> None:
    rate = count / (time.perf_counter() - begun)
    spent = (cpu_seconds() - cpu) / count * 1000
    print(f"{what}: {rate:.0f}/s, {spent:.3f} ms CPU je Eintrag", flush=True)


def _fsyncs(folder: Path) -> None:
    """Say how often the disk itself can promise 4 KiB a second: no journal can be quicker."""
    handle = os.open(folder / "fsync", os.O_WRONLY | os.O_CREAT)
    begun = time.perf_counter()
    for _ in range(500):
        os.write(handle, bytes(4096))
        os.fdatasync(handle)
    print(f"die Platte selbst: {500 / (time.perf_counter() - begun):.0f} fdatasync/s")
    os.close(handle)
