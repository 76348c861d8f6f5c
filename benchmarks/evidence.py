"""The vault: taking in beside `cp` and `sha256sum`, memory, seeking, destroying keys, the record.

`make bench-evidence` (BENCH="--megabytes 2048 --rounds 5 --large 8192"). Absolute numbers depend on
the machine; what is promised are ratios, so every round measures all rivals one after the other on
the same file, and medians of rounds are compared. The source lies in the page cache for all of
them. CPU time per MiB is told as well: it hardly changes when others use the machine.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MIB = 1 << 20
SEEKS = 60


def main() -> None:
    """Measure everything and print it; `--child` is this program measuring its own memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", type=int, default=0, help="a file of so many MiB for memory")
    parser.add_argument("--only", choices=["ingest", "memory", "seek", "keys", "record"])
    parser.add_argument("--child", nargs=2, metavar=("SOURCE", "FOLDER"))
    arguments = parser.parse_args()
    if arguments.child:
        _child(Path(arguments.child[0]), Path(arguments.child[1]))
        return
    parts: dict[str, Callable[[Path], None]] = {
        "ingest": lambda folder: ingest(folder, arguments.megabytes, arguments.rounds),
        "memory": lambda folder: memory(folder, [64, arguments.large or arguments.megabytes]),
        "seek": lambda folder: seek(folder, arguments.megabytes),
        "keys": keys,
        "record": record,
    }
    print(f"{os.cpu_count()} Kerne, Last {os.getloadavg()[0]:.1f}", flush=True)
    for name, part in parts.items():
        if arguments.only in (None, name):
            folder = Path(tempfile.mkdtemp(prefix="bench-evidence-", dir=_root()))
            try:
                part(folder)
            finally:
                shutil.rmtree(folder)


def _root() -> Path:
    root = Path("build").resolve()
    root.mkdir(exist_ok=True)
    return root


def _django(folder: Path) -> None:
    """Set up a fresh installation in a folder."""
    os.environ["STREIFE_VAR"] = str(folder / "var")
    os.environ["DJANGO_SETTINGS_MODULE"] = "streife.config.settings"
    os.environ.pop("DATABASE_URL", None)
    sys.path.insert(0, "src")
    import django
    from django.conf import settings
    from django.core.management import call_command

    if settings.configured and hasattr(settings, "VAR_DIR"):
        _move_to(folder / "var")
    else:
        django.setup()
    call_command("migrate", verbosity=0)


def _move_to(var: Path) -> None:
    from django.conf import settings
    from django.db import connection

    connection.close()
    var.mkdir(parents=True, exist_ok=True)
    settings.VAR_DIR = var
    connection.settings_dict["NAME"] = str(var / "streife.sqlite3")


def make_file(path: Path, megabytes: int) -> Path:
    """Write random bytes and leave them in the page cache."""
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())
    return path


# Taking in ------------------------------------------------------------------------------------


