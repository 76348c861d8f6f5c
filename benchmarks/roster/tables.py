"""The tables of `make bench-roster`."""

from benchmarks.roster import scheduling
from benchmarks.roster.records import Record

TITLES = {"streife": "Streife", "cpsat": "CP-SAT", "highs": "HiGHS"}


def report(found: list[Record]) -> str:
    """Return one Markdown table for each limit: value and distance to the best known one."""
    best = {str(number): value for number, value in scheduling.best_known().items()}
    parts = []
    for limit in sorted({record.limit for record in found}):
        here = [record for record in found if record.limit == limit]
        parts.append(f"\n{limit} CPU seconds\n")
        parts.append("| Instance | best known | " + " | ".join(TITLES.values()) + " | bound |")
        parts.append("|---|" + "---|" * (len(TITLES) + 2))
        for instance in dict.fromkeys(sorted((one.instance for one in here), key=_order)):
            parts.append(_line(instance, best.get(instance), here))
    return "\n".join(parts)


def _order(instance: str) -> tuple[bool, int, str]:
    return not instance.isdigit(), int(instance) if instance.isdigit() else 0, instance


def _line(instance: str, best: int | None, found: list[Record]) -> str:
    cells = [instance, str(best or "")]
    bound = ""
    for solver in TITLES:
        latest = [one for one in found if (one.solver, one.instance) == (solver, instance)]
        if not latest:
            cells.append("")
            continue
        last = latest[-1].version
        values = [one.value for one in latest if one.version == last]
        cells.append(", ".join(_value(value, best) for value in values))
        bound = str(round(latest[-1].bound)) if latest[-1].bound is not None else bound
    return "| " + " | ".join([*cells, bound]) + " |"


def _value(value: int | None, best: int | None) -> str:
    if value is None:
        return "none"
    return str(value) if best is None else f"{value} ({100 * (value - best) / best:.1f} %)"
