"""Reads of the record."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet, Sum, TextField
from django.db.models.functions import Cast

from streife.journal import rules
from streife.journal.live import cursor_from, event_stream
from streife.journal.models import (
    Asked,
    Checkpoint,
    Cosignature,
    Entry,
    Log,
    Stamp,
    Tile,
    Verification,
)
from streife.journal.moments import ahead_of_others as ahead_of_others
from streife.journal.moments import last_recorded_at as last_recorded_at
from streife.journal.moments import longest_silence as longest_silence
from streife.journal.tlog.cosignature import with_cosignatures
from streife.journal.tlog.merkle import HASH_BYTES, Frontier, ProofError, verify_inclusion
from streife.journal.tlog.tiles import consistency_proof_from, inclusion_proof_from
from streife.journal.words import ACTS
from streife.kernel.errors import NotFound

CHUNK = 2000
PAGE = 50


def entries_of(subject: str) -> QuerySet[Entry]:
    """Return the entries about one subject (`incident:4711`), oldest first, bodies joined.

    `entry.body` is missing (`hasattr` is false) where the content was erased.
    """
    return Entry.objects.filter(subject=subject).select_related("body").order_by("id")


def entries_about(subjects: Iterable[str]) -> QuerySet[Entry]:
    """Return the entries about several subjects, oldest first, bodies joined."""
    return Entry.objects.filter(subject__in=set(subjects)).select_related("body").order_by("id")


def follow(cursor: str | None) -> AsyncIterator[str]:
    """Yield what is recorded from a cursor on as server-sent events; see `live.event_stream`."""
    return event_stream(cursor_from(cursor))


def number_of_entries() -> int:
    """Return how many entries the record holds, years dropped after retention left out."""
    total = Log.objects.filter(dropped_at__isnull=True).aggregate(total=Sum("size"))["total"]
    return total or 0


@dataclass(frozen=True, slots=True)
class Search:
    """What the data protection officer looks for; empty means anything."""

    subject: str = ""
    act: str = ""
    actor: str = ""
    reads_only: bool = False
    without_persons: bool = False  # leaves out what stands about accounts: sign-ins, roles, locks


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first; `next_cursor` asks for older ones, None when there are none."""

    entries: list[Entry]
    next_cursor: int | None


def find_entries(search: Search, *, before: int | None = None, limit: int = PAGE) -> Page:
    """Return one page of what fits, newest first; `before` is the last page's `next_cursor`.

    `subject` and `actor` must fit as a whole, `act` from its beginning (`incidents.`).
    """
    found = Entry.objects.select_related("body").order_by("-id")
    if search.subject:
        found = found.filter(subject=search.subject)
    if search.act:
        found = found.filter(act__startswith=search.act)
    if search.actor:
        found = found.filter(actor=search.actor)
    if search.without_persons:
        found = found.exclude(subject__startswith=rules.PERSON)
    if search.reads_only:
        found = found.filter(act__in=read_acts())
    if before is not None:
        found = found.filter(id__lt=before)
    entries = list(found[: limit + 1])
    return Page(entries[:limit], entries[limit - 1].id if len(entries) > limit else None)


def acts() -> list[str]:
    """Return every act that ever happened, by hopping along the index (one look-up per act)."""
    found: list[str] = []
    newest = Entry.objects.order_by("act").values_list("act", flat=True)
    while (act := newest.filter(act__gt=found[-1] if found else "").first()) is not None:
        found.append(act)
    return found


def act_name(act: str) -> str:
    """Return what an act means, in German whoever reads: for what is stored or printed."""
    return str(ACTS.get(act, act))


def read_acts() -> list[str]:
    """Return the acts that are reads of personal data."""
    return [act for act in acts() if rules.is_read(act)]


def entry_at(year: int, number: int) -> Entry:
    """Return the entry with this number in this year.

    :raises NotFound: there is none
    """
    known = year < 10_000  # what a date can hold; SQLite fails on numbers beyond 64 bits
    found = Entry.objects.select_related("body").filter(log_id=year, number=number)
    entry = found.first() if known else None
    if entry is None:
        raise NotFound("Diesen Protokolleintrag gibt es nicht.", "entry-unknown")
    return entry


def checkpoints(year: int | None = None) -> QuerySet[Checkpoint]:
    """Return the signed heads, newest first."""
    found = Checkpoint.objects.order_by("-log_id", "-size")
    return found if year is None else found.filter(log_id=year)


def newest_checkpoint() -> Checkpoint | None:
    """Return the head that was signed last, or None."""
    return Checkpoint.objects.order_by("-at", "-log_id", "-size").first()


def erasure_of(entry: Entry) -> Entry | None:
    """Return the entry that records the erasure of this one's body, or None."""
    subject = rules.subject_of(entry.log_id, entry.number)
    return Entry.objects.filter(act=rules.ERASED, subject=subject).first()


def last_verification() -> Verification | None:
    """Return the newest complete check, or None if there never was one."""
    return Verification.objects.order_by("-at", "-id").first()


def logs() -> list[Log]:
    """Return the yearly logs, oldest first."""
    return list(Log.objects.order_by("year"))