def ingest(folder: Path, megabytes: int, rounds: int) -> None:
    """Compare taking in (with fsync, key, row, journal, signature) with copying by hand."""
    _django(folder)
    source = make_file(folder / "source.mp4", megabytes)
    rivals: dict[str, Callable[[], None]] = {
        "cp + fsync": lambda: _copy(source, folder / "copy"),
        "cp, dann sha256sum": lambda: _copy_and_sum(source, folder / "copy"),
        "Übernahme": _taker(source),
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
            begun, cpu = time.perf_counter(), _cpu()
            rivals[name]()
            times[name].append(time.perf_counter() - begun)
            used[name].append(_cpu() - cpu)
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


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", str(source), str(target)], check=True)
    handle = os.open(target, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _copy_and_sum(source: Path, target: Path) -> None:
    subprocess.run(["cp", str(source), str(target)], check=True)
    subprocess.run(["sha256sum", str(target)], check=True, stdout=subprocess.DEVNULL)


def _taker(source: Path) -> Callable[[], None]:
    from streife.accounts.rules import system
    from streife.evidence import actions
    from streife.kernel.clock import now

    actor = system("bench")
    dock = actions.add_dock(code="bench", name="Messung", actor=actor, now=now())

    def take() -> None:
        with actions.FileInside(source) as file:
            done = actions.ingest(incoming=file.incoming(now()), dock=dock, actor=actor, now=now())
        assert not done.repeated

    return take


def _clear(folder: Path) -> None:
    (folder / "copy").unlink(missing_ok=True)
    for path in (folder / "var").rglob("*.evf1"):
        path.unlink()


# Memory ---------------------------------------------------------------------------------------


def memory(folder: Path, sizes: list[int]) -> None:
    """Say how much memory one pass takes at a small and a large file, in a process of its own."""
    for megabytes in sizes:
        source = folder / "sparse"
        with source.open("wb") as file:
            file.truncate(megabytes * MIB)
        command = [sys.executable, "-m", "benchmarks.evidence", "--child", str(source), str(folder)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        print(
            f"{megabytes:>6} MiB: Spitze {told['peak_mb']:.0f} MB, davon vor dem Lesen "
            f"{told['before_mb']:.0f} MB; {megabytes / told['seconds']:.0f} MiB/s",
            flush=True,
        )


def _child(source: Path, folder: Path) -> None:
    import resource

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "streife.config.settings")
    os.environ["STREIFE_VAR"] = str(folder / "child")
    sys.path.insert(0, "src")
    from streife.evidence.envelope import Header, seal, sealed_size
    from streife.evidence.stores.local import LocalStore

    def peak() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000

    before, begun = peak(), time.perf_counter()
    header = Header("A", "B", "video/mp4", "2026")
    size = source.stat().st_size
    length = sealed_size(size, len(header.preamble(bytes(32))))
    writer = LocalStore(folder / "files").create("0a/x.evf1", length)
    with source.open("rb", buffering=0) as file:
        seal(read=file.readinto, size=size, sink=writer, header=header, data_key=bytes(32))
    writer.commit()
    seconds = time.perf_counter() - begun
    (folder / "files" / "0a" / "x.evf1").unlink()
    print(json.dumps({"peak_mb": peak(), "before_mb": before, "seconds": seconds}))


# Seeking --------------------------------------------------------------------------------------


def seek(folder: Path, megabytes: int) -> None:
    """Ask for single bytes in a large recording by HTTP range, permission and journal included."""
    _django(folder)
    from django.conf import settings
    from django.test import Client

    from streife.evidence.models import Recording
    from tests.factories import user_with

    settings.ALLOWED_HOSTS = ["*"]
    take = _taker(make_file(folder / "source.mp4", megabytes))
    take()
    size = Recording.objects.get().size
    ident = Recording.objects.get().ident
    client = Client()
    client.force_login(
        user_with("shift_leader"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    asked = []
    for _ in range(5):
        begun = time.perf_counter()
        told = client.post(
            f"/beweismittel/aufnahme/{ident}/ansehen/",
            {"purpose": "review", "reason": "Messung der Wiedergabe"},
        ).json()
        asked.append((time.perf_counter() - begun) * 1000)
    print(f"Einsicht erlaubt, protokolliert, signiert: Median {statistics.median(asked):.0f} ms")
    cpu = _cpu()
    spent = sorted(asyncio.run(_firsts(client, told["url"], size)))
    print(
        f"erstes Byte in {megabytes} MiB: Median {statistics.median(spent):.1f} ms, "
        f"95 % {spent[int(SEEKS * 0.95)]:.1f} ms, längste {spent[-1]:.1f} ms, "
        f"CPU {(_cpu() - cpu) / SEEKS * 1000:.1f} ms",
        flush=True,
    )


async def _firsts(client: Any, address: str, size: int) -> list[float]:
    """Return ms until the first piece, for ranges that begin anywhere; the rest is not fetched."""
    from django.test import AsyncClient

    asking = AsyncClient()
    asking.cookies = client.cookies
    spent = []
    for number in range(SEEKS):
        start = random.Random(number).randrange(size - 10)
        begun = time.perf_counter()
        answer = await asking.get(address, headers={"Range": f"bytes={start}-"})
        pieces = aiter(answer)
        first = await anext(pieces)
        spent.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 206
        assert first
        await pieces.aclose()
        answer.close()
    return spent


# Keys and the record --------------------------------------------------------------------------


def keys(folder: Path) -> None:
    """Destroy single keys among ten thousand, and wrap all of them anew."""
    _django(folder)
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
    _django(folder)
    from streife.evidence.actions import durable
    from streife.journal.actions import record as write
    from streife.journal.actions import record_many
    from streife.journal.rules import Line
    from streife.kernel.clock import now

    def line(number: int) -> dict[str, object]:
        return {"viewing": number, "purpose": "review", "sha256": "0" * 64}

    begun, cpu = time.perf_counter(), _cpu()
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
    begun, cpu = time.perf_counter(), _cpu()
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
    spent = (_cpu() - cpu) / count * 1000
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


if __name__ == "__main__":
    main()
