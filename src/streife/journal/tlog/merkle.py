"""Merkle trees of RFC 9162 section 2.1: heads, inclusion and consistency proofs.

Stricter than the RFC where a textbook verifier is known to accept nonsense: every hash is exactly
32 bytes, an index lies inside its tree, no proof exists for or from a tree of size 0, and nothing
may be left over. `size 0 needs no proof` is the shortcut by which a forged root comes in, so
whoever knows nothing yet has to take the first checkpoint on its signature alone.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class ProofError(ValueError):
    """A proof that does not prove what it claims; the message says why."""


def hash_leaf(data: bytes) -> bytes:
    """Return the leaf hash: SHA-256 over 0x00 and the data."""
    return hashlib.sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 over 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: one hash per set bit of `size`, largest subtree first.

    Appending costs one hash on average; the head is known at every size in O(log n).
    """

    size: int = 0
    nodes: list[bytes] = field(default_factory=list)

    @classmethod
    def from_bytes(cls, size: int, raw: bytes) -> "Frontier":
        """Return the edge stored as joined hashes.

        :raises ValueError: the length does not fit the size
        """
        if size < 0 or len(raw) != HASH_BYTES * size.bit_count():
            raise ValueError(f"a frontier of size {size} cannot have {len(raw)} bytes")
        return cls(size, [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)])

    def to_bytes(self) -> bytes:
        """Return the joined hashes, largest subtree first."""
        return b"".join(self.nodes)

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf at the right end."""
        nodes, full = self.nodes, self.size
        while full & 1:
            leaf_hash = hashlib.sha256(b"\x01" + nodes.pop() + leaf_hash).digest()
            full >>= 1
        nodes.append(leaf_hash)
        self.size += 1

    def root(self) -> bytes:
        """Return the tree head; of the empty tree SHA-256 over nothing."""
        if not self.nodes:
            return EMPTY_ROOT
        head = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            head = hash_node(node, head)
        return head


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the head of the tree over these leaf hashes."""
    frontier = Frontier()
    for leaf_hash in leaf_hashes:
        frontier.append(leaf_hash)
    return frontier.root()


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the siblings from the leaf up to the head (RFC 9162 section 2.1.3.1).

    :raises ValueError: no leaf with this index
    """
    spans = sibling_spans(len(leaf_hashes), index)
    return [root_of(leaf_hashes[start:end]) for start, end in spans]


def sibling_spans(size: int, index: int) -> list[tuple[int, int]]:
    """Return which leaves (from, to) lie under each sibling of an inclusion proof, leaf upwards.

    :raises ValueError: no leaf with this index
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the proof that the tree extends its own first `old_size` leaves (section 2.1.4.1).

    :raises ValueError: the old size is 0 or larger than the tree
    """
    spans = consistency_spans(len(leaf_hashes), old_size)
    return [root_of(leaf_hashes[start:end]) for start, end in spans]


def consistency_spans(size: int, old_size: int) -> list[tuple[int, int]]:
    """Return which leaves (from, to) lie under each node of a consistency proof, in its order.

    :raises ValueError: the old size is 0 or larger than the tree
    """
    if not 0 < old_size <= size:
        raise ValueError(f"no proof from size {old_size} to {size}")
    path: list[tuple[int, int]] = []
    start, end, whole = 0, size, True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, whole = middle, False
    if not whole:
        path.append((start, end))
    return path[::-1]


def _demand_hashes(*hashes: bytes) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise ProofError("every hash must have exactly 32 bytes")


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a leaf up to the head: the sibling, its side, and the node above both."""

    sibling: bytes
    sibling_left: bool
    parent: bytes


def climb(*, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> list[Step]:
    """Return the steps by which an inclusion proof leads upwards (RFC 9162 section 2.1.3.2).

    :raises ProofError: index, size and length of the proof do not belong together
    """
    _demand_hashes(leaf_hash, *proof)
    if not 0 <= index < size:
        raise ProofError(f"no leaf {index} in a tree of size {size}")
    position, last, current = index, size - 1, leaf_hash
    steps: list[Step] = []
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        left = bool(position & 1) or position == last
        if left:
            current = hash_node(sibling, current)
            while not position & 1:
                position, last = position >> 1, last >> 1
        else:
            current = hash_node(current, sibling)
        position, last = position >> 1, last >> 1
        steps.append(Step(sibling, left, current))
    if last != 0:
        raise ProofError("the proof is too short")
    return steps


def verify_inclusion(
    *, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Pass only if the leaf stands at `index` in the tree with this size and head.

    :raises ProofError: it does not, or the proof is not the one canonical proof
    """
    _demand_hashes(root)
    steps = climb(leaf_hash=leaf_hash, index=index, size=size, proof=proof)
    if (steps[-1].parent if steps else leaf_hash) != root:
        raise ProofError("the proof leads to another head")


def verify_consistency(
    *, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Pass only if the tree `size` begins with all leaves of the tree `old_size`.

    :raises ProofError: it does not, or one of the trees is empty (see the module's text)
    """
    _demand_hashes(old_root, root, *proof)
    if not 0 < old_size <= size:
        raise ProofError(f"no proof leads from size {old_size} to {size}")
    if old_size == size:
        if proof:
            raise ProofError("equal sizes need no proof")
        if old_root != root:
            raise ProofError("two heads for one size")
        return
    # A complete old subtree is its own first node and is left out of the proof.
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        raise ProofError("the proof is empty")
    old_head, head = _walk(path, old_size - 1, size - 1)
    if old_head != old_root:
        raise ProofError("the proof leads to another old head")
    if head != root:
        raise ProofError("the proof leads to another head")


def _walk(path: Sequence[bytes], position: int, last: int) -> tuple[bytes, bytes]:
    """Return the heads of the old and the new tree that a consistency path leads to."""
    while position & 1:
        position, last = position >> 1, last >> 1
    old_head = head = path[0]
    for node in path[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if position & 1 or position == last:
            old_head, head = hash_node(node, old_head), hash_node(node, head)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            head = hash_node(head, node)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise ProofError("the proof is too short")
    return old_head, head
