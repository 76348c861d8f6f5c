"""Several people in the same moment, each with a connection of their own (PostgreSQL)."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from streife.kernel.errors import Refused

Step = Callable[[], object]


def at_once(steps: Sequence[Step]) -> Counter[str]:
    """Start all steps at the same moment; return how each ended: "ok" or the refusal's code."""
    barrier = threading.Barrier(len(steps))

    def run(step: Step) -> str:
        barrier.wait(timeout=30)
        try:
            step()
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()
        return "ok"

    with ThreadPoolExecutor(len(steps)) as pool:
        return Counter(pool.map(run, steps))
