"""Making the encrypted file: recorded before a byte is read."""

from datetime import datetime

from streife.accounts.rules import Actor
from streife.evidence.actions.locks import (
    check_room,
    durable,
    seal_record,
)
from streife.evidence.envelope import EnvelopeError
from streife.evidence.export import building
from streife.evidence.export.actions.locks import check_may_leave, held_one, note
from streife.evidence.export.bag import Damaged
from streife.evidence.models import HandOver
from streife.evidence.rules.handing_over import Stage
from streife.journal import actions as journal
from streife.kernel.errors import Refused


def make_file(*, hand_over_id: int, actor: Actor, now: datetime) -> HandOver:
    """Record that a recording goes out, then write the encrypted file; safe to run twice.

    The entries come first: whatever happens to the file, it is known that it was made.

    :raises NotPermitted: without `evidence.export_make`
    """
    actor.require("evidence.export_make")
    with durable():
        found = HandOver.objects.select_for_update(of=("self",)).get(pk=hand_over_id)
        if found.stage != Stage.APPROVED:
            return found
        check_room(found.recording.size)
        try:
            check_may_leave(found.recording, now)
        except Refused as refused:
            return _give_up(found, refused.code, actor, now)
        closing = _close(found, actor, now)
    seal_record(now)
    earlier = HandOver.objects.filter(heads__isnull=False).order_by("-ready_at")
    known: list[dict[str, int]] = [row.heads for row in earlier[:20]]
    try:
        built = building.build(found, closing, earlier=known, now=now)
    except (Damaged, EnvelopeError):
        return _fail(found, "damaged", actor, now)
    except OSError:
        return _fail(found, "not-written", actor, now)
    except Refused as refused:
        return _fail(found, refused.code, actor, now)
    return _finish(found, built, actor, now)


def _close(found: HandOver, actor: Actor, now: datetime) -> dict[str, int]:
    """Append the last custody line of the recording and of what it was derived from."""
    return {
        one.ident: journal.close_chain(
            act="evidence.exported",
            subject=f"recording:{one.ident}",
            actor=actor.ref,
            now=now,
            body={
                "export": found.ident,
                "purpose": found.purpose,
                "sha256": found.recording.sha256,
                "copy": found.recording.ident,
            },
        ).pk
        for one in building.chain_of(found.recording)
    }


def _finish(found: HandOver, built: building.Built, actor: Actor, now: datetime) -> HandOver:
    with durable():
        held = held_one(found.ident)
        if held.stage != Stage.APPROVED:
            return held
        held.stage, held.ready_at, held.trouble = Stage.READY, now, ""
        held.size, held.sha256, held.bag_sha256 = built.size, built.sha256, built.bag_sha256
        held.heads = dict(built.heads)
        held.save()
        note(
            "evidence.export_ready",
            held,
            actor,
            now,
            checksum=built.sha256,
            bag_sha256=built.bag_sha256,
            size=built.size,
        )
    return held


def _fail(found: HandOver, code: str, actor: Actor, now: datetime) -> HandOver:
    with durable():
        return _give_up(held_one(found.ident), code, actor, now)


def _give_up(held: HandOver, code: str, actor: Actor, now: datetime) -> HandOver:
    held.stage, held.trouble = Stage.FAILED, code
    held.save(update_fields=["stage", "trouble"])
    note("evidence.export_failed", held, actor, now, reason=code)
    return held
