"""Whoever makes the copy is killed at any step: the work goes on, nothing half is shown."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
SEARCHED = ["ingested", "redaction_begun", "redaction_worked"]


class Vault:
    """An installation of its own, on SQLite whatever the suite runs on; all by other processes."""

    def __init__(self, var: Path) -> None:
        self.database = var / "streife.sqlite3"
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "STREIFE_VAR": str(var),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "DJANGO_SETTINGS_MODULE": "streife.config.settings",
        }
        var.mkdir()

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.dying", *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tell(self, verb: str) -> dict[str, Any]:
        with self.start(verb) as process:
            out, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, errors
        told: dict[str, Any] = json.loads(out)
        return told

    def work(self) -> None:
        """Let the worker do whatever waits."""
        with self.start("work") as process:
            _, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, errors

    def work_until(self, condition: str) -> None:
        """Kill the worker from outside as soon as the redaction's row says so."""
        with self.start("work") as process:
            for _ in self._while_alive(process):
                with closing(sqlite3.connect(self.database, timeout=20)) as rows:
                    query = f"SELECT 1 FROM evidence_redaction WHERE {condition}"  # noqa: S608 (ours)
                    if rows.execute(query).fetchone():
                        break
            process.kill()
            process.communicate()
        assert process.returncode == -signal.SIGKILL

    @staticmethod
    def _while_alive(process: "subprocess.Popen[str]") -> Iterator[None]:
        end = time.monotonic() + PATIENCE_SECONDS
        while process.poll() is None and time.monotonic() < end:
            yield
            time.sleep(0.02)

    def die(self, moment: str) -> None:
        """Let the worker end itself by SIGKILL at a moment that cannot be hit from outside."""
        with self.start("work", moment) as process:
            _, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == -signal.SIGKILL, errors


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(tmp_path_factory.mktemp("killed") / "var")


def nothing_half(told: dict[str, Any]) -> None:
    """Nobody is shown more than the original; the record is whole and without a gap."""
    assert (told["copies"], told["listed"]) == (0, 1)
    assert told["defects"] == []
    assert told["places"] == list(range(1, len(told["acts"]) + 1))
    assert told["resumed"] == 1


def test_a_redaction_whose_worker_is_killed_at_every_step_ends_whole(vault: Vault) -> None:
    told = vault.tell("begin")
    assert told["acts"] == SEARCHED[:2]

    # While the original is read and searched: what was found so far is kept.
    vault.work_until("state = 'searching' AND found IS NOT NULL")
    told = vault.tell("again")
    nothing_half(told)
    assert told["state"] == "searching"
    assert told["upto"] > 0
    vault.work()
    told = vault.tell("ask")
    assert told["same"], "a search that was killed finds what one without a break finds"
    asked = told["acts"]
    assert asked[:3] == SEARCHED
    assert asked[-1] == "copy_asked"

    # While the copy is written and read again.
    vault.work_until("state = 'making' AND done_frames > 0")
    told = vault.tell("again")
    nothing_half(told)
    assert (told["state"], told["acts"], told["files"]) == ("making", asked, 1)
    assert told["done"] > 0

    # Its envelope has room but no content; then it is whole, but has no name yet.
    for moment, parts in (("part", 1), ("rename", 2)):
        vault.die(moment)
        told = vault.tell("again")
        nothing_half(told)
        assert (told["state"], told["acts"]) == ("making", asked)
        assert (told["files"], told["parts"]) == (1, parts)
        assert told["findings"] == [], "what is not done is no stock"

    # It has its name, but no row: nobody is shown it, and the daily count names it.
    vault.die("named")
    told = vault.tell("again")
    nothing_half(told)
    assert (told["state"], told["acts"], told["files"]) == ("making", asked, 2)
    assert told["findings"] == ["file-surplus"]

    vault.work()
    told = vault.tell("end")
    assert (told["state"], told["copies"], told["listed"]) == ("made", 1, 2)
    assert told["whole"]
    assert told["frames"] == 100
    assert told["acts"] == [*asked, "copy_made"], "once, however often it was begun"
    assert told["places"] == list(range(1, len(told["acts"]) + 1))
    assert told["defects"] == []
    assert told["parts_after"] == 0
