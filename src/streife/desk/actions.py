"""What the desk does across packages: ending a matter ends the jobs of the units on it, erasing
words erases what was made of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from streife.accounts.rules import Actor
from streife.dispatch import actions as dispatch
from streife.dispatch.queries import jobs_of_incident
from streife.incidents import actions as incidents
from streife.journal.actions import record_last
from streife.kernel.errors import Refused
from streife.reports import actions as reports
from streife.triage.actions import hold_proposal

if TYPE_CHECKING:
    from streife.incidents.models import HandOver, Incident


@transaction.atomic
@record_last()
def close_matter(
    *, incident_id: int, outcome: str, note: str, actor: Actor, now: datetime
) -> "Incident":
    """Take every unit off the matter and close it; see `incidents.close_incident`.

    :raises NotPermitted: units are on it and the actor may not dispatch
    :raises Refused: a unit was sent at the same moment
    """
    with _released(incident_id, "Die Leitstelle hat den Vorgang abgeschlossen.", actor, now):
        return incidents.close_incident(
            incident_id=incident_id, outcome=outcome, note=note, actor=actor, now=now
        )


@transaction.atomic
@record_last()
def hand_over_matter(
    *, incident_id: int, body_code: str, reason: str, actor: Actor, now: datetime
) -> "HandOver":
    """Take every unit off the matter and give it to another body; see `incidents.hand_over`.

    :raises NotPermitted: units are on it and the actor may not dispatch
    :raises Refused: a unit was sent at the same moment
    """
    with _released(incident_id, "Die Leitstelle hat den Vorgang abgegeben.", actor, now):
        return incidents.hand_over(
            incident_id=incident_id, body_code=body_code, reason=reason, actor=actor, now=now
        )


@transaction.atomic
@record_last()
def merge_matters(
    *, incident_id: int, duplicate_id: int, actor: Actor, now: datetime
) -> "Incident":
    """Take every unit off the duplicate and let it go into `incident_id`.

    :raises NotPermitted: units are on the duplicate and the actor may not dispatch
    """
    reason = "Der Vorgang ging in einem anderen auf."
    with _released(duplicate_id, reason, actor, now, also=(incident_id,)):
        return incidents.merge_incidents(
            incident_id=incident_id, duplicate_id=duplicate_id, actor=actor, now=now
        )


@transaction.atomic
def erase_report_text(
    *, report_id: int, part: str, reason: str, actor: Actor, now: datetime
) -> None:
    """Erase one text of a report and what the software made of it; see `reports.erase_text`.

    The proposal is locked first, as by everybody who decides: nobody waits crosswise.
    """
    actor.require("reports.erase_text")
    hold_proposal(report_id=report_id)
    reports.erase_text(report_id=report_id, part=part, reason=reason, actor=actor, now=now)


@contextmanager
def _released(
    incident_id: int, reason: str, actor: Actor, now: datetime, *, also: tuple[int, ...] = ()
) -> Iterator[None]:
    """Take every unit off a matter; pass only if nobody sent one before our lock of the matter.

    :raises Refused: somebody did; nothing is changed
    """
    if _has_jobs(incident_id, actor):
        dispatch.release_incident(
            incident_id=incident_id, reason=reason, actor=actor, now=now, with_incidents=also
        )
    yield
    if _has_jobs(incident_id, actor):
        raise Refused(
            "Soeben wurde eine Streife zu diesem Vorgang geschickt. Bitte sehen Sie noch einmal "
            "hin und versuchen Sie es dann erneut.",
            "unit-just-sent",
        )


def _has_jobs(incident_id: int, actor: Actor) -> bool:
    return jobs_of_incident(actor, incident_id).filter(ended_at__isnull=True).exists()
