"""Signed tree heads (c2sp.org/tlog-checkpoint) and offline proofs (c2sp.org/tlog-proof)."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from streife.journal.tlog.merkle import EMPTY_ROOT, HASH_BYTES, verify_inclusion
from streife.journal.tlog.note import NoteError, Verifier, decode_base64, open_note

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint says: which log, how many leaves, which head."""

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def from_text(cls, text: str) -> "TreeHead":
        """Return the head behind the three lines; extension lines are refused, we make none.

        :raises NoteError: `malformed`
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not _DECIMAL.fullmatch(lines[1]):
            raise NoteError("a checkpoint is origin, size and head, one a line", "malformed")
        try:
            head = cls(lines[0], int(lines[1]), decode_base64(lines[2]))
        except ValueError as error:
            raise NoteError(str(error), "malformed") from error
        if len(head.root) != HASH_BYTES:
            raise NoteError("a head has exactly 32 bytes", "malformed")
        if (head.size == 0) != (head.root == EMPTY_ROOT):
            raise NoteError("only the empty tree has the empty head", "malformed")
        return head


def open_checkpoint(note: str, verifier: Verifier, *, origin: str) -> TreeHead:
    """Return the tree head that this key signed for this log.

    :raises NoteError: `malformed`, `unknown-key`, `bad-signature` or `other-log`
    """
    head = TreeHead.from_text(open_note(note, [verifier]))
    if head.origin != origin:
        raise NoteError(f"signed for {head.origin}, not for {origin}", "other-log")
    return head


def write_proof(*, index: int, proof: Sequence[bytes], checkpoint: str) -> str:
    """Return proof and checkpoint as one text that can be checked far away from the log."""
    hashes = "".join(base64.b64encode(node).decode() + "\n" for node in proof)
    return f"{PROOF_HEADER}\nindex {index}\n{hashes}\n{checkpoint}"


def check_proof(text: str, *, leaf_hash: bytes, verifier: Verifier, origin: str) -> int:
    """Return the index at which the text proves the leaf to stand.

    :raises NoteError: malformed, or the checkpoint is not of this key and log
    :raises ProofError: the leaf does not stand there
    """
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) < 2 or lines[0] != PROOF_HEADER:
        raise NoteError("not a tlog-proof@v1", "malformed")
    word, _, number = lines[1].partition(" ")
    if word != "index" or not _DECIMAL.fullmatch(number):
        raise NoteError("no index", "malformed")
    try:
        proof = [decode_base64(line) for line in lines[2:]]
    except ValueError as error:
        raise NoteError(str(error), "malformed") from error
    tree = open_checkpoint(checkpoint, verifier, origin=origin)
    verify_inclusion(
        leaf_hash=leaf_hash, index=int(number), size=tree.size, proof=proof, root=tree.root
    )
    return int(number)
