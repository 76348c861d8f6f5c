"""Point → quarter and place search on the shipped city: `python benchmarks/bench_places.py`.

Needs a database with imported places (`manage.py migrate && manage.py import_places`).
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "streife.config.settings")

import django  # noqa: E402 (after the path and the settings)

django.setup()

from streife.kernel.clock import local, now  # noqa: E402 (after setup)
from streife.kernel.geo import Point  # noqa: E402 (after setup)
from streife.places import queries  # noqa: E402 (after setup)

POINTS = 20_000
TEXTS = ("nordm", "Nordmarkt 17, 44145 Dortmund", "Bornstr. 124", "hoerde", "kita", "xyz")


def measure(name: str, calls: list[Callable[[], object]]) -> None:
    """Time every call and print median, 99th percentile and maximum in microseconds."""
    calls[0]()  # the first one builds the index
    spans = []
    for call in calls:
        start = time.perf_counter_ns()
        call()
        spans.append((time.perf_counter_ns() - start) / 1000)
    spans.sort()
    print(
        f"{name:<34} n={len(spans):>6}  median {statistics.median(spans):>8.1f} µs  "
        f"p99 {spans[int(len(spans) * 0.99)]:>8.1f} µs  max {spans[-1]:>9.1f} µs"
    )


def main() -> None:
    """Measure look-ups with the version check (as views do), without it (as importers do)."""
    random.seed(1)
    today = local(now()).date()
    points = [Point(random.uniform(51.42, 51.6), random.uniform(7.31, 7.63)) for _ in range(POINTS)]
    start = time.perf_counter()
    index = queries.ground(on=today)
    print(f"building the index: {(time.perf_counter() - start) * 1000:.0f} ms")
    measure(
        "whereabouts, one query each",
        [lambda p=p: queries.whereabouts(p, on=today) for p in points],
    )
    measure("whereabouts, index at hand", [lambda p=p: index.whereabouts(p) for p in points])
    measure("find_places", [lambda t=t: queries.find_places(t) for t in TEXTS * 200])
    measure("offices_now", [lambda: queries.offices_now(now()) for _ in range(500)])


if __name__ == "__main__":
    main()
