"""Signing the heads of the yearly trees, and going on after a backup was put back."""

import time
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from streife.journal import keeping, queries, rules
from streife.journal.actions.recording import record
from streife.journal.actions.tiling import extend_tiles
from streife.journal.models import Checkpoint, Log
from streife.journal.tlog.checkpoint import TreeHead
from streife.journal.tlog.merkle import Frontier
from streife.journal.tlog.note import NoteError, Verifier
from streife.kernel.actors import Acting
from streife.kernel.errors import Refused

# How long the file of a first head may come after the commit that tells of it.
ARRIVES_TRIES, ARRIVES_SECONDS = 20, 0.05


def checkpoint(*, now: datetime) -> list[Checkpoint]:
    """Sign the head of every year that grew since its last checkpoint; return the new ones.

    Leaves are computed from the rows as they lie in the database, from the last signed head on:
    what is signed extends what was signed before, or nothing is signed.

    :raises Refused: `journal-rolled-back`, `journal-inconsistent`, `journal-key-missing`
    """
    if not keeping.has_key() and Checkpoint.objects.exists():
        raise Refused(
            "Der Signaturschlüssel des Protokolls fehlt. Bitte den Ordner „journal“ aus der "
            "Sicherung zurückspielen; ein neuer Schlüssel würde alle Prüfpunkte entwerten.",
            "journal-key-missing",
        )
    _refuse_missing_years()
    made = [_sign_year(log.year, now) for log in queries.logs() if log.dropped_at is None]
    return [row for row in made if row is not None]


def _refuse_missing_years() -> None:
    missing = set(keeping.kept_years()) - {log.year for log in queries.logs()}
    if missing:
        raise _rolled_back(min(missing))


def _rolled_back(year: int) -> Refused:
    return Refused(
        "Die Datenbank ist älter als der letzte Prüfpunkt von %(year)s: sie wurde "
        "zurückgesetzt. Bitte „manage.py journal verify“ ausführen und die Sicherungen "
        "prüfen.",
        "journal-rolled-back",
        values={"year": year},
    )


def _inconsistent(year: int) -> Refused:
    return Refused(
        "Das Protokoll %(year)s passt nicht zu seinem letzten Prüfpunkt; es wird nicht "
        "signiert. Bitte „manage.py journal verify“ ausführen.",
        "journal-inconsistent",
        values={"year": year},
    )


@transaction.atomic
def _sign_year(year: int, now: datetime) -> Checkpoint | None:
    """Return the new checkpoint of one year, or None if the signed one still fits.

    The head outside is read first, the row after it: others append and sign meanwhile, and a row
    read before their head would look like a database put back.
    """
    note = keeping.last_head(year)
    log = Log.objects.get(year=year)
    signed, frontier = _last_signed(log, note)
    if signed > log.size:
        raise _rolled_back(log.year)
    if signed == log.size:
        if log.size and frontier.to_bytes() != bytes(log.frontier):
            raise _inconsistent(log.year)
        return None
    for row in queries.raw_rows(log.year, start=signed):
        if frontier.size == log.size:
            break
        if row[1] != frontier.size:
            raise _inconsistent(log.year)
        frontier.append(rules.leaf_of(row))
    if frontier.size != log.size or frontier.to_bytes() != bytes(log.frontier):
        raise _inconsistent(log.year)
    extend_tiles(log, frontier.size)
    note = keeping.sign_head(log.year, frontier.size, frontier.root())
    made, created = Checkpoint.objects.get_or_create(
        log=log,
        size=frontier.size,
        defaults={"at": now, "note": note, "frontier": frontier.to_bytes()},
    )
    # After the commit: a file ahead of the database would look like a database put back.
    transaction.on_commit(lambda: keeping.keep_head(log.year, made.note))
    return made if created else None


def _last_signed(log: Log, note: str | None) -> tuple[int, Frontier]:
    """Return size and edge of the last signed tree, trusting signatures and hashes only."""
    if note is None:
        if queries.checkpoints(log.year).exists() and not _arrives(log.year):
            raise _inconsistent(log.year)
        return 0, Frontier()
    head = _open(log.year, note)
    if head.size > log.size:
        raise _rolled_back(log.year)
    row = Checkpoint.objects.filter(log=log, size=head.size).first()
    if row is None:
        raise _rolled_back(log.year)
    frontier = Frontier.from_bytes(head.size, bytes(row.frontier))
    if frontier.root() != head.root:
        raise _inconsistent(log.year)
    return head.size, frontier


def _arrives(year: int) -> bool:
    """Say whether the very first head of a year is just being written: it follows its commit."""
    for _ in range(ARRIVES_TRIES):
        if keeping.last_head(year) is not None:
            return True
        time.sleep(ARRIVES_SECONDS)
    return False


@transaction.atomic
def accept_restore(*, actor: Acting, now: datetime) -> list[int]:
    """Go on after a backup was put back on purpose; return the years that lost signed entries.

    What was signed and is gone stands in the record from then on, and the old head stays in its
    file under another name. Without this step nothing is signed any more.
    """
    actor.require("journal.verify")
    lost: list[int] = []
    for year in keeping.kept_years():
        note = keeping.last_head(year) or ""
        head = _open(year, note)
        if Checkpoint.objects.filter(log_id=year, size=head.size).exists():
            continue
        record(
            act=rules.RESTORED,
            subject=f"journal:{year}",
            actor=actor.ref,
            now=now,
            body={"signed_size": head.size, "signed_root": head.root.hex()},
        )
        lost.append(year)
    transaction.on_commit(lambda: _take_heads_of_database(lost, now))
    return lost


def _take_heads_of_database(years: list[int], now: datetime) -> None:
    for year in years:
        keeping.set_aside(year, stamp=f"{now:%Y%m%dT%H%M%S}")
        newest = queries.checkpoints(year).first()
        if newest is not None:
            keeping.keep_head(year, newest.note)


def rotate_key(*, actor: Acting, now: datetime) -> str:
    """Sign with a new key from now on and return the public one; what was signed stays valid.

    Everything there is gets a head under the old key first. Witnesses and recipients have to be
    told the new key on a second way.

    :raises Refused: what `checkpoint` refuses
    """
    actor.require("journal.verify")
    checkpoint(now=now)
    key = Ed25519PrivateKey.generate()
    text = Verifier(keeping.base_origin(), key.public_key().public_bytes_raw()).to_text()
    with transaction.atomic():
        sizes = {log.year: log.size for log in queries.logs()}
        record(
            act=rules.KEY_ROTATED,
            subject="journal:key",
            actor=actor.ref,
            now=now,
            body={"key": text},
        )
        transaction.on_commit(lambda: keeping.exchange_key(key, sizes))
    return text


def _open(year: int, note: str) -> TreeHead:
    try:
        return keeping.open_head(year, note)
    except NoteError as error:
        raise _inconsistent(year) from error
