"""Taking the last change by hand back: everything stands again as it stood before."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import Refused
from streife.patrols.actions.locks import hold_draft
from streife.patrols.actions.writing import rewrite
from streife.patrols.models import PatrolPlan, PlannedStop
from streife.patrols.queries.situation import (
    Situation,
    fingerprint,
    from_fingerprint,
    situation_of,
)


def before_change(plan: PatrolPlan, situation: Situation) -> dict[str, Any]:
    """Return what `take_back` needs, as JSON: routes to the second, marks, and a key of its own."""
    by_hand = PlannedStop.objects.filter(route__plan=plan, by_hand=True)
    return {
        "key": secrets.token_hex(8),
        "value": plan.value,
        "origin": plan.origin,
        "routes": fingerprint(situation.plan),
        "by_hand": [list(pair) for pair in by_hand.values_list("route_id", "stop")],
    }


@transaction.atomic
def take_back(*, plan_id: int, key: str, actor: Actor, now: datetime) -> PatrolPlan:
    """Undo the last change by hand of a draft; `key` says which change is meant.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such plan
    :raises Refused: `not-a-draft`, `plan-changed` if that was not the last change
    """
    actor.require("patrols.plan")
    plan = hold_draft(plan_id)
    known = plan.undo
    if known is None or known["key"] != key:
        raise Refused(
            "Seit dieser Änderung ist am Plan noch etwas geschehen; sie lässt sich nicht mehr"
            " zurücknehmen. Bitte ändern Sie den Halt von Hand.",
            "plan-changed",
        )
    rewrite(situation_of(plan), from_fingerprint(known))
    stops = PlannedStop.objects.filter(route__plan=plan)
    stops.update(by_hand=False)
    for route_id, stop in known["by_hand"]:
        stops.filter(route_id=route_id, stop=stop).update(by_hand=True)
    plan.value, plan.origin, plan.undo = known["value"], known["origin"], None
    plan.save(update_fields=["value", "origin", "undo"])
    journal.record(
        act="patrols.change_undone",
        subject=f"plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"value": plan.value},
    )
    return plan
