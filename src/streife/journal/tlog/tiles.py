"""Proofs in a large tree from stored heads of its complete parts, without reading every leaf.

As in C2SP tlog-tiles, a part has 256 leaves. A proof needs the leaves of two parts at most (the
own one, and the unfinished one at the right edge); everything above comes from the heads.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from streife.journal.tlog.merkle import Frontier, consistency_spans, root_of, sibling_spans

PART = 256

Leaves = Callable[[int, int], Sequence[bytes]]


def part_heads(leaf_hashes: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the head of each complete part; leaves of an unfinished one are left."""
    frontier = Frontier()
    for leaf_hash in leaf_hashes:
        frontier.append(leaf_hash)
        if frontier.size == PART:
            yield frontier.root()
            frontier = Frontier()


def inclusion_proof_from(
    heads: Sequence[bytes], leaves: Leaves, *, size: int, index: int
) -> list[bytes]:
    """Return the same proof as `merkle.inclusion_proof`.

    `heads` are those of the first parts of the tree, as many as are known; `leaves(start, end)`
    gives leaf hashes where no head is known.

    :raises ValueError: no leaf with this index
    """
    return [_root(heads, leaves, start, end) for start, end in sibling_spans(size, index)]


def consistency_proof_from(
    heads: Sequence[bytes], leaves: Leaves, *, size: int, old_size: int
) -> list[bytes]:
    """Return the same proof as `merkle.consistency_proof`; arguments as above.

    :raises ValueError: the old size is 0 or larger than the tree
    """
    return [_root(heads, leaves, start, end) for start, end in consistency_spans(size, old_size)]


def _root(heads: Sequence[bytes], leaves: Leaves, start: int, end: int) -> bytes:
    """Return the head over some leaves; a span longer than a part begins where a part begins."""
    first, last = start // PART, end // PART
    if start % PART or first >= last:
        return root_of(leaves(start, end))
    # A frontier of parts and one of leaves, side by side: together they are that of the span.
    parts, rest = Frontier(), Frontier()
    for head in heads[first:last]:
        parts.append(head)
    unknown = max(first, min(last, len(heads)))
    if unknown < last:
        for head in part_heads(leaves(unknown * PART, last * PART)):
            parts.append(head)
    if last * PART < end:
        for leaf_hash in leaves(last * PART, end):
            rest.append(leaf_hash)
    return Frontier(end - start, parts.nodes + rest.nodes).root()
