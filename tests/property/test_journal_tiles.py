"""Proofs from stored heads are the very proofs that all leaves would give."""

from hypothesis import given
from hypothesis import strategies as st

from streife.journal.tlog.merkle import hash_leaf, inclusion_proof, root_of
from streife.journal.tlog.tiles import PART, inclusion_proof_from, part_heads

LEAVES = [hash_leaf(number.to_bytes(4, "big")) for number in range(5 * PART + 3)]
HEADS = list(part_heads(LEAVES))


class Counting:
    """Gives leaves and counts how many were asked for."""

    def __init__(self) -> None:
        self.read = 0

    def __call__(self, start: int, end: int) -> list[bytes]:
        self.read += end - start
        return LEAVES[start:end]


def test_a_head_is_the_root_of_its_part() -> None:
    assert len(HEADS) == 5
    assert HEADS[3] == root_of(LEAVES[3 * PART : 4 * PART])
    assert list(part_heads(LEAVES[: PART - 1])) == []


@given(
    size=st.integers(1, len(LEAVES)),
    share=st.floats(0, 1, exclude_max=True),
    known=st.integers(0, len(HEADS)),
)
def test_the_proof_is_the_same_however_many_heads_are_known(
    size: int, share: float, known: int
) -> None:
    index = int(size * share)
    heads = HEADS[: min(known, size // PART)]
    found = inclusion_proof_from(heads, Counting(), size=size, index=index)
    assert found == inclusion_proof(LEAVES[:size], index)


@given(size=st.integers(1, len(LEAVES)), share=st.floats(0, 1, exclude_max=True))
def test_two_parts_are_read_at_most(size: int, share: float) -> None:
    leaves = Counting()
    heads = HEADS[: size // PART]
    inclusion_proof_from(heads, leaves, size=size, index=int(size * share))
    assert leaves.read < 2 * PART
