"""The journal's process dies at any moment, or many use it at once: nothing is half."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A database and a folder of its own, on SQLite whatever the suite runs on."""
    known = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    var = tmp_path / "var"
    return {
        **known,
        "STREIFE_VAR": str(var),
        "DATABASE_URL": f"sqlite:///{var / 'journal.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "streife.config.settings",
    }


def run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hammering", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_case_26_a_process_killed_at_any_step_leaves_a_whole_record(
    environment: dict[str, str],
) -> None:
    """Between insert, tile, checkpoint and its file: what was said to be written is there."""
    run(environment, "prepare")
    certain = 0
    for seed in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.hammering", "write"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.Random(seed).uniform(0.1, 1.5))
        process.kill()
        process.wait()
        told = process.stdout.read().split()
        process.stdout.close()
        certain = max([certain, *map(int, told)])
        said = run(environment, "check")
        assert "defects []" in said, said
        assert "damage []" in said, said
        assert int(said.split()[1]) >= certain


def test_case_32_many_writers_and_a_reader_who_checks_every_head(
    environment: dict[str, str],
) -> None:
    run(environment, "prepare")
    said = run(environment, "soak", "4")
    assert "refused" not in said
    counts = dict(zip(said.split()[::2], map(int, said.split()[1::2]), strict=True))
    assert counts["heads"] > 3, said
    assert counts["entries"] > 30, said
    assert "defects []" in run(environment, "check")
