"""The vault attacked by its own users, by what a camera sends, and by who has the machine."""

import json
import os
import resource
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, keys, queries, rules
from streife.evidence.envelope import CHUNK
from streife.evidence.export import actions as export
from streife.evidence.models import Dock, HandOver, Recording, VaultTask
from streife.evidence.rules.handing_over import Stage
from streife.evidence.sidecars import read_sidecar
from streife.evidence.stores import LocalStore
from streife.journal.queries import entries_of
from streife.kernel.errors import NotPermitted, Refused, Unreadable
from tests.docking import open_incident
from tests.exporting import wanted
from tests.vaulting import VAULT, lay_down, make_dock, take_in, wearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
DAY = timedelta(days=1)
WHY = {"purpose": "review", "reason": "Wird die Aufnahme gebraucht?"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "dock"


@pytest.fixture
def dock(now: datetime, folder: Path) -> Dock:
    return make_dock(now, folder=str(folder))


def at(name: str, *values: object) -> str:
    return reverse(name, args=values)


# A second person, got round ------------------------------------------------------------------


def test_whoever_asked_for_a_hand_over_does_not_agree_by_trying_again(
    dock: Dock, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    recording = take_in(b"film", dock=dock, now=now)
    asked = export.request_hand_over(
        ident=recording.ident,
        wanted=wanted(str(pyrage.x25519.Identity.generate().to_public())),
        actor=actor_for("custodian"),
        now=now,
    )
    assert asked.stage == Stage.REQUESTED
    with pytest.raises(Refused) as caught:
        export.try_again(ident=asked.ident, actor=actor_for("custodian"), now=now)
    assert caught.value.code == "hand-over-step"
    client_for("custodian").post(at("hand_overs:again", asked.ident))
    assert HandOver.objects.get().stage == Stage.REQUESTED


def test_a_case_officer_opens_no_footage_to_themselves(
    dock: Dock, actor_for: ActorFor, now: datetime
) -> None:
    """By a hold nobody confirmed, or by a case it has nothing to do with."""
    recording = take_in(b"film", dock=dock, now=now)
    officer = actor_for("case_officer")
    actions.request_hold(
        ident=recording.ident,
        reason="owi",
        reference="32/4-117/26",
        review_on=now.date() + timedelta(days=30),
        actor=officer,
        now=now,
    )
    with pytest.raises(NotPermitted) as caught:
        actions.begin_viewing(ident=recording.ident, actor=officer, now=now, **WHY)
    assert caught.value.code == "no-case"
    incident = open_incident(now)
    with pytest.raises(NotPermitted) as caught:
        actions.link_incident(ident=recording.ident, number=incident.number, actor=officer, now=now)
    assert caught.value.code == "not-near"
    actions.link_incident(
        ident=recording.ident, number=incident.number, actor=actor_for("custodian"), now=now
    )
    assert actions.begin_viewing(ident=recording.ident, actor=officer, now=now, **WHY)


# What cameras and browsers send --------------------------------------------------------------


HOSTILE = [
    ("too deep", b"[" * 60_000),
    ("half a sign", b'{"facts": "\\ud800"}'),
    ("half a sign in the camera", b'{"camera": {"serial": "\\udfff"}}'),
    ("no number", b'{"latitude": NaN, "longitude": Infinity}'),
    ("more digits than fit", b'{"prerecord_s": ' + b"9" * 5000 + b"}"),
]


@pytest.mark.parametrize(("name", "raw"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_a_sidecar_made_to_break_us_is_refused_and_the_other_files_come_in(
    name: str, raw: bytes, dock: Dock, folder: Path, now: datetime
) -> None:
    with pytest.raises(Unreadable):
        read_sidecar(raw)
    lay_down(folder, "a.mp4", os.urandom(100))
    (folder / "a.mp4.json").write_bytes(raw)
    lay_down(folder, "b.mp4", os.urandom(100), {})
    broken, whole = actions.watch_round(dock=dock, actor=VAULT, now=now)
    assert broken.problem == "sidecar-unreadable"
    assert whole.ident
    assert VaultTask.objects.filter(kind="ingest-failed").exists()


@pytest.mark.parametrize(
    "told",
    [
        {"started_at": "0001-01-01T00:00:00Z", "ended_at": "9999-12-31T23:59:59Z"},
        {"ended_at": "9999-12-31T23:59:59-23:59"},
        {"started_at": "0001-01-01T00:00:00+23:59"},
        {"ended_at": "9999-12-31T23:59:59Z", "camera": {"now": "0001-01-01T00:00:00Z"}},
        {"ended_at": "0001-01-01T00:00:00Z", "camera": {"now": "9999-12-31T23:59:59Z"}},
        {"started_at": "1950-01-01T00:00:00Z", "ended_at": "2026-11-23T09:00:00Z"},
    ],
)
def test_impossible_times_of_a_camera_keep_nothing_longer_and_stop_nothing(
    told: dict[str, Any], dock: Dock, folder: Path, now: datetime
) -> None:
    lay_down(folder, "a.mp4", os.urandom(100), told)
    lay_down(folder, "b.mp4", os.urandom(100), {})
    for read in actions.watch_round(dock=dock, actor=VAULT, now=now):
        assert read.ident, read.problem
        row = Recording.objects.get(ident=read.ident)
        assert now - timedelta(days=10) <= row.ended_at <= now
        assert row.started_at >= row.ended_at - timedelta(hours=48)
        assert row.delete_after <= now + 14 * DAY


@pytest.mark.parametrize(
    "name",
    [
        b"\xff\xfe.mp4",
        b"a\nb\x1b[2J.mp4",
        "\u202egpj.4pm".encode(),
        b"'; DROP TABLE--.mp4",
        b"<script>.mp4",
        b"%2e%2e%2fx.mp4",
        b"a" * 240 + b".mp4",
    ],
)
def test_hostile_names_come_in_and_harm_nothing(
    name: bytes, dock: Dock, folder: Path, now: datetime, capsys: Any, client_for: ClientFor
) -> None:
    folder.mkdir()
    path = folder / os.fsdecode(name)
    path.write_bytes(os.urandom(100))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    call_command("dock_watch", "--once")
    said = capsys.readouterr().out
    assert "verwahrt" in said
    assert said.count("\n") == 1
    assert "\x1b" not in said
    recording = Recording.objects.get()
    assert recording.name.isprintable()
    page = client_for("custodian").get(at("evidence:index")).content.decode()
    assert "<script>.mp4" not in page
    call_command("dock_watch", "--once")
    assert capsys.readouterr().out == "", "its receipt lies there"


def test_case_12_a_camera_that_counts_from_one_again_loses_no_recording(
    dock: Dock, folder: Path, now: datetime
) -> None:
    """Yesterday's receipt must not hide today's file of the same name."""
    lay_down(folder, "MOV0001.mp4", b"yesterday", {})
    (first,) = actions.watch_round(dock=dock, actor=VAULT, now=now, wipe=True)
    assert not (folder / "MOV0001.mp4").exists()
    later = now + DAY
    for content in (b"today is longer", b"today, su"):  # the second one has the length of the first
        path = lay_down(folder, "MOV0001.mp4", content, {})
        os.utime(path, (later.timestamp(), later.timestamp()))
        later += timedelta(minutes=10)
        (second,) = actions.watch_round(dock=dock, actor=VAULT, now=later, wipe=True)
        assert second.ident not in {"", first.ident}
    assert Recording.objects.count() == 3
    # What lies there with its own receipt is not read again and again.
    path = lay_down(folder, "MOV0002.mp4", b"stays", {})
    assert len(actions.watch_round(dock=dock, actor=VAULT, now=later)) == 1
    assert actions.watch_round(dock=dock, actor=VAULT, now=later) == []


def test_a_receipt_that_the_dock_did_not_sign_hides_no_file(
    dock: Dock, folder: Path, now: datetime
) -> None:
    path = lay_down(folder, "a.mp4", b"film", {})
    stat = path.stat()
    forged = {"size": stat.st_size, "mtime_us": stat.st_mtime_ns // 1000, "may_wipe": True}
    for text in (json.dumps(forged), "", "\n\n— dock/wache-mitte AAAA\n"):
        (folder / "a.mp4.quittung").write_text(text)
        (read,) = actions.watch_round(dock=dock, actor=VAULT, now=now)
        assert read.ident
        (folder / "a.mp4.quittung").unlink()


def test_an_upload_lies_about_everything_and_nothing_breaks(
    dock: Dock, client_for: ClientFor
) -> None:
    client = client_for("officer")
    begin = at("evidence:upload_begin")

    def answer(raw: bytes) -> int:
        return client.post(begin, raw, content_type="application/json").status_code

    for raw in (
        b"[" * 60_000,
        b'{"dock": "wache-mitte", "size": 10, "sidecar": {"facts": "\\ud800"}}',
        b'{"dock": "wache-mitte", "size": 10, "sidecar": []}',
        b'{"dock": "wache-mitte", "size": 10, "sidecar": null}',
        b'{"dock": "wache-mitte", "size": 1e400}',
        b'{"dock": "wache-mitte", "size": -1}',
        b'{"dock": "wache-mitte", "size": true}',
        b'{"dock": "\\u0000", "size": 10}',
        b'{"dock": "\\ud800", "size": 10}',
        b"\xff",
    ):
        assert 400 <= answer(raw) < 500, raw[:60]
    made = client.post(
        begin,
        {"dock": "wache-mitte", "name": "../../\x1b[2Ja.mp4", "size": 10, "sidecar": {}},
        content_type="application/json",
    )
    assert made.status_code == 201
    ident = made.json()["upload"]
    piece = at("evidence:upload_piece", ident)

    def put(offset: str, data: bytes) -> int:
        sent = client.post(
            f"{piece}?offset={offset}", data, content_type="application/octet-stream"
        )
        return sent.status_code

    for offset in ("-1", "1e3", "٣", "9" * 15, "", "0x0", "0 "):
        assert 400 <= put(offset, b"12345") < 500, offset
    assert put("0", b"x" * 11) == 409
    assert put("0", b"") == 409
    assert put("0", b"12345") == 200
    assert put("3", b"another") == 200, "an old place is passed over"
    assert put("5", b"67890") == 200
    assert put("10", b"more") in {200, 409}
    done = client.post(at("evidence:upload_finish", ident))
    assert done.status_code == 200
    row = Recording.objects.get()
    assert row.size == 10
    assert queries.kept().count() == 1
    assert "/" not in row.name
    assert client.post(at("evidence:upload_finish", ident)).json()["repeated"] is True
    stranger = client_for("custodian")
    for name in ("upload_state", "upload_piece", "upload_finish"):
        sent = stranger.post(f"{at(f'evidence:{name}', ident)}?offset=0", b"x", content_type="x/y")
        assert sent.status_code in {404, 405}


def test_two_connections_that_send_the_same_piece_are_told_so_and_a_full_disk_is(
    dock: Dock, client_for: ClientFor, actor_for: ActorFor, settings: Any, now: datetime
) -> None:
    client = client_for("officer")
    made = client.post(
        at("evidence:upload_begin"),
        {"dock": "wache-mitte", "name": "a.mp4", "size": 10, "sidecar": {}},
        content_type="application/json",
    )
    ident = made.json()["upload"]
    piece = f"{at('evidence:upload_piece', ident)}?offset=0"
    staging = Path(settings.VAR_DIR) / "evidence" / "staging" / ident
    other = LocalStore(staging).create("p/00000000000000000000-5.evf1", 500)  # the other one
    answer = client.post(piece, b"12345", content_type="x/y")
    assert (answer.status_code, answer.json()["code"]) == (409, "piece-busy")
    other.abort()
    officer = actor_for("officer")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))  # no file may grow beyond that
    try:
        with pytest.raises(actions.NotStored) as full:
            actions.put_piece(ident=ident, offset=0, data=b"12345", actor=officer, now=now)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert full.value.code == "vault-write-failed"
    assert client.post(piece, b"12345", content_type="x/y").json() == {"received": 5}


# Looking --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=0-0,2-3", 200),
        ("bytes=-0", 416),
        ("bytes=99999999999999999999-", 200),
        ("bytes=9999999999999999999-", 416),
        ("bytes=0-9999999999999999999", 206),
        ("bytes=-9999999999999999999", 206),
        ("bytes=5-2", 200),
        ("bytes=--1", 200),
        ("bytes=٠-٣", 200),
        ("items=0-1", 200),
        ("bytes=0x0-0xff", 200),
        ("bytes=" + "0-0," * 5000, 200),
        ("bytes=\xa00-1", 200),
    ],
)
def test_ranges_of_any_kind_are_answered_or_refused_and_leave_one_line(
    asked: str, status: int, dock: Dock, client_for: ClientFor, now: datetime
) -> None:
    recording = take_in(b"0123456789", dock=dock, now=now)
    client = client_for("custodian")
    token = client.post(at("evidence:ask", recording.ident), WHY).json()["url"]
    answer = client.get(token, headers={"Range": asked})
    assert answer.status_code == status
    lines = [entry.act for entry in entries_of(f"recording:{recording.ident}")]
    assert lines == ["evidence.ingested", "evidence.viewed"]


def test_what_is_sealed_stops_flowing_to_who_is_watching(
    dock: Dock, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    """A browser asks for everything once and reads it slowly; the seal must reach it too."""
    content = os.urandom(40 * CHUNK)
    recording = take_in(content, dock=dock, now=now)
    client = client_for("custodian")
    token = client.post(at("evidence:ask", recording.ident), WHY).json()["url"]
    answer = client.get(token)

    async def read(pieces: AsyncIterator[bytes]) -> int:
        count = 0
        async for piece in pieces:
            count += len(piece)
            if count == CHUNK:
                from asgiref.sync import sync_to_async  # noqa: PLC0415

                await sync_to_async(seal)()
        return count

    def seal() -> None:
        Recording.objects.update(sealed_at=now)

    with pytest.raises(NotPermitted) as caught:
        async_to_sync(read)(answer.streaming_content)
    assert caught.value.code == "sealed"
    lines = [entry.act for entry in entries_of(f"recording:{recording.ident}")]
    assert lines[-1] == "evidence.view_denied"


# Who has the machine --------------------------------------------------------------------------


def test_a_list_of_destroyed_keys_that_was_cut_off_hides_no_later_one(now: datetime) -> None:
    store = keys.key_store()
    for kid in ("K1", "K2"):
        store.put(kid, bytes(32), now)
    store.destroy("K1")
    listed = store.path.parent / "destroyed.txt"
    listed.write_bytes(listed.read_bytes().rstrip(b"\n")[:-1])  # the disk lost the end of a line
    store.destroy("K2")
    assert "K2" in store.destroyed()


def test_case_40_a_copy_of_the_keys_is_gone_after_48_hours_whatever_else_runs(
    now: datetime,
) -> None:
    store = keys.key_store()
    store.put("K1", bytes(32), now)
    path = store.backup(now)
    actions.expire_due(actor=VAULT, now=now + timedelta(hours=46, minutes=59))
    assert path.exists()
    actions.expire_due(actor=VAULT, now=now + timedelta(hours=47, minutes=1))
    assert not path.exists(), "the hourly round sees to it, not only the next copy"


def test_who_copies_the_keys_leaves_a_line(now: datetime, actor_for: ActorFor) -> None:
    keys.key_store().put("K1", bytes(32), now)
    with pytest.raises(NotPermitted):
        actions.backup_keys(actor=actor_for("custodian"), now=now)
    call_command("evidence_keys", "backup")
    entry = entries_of("vault:keys").get()
    assert (entry.act, entry.body.content["keys"]) == ("evidence.keys_copied", 1)


def test_what_was_to_be_cut_out_is_cut_although_the_worker_died(
    dock: Dock, now: datetime, actor_for: ActorFor, settings: Any
) -> None:
    """Else a hold would keep for months, sealed, what two persons wanted gone."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    recording = take_in(b"film", dock=dock, now=now)
    asked = actions.request_deletion(
        ident=recording.ident,
        ground="kernbereich",
        from_ms=0,
        to_ms=5,
        actor=actor_for("custodian"),
        now=now,
    )
    actions.decide_deletion(
        request_id=asked.pk, granted=True, actor=actor_for("shift_leader"), now=now
    )

    def ordered() -> int:
        rows = DBTaskResult.objects.filter(task_path="streife.evidence.tasks.cut_part")
        return sum(row.args_kwargs["args"] == [asked.pk] for row in rows)

    assert ordered() == 1
    actions.expire_due(actor=VAULT, now=now + timedelta(hours=5))
    assert ordered() == 1, "it may still be at it"
    actions.expire_due(actor=VAULT, now=now + timedelta(hours=7))
    assert ordered() == 2
    actions.raise_task(kind="cut-failed", recording=recording, due_at=now, now=now)
    actions.expire_due(actor=VAULT, now=now + timedelta(hours=8))
    assert ordered() == 2, "a person has to see to it"


def test_keys_that_somebody_copied_away_bring_nothing_back_however_late(
    dock: Dock, now: datetime, tmp_path: Path, actor_for: ActorFor
) -> None:
    recording = take_in(b"film", dock=dock, now=now, ended_at=now)
    stolen = tmp_path / "stick.sqlite3"
    stolen.write_bytes(keys.key_store().path.read_bytes())
    actions.expire_due(actor=VAULT, now=now + 14 * DAY)
    recording.refresh_from_db()
    assert recording.state == rules.State.PURGED
    actions.restore_keys(backup=stolen, actor=actor_for("admin"), now=now + 40 * DAY)
    assert not keys.key_store().has(recording.kid)
    with pytest.raises(Refused):
        keys.key_store().get(recording.kid)


def test_a_clock_put_back_deletes_nothing_and_brings_nothing_back(
    dock: Dock, now: datetime, actor_for: ActorFor
) -> None:
    kept = take_in(b"kept", dock=dock, now=now, ended_at=now)
    gone = take_in(b"gone", dock=dock, now=now, ended_at=now - timedelta(hours=1))
    actions.expire_due(actor=VAULT, now=now + 14 * DAY - timedelta(minutes=30))
    for row in (kept, gone):
        row.refresh_from_db()
    assert (kept.state, gone.state) == (rules.State.EXPIRING, rules.State.PURGED)
    actions.expire_due(actor=VAULT, now=now - 30 * DAY)
    for row in (kept, gone):
        row.refresh_from_db()
    assert kept.state in rules.KEPT
    assert gone.state == rules.State.PURGED
    with pytest.raises(Refused) as caught:
        actions.begin_viewing(
            ident=gone.ident, actor=actor_for("custodian"), now=now - 30 * DAY, **WHY
        )
    assert caught.value.code == "key-destroyed"


def test_a_database_of_yesterday_gives_back_nothing_that_was_deleted_today(
    dock: Dock, now: datetime, actor_for: ActorFor
) -> None:
    _, own = wearer("4711")
    recording = take_in(b"film", dock=dock, now=now, said={"wearer": "4711"})
    yesterday = {
        name: getattr(recording, name) for name in ("state", "name", "media", "facts", "sealed_at")
    }
    asked = actions.request_deletion(ident=recording.ident, ground="mistake", actor=own, now=now)
    actions.decide_deletion(
        request_id=asked.pk, granted=True, actor=actor_for("shift_leader"), now=now
    )
    Recording.objects.filter(pk=recording.pk).update(**yesterday)
    custodian = actor_for("custodian")
    viewing = actions.begin_viewing(ident=recording.ident, actor=custodian, now=now, **WHY)
    with pytest.raises(Refused) as caught:
        actions.open_viewing(token=viewing.token, actor=custodian, now=now)
    assert caught.value.code == "key-destroyed"
    told = {one["kind"] for one in actions.reconcile(actor=VAULT, now=now).findings}
    assert {"key-missing", "file-missing"} <= told
