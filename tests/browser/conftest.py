"""A real server on a database of its own, and pages of a real browser that may talk to it only.

The append-only tables refuse to be emptied between tests, so Django's live server cannot be used;
browser tests share one prepared office instead and must not rely on numbers of rows.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.browser.pages import Office

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A machine with other work to do needs long for a page; whatever passes waits no longer for it.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and keep it in one process: one server, one Chromium."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


# A refused form answers 4xx, which Chromium calls an error; the test looks at the page itself.
# Whoever is offline was taken off the net by a test.
EXPECTED = ("the server responded with a status of 4", "ERR_INTERNET_DISCONNECTED")


@dataclass
class Visit:
    """What a browser did besides what it was told: other hosts asked, errors on the console."""

    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def _executable() -> str:
    path = next((found for name in NAMES if (found := shutil.which(name))), "")
    if not path:
        message = "no Chromium here: apt-get install chromium"
        if os.environ.get("CI") == "true":  # noqa: TID251 (a setting of the test run)
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """Run the production server and its worker on a fresh SQLite file with a small city in it."""
    _executable()
    var = Path(tempfile.mkdtemp(prefix="streife-office-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {
        name: value
        for name, value in os.environ.items()  # noqa: TID251 (handed on, less what would redirect)
        if name not in {"DATABASE_URL", "STREIFE_SECRET_KEY", "STREIFE_HOSTS"}
    } | {
        "STREIFE_VAR": str(var),
        "STREIFE_BASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "streife.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    processes: list[subprocess.Popen[bytes]] = []
    try:
        facts = _prepare(environment)
        serve = ["granian", "--interface", "asginl", "--port", str(port), "--workers", "1"]
        for command in (
            [sys.executable, "-m", *serve, "streife.config.asgi:application"],
            [sys.executable, "manage.py", "db_worker", "--interval", "0.3"],
        ):
            with (var / "server.log").open("ab") as log:
                processes.append(
                    subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
                )
        _wait_for(address, processes[0], var / "server.log")
        yield Office(address, facts)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)
        shutil.rmtree(var, ignore_errors=True)


def _prepare(environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(HERE / "prepare.py")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"the office could not be prepared:\n{done.stderr[-4000:]}"
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        assert server.poll() is None, f"the server stopped:\n{log.read_text()[-4000:]}"
        try:
            urlopen(f"{address}/konto/anmelden/", timeout=5).close()  # noqa: S310 (our own server)
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server does not answer:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium, headless."""
    path = _executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page_for(browser: Browser, office: Office) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page as a role: `page_for("dispatcher")`.

    Further arguments go to the browser's context (`java_script_enabled=False`, `viewport=…`,
    `color_scheme="dark"`). After the test: no other host was asked, nothing failed in the console.
    """
    contexts: list[BrowserContext] = []
    visit = Visit()

    def open_page(role: str = "public", **options: Any) -> Page:
        context = browser.new_context(
            **{
                "locale": "de-DE",
                "timezone_id": "Europe/Berlin",
                "base_url": office.address,
                "reduced_motion": "reduce",  # else a button is measured while it changes colour
            }
            | options
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.route("**/*", lambda route: _only_here(route, office, visit))
        if role != "public":
            session = office.facts["sessions"][role]
            context.add_cookies([{"name": "sessionid", "value": session, "url": office.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        page.on("console", lambda line: _console(line, visit))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not visit.elsewhere, f"asked somebody else: {visit.elsewhere}"
    assert not visit.errors, f"errors in the console: {visit.errors}"


def _only_here(route: Route, office: Office, visit: Visit) -> None:
    if urlsplit(route.request.url).netloc == urlsplit(office.address).netloc:
        route.continue_()
    else:
        visit.elsewhere.append(route.request.url)
        route.abort()


def _console(line: Any, visit: Visit) -> None:
    if line.type == "error" and not any(known in line.text for known in EXPECTED):
        visit.errors.append(line.text)


@pytest.fixture
def page(page_for: Callable[..., Page]) -> Page:
    """Open a page as a resident."""
    return page_for()


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[..., None]:
    """Return a function that runs axe (WCAG 2.2 A and AA) on a page and names what it finds.

    `rules` looks for these only, where just they can have changed.
    """
    source = AXE.read_text()

    def check(page: Page, *, rules: list[str] | None = None) -> None:
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(source)
        result = page.evaluate(
            "runOnly => axe.run(document, {runOnly, resultTypes: ['violations']})",
            {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG},
        )
        found = [
            f"{violation['id']}: {violation['help']}\n    "
            + "\n    ".join(node["html"][:160] for node in violation["nodes"][:5])
            for violation in result["violations"]
        ]
        assert not found, f"{page.url}\n" + "\n".join(found)

    return check
