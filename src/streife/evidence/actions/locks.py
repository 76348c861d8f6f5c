"""Durable transactions, locks and the gate that closes when the record cannot be kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from streife.accounts.rules import Actor
from streife.evidence import stores
from streife.evidence.models import Recording
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, NotPermitted, Refused


class NotStored(Refused):
    """The vault could not keep or find what it must; nothing was changed."""

    status = 507


class NotAnswering(Refused):
    """The store does not answer now; nothing is said about what lies in it."""

    status = 503


def not_answering() -> NotAnswering:
    """Return what to say while the store does not answer."""
    return NotAnswering(
        "Der Speicher der Verwahrung antwortet gerade nicht. Über die Aufnahmen sagt das nichts."
        " Bitte in einigen Minuten noch einmal versuchen; bleibt es so, die Administration rufen.",
        "vault-no-answer",
    )


@contextmanager
def durable() -> Iterator[None]:
    """Open a transaction whose commit survives a power cut.

    SQLite in WAL mode with `synchronous=NORMAL` may lose the last commits then; what tells a dock
    to wipe a camera, or says that footage was seen, must not be among them.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    _set_synchronous("FULL")
    try:
        with transaction.atomic():
            yield
    finally:
        _set_synchronous("NORMAL")


def _set_synchronous(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={how}")


def seal_record(now: datetime) -> None:
    """Sign the journal's head over what was just recorded, before anybody gets an answer.

    A journal that was put back, rewritten or lost its key refuses to sign; then the vault gives
    nothing out either (fail closed), while dispatch, which does not ask, goes on.

    :raises Refused: what `journal.checkpoint` refuses
    """
    if not connection.in_atomic_block:  # inside a transaction nothing is certain enough to sign
        journal.checkpoint(now=now)


def check_room(wanted: int = 0, *, staged: int = 0) -> None:
    """Pass only while the disk keeps its reserve with `wanted` bytes more in the store.

    `staged` bytes lie on this machine's disk wherever the store is: pieces of an upload.

    :raises NotStored: `vault-full`
    """
    more = staged + (wanted if stores.is_folder() else 0)
    if stores.free_bytes() - more < settings.EVIDENCE_RESERVE_BYTES:
        raise NotStored(
            "Der Speicher der Verwahrung ist voll. Es wird nichts übernommen und nichts gezeigt,"
            " bis wieder Platz ist. Aufnahmen bleiben auf den Kameras. Bitte die Administration"
            " rufen.",
            "vault-full",
        )


def person_id(actor: Actor) -> int:
    """Return the account of whoever acts: some acts only a person can do.

    :raises NotPermitted: the software itself, or nobody signed in (`person-needed`)
    """
    if actor.user_id is None:
        raise NotPermitted("Das kann nur eine angemeldete Person tun.", "person-needed")
    return actor.user_id


def hold_recording(ident: str) -> Recording:
    """Return a recording, locked until the transaction ends.

    :raises NotFound: there is none
    """
    found = Recording.objects.select_for_update().filter(ident=ident).first()
    if found is None:
        raise no_such_recording()
    return found


def no_such_recording() -> NotFound:
    """Return what to say about an unknown recording."""
    return NotFound("Diese Aufnahme gibt es nicht.", "no-such-recording")
