"""Published vectors: the reference tree of Certificate Transparency and a note of Go's `note`.

Leaves, heads and proofs are those of the RFC 6962 reference tests (certificate-transparency,
later transparency-dev/merkle); each mutation is one that project tries, too.
"""

import base64
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from streife.journal.tlog.checkpoint import TreeHead, open_checkpoint
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
from streife.journal.tlog.note import NoteError, Verifier, open_note, sign_note

LEAVES = [
    hash_leaf(bytes.fromhex(data))
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(root)
    for root in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, INCLUSION[1][2]),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 5, INCLUSION[4][2][1:]),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n"
)
SOME_HASH = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


def unhex(proof: list[str]) -> list[bytes]:
    return [bytes.fromhex(node) for node in proof]


def flipped(proof: list[bytes]) -> Iterator[list[bytes]]:
    for at, node in enumerate(proof):
        yield [*proof[:at], bytes([node[0] ^ 16]) + node[1:], *proof[at + 1 :]]


def test_heads_are_those_of_the_reference_tree() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root() == EMPTY_ROOT
    assert [root_of(LEAVES[: size + 1]) for size in range(8)] == ROOTS


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_case_18_inclusion_proofs_are_those_of_the_reference(
    index: int, size: int, proof: list[str]
) -> None:
    assert inclusion_proof(LEAVES[:size], index) == unhex(proof)
    verify_inclusion(
        leaf_hash=LEAVES[index],
        index=index,
        size=size,
        proof=unhex(proof),
        root=ROOTS[size - 1],
    )


@pytest.mark.parametrize(("old", "size", "proof"), CONSISTENCY)
def test_case_18_consistency_proofs_are_those_of_the_reference(
    old: int, size: int, proof: list[str]
) -> None:
    assert consistency_proof(LEAVES[:size], old) == unhex(proof)
    verify_consistency(
        old_size=old,
        old_root=ROOTS[old - 1],
        size=size,
        root=ROOTS[size - 1],
        proof=unhex(proof),
    )


