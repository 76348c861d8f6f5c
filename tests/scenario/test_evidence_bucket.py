"""The whole life of a recording in an S3-compatible store (moto, on loopback), not a folder."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from moto.server import ThreadedMotoServer

from streife.accounts.queries import actor_of
from streife.evidence import actions, keys, rules, stores
from streife.evidence.envelope import CHUNK
from streife.evidence.models import Reconciliation, VaultTask
from streife.evidence.stores.s3 import S3Store
from streife.journal.queries import entries_of
from tests.factories import user_with
from tests.reporting import a_picture
from tests.vaulting import VAULT, make_dock, take_in, vault_files, wearer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[ThreadedMotoServer]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _bucket(settings: Any, tmp_path: Path, server: ThreadedMotoServer) -> None:
    host, port = server.get_host_and_port()
    settings.VAR_DIR = tmp_path / "var"
    settings.EVIDENCE_S3 = {
        "bucket_name": f"beweise-{uuid4()}",  # moto keeps its buckets as long as the process
        "endpoint_url": f"http://{host}:{port}",
        "access_key": "invented",
        "secret_key": "invented",
        "region_name": "eu-central-1",
    }
    client = S3Store(settings.EVIDENCE_S3)._client
    client.create_bucket(
        Bucket=settings.EVIDENCE_S3["bucket_name"],
        CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
    )


def test_a_recording_lives_and_dies_in_a_bucket(now: datetime) -> None:
    content = os.urandom(11 * CHUNK + 5)  # more than one part
    dock = make_dock(now)
    recording = take_in(content, dock=dock, now=now, ended_at=now)
    assert isinstance(stores.store(), S3Store)
    assert list(stores.store().listing()) == [(recording.path, recording.stored_size)]
    assert not [path for path in vault_files() if path.suffix == ".evf1"]
    leader = actor_of(user_with("shift_leader"))
    viewing = actions.begin_viewing(
        ident=recording.ident, purpose="review", reason="Wird sie gebraucht?", actor=leader, now=now
    )
    _, envelope = actions.open_viewing(token=viewing.token, actor=leader, now=now)
    assert b"".join(envelope.parts(CHUNK - 1, 9 * CHUNK)) == content[CHUNK - 1 : 9 * CHUNK]
    assert actions.reconcile(actor=VAULT, now=now).findings == []
    assert actions.expire_due(actor=VAULT, now=now + timedelta(days=14)).deleted == 1
    recording.refresh_from_db()
    assert recording.state == rules.State.PURGED
    assert list(stores.store().listing()) == []


def test_a_store_that_does_not_answer_keeps_the_camera_from_being_wiped(
    now: datetime, settings: Any
) -> None:
    dock = make_dock(now)
    settings.EVIDENCE_S3 = {**settings.EVIDENCE_S3, "bucket_name": "gibt-es-nicht"}
    with pytest.raises(actions.NotStored) as caught:
        take_in(b"x" * 100, dock=dock, now=now)
    assert caught.value.code == "vault-write-failed"


def test_bytes_that_cannot_be_removed_are_noise_at_once_and_go_in_a_later_round(
    now: datetime, settings: Any
) -> None:
    dock = make_dock(now)
    first = take_in(b"first", dock=dock, now=now, ended_at=now)
    second = take_in(b"second", dock=dock, now=now, ended_at=now)
    due, working = now + timedelta(days=14), settings.EVIDENCE_S3
    settings.EVIDENCE_S3 = {**working, "bucket_name": "gibt-es-nicht"}
    assert actions.expire_due(actor=VAULT, now=due).deleted == 0
    for recording in (first, second):
        recording.refresh_from_db()
        assert recording.state == rules.State.SHREDDED
    settings.EVIDENCE_S3 = working
    found = actions.reconcile(actor=VAULT, now=due + timedelta(hours=2)).findings
    assert {finding["kind"] for finding in found} >= {"deletion-hangs"}
    actions.expire_due(actor=VAULT, now=due + timedelta(hours=3))
    assert list(stores.store().listing()) == []
    assert actions.reconcile(actor=VAULT, now=due + timedelta(hours=3)).findings == []


def test_a_store_that_is_silent_accuses_nobody_and_loses_nothing(
    server: ThreadedMotoServer, settings: Any, now: datetime, client_for: Any, actor_for: Any
) -> None:
    """That a bucket does not answer is no damage to what lies in it, and nothing is missing."""
    dock = make_dock(now)
    recording = take_in(os.urandom(3 * CHUNK), dock=dock, now=now, ended_at=now)
    leader, head = actor_for("shift_leader"), actor_for("head")
    item = actions.take_item(
        label="Messer (erfunden)",
        where="Nordmarkt",
        taken_at=now,
        snapshot=actions.Snapshot(a_picture(), "a.jpg"),
        actor=leader,
        now=now,
    )
    viewing = actions.begin_viewing(
        ident=recording.ident, purpose="review", reason="Wird sie gebraucht?", actor=leader, now=now
    )
    asked = actions.request_deletion(ident=recording.ident, ground="mistake", actor=leader, now=now)
    working = settings.EVIDENCE_S3
    settings.EVIDENCE_S3 = {**working, "bucket_name": "gibt-es-nicht"}
    with pytest.raises(actions.NotAnswering):  # a slip in the settings is no damage either
        actions.open_viewing(token=viewing.token, actor=leader, now=now)
    settings.EVIDENCE_S3 = working
    server.stop()
    for act in (
        lambda: actions.open_viewing(token=viewing.token, actor=leader, now=now),
        lambda: actions.see_picture(ident=item.ident, actor=leader, now=now),
        lambda: actions.reconcile(actor=VAULT, now=now),
        lambda: actions.tidy_vault(actor=VAULT, now=now),
    ):
        with pytest.raises(actions.NotAnswering) as caught:
            act()
        assert (caught.value.code, caught.value.status) == ("vault-no-answer", 503)
    assert client_for("custodian").post(reverse("evidence:count")).status_code == 503
    with pytest.raises(actions.NotStored) as kept:
        take_in(b"another", dock=dock, now=now, ended_at=now)
    assert kept.value.code == "vault-write-failed"
    acts = [entry.act for entry in entries_of(f"recording:{recording.ident}")]
    assert "evidence.damage_found" not in acts
    assert not VaultTask.objects.filter(kind="damaged").exists()
    assert not Reconciliation.objects.exists()

    # What two persons decide counts all the same: the key is here, and it is gone.
    actions.decide_deletion(request_id=asked.pk, granted=True, actor=head, now=now)
    recording.refresh_from_db()
    assert recording.state == rules.State.SHREDDED
    assert not keys.key_store().has(recording.kid)


def test_uploads_leave_the_reserve_of_this_machine_alone_although_the_store_is_a_bucket(
    settings: Any, now: datetime
) -> None:
    make_dock(now)
    _, officer = wearer("4711")
    settings.EVIDENCE_RESERVE_BYTES = stores.free_bytes() - 5_000_000
    with pytest.raises(actions.NotStored) as full:
        actions.begin_upload(
            dock_code="wache-mitte", name="a.mp4", size=1 << 30, sidecar={}, actor=officer, now=now
        )
    assert full.value.code == "vault-full"
