"""Footage comes in: from a dock's folder, by browser, twice, broken, forged, while somebody pulls
the plug. Cases 10 to 17 of the evidence vault."""

import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import Client

from streife.accounts.rules import Actor
from streife.equipment.models import Asset, Handover
from streife.evidence import actions, keys, stores
from streife.evidence.contents import open_content
from streife.evidence.envelope import CHUNK
from streife.evidence.manifests import open_manifest
from streife.evidence.models import Dock, Recording, Upload, VaultTask
from streife.journal.queries import Search, entries_of, find_entries
from streife.journal.rules import Verifier, sign_note
from streife.kernel import clock
from streife.kernel.canonical import canonical_json
from streife.kernel.errors import NotFound, Refused
from tests.vaulting import (
    VAULT,
    arriving,
    lay_down,
    make_dock,
    movie,
    take_in,
    vault_files,
    wearer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
HOUR = timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder that the dock's camera appears in."""
    return tmp_path / "dock"


@pytest.fixture
def dock(now: datetime, folder: Path) -> Dock:
    return make_dock(now, folder=str(folder))


def content_of(recording: Recording) -> bytes:
    return b"".join(open_content(recording).parts())


def acts(recording: Recording) -> list[str]:
    return [entry.act for entry in entries_of(f"recording:{recording.ident}")]


def test_a_shift_ends_the_camera_is_docked_and_the_footage_is_safe(
    dock: Dock, folder: Path, now: datetime
) -> None:
    officer, _ = wearer("4711")
    film = movie(timedelta(minutes=12), now - 3 * HOUR, padding=3 * CHUNK)
    lay_down(
        folder,
        "BC0042_0001.mp4",
        film,
        {
            "camera": {"serial": "BC-0042", "firmware": "1.2", "now": now.isoformat()},
            "wearer": "4711",
            "reason": "protect_staff",
            "facts": "Drohung mit einer Flasche",
            "announced": True,
            "latitude": 51.51,
            "longitude": 7.46,
        },
    )
    (read,) = actions.watch_round(dock=dock, actor=VAULT, now=now)
    recording = Recording.objects.get(ident=read.ident)
    assert content_of(recording) == film
    assert recording.sha256 == hashlib.sha256(film).hexdigest()
    assert recording.wearer == officer
    assert recording.ended_at == now - 3 * HOUR + timedelta(minutes=12)
    assert recording.delete_after == recording.ended_at + timedelta(hours=336)
    assert acts(recording) == ["evidence.ingested"]
    told = open_manifest(recording.manifest, dock.public_key)
    assert (told["sha256"], told["id"]) == (recording.sha256, recording.ident)
    assert "Kraft" not in recording.manifest
    receipt = open_manifest((folder / "BC0042_0001.mp4.quittung").read_text(), dock.public_key)
    assert receipt["may_wipe"] is True
    assert receipt["sha256"] == recording.sha256
    assert not any(film[:1000] in path.read_bytes() for path in vault_files())
    # The next round has nothing to do.
    assert actions.watch_round(dock=dock, actor=VAULT, now=now) == []


def test_the_command_reads_all_docks_and_says_what_it_did(
    dock: Dock, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lay_down(folder, "a.mp4", os.urandom(5000), {})
    call_command("dock_watch", "--once", "--wipe")
    assert "a.mp4: verwahrt" in capsys.readouterr().out
    assert not path.exists()
    assert Recording.objects.count() == 1


@pytest.mark.parametrize("mebibytes", range(6))
def test_case_11_dock_cable_pulled_at_each_mebibyte_and_resumed(
    dock: Dock, now: datetime, mebibytes: int
) -> None:
    content = os.urandom(5 * CHUNK + 99)
    left = memoryview(content)

    def unplugged(buffer: memoryview) -> int:
        nonlocal left
        there = len(left) - (len(content) - mebibytes * CHUNK)
        if there <= 0:
            raise OSError(5, "Input/output error")  # what the kernel says of a device that is gone
        count = min(len(buffer), there)
        buffer[:count] = left[:count]
        left = left[count:]
        return count

    incoming = actions.Incoming(name="a.mp4", size=len(content), read=unplugged, docked_at=now)
    with pytest.raises(actions.NotStored) as caught:
        actions.ingest(incoming=incoming, dock=dock, actor=VAULT, now=now)
    assert caught.value.code == "vault-write-failed"
    assert list(stores.store().listing()) == []
    assert keys.key_store().kids() == set()
    assert not Recording.objects.exists()
    assert content_of(take_in(content, dock=dock, now=now)) == content


def test_case_11_upload_broken_off_at_each_mebibyte_goes_on_where_it_was(
    dock: Dock, now: datetime
) -> None:
    _, actor = wearer()
    content = os.urandom(5 * CHUNK + 7)
    upload = actions.begin_upload(
        dock_code=dock.code, name="a.mp4", size=len(content), sidecar={}, actor=actor, now=now
    )
    at = 0
    while at < len(content):
        again = actions.received(actions.upload_for(upload.ident, actor))
        assert again == at
        piece = content[at : at + CHUNK]
        at = actions.put_piece(ident=upload.ident, offset=at, data=piece, actor=actor, now=now)
        # The answer was lost, so the browser sends the piece once more: nothing happens twice.
        assert at == actions.put_piece(
            ident=upload.ident, offset=at - len(piece), data=piece, actor=actor, now=now
        )
    with pytest.raises(NotFound):
        actions.finish_upload(ident=upload.ident, actor=wearer("4712")[1], now=now)
    assert not any(content[:500] in path.read_bytes() for path in vault_files())
    done = actions.finish_upload(ident=upload.ident, actor=actor, now=now)
    assert content_of(done.recording) == content
    assert actions.finish_upload(ident=upload.ident, actor=actor, now=now).repeated
    assert not [path for path in vault_files() if "staging" in path.parts]
    assert keys.key_store().kids() == {done.recording.kid}


def test_case_11_the_next_piece_costs_the_same_however_many_lie_there(
    dock: Dock, now: datetime
) -> None:
    """200 GB are 25,600 pieces; looked through at each piece they are 3 × 10⁸ looks at files."""
    _, actor = wearer()
    content = os.urandom(5000)
    upload = actions.begin_upload(
        dock_code=dock.code, name="a.mp4", size=len(content), sidecar={}, actor=actor, now=now
    )
    looked: list[str] = []
    on = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if on and event in {"os.scandir", "os.listdir"} and upload.ident in str(arguments[0]):
            looked.append(str(arguments[0]))

    sys.addaudithook(hook)
    for at in range(0, 5000, 100):
        piece = content[at : at + 100]
        there = actions.put_piece(ident=upload.ident, offset=at, data=piece, actor=actor, now=now)
        assert there == at + 100
    assert looked == []
    done = actions.finish_upload(ident=upload.ident, actor=actor, now=now)
    assert 0 < len(looked) < 20, "only the end reads the folder"
    on = False
    assert content_of(done.recording) == content


@pytest.mark.parametrize("again", [10, 30, 50], ids=["shorter", "the same", "longer"])
def test_case_11_a_piece_whose_answer_was_lost_in_a_crash_breaks_nothing(
    dock: Dock, now: datetime, again: int
) -> None:
    """The piece lies on the disk, the row does not know: as after kill -9 between the two."""
    _, actor = wearer()
    content = os.urandom(100)
    upload = actions.begin_upload(
        dock_code=dock.code, name="a.mp4", size=100, sidecar={}, actor=actor, now=now
    )

    def put(offset: int, length: int) -> int:
        data = content[offset : offset + length]
        return actions.put_piece(ident=upload.ident, offset=offset, data=data, actor=actor, now=now)

    assert put(0, 30) == 30
    Upload.objects.update(received_bytes=0)
    assert actions.received(actions.upload_for(upload.ident, actor)) == 30  # who asks is told
    assert put(0, again) == again
    assert put(again, 5) == again + 5
    Upload.objects.update(received_bytes=0)
    at = again + 5
    while at < 100:  # whoever goes on is told where it really stands
        at = put(at, 17 if at < 83 else 100 - at)
    done = actions.finish_upload(ident=upload.ident, actor=actor, now=now)
    assert content_of(done.recording) == content


def test_an_upload_refuses_gaps_and_more_than_it_said(dock: Dock, now: datetime) -> None:
    _, actor = wearer()
    upload = actions.begin_upload(
        dock_code=dock.code, name="a.mp4", size=100, sidecar={}, actor=actor, now=now
    )
    for offset, data, code in ((5, b"x", "piece-gap"), (0, b"x" * 101, "piece-too-large")):
        with pytest.raises(Refused) as caught:
            actions.put_piece(ident=upload.ident, offset=offset, data=data, actor=actor, now=now)
        assert caught.value.code == code
    with pytest.raises(Refused) as caught:
        actions.finish_upload(ident=upload.ident, actor=actor, now=now)
    assert caught.value.code == "upload-incomplete"
    assert actions.tidy_uploads(actor=VAULT, now=now + timedelta(hours=49)) == 1
    assert keys.key_store().kids() == set()


def test_case_11_the_browser_uploads_piece_by_piece(
    dock: Dock, client_for: Callable[[str], Client], now: datetime
) -> None:
    client = client_for("officer")
    content = os.urandom(2 * CHUNK + 5)
    begun = client.post(
        "/beweismittel/hochladen/beginnen/",
        json.dumps({"dock": dock.code, "name": "C:\\a.mp4", "size": len(content), "sidecar": {}}),
        content_type="application/json",
    )
    assert begun.status_code == 201
    address = f"/beweismittel/hochladen/{begun.json()['upload']}/"
    for offset in (0, CHUNK, 2 * CHUNK):
        piece = content[offset : offset + CHUNK]
        sent = client.post(
            f"{address}teil/?offset={offset}", piece, content_type="application/octet-stream"
        )
        assert sent.json() == {"received": offset + len(piece)}
    assert client.get(address).json()["received"] == len(content)
    done = client.post(f"{address}fertig/").json()
    assert done["may_wipe"] is True
    assert done["sha256"] == hashlib.sha256(content).hexdigest()
    assert client.get(address).json()["recording"] == done["recording"]


def test_case_12_same_file_twice_is_one_recording_and_same_name_is_two(
    dock: Dock, folder: Path, now: datetime
) -> None:
    first, second = os.urandom(5000), os.urandom(5000)
    lay_down(folder, "a.mp4", first, {})
    lay_down(folder, "copy of a.mp4", first, {})
    lay_down(folder / "..", "x", b"")
    one, two = actions.watch_round(dock=dock, actor=VAULT, now=now)
    assert (one.ident, one.repeated, two.repeated) == (two.ident, False, True)
    assert len(list(stores.store().listing())) == 1
    assert len(keys.key_store().kids()) == 1
    (folder / "a.mp4.quittung").unlink()
    lay_down(folder, "a.mp4", second, {})
    other = actions.watch_round(dock=dock, actor=VAULT, now=now)[0]
    assert not other.repeated
    assert other.ident != one.ident
    assert Recording.objects.filter(name="a.mp4").count() == 2
    (found,) = Recording.objects.filter(ident=one.ident)
    assert acts(found) == ["evidence.ingested", "evidence.ingest_repeated"]


@pytest.mark.parametrize(
    ("name", "wrong_by"),
    [
        ("a year slow", timedelta(days=-365)),
        ("a year fast", timedelta(days=365)),
        ("the hour of summer time", HOUR),
    ],
)
def test_case_13_camera_clock_is_wrong_and_the_date_of_deletion_is_right(
    dock: Dock, now: datetime, name: str, wrong_by: timedelta
) -> None:
    true_end = now - 5 * HOUR
    said = {
        "camera": {"serial": "BC-1", "now": (now + wrong_by).isoformat()},
        "started_at": (true_end - HOUR / 6 + wrong_by).isoformat(),
    }
    recording = take_in(
        os.urandom(2000), dock=dock, now=now, ended_at=true_end + wrong_by, said=said
    )
    assert recording.delete_after == true_end + timedelta(days=14), name
    assert recording.started_at == true_end - HOUR / 6
    assert recording.clock_offset_ms == wrong_by / timedelta(milliseconds=1)


def test_case_13_camera_clock_in_1970_without_a_dock_clock_never_keeps_it_longer(
    dock: Dock, now: datetime
) -> None:
    take_in(b"yesterday", dock=dock, now=now - 24 * HOUR, said={"camera": {"serial": "BC-1"}})
    recording = take_in(
        movie(HOUR / 6, datetime.fromisoformat("1970-01-01T00:00:00+00:00")),
        dock=dock,
        now=now,
        ended_at=datetime.fromisoformat("1970-01-01T00:10:00+00:00"),
        said={"camera": {"serial": "BC-1"}},
    )
    assert recording.time_estimated
    assert now - 24 * HOUR <= recording.ended_at <= now


def test_case_14_a_file_that_changes_while_it_is_read_does_not_come_in(
    dock: Dock, folder: Path, now: datetime
) -> None:
    path = lay_down(folder, "a.mp4", os.urandom(3 * CHUNK), {})
    with actions.FileInside(path) as file:
        incoming = file.incoming(now)
        with path.open("r+b") as other:
            other.seek(CHUNK)
            other.write(b"somebody else")
        with pytest.raises(Refused) as caught:
            actions.ingest(incoming=incoming, dock=dock, actor=VAULT, now=now)
    assert caught.value.code == "file-changed"
    assert list(stores.store().listing()) == []
    # Truncated and grown files say so as well.
    for change in (-1, 1):
        with actions.FileInside(path) as file:
            incoming = file.incoming(now)
            os.truncate(path, path.stat().st_size + change)
            with pytest.raises(Refused) as caught:
                actions.ingest(incoming=incoming, dock=dock, actor=VAULT, now=now)
        assert caught.value.code == "file-changed"


def test_case_15_links_pipes_folders_and_empty_files_are_passed_over(
    dock: Dock, folder: Path, now: datetime, tmp_path: Path
) -> None:
    folder.mkdir()
    (tmp_path / "secret.mp4").write_bytes(b"not from the camera")
    (folder / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    os.mkfifo(folder / "pipe.mp4")
    (folder / "folder.mp4").mkdir()
    lay_down(folder, "empty.mp4", b"", {})
    lay_down(folder, "odd.mp4", b"something", {"unknown field": 1})
    lay_down(folder, ".hidden.mp4", b"something")
    found = {
        read.name: read.problem for read in actions.watch_round(dock=dock, actor=VAULT, now=now)
    }
    assert found == {"empty.mp4": "empty-file", "odd.mp4": "sidecar-unreadable"}
    assert not Recording.objects.exists()
    # Told once, not at every round.
    actions.watch_round(dock=dock, actor=VAULT, now=now)
    assert VaultTask.objects.count() == 1
    assert len(find_entries(Search(act="evidence.ingest_refused")).entries) == 1
    for name in ("link.mp4", "pipe.mp4", "folder.mp4"):
        with pytest.raises((OSError, Refused)):
            actions.FileInside(folder / name)


def test_case_15_a_broken_film_is_kept_bit_by_bit_as_it_is(dock: Dock, now: datetime) -> None:
    broken = movie(HOUR, now)[:50] + os.urandom(300)
    recording = take_in(broken, dock=dock, now=now, name="../../etc/kaputt.mp4")
    assert content_of(recording) == broken
    assert recording.name == "kaputt.mp4"
    assert ".." not in recording.path


def _device(name: str = "dock/geraet") -> tuple[Ed25519PrivateKey, str]:
    key = Ed25519PrivateKey.generate()
    return key, Verifier(name, key.public_key().public_bytes_raw()).to_text()


def _note(key: Ed25519PrivateKey, dock: str, content: bytes) -> str:
    told = {"dock": dock, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return sign_note(canonical_json(told) + "\n", "dock/geraet", key)


def test_case_16_forged_docks_replayed_notes_and_edited_footage_do_not_come_in(
    now: datetime,
) -> None:
    """Mitchell, DEF CON 26: footage downloaded, edited and put back without a trace."""
    key, public = _device()
    forger, _ = _device()
    dock = make_dock(now, code="fern", device=public)
    true, edited = os.urandom(4000), os.urandom(4000)
    attempts = [
        (true, "", "manifest-forged"),
        (true, _note(forger, "fern", true), "manifest-forged"),
        (edited, _note(key, "fern", true), "manifest-mismatch"),
        (true, _note(key, "other", true), "manifest-mismatch"),
        (true, _note(key, "fern", true).replace('"size":4000', '"size":4001'), "manifest-forged"),
    ]
    for content, note, code in attempts:
        with pytest.raises(Refused) as caught:
            take_in(content, dock=dock, now=now, said={"note": note})
        assert caught.value.code == code
        assert list(stores.store().listing()) == []
        assert keys.key_store().kids() == set()
    recording = take_in(true, dock=dock, now=now, said={"note": _note(key, "fern", true)})
    again = take_in(true, dock=dock, now=now, said={"note": _note(key, "fern", true)})
    assert again.ident == recording.ident


def test_receipts_go_a_month_after_their_film_and_only_ours(
    dock: Dock, folder: Path, now: datetime
) -> None:
    for name in ("a.mp4", "b.mp4"):
        lay_down(folder, name, os.urandom(500))
    actions.watch_round(dock=dock, actor=VAULT, now=now)
    (folder / "a.mp4").unlink()  # as the software of the dock does
    stranger = folder / "c.mp4.quittung"
    stranger.write_text("nicht von uns")
    (folder / "d.mp4.quittung").symlink_to(folder / "a.mp4.quittung")

    def left() -> set[str]:
        return {path.name for path in folder.iterdir() if path.name.endswith(".quittung")}

    everything = left()
    month = now + timedelta(days=30)
    assert actions.clear_receipts(actor=VAULT, now=month) == actions.Cleared(0, 0)
    assert left() == everything
    cleared = actions.clear_receipts(actor=VAULT, now=month + timedelta(seconds=1))
    assert cleared == actions.Cleared(gone=1, waiting=1)
    assert everything - left() == {"a.mp4.quittung"}
    entry = entries_of(f"dock:{dock.code}").last()
    assert entry is not None
    assert (entry.act, entry.body.content) == ("evidence.receipts_cleared", {"receipts": 1})
    # What still lies there in the clear is said once, and is not read again.
    later = month + timedelta(days=2)
    assert actions.clear_receipts(actor=VAULT, now=later).waiting == 1
    (task,) = VaultTask.objects.filter(kind="dock-not-wiped")
    assert task.details == {"dock": dock.code, "files": 1}
    assert actions.watch_round(dock=dock, actor=VAULT, now=later) == []


def test_the_nightly_count_clears_receipts_by_the_period_of_the_dock(
    dock: Dock, folder: Path, now: datetime
) -> None:
    lay_down(folder, "a.mp4", b"x" * 500)
    long_ago = clock.now() - timedelta(days=4)
    actions.watch_round(dock=dock, actor=VAULT, now=long_ago, wipe=True)
    with pytest.raises(CommandError, match="1 bis 365"):
        call_command("dock_receipts", dock.code, "0")
    call_command("dock_receipts", dock.code, "5")
    call_command("reconcile_evidence", stdout=StringIO())
    assert (folder / "a.mp4.quittung").exists()
    call_command("dock_receipts", dock.code, "3")
    call_command("reconcile_evidence", stdout=StringIO())
    assert not (folder / "a.mp4.quittung").exists()
    acts = [entry.act for entry in entries_of(f"dock:{dock.code}")]
    assert acts[-3:] == ["evidence.receipt_days_set"] * 2 + ["evidence.receipts_cleared"]


def test_case_17_the_camera_is_wiped_only_after_the_receipt_and_never_when_anything_failed(
    dock: Dock, folder: Path, now: datetime, settings: Any
) -> None:
    path = lay_down(folder, "a.mp4", os.urandom(9000), {})
    settings.EVIDENCE_RESERVE_BYTES = 1 << 60  # the disk is as good as full
    (read,) = actions.watch_round(dock=dock, actor=VAULT, now=now, wipe=True)
    assert read.problem == "vault-full"
    assert path.exists()
    assert not (folder / "a.mp4.quittung").exists()
    settings.EVIDENCE_RESERVE_BYTES = 0
    (read,) = actions.watch_round(dock=dock, actor=VAULT, now=now, wipe=True)
    assert read.ident
    assert (folder / "a.mp4.quittung").exists()
    assert not path.exists()


def test_case_10_a_crash_between_bytes_and_row_leaves_nothing_that_counts(
    dock: Dock, now: datetime
) -> None:
    """As after kill -9: a part of a file, a key without a row."""
    keys.key_store().put("01JDX4Q7M0000000000000000Z", os.urandom(32), now)
    writer = stores.store().create("0z/01jdx4q7m0000000000000000z.evf1", 2 * CHUNK)
    writer.write(0, memoryview(bytearray(CHUNK)))
    os.close(writer._handle)  # type: ignore[attr-defined]  # the process is gone
    writer._handle = -1  # type: ignore[attr-defined]
    assert not Recording.objects.exists()
    assert actions.tidy_vault(actor=VAULT, now=now + HOUR) == 1  # the part
    assert actions.reconcile(actor=VAULT, now=now + HOUR).findings == []  # may be arriving
    (finding,) = actions.reconcile(actor=VAULT, now=now + 49 * HOUR).findings
    assert finding["kind"] == "key-surplus"
    assert actions.tidy_vault(actor=VAULT, now=now + 49 * HOUR) == 1  # the key
    assert actions.reconcile(actor=VAULT, now=now + 49 * HOUR).findings == []


def test_whoever_may_not_bring_footage_in_is_refused(
    dock: Dock, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    for role in ("desk", "dispatcher", "dpo", "admin", "head", "public"):
        with pytest.raises(Refused) as caught:
            actions.ingest(
                incoming=arriving(b"x", docked_at=now), dock=dock, actor=actor_for(role), now=now
            )
        assert caught.value.code == "not-permitted"
    actions.retire_dock(code=dock.code, actor=VAULT, now=now)
    with pytest.raises(Refused) as caught:
        take_in(b"x", dock=Dock.objects.get(), now=now)
    assert caught.value.code == "dock-retired"


def test_no_thread_of_a_pass_is_left_over(dock: Dock, now: datetime) -> None:
    before = threading.active_count()
    for number in range(5):
        take_in(os.urandom(CHUNK + number), dock=dock, now=now)
    assert threading.active_count() == before


def test_the_equipment_ledger_says_who_wore_the_camera_whatever_the_file_claims(
    dock: Dock, now: datetime
) -> None:
    """The camera went from one hand to the other in the middle of the day."""
    first, _ = wearer("4711")
    second, _ = wearer("4712")
    asset = Asset.objects.create(
        kind="body_cam", inventory_number="K-42", serial="BC-0042", acquired_date=now.date()
    )
    noon = now - 5 * HOUR
    Handover.objects.create(asset=asset, officer=first, since_at=now - 9 * HOUR, until_at=noon)
    Handover.objects.create(asset=asset, officer=second, since_at=noon)
    for ended_at, worn_by in ((noon - HOUR, first), (now - HOUR, second)):
        said = {"camera": {"serial": "bc-0042"}, "wearer": "4712"}
        recording = take_in(os.urandom(2000), dock=dock, now=now, ended_at=ended_at, said=said)
        assert recording.wearer == worn_by


@pytest.mark.parametrize("name", ["bc0042.mp4.json", "bc0042.json"])
def test_what_a_dock_says_beside_a_film_is_read_and_wiped_with_it(
    folder: Path, dock: Dock, now: datetime, name: str
) -> None:
    """Facts and place stand there in the clear: they must not outlive the film."""
    wearer("4711")
    folder.mkdir(exist_ok=True)
    film, beside, other = folder / "bc0042.mp4", folder / name, folder / "bc0043.json"
    beside.write_text('{"wearer": "4711", "facts": "Beleidigung am Markt"}')
    other.write_text('{"wearer": "4711"}')
    film.write_bytes(os.urandom(500))
    os.utime(film, (now.timestamp() - 60,) * 2)
    (read,) = actions.watch_round(dock=dock, actor=VAULT, now=now, wipe=True)
    found = Recording.objects.get(ident=read.ident)
    assert found.wearer is not None
    assert found.facts == "Beleidigung am Markt"
    left = {path.name for path in folder.iterdir()}
    assert left == {"bc0042.mp4.quittung", "bc0043.json"}


def test_what_is_said_about_a_film_and_its_photo_is_read_for_both_and_wiped_with_the_last(
    folder: Path, dock: Dock, now: datetime
) -> None:
    wearer("4711")
    folder.mkdir(exist_ok=True)
    (folder / "bc0042.json").write_text('{"wearer": "4711"}')
    for name, age in (("bc0042.mp4", 60), ("bc0042.jpg", 1)):
        (folder / name).write_bytes(os.urandom(500))
        os.utime(folder / name, (now.timestamp() - age,) * 2)
    for moment in (now, now + timedelta(minutes=1)):  # the photo is not settled at first
        assert (folder / "bc0042.json").exists()
        assert len(actions.watch_round(dock=dock, actor=VAULT, now=moment, wipe=True)) == 1
    assert Recording.objects.exclude(wearer=None).count() == 2
    assert {path.suffix for path in folder.iterdir()} == {".quittung"}
