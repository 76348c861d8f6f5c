"""Appending to the record."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from streife.journal.models import Body, Entry, Log


def record(
    *, act: str, subject: str, actor: str, now: datetime, body: Mapping[str, Any] | None = None
) -> Entry:
    """Append one entry inside the caller's transaction and return it.

    `body` holds JSON values, never more personal data than ids. The lock on the year's log is
    held until the transaction ends, so call this last.

    :raises RuntimeError: outside a transaction
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("journal.record needs the transaction of its action")
    log = Log.objects.select_for_update().get_or_create(year=now.year)[0]
    salt = secrets.token_bytes(16)
    content = dict(body or {})
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    commitment = hashlib.sha256(b"\x01" + salt + text.encode()).digest()
    entry = Entry.objects.create(
        log=log,
        number=log.size,
        at=now,
        actor=actor,
        act=act,
        subject=subject,
        commitment=commitment,
        leaf_hash=hashlib.sha256(b"\x00" + commitment).digest(),
    )
    Body.objects.create(entry=entry, salt=salt, content=content)
    log.size += 1
    log.save(update_fields=["size"])
    return entry
