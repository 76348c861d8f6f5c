"""Looking at footage: recorded, durably, before the first byte; a refusal is recorded as well."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from streife.accounts.rules import PUBLIC, Actor
from streife.evidence import queries, rules, stores
from streife.evidence.actions.duties import raise_task
from streife.evidence.actions.locks import (
    check_room,
    durable,
    no_such_recording,
    not_answering,
    person_id,
    seal_record,
)
from streife.evidence.contents import open_content, open_unlisted
from streife.evidence.envelope import Envelope, EnvelopeError
from streife.evidence.models import Preview, Recording, Viewing
from streife.evidence.rules.redacting import Glance
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from streife.journal.models import Entry

LASTS = timedelta(hours=2)


class Damaged(Refused):
    """Footage that does not fit its seal is not shown."""

    status = 500


def begin_viewing(*, ident: str, purpose: str, reason: str, actor: Actor, now: datetime) -> Viewing:
    """Permit one look for two hours; the line in the record is on the disk when this returns.

    :raises NotFound: no such recording for this actor
    :raises NotPermitted, Refused: as `rules.check_view`; recorded as `evidence.view_denied`
    :raises Refused: `vault-full`, or the record cannot be signed
    """
    recording = queries.visible_to(actor).filter(ident=ident).first()
    if recording is None:
        _deny(ident, "unknown-or-hidden", actor, now)
        raise no_such_recording()
    try:
        rules.check_view(actor, queries.seen_of(recording, now), purpose=purpose, reason=reason)
    except Refused as refused:
        _deny(recording.ident, refused.code, actor, now)
        raise
    check_room()
    with durable():
        viewing = Viewing.objects.create(
            token=secrets.token_urlsafe(32),
            recording=recording,
            user_id=person_id(actor),
            purpose=purpose,
            reason=reason.strip()[:300],
            started_at=now,
            ends_at=now + LASTS,
        )
        journal.record(
            act="evidence.viewed",
            subject=f"recording:{recording.ident}",
            actor=actor.ref,
            now=now,
            body={"viewing": viewing.pk, "purpose": purpose, "sha256": recording.sha256},
        )
    seal_record(now)
    return viewing


def _deny(ident: str, code: str, actor: Actor, now: datetime) -> None:
    if not Recording.objects.filter(ident=ident).exists():
        return  # a name that is none says nothing about anything
    with durable():
        journal.record(
            act="evidence.view_denied",
            subject=f"recording:{ident}",
            actor=actor.ref,
            now=now,
            body={"reason": code},
        )


def check_viewing(*, token: str, actor: Actor, now: datetime) -> Viewing:
    """Return a begun look if it still counts; asked again for every range and within a long one.

    Role, seal and state are looked up anew: whoever lost the right, or whose recording went,
    reads no further byte.

    :raises NotFound: no such look, or somebody else's (recorded)
    :raises Refused: `viewing-over`, `key-destroyed`
    :raises NotPermitted: the right is gone (recorded)
    """
    viewing = queries.viewing_with(token)
    if viewing is None or viewing.user_id != actor.user_id:
        if viewing is not None:
            _deny(viewing.recording.ident, "other-person", actor, now)
        raise NotFound("Diese Wiedergabe gibt es nicht.", "no-such-viewing")
    if now >= viewing.ends_at:
        raise Refused(
            "Diese Wiedergabe ist nach zwei Stunden abgelaufen. Bitte öffnen Sie die Aufnahme neu.",
            "viewing-over",
        )
    recording = viewing.recording
    try:
        rules.check_view(
            actor if viewing.user.is_active else PUBLIC,
            queries.seen_of(recording, now),
            purpose=viewing.purpose,
            reason=viewing.reason,
        )
    except Refused as refused:
        _deny(recording.ident, refused.code, actor, now)
        raise
    return viewing


def open_viewing(*, token: str, actor: Actor, now: datetime) -> tuple[Viewing, Envelope]:
    """Return a begun look and what it may read now, as `check_viewing`.

    :raises Refused: `vault-damaged` if the seal does not fit, `vault-no-answer` while the store
        is silent, and as `check_viewing`
    """
    viewing = check_viewing(token=token, actor=actor, now=now)
    recording = viewing.recording
    if viewing.preview is not None:
        return viewing, _open_preview(viewing.preview)
    try:
        return viewing, open_content(recording)
    except stores.NoAnswer as error:
        raise not_answering() from error
    except (EnvelopeError, OSError) as error:
        report_damage(recording, actor, now)
        raise damaged() from error


def _open_preview(preview: Preview) -> Envelope:
    """Open a preview; a damaged one says nothing about the recording and is made anew."""
    if preview.state != Glance.MADE:
        raise NotFound("Diese Vorschau gibt es nicht mehr.", "no-such-viewing")
    try:
        return open_unlisted(preview)
    except stores.NoAnswer as error:
        raise not_answering() from error
    except (EnvelopeError, OSError) as error:
        raise damaged() from error


def damaged() -> Damaged:
    """Return what to say about footage whose seal is broken."""
    return Damaged(
        "Diese Aufnahme ist beschädigt oder verändert worden und wird nicht angezeigt. Die"
        " Verwahrung ist benachrichtigt.",
        "vault-damaged",
    )


def report_damage(recording: Recording, actor: Actor, now: datetime) -> None:
    """Record that footage does not fit its seal, and call the custodian."""
    with durable():
        raise_task(kind="damaged", recording=recording, due_at=now, now=now)
        journal.record(
            act="evidence.damage_found",
            subject=f"recording:{recording.ident}",
            actor=actor.ref,
            now=now,
            body={"header_sha256": recording.header_sha256},
        )


def watermark_of(viewing: Viewing) -> dict[str, str]:
    """Return what lies over the picture: who looks, when, at what."""
    return {
        "viewer": str(viewing.user),
        "at": viewing.started_at.isoformat(timespec="seconds"),
        "recording": viewing.recording.ident,
        "copy": "derived" if viewing.recording.derived_from_id else "original",
    }


def read_custody(*, ident: str, actor: Actor, now: datetime) -> "QuerySet[Entry]":
    """Return the chain of custody; who read it is part of it from then on.

    :raises NotFound: no such recording for this actor
    """
    found = queries.custody_of(actor, ident)
    with durable():
        journal.record(
            act="evidence.custody_read", subject=f"recording:{ident}", actor=actor.ref, now=now
        )
    return found