def leaf_hashes(year: int, end: int, *, start: int = 0) -> Iterator[bytes]:
    """Stream the leaf hashes of a year from number `start` up to `end`, which is left out."""
    stored = Entry.objects.filter(log_id=year, number__gte=start, number__lt=end)
    hashes = stored.order_by("number").values_list("leaf_hash", flat=True)
    return (bytes(value) for value in hashes.iterator(chunk_size=CHUNK))


def part_heads(year: int) -> list[bytes]:
    """Return the stored heads of the first parts of a year's tree (see `tlog.tiles`)."""
    rows = Tile.objects.filter(log_id=year).order_by("index").values_list("heads", flat=True)
    joined = b"".join(bytes(row) for row in rows)
    return [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]


@dataclass(frozen=True, slots=True)
class Proof:
    """That one entry stands under a signed head: its siblings from the leaf upwards."""

    entry: Entry
    siblings: Sequence[bytes]
    checkpoint: Checkpoint


def prove(year: int, number: int) -> Proof:
    """Return the proof of an entry under the newest checkpoint of its year.

    Reads at most 512 leaves beside the stored heads; if these do not lead to what was signed
    (somebody touched them), every leaf of the year is read instead.

    :raises NotFound: no such entry, or no checkpoint covers it yet
    """
    entry = entry_at(year, number)
    checkpoint = checkpoints(year).first()
    if checkpoint is None or checkpoint.size <= number:
        raise NotFound(
            "Zu diesem Eintrag gibt es noch keinen Prüfpunkt. Der nächste wird ihn einschließen.",
            "not-covered",
        )
    siblings = _siblings(year, number, checkpoint.size, part_heads(year))
    if not _leads_to(checkpoint, entry, siblings):
        siblings = _siblings(year, number, checkpoint.size, [])
    return Proof(entry, siblings, checkpoint)


def _siblings(year: int, number: int, size: int, heads: Sequence[bytes]) -> list[bytes]:
    def leaves(start: int, end: int) -> list[bytes]:
        return list(leaf_hashes(year, end, start=start))

    return inclusion_proof_from(heads, leaves, size=size, index=number)


def _leads_to(checkpoint: Checkpoint, entry: Entry, siblings: Sequence[bytes]) -> bool:
    root = Frontier.from_bytes(checkpoint.size, bytes(checkpoint.frontier)).root()
    try:
        verify_inclusion(
            leaf_hash=bytes(entry.leaf_hash),
            index=entry.number,
            size=checkpoint.size,
            proof=siblings,
            root=root,
        )
    except ProofError:
        return False
    return True


def prove_growth(year: int, old_size: int, size: int) -> list[bytes]:
    """Return the proof that the first `size` leaves of a year begin with its first `old_size`.

    :raises ValueError: the old size is 0 or larger
    """

    def leaves(start: int, end: int) -> list[bytes]:
        return list(leaf_hashes(year, end, start=start))

    return consistency_proof_from(part_heads(year), leaves, size=size, old_size=old_size)


def confirmed_size(year: int, witness: str) -> int:
    """Return how many leaves of a year this witness has confirmed last, 0 if none."""
    found = Cosignature.objects.filter(checkpoint__log_id=year, witness=witness)
    size = found.order_by("-checkpoint__size").values_list("checkpoint__size", flat=True).first()
    return size or 0


def cosigned_note(checkpoint: Checkpoint) -> str:
    """Return a checkpoint with its own signature and those of all witnesses behind it."""
    lines = checkpoint.cosignatures.order_by("witness").values_list("line", flat=True)
    return with_cosignatures(checkpoint.note, lines)


def last_stamp() -> Stamp | None:
    """Return the newest time stamp, or None."""
    return Stamp.objects.select_related("checkpoint").order_by("-at", "-id").first()


def asked() -> QuerySet[Asked]:
    """Return how it last went with every witness and year, newest year first."""
    return Asked.objects.order_by("-log_id", "witness")


def raw_rows(year: int, *, start: int = 0) -> Iterator[tuple[Any, ...]]:
    """Stream the rows of a year in the order of numbers, a chunk of them in memory at a time.

    Fields: id, number, at, act, actor, subject, commitment, leaf hash, salt, text of the body;
    the last two are None once erased.
    """
    return (
        Entry.objects.filter(log_id=year, number__gte=start)
        .order_by("number")
        .values_list(
            "id",
            "number",
            "at",
            "act",
            "actor",
            "subject",
            "commitment",
            "leaf_hash",
            "body__salt",
            Cast("body__content", TextField()),  # the stored text, not the value behind it
        )
        .iterator(chunk_size=CHUNK)
    )


def erased_subjects() -> set[str]:
    """Return `journal:<year>/<number>` of every entry whose erasure stands in the record."""
    erasures = Entry.objects.filter(act=rules.ERASED).values_list("subject", flat=True)
    return set(erasures.iterator(chunk_size=CHUNK))


def names_of(refs: Sequence[str]) -> dict[str, str]:
    """Return `user:<id>` → the person's name, for the screen."""
    ids = [int(ref[5:]) for ref in refs if ref.startswith("user:") and ref[5:].isdecimal()]
    users = get_user_model().objects.filter(pk__in=ids)
    return {f"user:{user.pk}": str(user) for user in users}
