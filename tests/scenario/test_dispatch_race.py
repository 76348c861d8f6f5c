"""No double dispatch under concurrent clicks, proved with threads on a real, committed database."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, THREADS = 12, 6


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the environment of a process with an empty database of the suite's kind."""
    base = {
        **os.environ,  # noqa: TID251 (passed on to the process)
        "STREIFE_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "streife.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    if connection.vendor != "postgresql":
        yield {**base, "DATABASE_URL": f"sqlite:///{tmp_path / 'race.sqlite3'}"}
        return
    given = connection.get_connection_params()
    server = {
        key: str(given[key]) for key in ("host", "port", "user", "password") if given.get(key)
    }
    name = f"streife_race_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(
        conninfo=make_conninfo(**server, dbname="postgres"), autocommit=True
    ) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield {**base, "DATABASE_URL": f"postgres:///{name}?{urlencode(server)}"}
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def outcome(environment: dict[str, str]) -> dict[str, Any]:
    """Return what the races came to."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.dispatch_race", str(ROUNDS), str(THREADS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def test_of_many_clicks_at_once_exactly_one_wins_and_the_others_are_told(
    outcome: dict[str, Any],
) -> None:
    assert outcome["vendor"] == connection.vendor
    assert outcome["problems"] == []
    assert outcome["unit"] == [{"ok": 1, "unit-taken": THREADS - 1}] * ROUNDS
    assert outcome["incident"] == [{"ok": 1, "incident-taken": 2}] * ROUNDS
    known = {"ok", "unit-taken", "already-assigned", "incident-taken", "illegal-move"}
    assert {code for race in outcome["storm"] for code in race} <= known
    assert len(outcome["storm"]) == 2 * ROUNDS
