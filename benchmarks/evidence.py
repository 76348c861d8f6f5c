"""The vault: taking in beside `cp` and `sha256sum`, memory, seeking, destroying keys, the record.

`make bench-evidence` (BENCH="--megabytes 2048 --rounds 5 --large 8192"). Absolute numbers depend on
the machine; what is promised are ratios, so every round measures all rivals one after the other on
the same file, and medians of rounds are compared. The source lies in the page cache for all of
them, or for none of them (`--cold`: like a film that was just put into the dock). CPU time per MiB
is told as well: it hardly changes when others use the machine.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.vault.installing import root_folder
from benchmarks.vault.memory import measure_itself, memory
from benchmarks.vault.recording import keys, record
from benchmarks.vault.seeking import seek
from benchmarks.vault.stages import stages
from benchmarks.vault.taking_in import ingest


def main() -> None:
    """Measure everything and print it; `--child` is this program measuring its own memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", type=int, default=0, help="a file of so many MiB for memory")
    parser.add_argument("--only", choices=["stages", "ingest", "memory", "seek", "keys", "record"])
    parser.add_argument(
        "--where", type=Path, default=root_folder(), help="the disk to work on (/dev/shm: memory)"
    )
    parser.add_argument("--cold", action="store_true", help="read the source from the disk")
    parser.add_argument("--child", nargs=2, metavar=("SOURCE", "FOLDER"))
    arguments = parser.parse_args()
    if arguments.child:
        measure_itself(Path(arguments.child[0]), Path(arguments.child[1]))
        return
    parts: dict[str, Callable[[Path], None]] = {
        "stages": lambda folder: stages(folder, min(512, arguments.megabytes)),
        "ingest": lambda folder: ingest(
            folder, arguments.megabytes, arguments.rounds, cold=arguments.cold
        ),
        "memory": lambda folder: memory(folder, [64, arguments.large or arguments.megabytes]),
        "seek": lambda folder: seek(folder, arguments.megabytes),
        "keys": keys,
        "record": record,
    }
    print(f"{os.cpu_count()} Kerne, Last {os.getloadavg()[0]:.1f}", flush=True)
    for name, part in parts.items():
        if arguments.only in (None, name):
            folder = Path(tempfile.mkdtemp(prefix="bench-evidence-", dir=arguments.where))
            try:
                part(folder)
            finally:
                shutil.rmtree(folder)


if __name__ == "__main__":
    main()
