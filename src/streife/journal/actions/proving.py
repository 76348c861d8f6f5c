"""Handing out proofs: entries with everything a stranger needs to check them, far from here."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast

from streife.journal import keeping, queries, rules, stamping
from streife.journal.actions.recording import append, lock_journal
from streife.journal.actions.signing import checkpoint
from streife.journal.actions.witnessing import ask_witnesses
from streife.journal.models import Body, Entry, Stamp
from streife.journal.tlog.checkpoint import write_proof
from streife.journal.tlog.cosignature import Cosigner, with_cosignatures


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry as it was hashed, and the `tlog-proof@v1` that it stands in its year's log."""

    year: int
    number: int
    at: datetime
    act: str
    actor: str
    leaf: str
    body: str | None  # the stored text; None once erased
    salt: str | None  # hex
    proof: str


def prove_entries(entries: Sequence[Entry], *, now: datetime) -> list[Proven]:
    """Return proofs under heads that cover all entries, confirmed by every witness that answers.

    Call it outside a transaction: a head is signed over what is committed, and witnesses are
    other offices.

    :raises Refused: what `checkpoint` refuses
    """
    checkpoint(now=now)
    ask_witnesses(now=now)
    return [_proven(entry) for entry in entries]


def _proven(entry: Entry) -> Proven:
    found = queries.prove(entry.log_id, entry.number)
    bodies = Body.objects.filter(entry=entry).annotate(text=Cast("content", TextField()))
    stored = bodies.values_list("salt", "text").first()
    leaf = rules.leaf_data(
        number=entry.number,
        at_ms=rules.milliseconds_of(entry.at),
        act=entry.act,
        actor=entry.actor,
        subject=entry.subject,
        commitment=bytes(entry.commitment),
    )
    return Proven(
        year=entry.log_id,
        number=entry.number,
        at=entry.at,
        act=entry.act,
        actor=entry.actor,
        leaf=leaf.decode(),
        body=stored[1] if stored else None,
        salt=bytes(stored[0]).hex() if stored else None,
        proof=write_proof(
            index=entry.number,
            proof=found.siblings,
            checkpoint=with_cosignatures(
                keeping.renewed(entry.log_id, found.checkpoint.note),
                [one.line for one in found.checkpoint.cosignatures.order_by("witness")],
            ),
        ),
    )


def close_chain(
    *, act: str, subject: str, actor: str, now: datetime, body: Mapping[str, Any]
) -> Entry:
    """Append an entry that says how many entries its object had before, and which.

    `lines` is their number, `checksum` SHA-256 over their leaf hashes in order: whoever gets them
    all with this one sees that none was left out. Inside the caller's transaction.
    """
    lock_journal()
    before = Entry.objects.filter(subject=subject).order_by("log_id", "number")
    digest, lines = hashlib.sha256(), 0
    for leaf in before.values_list("leaf_hash", flat=True).iterator():
        digest.update(bytes(leaf))
        lines += 1
    closing = {**body, "lines": lines, "checksum": digest.hexdigest()}
    return append(act=act, subject=subject, actor=actor, now=now, body=closing)


def sign_text(text: str) -> str:
    """Return a text as a note signed in the journal's own name (never a yearly log's)."""
    return keeping.sign(text, keeping.base_origin())


@dataclass(frozen=True, slots=True)
class Growth:
    """That a year's log only grew from an earlier head to the newest; with the earlier's stamp."""

    year: int
    size: int  # of the earlier head
    old: str
    new: str
    proof: Sequence[bytes]
    token: bytes | None  # RFC 3161, over the earlier head


def prove_growths(year: int, sizes: Iterable[int]) -> list[Growth]:
    """Return proofs from earlier heads of these sizes, and from the one stamped last.

    Sizes no head was signed for are left out.
    """
    newest = queries.checkpoints(year).first()
    if newest is None:
        return []
    stamp = Stamp.objects.filter(checkpoint__log_id=year).order_by("-at", "-id").first()
    stamped = stamp.checkpoint.size if stamp is not None else 0
    wanted = ({size for size in sizes if size < newest.size} | {stamped}) - {0}
    found = []
    for head in queries.checkpoints(year).filter(size__in=wanted).order_by("size"):
        token = bytes(stamp.token) if stamp is not None and head.size == stamped else None
        proof = queries.prove_growth(year, head.size, newest.size)
        found.append(
            Growth(
                year,
                head.size,
                keeping.renewed(year, head.note),
                keeping.renewed(year, newest.note),
                proof,
                token,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Keys:
    """The public keys somebody needs to check us; to be handed over on a second way."""

    journal: str
    witnesses: Sequence[str]
    authorities: Sequence[bytes]  # root certificates of the time-stamp authority (DER)
    policy: str


def public_keys() -> Keys:
    """Return the keys that are set now."""
    witnesses = [
        Cosigner.from_text(one.key).to_text()
        for one in rules.witness_settings(settings.JOURNAL_WITNESSES)
    ]
    roots: list[bytes] = []
    if settings.JOURNAL_TSA_URL:
        known = stamping.Authority.from_file(settings.JOURNAL_TSA_ROOTS)
        roots = [stamping.der_of(root) for root in known.roots]
    journal = keeping.verifier_for(keeping.base_origin()).to_text()
    return Keys(journal, witnesses, roots, settings.JOURNAL_TSA_POLICY)
