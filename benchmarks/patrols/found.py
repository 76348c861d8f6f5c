"""What every solver hands back, and the processor time it is given."""

import resource
from collections.abc import Callable
from dataclasses import dataclass

Routes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An incumbent: CPU seconds after which the solver had it, its score, customers per route."""

    cpu_seconds: float
    score: int
    routes: Routes


def cpu_now() -> float:
    """Return CPU seconds of this process, its threads and its finished children."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def stopwatch() -> Callable[[], float]:
    """Return a function that tells the CPU seconds since now."""
    begin = cpu_now()
    return lambda: cpu_now() - begin


TOLERANCE = 1.02  # a solver that ends by itself may notice the end so much later


def at(found: list[Found], cpu_seconds: float) -> Found:
    """Return the best incumbent a solver had after that time; the empty plan if it had none."""
    in_time = [one for one in found if one.cpu_seconds <= cpu_seconds * TOLERANCE]
    return max(in_time, key=lambda one: one.score, default=Found(0.0, 0, ()))
