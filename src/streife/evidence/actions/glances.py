"""Previews go as soon as nobody needs them: key first, then the bytes."""

from contextlib import suppress
from datetime import datetime

from streife.accounts.rules import Actor
from streife.evidence import keys, stores
from streife.evidence.models import Preview, Redaction
from streife.evidence.rules.redacting import Glance
from streife.journal import actions as journal


def destroy_preview(preview: Preview) -> None:
    """Destroy key and bytes of a preview; its row stays, so that no backup brings the key back.

    At once, also where the transaction should fail: a preview is made again in minutes.
    """
    if preview.kid:
        keys.key_store().destroy(preview.kid)
        with suppress(OSError):  # noise without its key; the daily count names it
            stores.store().remove(preview.path)
    preview.state = Glance.GONE
    preview.save(update_fields=["state"])


def drop_previews(redaction: Redaction, actor: Actor, now: datetime) -> None:
    """Destroy every preview of a redaction and record it; call it inside the transaction."""
    for preview in redaction.previews.exclude(state=Glance.GONE):
        destroy_preview(preview)
        record_preview("evidence.preview_deleted", preview, actor, now)


def record_preview(act: str, preview: Preview, actor: Actor, now: datetime) -> None:
    """Write a line about a preview into its recording's chain of custody."""
    journal.record(
        act=act,
        subject=f"recording:{preview.redaction.recording.ident}",
        actor=actor.ref,
        now=now,
        body={
            "redaction": preview.redaction_id,
            "preview": preview.pk,
            "project_sha256": preview.project_sha256,
        },
    )
