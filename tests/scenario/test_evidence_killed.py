"""Case 10: whoever takes a recording in is killed at any step; nothing is lost, nothing is half.

Every moment is hit by a process of its own that ends by SIGKILL there: no `finally` runs.
"""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
BEFORE_ITS_NAME = ("key", "room", "half", "whole")
BEFORE_ITS_ROW = ("named", "back", "signing")
AFTER = ("row", "receipt", "wiping")


def run(var: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a verb of `tests.killing` on SQLite, whatever the suite runs on."""
    return subprocess.run(
        [sys.executable, "-m", "tests.killing", *arguments],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "STREIFE_VAR": str(var),
            "DATABASE_URL": f"sqlite:///{var / 'streife.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "streife.config.settings",
            "STREIFE_EVIDENCE_RESERVE_MB": "0",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def tell(var: Path, verb: str) -> list[dict[str, Any]]:
    done = run(var, verb)
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation with a camera's file at its dock, to be copied."""
    var = tmp_path_factory.mktemp("killed") / "var"
    var.mkdir()
    (told,) = tell(var, "begin")
    assert (told["sha256"], told["receipt"], told["files"]) == ([], "", 0)
    assert told["source"]
    return var


@pytest.mark.parametrize("moment", [*BEFORE_ITS_NAME, *BEFORE_ITS_ROW, *AFTER])
def test_case_10_an_ingest_killed_at_any_moment_loses_nothing_and_shows_nothing_half(
    begun: Path, moment: str
) -> None:
    # In the same place one after the other: the dock knows its folder by name.
    kept = begun.with_name("kept")
    shutil.copytree(begun, kept)
    try:
        killed_at(begun, moment)
    finally:
        shutil.rmtree(begun)
        kept.rename(begun)


def killed_at(var: Path, moment: str) -> None:
    died = run(var, "round", moment)
    assert died.returncode == -signal.SIGKILL, died.stderr
    left, again, end = tell(var, "again")
    film = left["source"]
    assert film, "the camera's file is there still"
    there = moment in AFTER
    assert left["sha256"] == left["content"] == ([film] if there else [])
    assert left["receipt"] == (film if moment == "wiping" else ""), "nothing says: may be wiped"
    assert left["acts"] == (["ingested"] if there else [])
    assert (left["defects"], left["missing_keys"]) == ([], [])
    # What nobody can read is no stock; a whole file without a row is told to a person.
    surplus = moment in BEFORE_ITS_ROW
    assert left["findings"] == (["file-surplus"] if surplus else [])
    assert left["parts"] == (1 if moment in BEFORE_ITS_NAME[1:] else 0)
    assert left["files"] == (1 if there or surplus else 0)
    assert len(left["keys"]) == (0 if there else 1)

    # The next round takes it in, once, and only then wipes.
    assert again["sha256"] == again["content"] == [film]
    done = ["ingested", "ingest_repeated"] if moment in {"row", "receipt"} else ["ingested"]
    assert again["acts"] == done
    assert again["receipt"] == film
    assert again["source"] == ("" if moment != "wiping" else film), "with its receipt it is passed"
    assert (end["keys"], end["missing_keys"], end["parts"], end["defects"]) == ([], [], 0, [])
    assert end["findings"] == (["file-surplus"] if surplus else [])
    assert end["content"] == [film]
