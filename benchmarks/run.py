"""`make bench`: the production server on one database, at three sizes, request by request.

Prints a Markdown table: requests/s, p50 and p99 in ms, CPU ms a request (server and database
processes together, from /proc) and the number of SQL statements. Every row is the median of some
rounds, because a shared machine disturbs single ones.
"""

import argparse
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django

from benchmarks.load import Figures, Request, request, run
from benchmarks.machine import cpu_seconds, yardstick_ms

if TYPE_CHECKING:
    from benchmarks.cases import Case

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10_000, 250_000, 1_000_000)
WARM_UP = 10
HEADER = """\
| Anfrage | Verb. | Anfr./s | p50 ms | p99 ms | CPU ms | beste Runde | SQL |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(port: int) -> Iterator[int]:
    """Run the production server with one worker; yields its process id."""
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise RuntimeError("the server did not start")
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


def measure(case: "Case", port: int, processes: list[int], rounds: int) -> str:
    """Run one case and return its row of the table."""
    from benchmarks.counting import statements

    def make(_: int) -> Request:
        return request(
            case.method, case.path, cookie=case.cookie, body=case.body() if case.body else b""
        )

    run(port, make, count=max(WARM_UP, 4 * case.connections), connections=case.connections)
    found: list[tuple[Figures, float]] = []
    for _ in range(rounds):
        before = cpu_seconds(processes)
        figures = run(port, make, count=case.count, connections=case.connections)
        found.append((figures, (cpu_seconds(processes) - before) * 1000 / case.count))
    failed = sum(figures.failed for figures, _ in found)
    return (
        f"| {case.name}{f' **{failed} Fehler**' if failed else ''} | {case.connections} "
        f"| {statistics.median(f.per_second for f, _ in found):,.0f} "
        f"| {statistics.median(f.p50_ms for f, _ in found):.1f} "
        f"| {statistics.median(f.p99_ms for f, _ in found):.1f} "
        f"| {statistics.median(cpu for _, cpu in found):.1f} "
        f"| {min(cpu for _, cpu in found):.1f} "
        f"| {statements(case).total()} |"
    )


def prepare() -> None:
    """Make tables, areas, catalogue, users and today's units."""
    from django.conf import settings
    from django.core.management import call_command

    from benchmarks.dataset import put_a_shift_on_duty

    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # the server looks for it when it starts
    call_command("migrate", verbosity=0)
    with Path(os.devnull).open("w") as quiet:
        for name in ("import_places", "import_catalogue", "import_status_scheme"):
            call_command(name, verbosity=0, stdout=quiet)
    put_a_shift_on_duty()


def main() -> None:
    """Measure every size that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--count", type=int, default=150, help="Anfragen einer Runde")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="nur Zeilen, deren Name dies enthält")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server ends with us
    os.environ["STREIFE_REPORTS_PER_HOUR"] = "1000000000"  # the load comes from one address
    os.environ["DJANGO_SETTINGS_MODULE"] = "streife.config.settings"
    sys.path.insert(0, str(ROOT / "src"))
    django.setup()
    prepare()
    from benchmarks.dataset import fill

    for size in options.sizes:
        started = time.perf_counter()
        fill(size)
        measure_size(size, time.perf_counter() - started, options)


def measure_size(size: int, filled_seconds: float, options: argparse.Namespace) -> None:
    """Print the table of one size."""
    from django.db import connection

    from benchmarks.cases import desk_cases, post_cases

    print(f"\n### {connection.vendor}, {size:,} (gefüllt in {filled_seconds:.0f} s)\n\n{HEADER}")
    port, yardsticks = free_port(), [yardstick_ms()]
    with server(port) as pid:
        processes = [pid, *database_roots()]
        # Posts come last: what they add would be in the pages.
        for case in (*desk_cases(options.count), *post_cases(port, 4 * options.count)):
            if options.only in case.name:
                print(measure(case, port, processes, options.rounds), flush=True)
                yardsticks.append(yardstick_ms())
    print(
        f"\nMaßstab: {statistics.median(yardsticks):.0f} CPU ms, {min(yardsticks):.0f} bis "
        f"{max(yardsticks):.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
