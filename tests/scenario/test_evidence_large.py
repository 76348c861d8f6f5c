"""Large recordings: what lies in memory does not grow with them, and a jump reads one chunk."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from streife.evidence.envelope import (
    CHUNK,
    TAG,
    Cipher,
    Envelope,
    Header,
    chunks_of,
    sealed_size,
)
from streife.evidence.stores import FileSource
from tests.conftest import UNDER_CI

ROOT = Path(__file__).resolve().parents[2]
MIB, GIB = 1 << 20, 1 << 30
MORE = 16 * MIB  # two blocks of each ring; a thousandth of what a list of all pieces would take


def weigh(folder: Path, size: int) -> dict[str, Any]:
    """Take a file of zeros in, in a process of its own, and read it out again."""
    source = folder / f"{size}.mp4"
    with source.open("wb") as file:
        file.truncate(size)
    done = subprocess.run(
        [sys.executable, "-m", "tests.weighing", str(source)],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "STREIFE_VAR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "streife.config.settings",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["whole"]
    return told


@pytest.mark.parametrize(
    "size",
    [
        GIB,
        # Half a minute of CPU and 8 GiB of disk: where every change is checked, not at each save.
        pytest.param(
            8 * GIB,
            marks=pytest.mark.skipif(not UNDER_CI, reason="8 GiB: 25 s of CPU; CI=true runs it"),
        ),
    ],
    ids=["1 GiB", "8 GiB"],
)
def test_a_large_recording_takes_no_more_memory_than_a_small_one(tmp_path: Path, size: int) -> None:
    """The whole way in (key, envelope, read back) and out again, by what the system counted."""
    if shutil.disk_usage(tmp_path).free < size + 2 * GIB:
        # Disks of test machines differ in size; that is no fault of the vault's, in CI neither.
        pytest.skip("the disk has no room for it")
    small, large = weigh(tmp_path, 64 * MIB), weigh(tmp_path, size)
    assert large["taken_in"] - small["taken_in"] < MORE
    assert large["read_out"] - small["read_out"] < MORE
    assert small["taken_in"] > small["before"], "the measure would see it"


class Counting:
    """A file that notes what is read of it."""

    def __init__(self, path: Path) -> None:
        self._file = FileSource(path)
        self.size = self._file.size
        self.reads: list[tuple[int, int]] = []

    def read_at(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        return self._file.read_at(offset, length)


def sparse_envelope(path: Path, size: int, numbers: set[int], key: bytes) -> dict[int, bytes]:
    """Write an envelope of which only some chunks are really there; the rest is a hole."""
    preamble = Header("A", "B", "video/mp4", "2026").preamble(os.urandom(32))
    cipher = Cipher(key, preamble[-32:], hashlib.sha256(preamble).digest())
    last = chunks_of(size) - 1
    plain = {}
    with path.open("wb") as file:
        file.truncate(sealed_size(size, len(preamble)))
        file.write(preamble)
        for number in numbers | {last}:
            plain[number] = os.urandom(size - last * CHUNK if number == last else CHUNK)
            file.seek(len(preamble) + number * (CHUNK + TAG))
            file.write(cipher.seal(number, plain[number], number == last))
    return plain


def test_a_jump_into_two_gigabytes_reads_one_chunk(tmp_path: Path) -> None:
    size, wanted = 2 * GIB + 5, {0, 1, 777, 1500, 2046, 2047}
    path, key = tmp_path / "x.evf1", os.urandom(32)
    plain = sparse_envelope(path, size, wanted, key)
    source = Counting(path)
    envelope = Envelope(source, key)
    assert envelope.size == size
    assert sum(length for _, length in source.reads) < 8192, "opening: header and the last tag"

    for number in sorted(wanted):
        source.reads.clear()
        begin = number * CHUNK + 12_345
        got = b"".join(envelope.parts(begin, begin + 1000))
        assert got == plain[number][12_345:13_345]
        assert [length for _, length in source.reads] == [CHUNK + TAG]
    source.reads.clear()
    across = b"".join(envelope.parts(CHUNK - 10, CHUNK + 10))
    assert across == plain[0][-10:] + plain[1][:10]
    assert len(source.reads) == 2
    assert b"".join(envelope.parts(size - 3)) == plain[2048][-3:]
