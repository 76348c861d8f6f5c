"""Once a day an authority says when the record existed: a real OpenSSL authority, real refusals."""

import hashlib
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from streife.journal import actions
from streife.journal.models import Entry, Stamp
from streife.journal.rules import DefectKind
from streife.journal.stamping import Authority, StampError, check, sorted_certificates
from streife.kernel import clock
from streife.kernel.errors import Refused
from tests import authority as tsa
from tests.journal_making import attack, audit, kinds, write
from tests.witnessing import sign

pytestmark = pytest.mark.real_clock  # OpenSSL, a process of its own, says what time it is
TEXT = "beispiel.example/protokoll/2026\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


@pytest.fixture(autouse=True)
def _own_key(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Iterator[tsa.Authority]:
    """An authority that listens and is set."""
    with tsa.listening(tmp_path / "tsa") as running:
        settings.JOURNAL_TSA_URL = running.url
        settings.JOURNAL_TSA_ROOTS = running.roots
        settings.JOURNAL_TSA_POLICY = tsa.POLICY
        yield running


@pytest.mark.django_db
def test_a_head_is_stamped_once_a_day_and_the_stamp_stands_in_the_record(
    office: tsa.Authority,
) -> None:
    now = clock.now()
    write(3, now=now - timedelta(minutes=10))
    sign(now)
    call_command("journal", "stamp")
    made = Stamp.objects.get()
    assert abs(made.at - now) < timedelta(minutes=1)
    entry = Entry.objects.get(act="journal.time_stamped")
    assert entry.body.content == {
        "checksum": hashlib.sha256(bytes(made.token)).hexdigest(),
        "signed_size": 3,
    }
    sign(now)
    assert actions.stamp(now=now + timedelta(hours=23)) is None
    assert len(office.asked) == 1
    assert audit(now).sound
    found = audit(now + timedelta(hours=50))
    assert DefectKind.STAMP_MISSING in kinds(found)
    assert actions.stamp(now=now + timedelta(hours=25)) is not None


@pytest.mark.django_db
def test_case_56_openssl_says_the_same_about_our_stamp(office: tsa.Authority) -> None:
    now = clock.now()
    write(3, now=now)
    sign(now)
    made = actions.stamp(now=now)
    assert made is not None
    (office.folder / "stored").write_bytes(bytes(made.token))
    (office.folder / "said").write_text(made.checkpoint.note.partition("\n\n")[0] + "\n")
    command = ["openssl", "ts", "-verify", "-in", "stored", "-data", "said", "-CAfile", "root.pem"]
    done = subprocess.run(
        [*command, "-untrusted", "chain.pem"], cwd=office.folder, capture_output=True
    )
    assert b"Verification: OK" in done.stdout + done.stderr


@pytest.mark.django_db
def test_a_stamp_that_was_exchanged_is_named(office: tsa.Authority) -> None:
    now = clock.now()
    write(3, now=now)
    sign(now)
    made = actions.stamp(now=now)
    assert made is not None
    text = made.checkpoint.note.partition("\n\n")[0] + "\n"
    other = sorted_certificates(tsa.stamped(office, text))  # as good, but not the one recorded
    attack("journal_stamp", "UPDATE journal_stamp SET token = %s", [other])
    assert kinds(audit(now)) == {DefectKind.STAMP_FORGED}


@pytest.mark.django_db
def test_without_an_authority_nothing_is_asked_and_with_a_silent_one_it_is_said(
    settings: Any, tmp_path: Path
) -> None:
    now = clock.now()
    write(3, now=now)
    sign(now)
    assert actions.stamp(now=now) is None
    settings.JOURNAL_TSA_URL = "http://127.0.0.1:9/"
    with pytest.raises(Refused) as refused:
        actions.stamp(now=now)
    assert refused.value.code == "time-stamp-failed"
    assert "STREIFE_TSA_ROOTS" in refused.value.message
    assert not Stamp.objects.exists()


def test_the_order_of_certificates_that_openssl_writes_is_put_right(tmp_path: Path) -> None:
    """OpenSSL puts them as configured; DER wants a SET sorted, and strict readers refuse."""
    refused = 0
    for attempt in range(6):  # random keys: the given order is right in one of six
        office = tsa.set_up(tmp_path / f"tsa{attempt}")
        raw = tsa.stamped(office, TEXT)
        known = Authority.from_file(office.roots, tsa.POLICY)
        try:
            check(raw, TEXT, known)
        except StampError:
            refused += 1
        assert check(sorted_certificates(raw), TEXT, known)
        if refused:
            break
    assert refused


@pytest.mark.parametrize("garbage", [b"", b"<html>502</html>", b"\x30\x03\x02\x01\x02", bytes(50)])
def test_what_is_no_stamp_is_refused(garbage: bytes, tmp_path: Path) -> None:
    with pytest.raises(StampError):
        check(sorted_certificates(garbage), TEXT, Authority([]))


def test_case_52_a_stamp_holds_after_its_certificate_expired_and_not_for_another_text(
    tmp_path: Path,
) -> None:
    office = tsa.set_up(tmp_path / "tsa", lasts=timedelta(seconds=3))
    token = sorted_certificates(tsa.stamped(office, TEXT))
    known = Authority.from_file(office.roots, tsa.POLICY)
    while clock.now() <= tsa.moment_of(office.folder / "tsa.pem"):
        time.sleep(0.2)
    assert check(token, TEXT, known) < clock.now()
    with pytest.raises(StampError):
        check(token, TEXT.replace("3", "4"), known)
    with pytest.raises(StampError, match="Policy"):
        check(token, TEXT, Authority(known.roots, "1.2.3.4"))
    with pytest.raises(StampError, match="Nonce"):
        check(token, TEXT, known, nonce=1)
    stranger = tsa.set_up(tmp_path / "andere")
    with pytest.raises(StampError):
        check(token, TEXT, Authority.from_file(stranger.roots, tsa.POLICY))


def test_case_52_the_certificate_of_an_authority_makes_no_stamps(tmp_path: Path) -> None:
    office = tsa.set_up(tmp_path / "tsa", leaf_is_authority=True)
    token = sorted_certificates(tsa.stamped(office, TEXT))
    with pytest.raises(StampError):
        check(token, TEXT, Authority.from_file(office.roots, tsa.POLICY))


def test_no_flipped_bit_changes_what_a_stamp_says(tmp_path: Path) -> None:
    """Some bytes no signature covers (versions, the copied root): hence the hash in the record."""
    office = tsa.set_up(tmp_path / "tsa")
    token = sorted_certificates(tsa.stamped(office, TEXT))
    known = Authority.from_file(office.roots, tsa.POLICY)
    said = check(token, TEXT, known)
    accepted = 0
    for at in range(0, len(token), 3):
        flipped = bytearray(token)
        flipped[at] ^= 1
        try:
            moment = check(bytes(flipped), TEXT, known)
        except StampError:
            continue
        accepted += 1
        assert moment == said
    assert accepted < len(token) // 3 // 2


def test_a_missing_file_of_roots_is_said(tmp_path: Path) -> None:
    with pytest.raises(StampError, match="no root certificates"):
        Authority.from_file(tmp_path / "fehlt.pem")
