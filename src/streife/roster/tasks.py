"""Computing that takes longer than a page may. Arguments are ids; safe to run twice."""

from django_tasks import task

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.kernel.errors import Refused
from streife.roster.actions import (
    clear_after_leaving,
    compute_plan,
    give_up_computation,
    take_up_again,
)

ACTOR = system("roster")


@task()
def compute(plan_id: int, run: str = "") -> None:
    """Compute a plan that was begun; what cannot be planned is said on the plan."""
    try:
        compute_plan(plan_id=plan_id, actor=ACTOR, now=now(), run=run)
    except Refused as refused:
        give_up_computation(plan_id=plan_id, why=refused.message, actor=ACTOR, now=now(), run=run)


@task()
def clear_left(officer_id: int) -> None:
    """Take somebody who leaves out of the duties from then on."""
    clear_after_leaving(officer_id=officer_id, actor=ACTOR, now=now())


@task()
def take_up(officer_id: int) -> None:
    """Give somebody who is back the duties that were left open for them."""
    take_up_again(officer_id=officer_id, actor=ACTOR, now=now())
