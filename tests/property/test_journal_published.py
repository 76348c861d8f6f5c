"""Trees as static files: named as the standard wants, and every file follows from the next."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from streife.journal import actions, keeping, publishing, queries
from streife.journal.rules import Line
from streife.journal.tlog import layout
from streife.journal.tlog.checkpoint import open_checkpoint
from streife.journal.tlog.merkle import consistency_proof, hash_leaf, root_of
from streife.journal.tlog.tiles import consistency_proof_from, part_heads
from streife.kernel.actors import Operator
from streife.kernel.errors import Refused
from tests.journal_making import attack
from tests.witnessing import sign

YEAR = 2026


@pytest.fixture(autouse=True)
def _own_key(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


def grow(count: int, now: datetime) -> None:
    with transaction.atomic():
        actions.record_many(
            Line("incidents.logged", f"incident:{n}", "user:1", now, {"line": n})
            for n in range(count)
        )
    sign(now)


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),  # the example of the specification
        (1, 999, 256, "tile/1/999"),
        (1, 1000, 8, "tile/1/x001/000.p/8"),
        (2, 0, 1, "tile/2/000.p/1"),
    ],
)
def test_a_tile_has_the_name_of_the_standard(level: int, index: int, width: int, path: str) -> None:
    assert layout.TileName(level, index, width).path == path


@pytest.mark.parametrize("width", [0, 257])
def test_no_tile_is_empty_or_wider_than_256(width: int) -> None:
    with pytest.raises(ValueError, match="no tile"):
        layout.bundle_path(0, width)


@given(st.integers(0, 300_000))
def test_tiles_cover_every_hash_of_every_level_once(size: int) -> None:
    names = list(layout.tiles_of(size))
    level, hashes = 0, size
    while hashes:
        found = [name for name in names if name.level == level]
        assert sum(name.width for name in found) == hashes
        assert [name.index for name in found] == list(range(len(found)))
        assert all(name.width == 256 for name in found[:-1])
        level, hashes = level + 1, hashes // 256
    assert all(name.level < level for name in names)


@given(st.lists(st.binary(max_size=400), max_size=256))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    raw = layout.write_bundle(entries)
    assert layout.read_bundle(raw) == entries
    if raw:
        with pytest.raises(ValueError, match="cut off"):
            layout.read_bundle(raw[:-1] if entries[-1] else raw + b"\x00")


def test_case_28_an_entry_that_no_bundle_can_hold_is_refused() -> None:
    assert layout.write_bundle([b"x" * 65_535])
    with pytest.raises(ValueError, match="fits into no bundle"):
        layout.write_bundle([b"x" * 65_536])


@given(st.integers(1, 1500), st.data())
def test_the_proof_of_growth_is_the_same_from_stored_heads(size: int, data: st.DataObject) -> None:
    leaves = [hash_leaf(number.to_bytes(2, "big")) for number in range(size)]
    old_size = data.draw(st.integers(1, size))
    known = list(part_heads(leaves))[: data.draw(st.integers(0, size // 256))]
    found = consistency_proof_from(
        known, lambda start, end: leaves[start:end], size=size, old_size=old_size
    )
    assert found == consistency_proof(leaves, old_size)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 255, 256, 257, 700])
def test_case_31_recomputing_from_bundles_gives_the_checkpoint(
    size: int, now: datetime, tmp_path: Path
) -> None:
    grow(size, now)
    publishing.publish(tmp_path / "tlog", with_entries=True)
    folder = tmp_path / "tlog" / str(YEAR)
    assert publishing.find_damage(folder, size) == []
    entries = [
        entry
        for name in layout.tiles_of(size)
        if name.level == 0
        for entry in layout.read_bundle(
            (folder / layout.bundle_path(name.index, name.width)).read_bytes()
        )
    ]
    origin = keeping.origin_of(YEAR)
    head = open_checkpoint(
        (folder / "checkpoint").read_text(), keeping.verifier_for(origin), origin=origin
    )
    assert head.size == size
    assert root_of(hash_leaf(entry) for entry in entries) == head.root
    assert publishing.root_from_tiles(folder, size) == head.root


@pytest.mark.django_db
def test_a_second_run_writes_only_what_is_new_and_full_tiles_stay(
    now: datetime, tmp_path: Path
) -> None:
    grow(300, now)
    publishing.publish(tmp_path / "tlog", with_entries=False)
    folder = tmp_path / "tlog" / str(YEAR)
    assert not (folder / "tile" / "entries").exists()  # names of accounts are for nobody outside
    before = (folder / "tile/0/000").stat().st_mtime_ns
    grow(300, now)
    done = publishing.publish(tmp_path / "tlog", with_entries=False)
    assert done == publishing.Published(files=4, leaves=600)  # 0/001, 0/002.p/88, 1/000.p/2, head
    assert (folder / "tile/0/000").stat().st_mtime_ns == before
    assert publishing.find_damage(folder, 600) == []


@pytest.mark.django_db
def test_case_26_a_torn_tile_is_written_again_and_a_wrong_one_stops_the_checkpoint(
    now: datetime, tmp_path: Path
) -> None:
    grow(300, now)
    publishing.publish(tmp_path / "tlog", with_entries=True)
    folder = tmp_path / "tlog" / str(YEAR)
    torn = folder / "tile/0/001.p/44"
    torn.write_bytes(torn.read_bytes()[:-5])
    assert publishing.find_damage(folder, 300) == ["tile/0/001.p/44"]
    publishing.publish(tmp_path / "tlog", with_entries=True)
    assert publishing.find_damage(folder, 300) == []
    head = (folder / "checkpoint").read_text()
    grow(10, now)
    wrong = folder / "tile/1/000.p/1"
    wrong.write_bytes(bytes(32))
    with pytest.raises(Refused) as refused:
        publishing.publish(tmp_path / "tlog", with_entries=True)
    assert refused.value.code == "journal-inconsistent"
    assert (folder / "checkpoint").read_text() == head


@pytest.mark.django_db
def test_case_25_a_leaf_flipped_between_hashing_and_storing_is_never_signed(now: datetime) -> None:
    """What ended the log Yeti 2022: the head is computed from what lies on the disk, read back."""
    grow(5, now)
    grow(5, now)
    attack("journal_entry", "UPDATE journal_entry SET act = 'incidents.loggee' WHERE number = 7")
    grow_more = queries.checkpoints(YEAR).count()
    with transaction.atomic():
        actions.record(act="incidents.logged", subject="incident:1", actor="user:1", now=now)
    attack("journal_entry", "UPDATE journal_entry SET act = 'incidents.loggee' WHERE number = 10")
    with pytest.raises(Refused) as refused:
        actions.checkpoint(now=now)
    assert refused.value.code == "journal-inconsistent"
    assert queries.checkpoints(YEAR).count() == grow_more


@pytest.mark.django_db
def test_the_nightly_check_reads_back_what_was_published(
    now: datetime, tmp_path: Path, settings: Any
) -> None:
    grow(600, now)
    settings.JOURNAL_TILES = str(tmp_path / "tlog")

    def named() -> list[str]:
        found = actions.verify(actor=Operator("user:9"), now=now).defects
        return [one["text"].split()[3] for one in found if one["kind"] == "tile-damaged"]

    assert named() == [], "nothing is published yet"
    publishing.publish(tmp_path / "tlog", with_entries=False)
    assert named() == []
    folder = tmp_path / "tlog" / str(YEAR)
    for name in ("tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "checkpoint"):
        path = folder / name
        good = path.read_bytes()
        path.write_bytes(bytes([good[0] ^ 1]) + good[1:])
        assert f"{YEAR}/{name}" in named()
        path.unlink()
        assert f"{YEAR}/{name}" in named()
        path.write_bytes(good)
    assert named() == []
    # Publishing again does not look at a full tile; what is gone it writes anew as it was.
    full = folder / "tile/0/000"
    full.write_bytes(bytes(full.stat().st_size))
    publishing.publish(tmp_path / "tlog", with_entries=False)
    assert f"{YEAR}/tile/0/000" in named()
    full.unlink()
    publishing.publish(tmp_path / "tlog", with_entries=False)
    assert named() == []
