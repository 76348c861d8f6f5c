"""The tree: exhaustive up to 40 leaves, then random shapes, and no other proof than the one."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.journal import rules
from streife.journal.tlog.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    consistency_proof,
    hash_leaf,
    hash_node,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from streife.kernel.canonical import canonical_json

LEAVES = [hash_leaf(bytes([number])) for number in range(64)]
hashes = st.binary(min_size=32, max_size=32)


def textbook_root(leaves: list[bytes]) -> bytes:
    """Return the head as RFC 9162 section 2.1.1 defines it, by recursion."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hash_node(textbook_root(leaves[:split]), textbook_root(leaves[split:]))


ROOTS = [textbook_root(LEAVES[:size]) for size in range(65)]


def test_the_frontier_gives_the_textbook_head_at_every_size() -> None:
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES):
        assert frontier.root() == ROOTS[size]
        assert Frontier.from_bytes(size, frontier.to_bytes()) == frontier
        assert len(frontier.nodes) == size.bit_count()
        frontier.append(leaf)


def test_every_proof_up_to_forty_leaves_is_accepted() -> None:
    for size in range(1, 41):
        for index in range(size):
            verify_inclusion(
                leaf_hash=LEAVES[index],
                index=index,
                size=size,
                proof=inclusion_proof(LEAVES[:size], index),
                root=ROOTS[size],
            )
        for old in range(1, size + 1):
            verify_consistency(
                old_size=old,
                old_root=ROOTS[old],
                size=size,
                root=ROOTS[size],
                proof=consistency_proof(LEAVES[:size], old),
            )


def test_a_proof_fits_no_other_index_size_or_leaf() -> None:
    for size in range(1, 18):
        for index in range(size):
            proof = inclusion_proof(LEAVES[:size], index)
            others = [
                (leaf, at, in_size)
                for leaf in range(size)
                for at in range(size)
                for in_size in range(1, 18)
                if (leaf, at, in_size) != (index, index, size)
            ]
            for leaf, at, in_size in others:
                if leaf == at == index and ROOTS[in_size] == ROOTS[size]:
                    continue
                with pytest.raises(ProofError):
                    verify_inclusion(
                        leaf_hash=LEAVES[leaf],
                        index=at,
                        size=in_size,
                        proof=proof,
                        root=ROOTS[in_size],
                    )


@given(st.data())
def test_a_changed_consistency_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 64))
    old = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(LEAVES[:size], old)
    at = data.draw(st.integers(0, len(proof) - 1))
    kind = data.draw(st.sampled_from(["flip", "drop", "repeat", "insert", "swap-heads", "empty"]))
    old_root, root, changed = ROOTS[old], ROOTS[size], list(proof)
    if kind == "flip":
        bit = data.draw(st.integers(0, 255))
        number = int.from_bytes(proof[at]) ^ (1 << bit)
        changed[at] = number.to_bytes(32)
    elif kind == "drop":
        del changed[at]
    elif kind == "repeat":
        changed.insert(at, proof[at])
    elif kind == "insert":
        changed.insert(at, data.draw(hashes))
    elif kind == "empty":
        changed = []
    else:
        old_root, root = root, old_root
    with pytest.raises(ProofError):
        verify_consistency(old_size=old, old_root=old_root, size=size, root=root, proof=changed)


@given(st.lists(hashes, min_size=1, max_size=200), st.data())
def test_random_trees_prove_what_they_hold(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root = root_of(leaves)
    assert root == textbook_root(leaves)
    proof = inclusion_proof(leaves, index)
    verify_inclusion(leaf_hash=leaves[index], index=index, size=len(leaves), proof=proof, root=root)
    old = data.draw(st.integers(1, len(leaves)))
    verify_consistency(
        old_size=old,
        old_root=root_of(leaves[:old]),
        size=len(leaves),
        root=root,
        proof=consistency_proof(leaves, old),
    )


@pytest.mark.parametrize("old", [0, -1, 9])
def test_there_is_no_proof_from_nothing_or_from_the_future(old: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        consistency_proof(LEAVES[:8], old)


def test_the_empty_tree_proves_nothing() -> None:
    for root in (EMPTY_ROOT, b"", ROOTS[1]):
        with pytest.raises(ProofError):
            verify_inclusion(leaf_hash=LEAVES[0], index=0, size=0, proof=[], root=root)
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof([], 0)


@pytest.mark.parametrize(("size", "raw"), [(1, b""), (0, b"x" * 32), (3, b"x" * 32), (-1, b"")])
def test_a_frontier_of_the_wrong_length_is_refused(size: int, raw: bytes) -> None:
    with pytest.raises(ValueError, match="cannot have"):
        Frontier.from_bytes(size, raw)


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.integers(0, 2**40), st.integers(0, 2**45), text, text, text, hashes)
def test_the_leaf_is_the_canonical_json_of_its_envelope(
    number: int, at_ms: int, act: str, actor: str, subject: str, commitment: bytes
) -> None:
    written = rules.leaf_data(
        number=number,
        at_ms=at_ms,
        act=act,
        actor=actor,
        subject=subject,
        commitment=commitment,
    )
    envelope = {
        "act": act,
        "actor": actor,
        "at": at_ms,
        "commitment": commitment.hex(),
        "number": number,
        "subject": subject,
    }
    assert written.decode() == canonical_json(envelope)
