"""What a witness is asked and what it answers (c2sp.org/tlog-witness, `add-checkpoint`).

Pure: the state comes in as an argument, so that whoever keeps it can decide and write in one
transaction. `streife.journal.witness` is the process around it.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from streife.journal.tlog.checkpoint import TreeHead
from streife.journal.tlog.merkle import HASH_BYTES, ProofError, verify_consistency
from streife.journal.tlog.note import NoteError, Verifier, decode_base64, open_note, split_note

SIZE_TYPE = "text/x.tlog.size"
MOST_PROOF_LINES = 63
LARGEST_REQUEST = 65_536  # a proof of 63 lines and a note with 64 signatures is below 12 KB
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class Declined(Exception):
    """The witness does not sign; `status` is the HTTP status, the message says why."""

    def __init__(self, status: int, message: str, *, size: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.size = size  # what the witness holds, where it says so (409)


@dataclass(frozen=True, slots=True)
class Request:
    """A new checkpoint, and the proof that it extends the one with `old_size` leaves."""

    old_size: int
    proof: Sequence[bytes]
    note: str

    def to_text(self) -> str:
        """Return the body of the request."""
        proof = "".join(base64.b64encode(node).decode() + "\n" for node in self.proof)
        return f"old {self.old_size}\n{proof}\n{self.note}"

    @classmethod
    def from_text(cls, text: str) -> "Request":
        """Return what a body asks.

        :raises Declined: 400
        """
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        old = _OLD.fullmatch(lines[0])
        if not blank or old is None or len(lines) > MOST_PROOF_LINES + 1:
            raise Declined(400, "not `old`, at most 63 proof lines, an empty line, a checkpoint")
        try:
            proof = [decode_base64(line) for line in lines[1:]]
        except ValueError as error:
            raise Declined(400, str(error)) from error
        if any(len(node) != HASH_BYTES for node in proof):
            raise Declined(400, "every hash has 32 bytes")
        return cls(int(old[1]), proof, note)


def head_of(note: str) -> TreeHead:
    """Return what a checkpoint says, no signature checked.

    :raises Declined: 400
    """
    try:
        return TreeHead.from_text(split_note(note)[0])
    except NoteError as error:
        raise Declined(400, str(error)) from error


def check(request: Request, *, known: TreeHead | None, verifiers: Sequence[Verifier]) -> TreeHead:
    """Return the head to sign and keep; `known` is the last one signed for this origin.

    The order is that of the specification: origin, signature, sizes, proof.

    :raises Declined: 400, 403, 404, 409 or 422
    """
    head = head_of(request.note)
    if not verifiers:
        raise Declined(404, "this witness does not know the log")
    try:
        open_note(request.note, verifiers)
    except NoteError as error:
        raise Declined(403, str(error)) from error
    if request.old_size > head.size:
        raise Declined(400, "the old size is larger than the checkpoint")
    size = known.size if known else 0
    if request.old_size != size:
        raise Declined(409, "the witness holds another size", size=size)
    _check_growth(request, known=known, head=head)
    return head


def _check_growth(request: Request, *, known: TreeHead | None, head: TreeHead) -> None:
    if known is None or known.size == 0:
        if request.proof:
            raise Declined(422, "nothing is proved from an empty tree")
        return
    if known.size == head.size and known.root != head.root:
        raise Declined(409, "two different heads of one size", size=known.size)
    try:
        verify_consistency(
            old_size=known.size,
            old_root=known.root,
            size=head.size,
            root=head.root,
            proof=request.proof,
        )
    except ProofError as error:
        raise Declined(422, str(error)) from error
