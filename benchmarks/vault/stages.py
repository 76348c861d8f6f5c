"""What taking in is made of: CPU milliseconds of each stage per MiB, and the disk by itself.

One thread each, on blocks that lie in memory; from the sum follows what two cores allow at best.
"""

import fcntl
import hashlib
import mmap
import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.vault.installing import MIB, make_file

ROUNDS = 5


def stages(folder: Path, megabytes: int) -> None:
    """Measure every stage and print what the slowest and the sum allow."""
    source = make_file(folder / "source", megabytes)
    block, out = (memoryview(mmap.mmap(-1, 2 * MIB)) for _ in range(2))
    block[:] = os.urandom(2 * MIB)
    aead = AESGCM(bytes(32))
    whole = hashlib.sha256()

    def leaf(_: int) -> None:
        digest = hashlib.sha256(b"\x00")
        digest.update(block[:MIB])

    def sealed(number: int) -> None:
        aead.encrypt_into(number.to_bytes(12, "big"), block[:MIB], bytes(32), out[: MIB + 16])

    with source.open("rb", buffering=0) as file:

        def read(number: int) -> None:
            file.seek(number * MIB)
            file.readinto(out[:MIB])

        spent = {
            "lesen": _each(read, megabytes),
            "SHA-256 des Ganzen": _each(lambda _: whole.update(block[:MIB]), megabytes),
            "SHA-256 der Blätter": _each(leaf, megabytes),
            "AES-256-GCM": _each(sealed, megabytes),
        }
    for name, cost in spent.items():
        print(f"{name:<22} {cost:6.3f} ms CPU/MiB")
    print(f"zwei Kerne, vollkommen verteilt: höchstens {2000 / sum(spent.values()):.0f} MiB/s")
    rates = sorted(_written(folder / "disk", megabytes) for _ in range(ROUNDS))
    print(
        f"die Platte allein (O_DIRECT, zwei Schreiber, fsync): Median "
        f"{statistics.median(rates):.0f} MiB/s, beste {rates[-1]:.0f}",
        flush=True,
    )


def _each(act: Callable[[int], None], megabytes: int) -> float:
    """Return the median CPU time of one call in ms."""
    costs = []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        for number in range(megabytes):
            act(number)
        costs.append((time.thread_time() - begun) * 1000 / megabytes)
    return statistics.median(costs)


def _written(path: Path, megabytes: int) -> float:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.posix_fallocate(handle, 0, megabytes * MIB)
    fcntl.fcntl(handle, fcntl.F_SETFL, os.O_DIRECT)
    block = memoryview(mmap.mmap(-1, 2 * MIB))
    block[:] = os.urandom(2 * MIB)

    def write(first: int) -> None:
        for number in range(first, megabytes // 2, 2):
            os.pwrite(handle, block, number * 2 * MIB)

    begun = time.perf_counter()
    writers = [threading.Thread(target=write, args=(first,)) for first in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    os.fsync(handle)
    rate = megabytes / (time.perf_counter() - begun)
    os.close(handle)
    path.unlink()
    return rate
