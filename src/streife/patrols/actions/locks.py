"""Rows that an action holds while it decides."""

from streife.kernel.errors import NotFound
from streife.patrols.actions.facts import take_told
from streife.patrols.models import PatrolPlan, PlannedStop
from streife.patrols.rules import check_draft


def hold_plan(plan_id: int) -> PatrolPlan:
    """Return a plan, locked until the transaction ends.

    :raises NotFound: there is none
    """
    plan = PatrolPlan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None:
        raise NotFound("Diesen Plan gibt es nicht.", "no-such-plan")
    return plan


def hold_draft(plan_id: int) -> PatrolPlan:
    """Return a draft, locked until the transaction ends.

    :raises NotFound: there is none
    :raises Refused: `not-a-draft`
    """
    plan = hold_plan(plan_id)
    check_draft(plan.state)
    return plan


def stop_in_draft(stop_id: int) -> tuple[PatrolPlan, PlannedStop]:
    """Return a stop and its draft, the draft locked.

    :raises NotFound: there is none
    :raises Refused: `not-a-draft`
    """
    plan_id = (
        PlannedStop.objects.filter(pk=stop_id).values_list("route__plan_id", flat=True).first()
    )
    if plan_id is None:
        raise NotFound("Diesen Halt gibt es nicht (mehr).", "no-such-stop")
    plan = hold_draft(plan_id)
    take_told(plan)
    stop = PlannedStop.objects.select_related("route__team").filter(pk=stop_id).first()
    if stop is None:
        raise NotFound("Diesen Halt gibt es nicht (mehr).", "no-such-stop")
    return plan, stop
