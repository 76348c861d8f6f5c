"""No double dispatch under concurrent clicks, proved with threads on a real, committed database."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connection

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
    given = settings.DATABASES["default"]
    name = f"streife_race_{uuid.uuid4().hex[:12]}"
    server = {
        "host": given["HOST"] or None,
        "port": given["PORT"] or None,
        "user": given["USER"] or None,
        "password": given["PASSWORD"] or None,
        "dbname": "postgres",
    }
    with psycopg.connect(**server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        secret = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
        port = f"&port={given['PORT']}" if given["PORT"] else ""
        url = f"postgres://{quote(given['USER'] or '')}{secret}@/{name}"
        yield {**base, "DATABASE_URL": f"{url}?host={quote(given['HOST'], safe='')}{port}"}
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
