"""How much memory a pass takes, whatever the file."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.vault.installing import MIB


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


def measure_itself(source: Path, folder: Path) -> None:
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
