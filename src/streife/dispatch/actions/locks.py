"""What an action holds while it decides: always the unit first, then incidents by id.

One order everywhere means no two actions can wait for each other. Whoever changes an assignment
holds its incident; whoever changes a unit's current job also holds the unit. The journal's lock
comes last of all (`journal.actions.record_last`).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from streife.accounts.rules import Actor
from streife.dispatch.models import Assignment, Unit
from streife.incidents import actions as incidents
from streife.kernel.errors import NotFound, NotPermitted, Refused

if TYPE_CHECKING:
    from streife.incidents.models import Incident


def hold_unit(unit_id: int) -> Unit:
    """Lock a unit on duty and return it.

    :raises NotFound: there is none
    :raises Refused: it was stood down
    """
    unit = Unit.objects.select_for_update().filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("Diese Streife gibt es nicht.", "no-such-unit")
    if unit.stood_down_at is not None:
        raise Refused(
            "%(call_sign)s ist nicht mehr im Dienst.",
            "stood-down",
            values={"call_sign": unit.call_sign},
        )
    return unit


def hold_incidents(incident_ids: Iterable[int]) -> Mapping[int, "Incident"]:
    """Lock incidents in the order of their ids and return them by id.

    :raises NotFound: one of them does not exist
    """
    return incidents.hold(incident_ids=incident_ids)


def hold_assignment(assignment_id: int) -> tuple[Assignment, Unit, Mapping[int, "Incident"]]:
    """Lock an assignment with its unit, its incident and the incidents the unit has queued.

    :raises NotFound: there is none
    :raises Refused: the unit was stood down
    """
    row = Assignment.objects.filter(pk=assignment_id).values("unit_id", "incident_id").first()
    if row is None:
        raise NotFound("Diesen Auftrag gibt es nicht.", "no-such-assignment")
    unit = hold_unit(row["unit_id"])
    held = hold_incidents({row["incident_id"], *queued_incident_ids(unit)})
    return Assignment.objects.get(pk=assignment_id), unit, held


def queued_incident_ids(unit: Unit) -> set[int]:
    """Return the incidents that wait behind the unit's current job."""
    return set(
        Assignment.objects.filter(unit=unit, ended_at__isnull=True).values_list(
            "incident_id", flat=True
        )
    )


def require_own_or_dispatch(actor: Actor, unit: Unit) -> None:
    """Pass whoever dispatches, and an officer only for the unit they ride in.

    :raises NotPermitted: neither
    """
    if actor.may("dispatch.assign"):
        return
    actor.require("dispatch.set_status")
    require_member(actor, unit)


def require_member(actor: Actor, unit: Unit) -> None:
    """Pass only somebody who rides in the unit now.

    :raises NotPermitted: the actor does not
    """
    mine = (
        actor.user_id is not None
        and unit.members.filter(officer__user_id=actor.user_id, left_at__isnull=True).exists()
    )
    if not mine:
        raise NotPermitted(
            "Sie gehören nicht zu %(call_sign)s. Bitte wenden Sie sich an die Leitstelle.",
            "not-your-unit",
            values={"call_sign": unit.call_sign},
        )
