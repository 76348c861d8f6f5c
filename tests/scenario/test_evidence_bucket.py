"""The whole life of a recording in an S3-compatible store (moto, on loopback), not a folder."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from moto.server import ThreadedMotoServer

from streife.accounts.queries import actor_of
from streife.evidence import actions, rules, stores
from streife.evidence.envelope import CHUNK
from streife.evidence.stores.s3 import S3Store
from tests.factories import user_with
from tests.vaulting import VAULT, make_dock, take_in, vault_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _bucket(settings: Any, tmp_path: Path) -> Iterator[None]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
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
    yield
    server.stop()


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
