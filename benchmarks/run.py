"""`make bench`: the production server on one database, at three sizes, request by request.

Prints a Markdown table: requests/s, p50 and p99 in ms, CPU ms a request (server and database
processes together, from /proc) and the number of SQL statements (counted in a process of our own
through Django's test client, because counting costs time).
"""

import argparse
import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import django

ROOT = Path(__file__).resolve().parents[1]
CITY_VIEW = "box=7.30,51.41,7.64,51.60&zoom=11"
SIZES = (10_000, 250_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure."""

    name: str
    method: str
    path: str
    connections: int = 1
    count: int = 200
    body: Callable[[int], bytes] | None = None


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(port: int) -> Iterator[int]:
    """Run granian as in production with one worker; yields its process id."""
    command = [
        sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--no-ws", "--log-level", "error",
        "streife.config.asgi:application",
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        for _ in range(150):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def database_roots() -> list[int]:
    """Return the postmaster's process id; SQLite works inside the server."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    stat = Path(f"/proc/{backend}/stat").read_text()
    return [int(stat[stat.rindex(")") + 2 :].split()[1])]


def signed_in() -> str:
    """Return the session cookie of a dispatcher made for the benchmark."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from streife.accounts.models import Grant, User
    from streife.kernel.clock import now

    user, _ = User.objects.get_or_create(username="benchmark")
    Grant.objects.get_or_create(
        user=user, role="dispatcher", valid_to=None, defaults={"valid_from": now()}
    )
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return f"sessionid={store.session_key}"


def post_body(path: str, token: str) -> Callable[[int], bytes]:
    """Return a maker of form bodies for the public form, each with an identity of its own."""

    def make(index: int) -> bytes:
        fields = {
            "csrfmiddlewaretoken": token,
            "client_id": str(uuid.uuid4()),
            "category_code": "sperrmuell",
            "text": f"Ein Sofa und drei Matratzen stehen seit gestern auf dem Gehweg ({index}).",
            "latitude": "51.5148",
            "longitude": "7.4687",
            "address": "Platz von Leeds",
            "kind": "hint",
        }
        return urlencode(fields).encode()

    return make


def cases() -> list[Case]:
    """Return what is measured, in order."""
    from django.apps import apps
    from django.urls import reverse

    from streife.triage.queries import categories

    districts = list(
        apps.get_model("places", "Area")
        .objects.filter(kind="district", valid_to=None)
        .order_by("name")
        .values_list("id", flat=True)[:4]
    )
    day = django.utils.timezone.localdate()
    category = next(c.code for c in categories(on=day) if c.parent_code)
    board = reverse("desk:board")
    narrow = urlencode(
        [("anlass", category), ("stand", "open")] + [("bezirk", str(d)) for d in districts]
    )
    number = (
        apps.get_model("incidents", "Incident")
        .objects.order_by("-id")
        .values_list("number", flat=True)[0]
    )
    return [
        Case("Schlange, ohne Filter", "GET", board),
        Case("Schlange, Anlass + Stand + 4 Bezirke", "GET", f"{board}?{narrow}"),
        Case("Schlange, Seite 100 (Keyset)", "GET", page_100(board)),
        Case("Karte, ganze Stadt", "GET", f"{reverse('desk:map')}?{CITY_VIEW}"),
        Case("Volltextsuche", "GET", reverse("desk:search") + "?q=Matratze+Gehweg"),
        Case("Vorgangsseite", "GET", reverse("desk:incident", args=[number])),
    ]  # fmt: skip


def page_100(board: str) -> str:
    """Return the address of the hundredth page by walking 99 cursors through the query layer."""
    from streife.desk.queries import cursor_of_page

    cursor = cursor_of_page(100)
    return f"{board}?{urlencode({'ab': cursor})}" if cursor else board


def count_sql(case: Case, cookie: str, body: bytes | None) -> int:
    """Return how many SQL statements one request runs."""
    from django.db import connection
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = cookie.partition("=")[2]
    statements = 0

    def counting(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        nonlocal statements
        # Savepoints and BEGIN are no round trips worth a budget of their own.
        statements += not re.match(r"(SAVEPOINT|RELEASE|BEGIN|COMMIT)", sql)
        return execute(sql, params, many, context)

    def send() -> None:
        if case.method == "POST":
            client.post(case.path, body, content_type="application/x-www-form-urlencoded")
        else:
            client.get(case.path)

    send()  # process caches warm, as in a running server
    with connection.execute_wrapper(counting):
        if case.method == "POST" and case.body:
            body = case.body(0)
        send()
    return statements


def measure(case: Case, port: int, pid: int, roots: list[int], cookie: str) -> str:
    """Run one case and return its row of the table."""
    from benchmarks.load import request, run
    from benchmarks.machine import cpu_seconds

    def make(index: int):  # type: ignore[no-untyped-def]
        body = case.body(index) if case.body else b""
        return request(case.method, case.path, cookie=cookie, body=body)

    run(port, make, count=20, connections=case.connections)
    before = cpu_seconds([pid, *roots])
    figures = run(port, make, count=case.count, connections=case.connections)
    cpu = (cpu_seconds([pid, *roots]) - before) * 1000 / case.count
    sql = count_sql(case, cookie, case.body(0) if case.body else None)
    failed = f" **{figures.failed} Fehler**" if figures.failed else ""
    return (
        f"| {case.name}{failed} | {case.connections} | {figures.per_second:,.0f} "
        f"| {figures.p50_ms:.1f} | {figures.p99_ms:.1f} | {cpu:.1f} | {sql} |"
    )


def public_posts(port: int) -> tuple[list[Case], str]:
    """Return the public form's cases and the cookie that belongs to their token."""
    from django.urls import reverse

    from benchmarks.load import fetch

    path = reverse("portal:report")
    _, head, body = fetch(port, path)
    cookie = re.search(rb"set-cookie: (csrftoken=[^;]+)", head, re.IGNORECASE)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    maker = post_body(path, token.group(1).decode() if token else "")
    return [
        Case(f"Hinweis absenden, {n} Verbindung(en)", "POST", path, n, 400, maker)
        for n in (1, 8, 32)
    ], cookie.group(1).decode() if cookie else ""


def main() -> None:
    """Measure every size that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "streife.config.settings"
    os.environ.setdefault("STREIFE_PUBLIC_RATE_LIMIT", "0")  # the load comes from one address
    sys.path.insert(0, str(ROOT / "src"))
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.dataset import fill

    call_command("migrate", verbosity=0)
    call_command("import_places", verbosity=0)
    call_command("import_catalogue", verbosity=0)
    call_command("import_status_scheme", verbosity=0)
    for size in options.sizes:
        started = time.perf_counter()
        fill(size)
        print(f"\n### {connection.vendor}, {size:,} Hinweise und Vorgänge "
              f"(gefüllt in {time.perf_counter() - started:.0f} s)\n")  # fmt: skip
        print("| Anfrage | Verb. | Anfr./s | p50 ms | p99 ms | CPU ms | SQL |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        port = free_port()
        with server(port) as pid:
            roots = database_roots()
            cookie = signed_in()
            for case in cases():
                print(measure(case, port, pid, roots, cookie), flush=True)
            posts, csrf = public_posts(port)
            for case in posts:
                print(measure(case, port, pid, roots, csrf), flush=True)


if __name__ == "__main__":
    main()
