"""What every test shares: settings of a test run, moments, actors and signed-in clients.

Nothing of ours is replaced. Tests live on one day (`TODAY`), whenever they run: a suite that passes
only this week is of no use to whoever comes next year. A test with `real_clock` talks to processes
that know nothing of that (OpenSSL, a child that is killed, a server); browser tests do, all of
them. The settings differ from a real installation in seven points: files go
to a folder of their own, tasks run at once, passwords are hashed quickly, static files are read
where they lie, e-mail and cache stay in memory (tests without a database have a cache too), and
dated data is read anew each time.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from streife.accounts.queries import actor_of
from streife.accounts.rules import PUBLIC, Actor, Role, system
from tests.committed import empty_journal
from tests.factories import user_with

TODAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, 11:00 in Dortmund
ROOT = Path(__file__).resolve().parents[1]
UNDER_CI = os.environ.get("CI") == "true"  # noqa: TID251 (a setting of the test run)

hypothesis_settings.register_profile(
    "local", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "ci",
    deadline=None,
    max_examples=100,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("ci" if UNDER_CI else "local")


def pytest_configure(config: pytest.Config) -> None:
    """Put the settings of a test run in place before anything reads them."""
    var = Path(tempfile.mkdtemp(prefix="streife-test-"))
    (var / "static").mkdir()
    config.add_cleanup(lambda: shutil.rmtree(var, ignore_errors=True))
    override = override_settings(
        VAR_DIR=var,
        STATIC_ROOT=var / "static",
        STORAGES={
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": str(var / "files"), "base_url": None},
            },
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
        CACHES={
            name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
            for name in ("default", "process")
        },
        REFERENCE_SECONDS=0,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    )
    override.enable()
    config.add_cleanup(override.disable)


def _lives_on_its_own_day(node: pytest.Item | pytest.Collector) -> bool:
    return any(mark.name in {"real_clock", "browser"} for mark in node.iter_markers())


@pytest.fixture(scope="module", autouse=True)
def _one_day(request: pytest.FixtureRequest) -> Iterator[None]:
    """Begin every file soon after `now`; the clock goes on from there as it does everywhere."""
    if _lives_on_its_own_day(request.node):
        yield
        return
    with time_machine.travel(TODAY + timedelta(minutes=5), tick=True):
        yield


@pytest.fixture(autouse=True)
def _its_own_day(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give a single test with `real_clock` the day that other processes have, too."""
    if not _lives_on_its_own_day(request.node) or _lives_on_its_own_day(request.node.parent):
        yield
        return
    with time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(UTC), tick=True):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Start every test without what another one left: in the cache (throttling, sessions), and
    as the language of the thread (a page that was asked for in English).
    """
    cache.clear()
    yield
    cache.clear()
    translation.deactivate()


@pytest.fixture(autouse=True)
def _language_of_the_settings() -> Iterator[None]:
    """End every test without the language that a request before it has left in the thread."""
    yield
    translation.deactivate()


@pytest.fixture
def now() -> datetime:
    """Return the moment at which tests take place: Monday, 23 November 2026, 11:00 in Dortmund."""
    return TODAY


@pytest.fixture
def actor_for(db: None) -> Callable[[Role | str], Actor]:
    """Return a function that gives the actor of a real user who holds the role (always the same).

    `actor_for("public")` is `PUBLIC`, `actor_for("system")` is `system("test")`.
    """
    known: dict[Role, Actor] = {}

    def make(role: Role | str) -> Actor:
        role = Role(role)
        if role is Role.PUBLIC:
            return PUBLIC
        if role is Role.SYSTEM:
            return system("test")
        if role not in known:
            known[role] = actor_of(user_with(role))
        return known[role]

    return make


@pytest.fixture
def client_for(db: None) -> Callable[[Role | str], Client]:
    """Return a function that gives a client signed in as a user who holds the role."""

    def make(role: Role | str) -> Client:
        client = Client()
        if Role(role) is not Role.PUBLIC:
            client.force_login(
                user_with(role), backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client

    return make


@pytest.fixture
def own_var(settings: Any, tmp_path: Path) -> None:
    """Give a test a folder of its own for keys, footage and the record's heads; no reserve."""
    settings.VAR_DIR = tmp_path / "var"
    settings.EVIDENCE_RESERVE_BYTES = 0


@pytest.fixture
def own_var_committed(own_var: None, transactional_db: None) -> Iterator[None]:
    """As `own_var`, for tests whose transactions really end: they leave an empty record."""
    yield
    empty_journal()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of recorded data beside the project; skip if absent, never in CI."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        if UNDER_CI:
            pytest.fail(f"{folder} is missing; CI must have it")
        pytest.skip("recorded data (../shared) is not beside the project")
    return folder
