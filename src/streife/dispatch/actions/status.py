"""What a unit says about itself, typed by somebody or following from its jobs."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.dispatch.actions import jobs
from streife.dispatch.actions.locks import (
    hold_incidents,
    hold_unit,
    queued_incident_ids,
    require_member,
    require_own_or_dispatch,
)
from streife.dispatch.models import Unit
from streife.dispatch.queries import scheme_on
from streife.dispatch.rules import AssignmentState, Availability, check_status
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.geo import Point


@transaction.atomic
@record_last()
def set_status(*, unit_id: int, key: str, actor: Actor, now: datetime, reason: str = "") -> Unit:
    """Set a unit's status by its own crew or by a dispatcher, and return the unit.

    The keys for "accepted" and "on scene" move the unit's current job instead, and the status
    follows. A unit that becomes available gets its next queued job at once.

    :raises NotPermitted: neither dispatcher nor a member of the unit
    :raises NotFound: no such unit
    :raises Refused: `unknown-status`, `overlay-is-no-status`, `reason-missing`, `no-assignment`,
        `open-assignment`, `stood-down`, `illegal-move`
    """
    actor.require("dispatch.set_status")
    unit = hold_unit(unit_id)
    require_own_or_dispatch(actor, unit)
    scheme = scheme_on(local(now).date())
    current = jobs.current_of(unit)
    state = None if current is None else AssignmentState(current.state)
    target = check_status(scheme, key, reason=reason, current=state)
    held = hold_incidents(queued_incident_ids(unit))
    record = jobs.Record(actor, now)
    if target is not None and current is not None:
        if state is not target:
            jobs.move(current, unit, target, held, scheme, record)
    else:
        jobs.write_status(unit, key, record, reason=reason)
        free = scheme.availability(key) in {Availability.AVAILABLE, Availability.CONDITIONAL}
        if free:
            jobs.promote_next(unit, held, scheme, record)
    return unit


@transaction.atomic
def request_speech(*, unit_id: int, key: str, actor: Actor, now: datetime) -> Unit:
    """Lay a request to speak over the unit's status, which stays as it is.

    :raises NotPermitted: neither dispatcher nor a member of the unit
    :raises Refused: `no-request-key`, `stood-down`
    """
    actor.require("dispatch.set_status")
    unit = hold_unit(unit_id)
    require_own_or_dispatch(actor, unit)
    scheme_on(local(now).date()).overlay(key)
    if unit.request_key == key:
        return unit
    unit.request_key, unit.request_at = key, now
    unit.save(update_fields=["request_key", "request_at"])
    journal.record(
        act="dispatch.speech_requested",
        subject=f"unit:{unit.pk}",
        actor=actor.ref,
        now=now,
        body={"key": key, "call_sign": unit.call_sign},
    )
    return unit


@transaction.atomic
def clear_request(*, unit_id: int, actor: Actor, now: datetime) -> Unit:
    """Take the request to speak away, when it was answered or is no longer needed.

    :raises NotPermitted: neither dispatcher nor a member of the unit
    :raises Refused: `stood-down`
    """
    actor.require("dispatch.set_status")
    unit = hold_unit(unit_id)
    require_own_or_dispatch(actor, unit)
    if not unit.request_key:
        return unit
    key, unit.request_key, unit.request_at = unit.request_key, "", None
    unit.save(update_fields=["request_key", "request_at"])
    journal.record(
        act="dispatch.speech_cleared",
        subject=f"unit:{unit.pk}",
        actor=actor.ref,
        now=now,
        body={"key": key, "call_sign": unit.call_sign},
    )
    return unit


@transaction.atomic
def report_position(
    *, unit_id: int, point: Point, measured_at: datetime, actor: Actor, now: datetime
) -> None:
    """Overwrite the unit's last position by a newer one; a replay changes nothing.

    There is no journal entry on purpose: the record would become the history of movements that
    staff were promised not to have (design §4). It is gone when the shift ends.

    :raises NotPermitted: only the crew itself reports a position
    :raises Refused: `stood-down`, `shift-over`, `position-from-future`, `position-older`
    """
    actor.require("dispatch.set_status")
    unit = hold_unit(unit_id)
    require_member(actor, unit)
    if now >= unit.shift.ends_at:
        raise Refused("Die Schicht ist zu Ende; es wird kein Ort mehr gespeichert.", "shift-over")
    if measured_at > now:
        raise Refused("Die Uhr des Geräts geht vor.", "position-from-future")
    if unit.position_at is not None and measured_at < unit.position_at:
        raise Refused("Die Leitstelle hat schon einen neueren Standort.", "position-older")
    unit.latitude, unit.longitude = point.latitude, point.longitude
    unit.position_at = measured_at
    unit.save(update_fields=["latitude", "longitude", "position_at"])
