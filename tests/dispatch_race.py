"""Runs real concurrent dispatching on a real database and prints what came of it as JSON.

Started as a process of its own by `tests/scenario/test_dispatch_race.py`, because threads with own
connections need committed rows, and the test database of the suite has none. Usage:
`python -m tests.dispatch_race ROUNDS THREADS` with `STREIFE_VAR` or `DATABASE_URL` set.
"""

import json
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.core.management import call_command  # noqa: E402 (after setup)
from django.db import connection  # noqa: E402
from django.db.models import Count, Q  # noqa: E402

from streife.dispatch import actions  # noqa: E402
from streife.dispatch.models import Assignment, Unit  # noqa: E402
from streife.dispatch.rules import ACTIVE  # noqa: E402
from streife.kernel.clock import now  # noqa: E402
from streife.kernel.errors import Refused  # noqa: E402
from tests.dispatching import World, a_shift  # noqa: E402

Step = Callable[[], object]


def race(pool: ThreadPoolExecutor, steps: list[Step]) -> Counter[str]:
    """Start all steps at the same moment; return how each ended: "ok" or the refusal's code."""
    barrier = threading.Barrier(len(steps))

    def run(step: Step) -> str:
        barrier.wait(timeout=30)
        try:
            step()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "ok"

    return Counter(pool.map(run, steps))


def assign(world: World, unit_id: int, incident_id: int, **extra: object) -> Step:
    """Return a dispatcher's click."""
    who = random.choice([world.dispatcher, world.colleague])
    return lambda: actions.assign(
        unit_id=unit_id,
        incident_id=incident_id,
        actor=who,
        now=now(),
        **extra,  # type: ignore[arg-type]
    )


def clear(world: World) -> None:
    """End every open job."""
    for pk in Assignment.objects.filter(ended_at__isnull=True).values_list("pk", flat=True):
        if Assignment.objects.filter(pk=pk, ended_at__isnull=True).exists():
            actions.withdraw(
                assignment_id=pk, reason="neue Runde", actor=world.dispatcher, now=now()
            )


def broken() -> list[str]:
    """Return which promises do not hold in the database now."""
    found = []
    active = Q(assignments__state__in=sorted(ACTIVE))
    crowded = Unit.objects.annotate(jobs=Count("assignments", filter=active)).filter(jobs__gt=1)
    if crowded.exists():
        found.append("a unit has two current jobs")
    if Unit.objects.filter(active, status_key__in=["1", "2", "8"]).exists():
        found.append("a unit with a job looks free")
    firsts = (
        Assignment.objects.filter(ended_at__isnull=True, reinforcement=False)
        .values("incident")
        .annotate(units=Count("pk"))
        .filter(units__gt=1)
    )
    if firsts.exists():
        found.append("two units were sent to one matter without reinforcement")
    return found


def storm(world: World, unit_ids: list[int], incident_ids: list[int], threads: int) -> list[Step]:
    """Return a wild mix of clicks: sending, queueing, withdrawing, going on."""
    steps: list[Step] = []
    open_ids = list(Assignment.objects.filter(ended_at__isnull=True).values_list("pk", flat=True))
    for _ in range(threads):
        kind = random.randrange(4)
        unit_id, incident_id = random.choice(unit_ids), random.choice(incident_ids)
        if kind < 2 or not open_ids:
            queue = random.random() < 0.5
            extra = {"queue": queue, "reason": "Sturm", "reinforce": random.random() < 0.5}
            steps.append(assign(world, unit_id, incident_id, **extra))
            continue
        pk = random.choice(open_ids)
        if kind == 2:
            steps.append(
                lambda pk=pk: actions.withdraw(  # type: ignore[misc]
                    assignment_id=pk, reason="Sturm", actor=world.dispatcher, now=now()
                )
            )
        else:
            steps.append(
                lambda pk=pk: actions.finish(  # type: ignore[misc]
                    assignment_id=pk,
                    outcome="",
                    measure="",
                    note="",
                    still_open=True,
                    reason="Sturm",
                    actor=world.dispatcher,
                    now=now(),
                )
            )
    return steps


def main(rounds: int, threads: int) -> dict[str, object]:
    """Run all races and return the counts."""
    call_command("migrate", verbosity=0)
    random.seed(4711)
    world = a_shift(now(), officers=6)
    crews = ((0, 1), (2, 3), (4, 5))
    unit_ids = [world.unit(f"KOD 1{i}", crew).pk for i, crew in enumerate(crews)]
    incident_ids = [world.incident(f"Vorgang {i}").pk for i in range(max(threads, 3))]
    results: dict[str, list[dict[str, int]]] = {"unit": [], "incident": [], "storm": []}
    problems: list[str] = []
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for _ in range(rounds):
            same_unit = [assign(world, unit_ids[0], pk) for pk in incident_ids[:threads]]
            results["unit"].append(dict(race(pool, same_unit)))
            problems += broken()
            clear(world)
            same_incident = [assign(world, pk, incident_ids[0]) for pk in unit_ids]
            results["incident"].append(dict(race(pool, same_incident)))
            problems += broken()
            clear(world)
            for _ in range(2):
                mixed = storm(world, unit_ids, incident_ids[:3], threads)
                results["storm"].append(dict(race(pool, mixed)))
                problems += broken()
            clear(world)
    return {"vendor": connection.vendor, "problems": problems, **results}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201 (the result)
