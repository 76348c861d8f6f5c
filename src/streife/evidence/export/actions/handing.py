"""Handing the file over, confirming that it came, and removing what waits."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.evidence.actions.locks import (
    durable,
    seal_record,
)
from streife.evidence.events import HandOverAgreed
from streife.evidence.export import building
from streife.evidence.export.actions.locks import check_may_leave, held_one, note
from streife.evidence.models import HandOver
from streife.evidence.rules import handing_over as rules
from streife.evidence.rules.handing_over import Stage
from streife.kernel.errors import NotFound, Refused
from streife.kernel.events import publish


def try_again(*, ident: str, actor: Actor, now: datetime) -> HandOver:
    """Make a file again that did not come about; nobody has to agree a second time.

    :raises Refused: `hand-over-step`
    """
    actor.require("evidence.export")
    with durable():
        held = held_one(ident)
        rules.check_again(held.stage)
        held.stage, held.trouble = Stage.APPROVED, ""
        held.save(update_fields=["stage", "trouble"])
        note("evidence.export_again", held, actor, now)
        publish(HandOverAgreed(held.pk))
    return held


def fetch_file(*, ident: str, actor: Actor, now: datetime) -> HandOver:
    """Record that the file is taken to the recipient; call it before the first byte is sent.

    :raises NotFound: the file is gone
    :raises Refused: `hand-over-step`: not ready yet; what `check_may_leave` refuses
    """
    actor.require("evidence.export")
    with durable():
        held = held_one(ident)
        if held.stage not in {Stage.READY, Stage.HANDED_OVER}:
            rules.check_move(held.stage, Stage.HANDED_OVER)
        check_may_leave(held.recording, now)  # sealed meanwhile: it stays in the house
        if not building.path_of(held).is_file():
            raise NotFound(
                "Die Datei ist nicht mehr da. Bitte eine neue Herausgabe beantragen.",
                "hand-over-file-gone",
            )
        if held.stage == Stage.READY:
            held.stage, held.handed_over_at = Stage.HANDED_OVER, now
            held.save(update_fields=["stage", "handed_over_at"])
        note("evidence.export_fetched", held, actor, now, checksum=held.sha256)
    seal_record(now)
    return held


@transaction.atomic
def confirm_receipt(*, ident: str, receipt: str, actor: Actor, now: datetime) -> HandOver:
    """Note that the recipient confirmed; the encrypted file has done its work and goes.

    :raises Refused: `receipt-needed`, `hand-over-step`
    """
    actor.require("evidence.export")
    if not receipt.strip():
        raise Refused(
            "Bitte angeben, wie der Empfang bestätigt wurde, zum Beispiel „Schreiben vom 3. Mai“.",
            "receipt-needed",
            field="receipt",
        )
    held = held_one(ident)
    rules.check_move(held.stage, Stage.RECEIVED)
    held.stage, held.received_at, held.receipt = Stage.RECEIVED, now, receipt.strip()[:300]
    held.save(update_fields=["stage", "received_at", "receipt"])
    note("evidence.export_received", held, actor, now)
    path = building.path_of(held)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return held


def drop_files(*, recording_ident: str) -> int:
    """Remove the encrypted files of a recording whose key was destroyed; return how many.

    What lies at the recipient's stays theirs; that it went there stands in the record.
    """
    found = HandOver.objects.filter(recording__ident=recording_ident)
    paths = [path for path in map(building.path_of, found) if path.is_file()]
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)
