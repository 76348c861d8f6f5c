"""The demo's months as the product plans them: what they cost, how even they are, CPU seconds.

`STREIFE_VAR=… python manage.py load_demo` first; then, with the same variable,
`python -m benchmarks.roster.product`. Published plans are judged as they stand; drafts are planned
from their rotation, nothing is written. CPU seconds are those of this process and its children.
"""

import os
import resource
from datetime import UTC, datetime

import django

SECONDS = 30.0


def cpu() -> float:
    """Return user and system seconds of this process and its ended children."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Print one line for each plan."""
    from streife.roster.actions.thinking import plan_for
    from streife.roster.models import Plan
    from streife.roster.queries.gathering import basis_of, posts_of
    from streife.roster.queries.standing import roster_of
    from streife.roster.rules.building import build
    from streife.roster.solver import burdens, evaluate

    now = datetime.now(UTC)
    print("plan                      legal, cover, fairness, wishes, stability | spreads | CPU-s")
    for plan in Plan.objects.order_by("first_day"):
        built = build(basis_of(plan, now, assume_history=True))
        roster, used = roster_of(built, posts_of(plan)), float(plan.outcome.get("seconds", 0))
        if plan.state == "draft":
            begun = cpu()
            roster = plan_for(built, roster, SECONDS).roster
            used = cpu() - begun
        found = [burdens(built.problem, one, roster) for one in built.problem.fairness]
        spreads = ", ".join(f"{max(one) - min(one):.2f}" for one in found)
        print(f"{plan}  {evaluate(built.problem, roster).costs}  {spreads}  {used:.1f}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "streife.config.settings")
    django.setup()
    main()
