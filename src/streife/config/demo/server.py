"""Server, worker and schedule as children: ended together, never left behind."""

import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

from django.conf import settings

GRACE_SECONDS = 10
START_SECONDS = 60


class _Asked:
    """Whether somebody asked us to end (Ctrl-C or SIGTERM).

    Only noted: an exception out of the handler could come between the start of a child and its
    place in the list, and leave it behind.
    """

    to_end = False

    def note(self, *_: object) -> None:
        """Take the signal."""
        self.to_end = True


def port_is_free(port: int) -> bool:
    """Say whether nothing listens on the port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def usual_port() -> int:
    """Return the port of our address, 8000 when it names none."""
    return urlsplit(settings.BASE_URL).port or 8000


def address_at(port: int) -> str:
    """Return what status links and calendars begin with when we serve on the port."""
    address: str = settings.BASE_URL
    return address if port == usual_port() else f"http://localhost:{port}"


def answers(url: str) -> bool:
    """Say whether the server answers at all, whatever it answers."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (our own address)
            return True
    except urllib.error.HTTPError:
        return True
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def run(*, port: int, workers: int, ready: Callable[[], None]) -> int:
    """Run server and background worker until one ends or we are asked to; return the exit code.

    `ready` is called once, when the server answers.
    """
    address = f"STREIFE_BASE_URL={address_at(port)}"
    manage = ["env", address, sys.executable, str(Path(settings.ROOT) / "manage.py")]
    serve = [*manage, "serve", "--port", str(port), "--workers", str(workers)]
    # They can wait until somebody can see a page.
    others = (
        [*manage, "db_worker", "--no-reload", "--verbosity", "0"],
        [*manage, "run_schedule"],
    )
    asked = _Asked()
    signal.signal(signal.SIGTERM, asked.note)
    signal.signal(signal.SIGINT, asked.note)
    children = [_start(serve)]
    try:
        if code := _watch(children, asked, until=lambda: answers(f"http://127.0.0.1:{port}/")):
            return code
        if not asked.to_end:
            ready()
            children += [_start(command) for command in others]
        return _watch(children, asked)
    finally:
        _end(children)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own: Ctrl-C reaches us alone, and we end them in order.

    What worker and schedule say would cover the table of sign-ins; their errors are still shown.
    """
    return subprocess.Popen(  # noqa: S603 (our own commands)
        command, start_new_session=True, stdout=subprocess.DEVNULL
    )


def _watch(
    children: Sequence[subprocess.Popen[bytes]],
    asked: _Asked,
    *,
    until: Callable[[], bool] | None = None,
) -> int:
    """Return when a child ended (its code, at least 1), when `until` is late (1), else 0.

    That is when `until` holds, or when we are asked to end.
    """
    deadline = monotonic() + START_SECONDS
    while not asked.to_end:
        for child in children:
            if (code := child.poll()) is not None:
                return code or 1  # none of them ends by itself
        if until is not None and until():
            return 0
        if until is not None and monotonic() > deadline:
            return 1
        sleep(0.1)
    return 0


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
