"""Whoever trusts nobody reads the published tiles over HTTP and finds that history only grew."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from streife.journal import actions, keeping, publishing, serving
from streife.journal.tlog import layout
from streife.journal.tlog.checkpoint import TreeHead, open_checkpoint
from streife.journal.tlog.cosignature import cosignatures_of
from streife.journal.tlog.merkle import (
    HASH_BYTES,
    ProofError,
    consistency_proof,
    hash_leaf,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.journal_making import write
from tests.witnessing import Running, listening, sign

pytestmark = pytest.mark.django_db
YEAR = 2026
ROOT = f"/protokoll/kacheln/{YEAR}/"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.VAR_DIR = tmp_path / "var"
    settings.JOURNAL_TILES = str(tmp_path / "kacheln")
    serving.asked = serving.Minute()
    yield tmp_path / "kacheln"
    serving.asked = serving.Minute()


def grow(count: int, now: datetime) -> None:
    """Write, sign and publish, as the schedule does."""
    write(count, now=now)
    sign(now)
    call_command("journal", "tiles")


def fetched(name: str) -> bytes:
    answer = Client().get(ROOT + name)
    assert answer.status_code == 200, name
    return answer.content


def read_head() -> TreeHead:
    origin = keeping.origin_of(YEAR)
    return open_checkpoint(
        fetched("checkpoint").decode(), keeping.verifier_for(origin), origin=origin
    )


def read_leaves(size: int) -> list[bytes]:
    """Return all leaf hashes of a tree, from the tiles of level 0 alone."""
    raw = b"".join(fetched(name.path) for name in layout.tiles_of(size) if name.level == 0)
    return [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]


def test_a_stranger_reads_every_tile_and_proves_that_the_record_only_grew(
    now: datetime, tmp_path: Path
) -> None:
    grow(300, now)
    before = read_head()
    assert before.size == 300
    grow(400, now + timedelta(minutes=5))
    after = read_head()
    leaves = read_leaves(after.size)
    assert len(leaves) == after.size == 700
    assert root_of(leaves) == after.root
    proof = consistency_proof(leaves, before.size)
    verify_consistency(
        old_size=before.size, size=after.size, proof=proof, old_root=before.root, root=after.root
    )
    verify_inclusion(
        leaf_hash=leaves[299],
        index=299,
        size=after.size,
        proof=inclusion_proof(leaves, 299),
        root=after.root,
    )
    with pytest.raises(ProofError):
        verify_inclusion(
            leaf_hash=leaves[298],
            index=299,
            size=after.size,
            proof=inclusion_proof(leaves, 299),
            root=after.root,
        )
    # The upper levels say the same: from files saved off the net alone.
    saved = tmp_path / "gespeichert"
    for name in layout.tiles_of(after.size):
        path = saved / name.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(fetched(name.path))
    assert publishing.root_from_tiles(saved, after.size) == after.root
    assert publishing.find_damage(saved, after.size) == []
    # Whoever still holds the old head finds the unfinished tile it needs.
    assert fetched("tile/0/001.p/44") == b"".join(leaves[256:300])


def test_the_head_carries_what_a_witness_signed(
    settings: Any, now: datetime, tmp_path: Path
) -> None:
    with listening(tmp_path / "zeuge") as running:
        settings.JOURNAL_WITNESSES = [running.setting]
        write(3, now=now)
        sign(now)
        actions.ask_witnesses(now=now)
        call_command("journal", "tiles")
        (line,) = cosignatures_of(fetched("checkpoint").decode(), [_cosigner(running)])
        assert line.name == "revision.example.org/zeuge"
    assert read_head().size == 3


def _cosigner(running: Running) -> Any:
    return running.witness.cosigner


def test_entries_are_served_only_where_the_setting_says_so(
    settings: Any, now: datetime, folder: Path
) -> None:
    write(5, now=now)
    sign(now)
    call_command("journal", "tiles", str(folder), "--with-entries")
    name = layout.bundle_path(0, 5)
    assert (folder / str(YEAR) / name).exists()
    assert Client().get(ROOT + name).status_code == 404
    assert Client().get(ROOT + "tile/0/000.p/5").status_code == 200
    settings.JOURNAL_TILES_ENTRIES = True
    entries = layout.read_bundle(fetched(name))
    assert [hash_leaf(entry) for entry in entries] == read_leaves(5)


def test_nothing_else_of_the_disk_is_an_address(now: datetime, folder: Path) -> None:
    grow(3, now)
    (folder / "geheim").write_text("secret")
    (folder / str(YEAR) / "tile" / "0" / "notiz").write_text("secret")
    for name in (
        "../geheim",
        "..%2fgeheim",
        "tile/0/../../../geheim",
        "tile/0/notiz",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000",
        "tile/0/000.p/0",
        "tile/0/000.p/03",
        "tile/0/000.p/256",
        "tile/0/000.p/3/",
        "tile/0/000.p",
        "tile/64/000",
        "tile/00/000.p/3",
        "tile/0/٠٠٠.p/3",
        "tile/-1/000",
        "checkpoint/",
        "checkpoint%0a",
        "Checkpoint",
        "x" * 5000,
    ):
        answer = Client().get(ROOT + name)
        assert answer.status_code in {301, 400, 404}, name
        assert b"secret" not in answer.content, name
    assert Client().get(ROOT + "tile/0/000.p/3").status_code == 200
    assert Client().get("/protokoll/kacheln/1999/checkpoint").status_code == 404
    assert Client().get(f"/protokoll/kacheln/{'9' * 300}/checkpoint").status_code == 404
    assert Client().post(ROOT + "checkpoint").status_code == 405


def test_without_the_setting_nothing_is_published(settings: Any, now: datetime) -> None:
    grow(3, now)
    settings.JOURNAL_TILES = ""
    assert Client().get(ROOT + "checkpoint").status_code == 404
    call_command("journal", "tiles")


def test_tiles_may_be_kept_for_ever_and_heads_for_seconds(
    now: datetime, django_assert_num_queries: Any
) -> None:
    grow(260, now)
    with django_assert_num_queries(0):
        tile, head = Client().get(ROOT + "tile/0/000"), Client().get(ROOT + "checkpoint")
    assert tile["Cache-Control"] == "public, max-age=31536000, immutable"
    assert head["Cache-Control"] == "public, max-age=10"
    assert head["Content-Type"] == "text/plain; charset=utf-8"
    assert tile["Content-Type"] == "application/octet-stream"
    for answer in (tile, head):
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
    again = Client().get(ROOT + "tile/0/000", headers={"If-None-Match": tile["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().head(ROOT + "tile/0/000")["Content-Length"] == "8192"


def test_one_connection_that_asks_too_much_waits_and_others_do_not(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(3, now)
    monkeypatch.setattr(serving, "PER_MINUTE", 5)
    monkeypatch.setattr(serving, "monotonic", lambda: 600.0)  # one and the same minute
    answers = [Client(REMOTE_ADDR="192.0.2.7").get(ROOT + "checkpoint") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[-1]["Retry-After"] == "60"
    assert answers[-1]["Cache-Control"] == "no-store"
    assert Client(REMOTE_ADDR="192.0.2.8").get(ROOT + "checkpoint").status_code == 200


def test_counting_forgets_after_a_minute_and_never_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    minute = serving.Minute()
    moment = 600.0
    monkeypatch.setattr(serving, "monotonic", lambda: moment)
    assert [minute.count("a"), minute.count("a"), minute.count("b")] == [1, 2, 1]
    moment = 661.0
    assert minute.count("a") == 1
    for number in range(serving.MOST_CONNECTIONS + 2):
        minute.count(str(number))
    assert len(minute._counts) <= serving.MOST_CONNECTIONS
