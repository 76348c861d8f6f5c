"""Taking in beside `cp` and `sha256sum`."""

import os
import random
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.vault.installing import cpu_seconds, make_file, set_up, taking


def ingest(folder: Path, megabytes: int, rounds: int, *, cold: bool = False) -> None:
    """Compare taking in (with fsync, key, row, journal, signature) with copying by hand.

    `cold`: the source is dropped from memory before each of them.
    """
    set_up(folder)
    source = make_file(folder / "source.mp4", megabytes)
    rivals: dict[str, Callable[[], None]] = {
        "cp + fsync": lambda: _copy(source, folder / "copy"),
        "cp, dann sha256sum": lambda: _copy_and_sum(source, folder / "copy"),
        "Übernahme": taking(source),
    }
    times: dict[str, list[float]] = {name: [] for name in rivals}
    used: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(rounds):
        names = list(rivals)
        random.Random(number).shuffle(names)
        for name in names:
            # Another content each time, else the vault would have it already.
            with source.open("r+b") as file:
                file.write(os.urandom(64))
            os.sync()
            if cold:
                _forget(source)
            begun, cpu = time.perf_counter(), cpu_seconds()
            rivals[name]()
            times[name].append(time.perf_counter() - begun)
            used[name].append(cpu_seconds() - cpu)
            _clear(folder)
    rates = {name: megabytes / statistics.median(spent) for name, spent in times.items()}
    for name, rate in rates.items():
        cores = statistics.median(used[name]) * 1000 / megabytes
        print(f"{name:<20} {rate:7.0f} MiB/s   {cores:5.2f} ms CPU/MiB")
    own = times["Übernahme"]
    for name, wanted in (("cp + fsync", 0.6), ("cp, dann sha256sum", 3.5)):
        paired = [rival / mine for rival, mine in zip(times[name], own, strict=True)]
        ratio = statistics.median(paired)
        spread = f"{min(paired):.2f}–{max(paired):.2f}"
        verdict = "erreicht" if ratio >= wanted else "NICHT erreicht"
        print(f"Übernahme / {name}: {ratio:.2f} ({spread}), verlangt {wanted}: {verdict}")
    print(f"Last danach {os.getloadavg()[0]:.1f}", flush=True)


def _forget(source: Path) -> None:
    """Drop a file from the page cache; what is on the disk already goes at once."""
    handle = os.open(source, os.O_RDONLY)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(handle)


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", str(source), str(target)], check=True)
    handle = os.open(target, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _copy_and_sum(source: Path, target: Path) -> None:
    subprocess.run(["cp", str(source), str(target)], check=True)
    subprocess.run(["sha256sum", str(target)], check=True, stdout=subprocess.DEVNULL)


def _clear(folder: Path) -> None:
    (folder / "copy").unlink(missing_ok=True)
    for path in (folder / "var").rglob("*.evf1"):
        path.unlink()