@pytest.mark.parametrize(("index", "size", "hexes"), INCLUSION)
def test_case_18_every_mutated_inclusion_proof_is_refused(
    index: int, size: int, hexes: list[str]
) -> None:
    leaf, root, proof = LEAVES[index], ROOTS[size - 1], unhex(hexes)
    mutated = [
        (index - 1, size, leaf, proof, root),
        (index + 1, size, leaf, proof, root),
        (index ^ 2, size, leaf, proof, root),
        (index, size * 2, leaf, proof, root),
        (index, size // 2, leaf, proof, root),
        (index, 0, leaf, proof, root),
        (index, size, b"WrongLeaf", proof, root),
        (index, size, b"", proof, root),
        (index, size, leaf, proof, b""),
        (index, size, b"", proof, b""),
        (index, size, leaf, proof, EMPTY_ROOT),
        (index, size, leaf, proof, SOME_HASH),
        (index, size, root, proof, leaf) if size > 1 else (1, 1, leaf, proof, root),
        (index, size, leaf, [*proof, b""], root),
        (index, size, leaf, [*proof, root], root),
        (index, size, leaf, [b"", *proof], root),
        (index, size, leaf, [root, *proof], root),
        *[(index, size, leaf, changed, root) for changed in flipped(proof)],
        *([(index, size, leaf, proof[:-1], root)] if proof else []),
        *([(index, size, leaf, proof[1:], root)] if proof else []),
        *([(index, size, leaf, [proof[0], SOME_HASH, *proof[1:]], root)] if proof else []),
        *([(index, size, leaf, [], root)] if proof else []),
    ]
    for at, in_size, of_leaf, by, to in mutated:
        with pytest.raises(ProofError):
            verify_inclusion(leaf_hash=of_leaf, index=at, size=in_size, proof=by, root=to)


@pytest.mark.parametrize(("old", "size", "hexes"), CONSISTENCY)
def test_case_18_every_mutated_consistency_proof_is_refused(
    old: int, size: int, hexes: list[str]
) -> None:
    first, second, proof = ROOTS[old - 1], ROOTS[size - 1], unhex(hexes)
    mutated = [
        (old - 1, size, first, second, proof),
        (old + 1, size, first, second, proof),
        (old ^ 2, size, first, second, proof),
        (old, size * 2, first, second, proof),
        (old, size // 2, first, second, proof),
        (0, size, first, second, proof),
        (0, size, EMPTY_ROOT, second, []),
        (0, size, b"", second, []),
        (0, 0, EMPTY_ROOT, EMPTY_ROOT, []),
        (old, 0, first, second, proof),
        (old, size, b"WrongRoot", second, proof),
        (old, size, first, b"WrongRoot", proof),
        (old, size, b"", b"", []),
        (old, size, EMPTY_ROOT, second, proof),
        (old, size, first, EMPTY_ROOT, proof),
        (old, size, first, second, [*proof, b""]),
        (old, size, first, second, [*proof, first]),
        (old, size, first, second, [*proof, second]),
        (old, size, first, second, [b"", *proof]),
        (old, size, first, second, [first, *proof]),
        (old, size, first, second, [second, *proof]),
        *[(old, size, first, second, changed) for changed in flipped(proof)],
        *([(old, size, second, first, proof)] if old != size else []),
        *([(old, size, first, second, [])] if proof else []),
        *([(old, size, first, second, proof[:-1])] if proof else []),
        *([(old, size, first, second, [proof[0], *proof])] if proof else []),
    ]
    for old_size, new_size, old_root, root, by in mutated:
        with pytest.raises(ProofError):
            verify_consistency(
                old_size=old_size, old_root=old_root, size=new_size, root=root, proof=by
            )


def test_case_19_an_entry_that_looks_like_a_node_is_no_node() -> None:
    left, right = LEAVES[0], LEAVES[1]
    assert hash_leaf(b"\x01" + left + right) != hash_node(left, right)


def test_a_note_signed_by_another_implementation_opens() -> None:
    verifier = Verifier.from_text(NEUMANN)
    assert verifier.to_text() == NEUMANN
    assert open_note(NOTE, [verifier]).startswith("If you think")


@pytest.mark.parametrize(
    ("note", "code"),
    [
        (NOTE.replace("problem is", "problem was"), "bad-signature"),
        (NOTE.replace("fqdngotp", "fqdngotq"), "bad-signature"),
        (NOTE.replace("— PeterNeumann x08g", "— PeterNeumann x08h"), "unknown-key"),
        (NOTE.replace("— PeterNeumann", "— EnochRoot"), "unknown-key"),
        (NOTE[:-1], "malformed"),
        (NOTE.replace("\n", "\r\n"), "malformed"),
        (NOTE.replace("\n\n", "\n"), "malformed"),
        (NOTE.replace("— ", "- "), "malformed"),
        (NOTE.replace("wJnAM=", "wJnAN="), "malformed"),  # same bytes, another spelling
        (NOTE.replace("wJnAM=", "wJnAM"), "malformed"),
        (NOTE + "\n", "malformed"),
        (NOTE + "— x =\n", "malformed"),
        (NOTE.replace("If you", "If\tyou"), "malformed"),
        ("", "malformed"),
        ("\n\n", "malformed"),
        (NOTE + NOTE.rpartition("\n\n")[2] * 64, "malformed"),
    ],
)
def test_case_29_a_note_that_is_not_exactly_right_is_refused_by_name(note: str, code: str) -> None:
    with pytest.raises(NoteError) as caught:
        open_note(note, [Verifier.from_text(NEUMANN)])
    assert caught.value.code == code


def test_case_29_signatures_of_strangers_are_passed_over_but_not_a_wrong_one_of_ours() -> None:
    verifier = Verifier.from_text(NEUMANN)
    line = NOTE.rpartition("\n\n")[2]
    assert open_note(NOTE + line.replace("Peter", "Other"), [verifier])
    with pytest.raises(NoteError) as caught:
        open_note(NOTE + line.replace("fqdn", "fqdm"), [verifier])
    assert caught.value.code == "bad-signature"


@pytest.mark.parametrize(
    "text",
    [
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("+AR", "+BR"),
        NEUMANN[:-4],
        NEUMANN.replace("PeterNeumann", "Peter Neumann"),
        "PeterNeumann",
    ],
)
def test_a_key_that_does_not_fit_its_own_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Verifier.from_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "a.example/log\n007\n{root}\n",
        "a.example/log\n+7\n{root}\n",
        "a.example/log\n7\n{root}",
        "a.example/log\n7\n{root}\nmehr\n",
        "\n7\n{root}\n",
        "a.example/log\n0\n{root}\n",
        "a.example/log\n7\n{short}\n",
        "a.example/log\n7\n{root}=\n",
        "a.example/log\n99999999999999999999\n{root}\n",
    ],
)
def test_case_29_a_head_has_one_spelling(text: str) -> None:
    """Leading zeros, signs, another base64 of the same bytes, further lines: all refused."""
    root = base64.b64encode(SOME_HASH).decode()
    short = base64.b64encode(SOME_HASH[:31]).decode()
    with pytest.raises(NoteError) as caught:
        TreeHead.from_text(text.format(root=root, short=short))
    assert caught.value.code == "malformed"
    assert TreeHead.from_text(f"a.example/log\n7\n{root}\n").size == 7


def test_case_29_a_stranger_with_our_name_and_key_id_is_no_one_we_know() -> None:
    """Four bytes name a key: who finds another key with the same four is refused by the rest."""
    verifier = Verifier.from_text(NEUMANN)
    forged = base64.b64encode(verifier.key_id + bytes(64)).decode()
    note = f"anything\n\n— PeterNeumann {forged}\n"
    with pytest.raises(NoteError) as caught:
        open_note(note, [verifier])
    assert caught.value.code == "bad-signature"
    line = NOTE.rpartition("\n\n")[2]
    with pytest.raises(NoteError):  # one good and one bad signature of the same key
        open_note(NOTE + f"— PeterNeumann {forged}\n", [verifier])
    assert line.startswith("— PeterNeumann")


def test_case_33_every_year_is_a_log_of_its_own_name_and_proves_nothing_about_another() -> None:
    """Rollover: the old log is frozen, the new one begins at 0 under the same key."""
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes_raw()
    old, new = "stadt.example/protokoll/2026", "stadt.example/protokoll/2027"
    note = sign_note(TreeHead(old, 7, SOME_HASH).to_text(), old, key)
    assert open_checkpoint(note, Verifier(old, raw), origin=old).size == 7
    with pytest.raises(NoteError) as caught:
        open_checkpoint(note, Verifier(new, raw), origin=new)
    assert caught.value.code == "unknown-key"  # key ids hold the name
    crossed = sign_note(TreeHead(old, 7, SOME_HASH).to_text(), new, key)
    with pytest.raises(NoteError) as caught:
        open_checkpoint(crossed, Verifier(new, raw), origin=new)
    assert caught.value.code == "other-log"
