"""One hand-over, locked; what may leave the house; and its line in the record."""

from datetime import datetime

from streife.accounts.rules import Actor
from streife.evidence import queries
from streife.evidence.models import HandOver, Recording
from streife.evidence.rules import handing_over as rules
from streife.evidence.rules import states
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused


def held_one(ident: str) -> HandOver:
    """Return a hand-over, locked.

    :raises NotFound: there is none
    """
    rows = HandOver.objects.select_for_update(of=("self",))
    found = rows.select_related("recording__derived_from").filter(ident=ident).first()
    if found is None:
        raise NotFound("Diese Herausgabe gibt es nicht.", "no-such-hand-over")
    return found


def note(act: str, held: HandOver, actor: Actor, now: datetime, **body: object) -> None:
    """Record a step of a hand-over in the chain of its recording."""
    journal.record(
        act=act,
        subject=f"recording:{held.recording.ident}",
        actor=actor.ref,
        now=now,
        body={"export": held.ident, **body},
    )


def check_may_leave(recording: Recording, now: datetime) -> None:
    """Pass only what is kept, not sealed, and, if it is a redacted copy, released.

    :raises Refused: `key-destroyed`, `not-ingested`, `sealed`, `not-released`
    """
    states.check_kept(recording.state)
    if queries.seen_of(recording, now).sealed:
        raise Refused(
            "Diese Aufnahme ist versiegelt, bis über den Antrag auf Löschung entschieden ist.",
            "sealed",
        )
    redacted = rules.form_of(recording.operation) is rules.Form.REDACTED
    if redacted and recording.released_at is None:
        raise Refused(
            "Diese Kopie ist noch nicht freigegeben. Bitte zuerst von einer zweiten Person"
            " freigeben lassen.",
            "not-released",
        )
