"""The texts about jobs that can be erased one by one."""

from streife.accounts.rules import Actor
from streife.dispatch.models import Assignment
from streife.dispatch.rules import NOTE_PARTS
from streife.kernel.erasing import FreeText


def notes_of(actor: Actor, incident_id: int) -> list[tuple[int, FreeText]]:
    """Return the texts of an incident's jobs, each with the id of its job.

    :raises NotPermitted: the actor may not erase them
    """
    actor.require("incidents.erase_text")
    rows = [
        (job.pk, FreeText(part, label, getattr(job, part)))
        for job in Assignment.objects.filter(incident_id=incident_id).order_by("pk")
        for part, label in NOTE_PARTS.items()
    ]
    return [row for row in rows if row[1].is_there]
