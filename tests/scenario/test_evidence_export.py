"""A recording goes to the prosecution: what arrives proves itself to somebody who trusts nobody."""

import json
import os
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import bagit
import pyrage
import pytest
from pypdf import PdfReader

from streife.accounts.rules import Actor, Role, system
from streife.evidence import keys
from streife.evidence.actions.ingesting import store_file
from streife.evidence.export import actions, building, queries
from streife.evidence.export.trust import trust_text
from streife.evidence.manifests import manifest_of
from streife.evidence.models import HandOver, Recording
from streife.evidence.rules import identity
from streife.evidence.rules.handing_over import Pile, Stage
from streife.journal.models import Entry
from streife.journal.queries import entries_of
from streife.kernel import clock
from streife.kernel.errors import NotPermitted, Refused
from tests import authority as tsa
from tests.exporting import Handed, handed, unpacked, verify, wanted
from tests.programs import need
from tests.vaulting import arriving, make_dock, take_in
from tests.witnessing import listening

Actors = Callable[[Role | str], Actor]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_var_committed")]
FOOTAGE = os.urandom(3_000_000)


@pytest.fixture
def now() -> datetime:
    """The present: witnesses and authorities have clocks of their own."""
    return clock.now()


@pytest.fixture
def recording(now: datetime) -> Recording:
    return take_in(FOOTAGE, dock=make_dock(now), now=now)


@pytest.fixture
def given(recording: Recording, actor_for: Actors, now: datetime, tmp_path: Path) -> Handed:
    """A recording handed out, without witness and time stamp."""
    people = {"custodian": actor_for(Role.CUSTODIAN), "leader": actor_for(Role.SHIFT_LEADER)}
    return handed(recording, tmp_path / "empfang", now=now, **people)


def test_the_prosecution_gets_what_proves_itself(given: Handed, recording: Recording) -> None:
    status, said = verify(given.bag, given.trust)
    assert status == 0, said
    assert "IN ORDNUNG: Aufnahme und Verwahrung sind vollständig und unverändert." in said
    assert said.count("OK      ") == 9
    assert "ENTFÄLLT Zeugen: keiner verlangt" in said
    assert "ENTFÄLLT Zeitstempel" in said


def test_case_56_the_bag_is_a_bag_for_other_programs_too(
    given: Handed, recording: Recording, tmp_path: Path
) -> None:
    need("openssl", "openssl")
    root = unpacked(given.bag, tmp_path / "offen")
    bagit.Bag(str(root)).validate()
    media = root / "data" / "original" / f"{recording.ident}.mp4"
    assert media.read_bytes() == FOOTAGE
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "manifest-sha256.txt"], cwd=root, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    digest = subprocess.run(
        ["openssl", "dgst", "-sha256", "-r", media], capture_output=True, text=True, check=True
    )
    assert digest.stdout.split()[0] == recording.sha256
    assert verify(root, given.trust)[0] == 0  # the unpacked folder, too
    pdf = root / "data" / "verwahrung" / "deckblatt.pdf"
    text = "".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert recording.ident in text
    assert "Staatsanwaltschaft Musterstadt" in text
    assert b"pdfaid" in pdf.read_bytes()
    case = json.loads((root / "data" / "case.jsonld").read_text())
    assert case["@type"] == "uco-core:Bundle"


def test_case_56_the_case_file_is_valid_for_case_validate(given: Handed, tmp_path: Path) -> None:
    root = unpacked(given.bag, tmp_path / "offen")
    program = Path(sys.executable).with_name("case_validate")
    done = subprocess.run(
        [program, root / "data" / "case.jsonld"], capture_output=True, text=True, cwd=tmp_path
    )
    assert "Conforms: True" in done.stdout, done.stdout + done.stderr


def test_every_step_stands_in_the_record_before_the_first_byte(
    given: Handed, recording: Recording, actor_for: Actors, now: datetime
) -> None:
    acts = [entry.act for entry in entries_of(f"recording:{recording.ident}")]
    assert acts == [
        "evidence.ingested",
        "evidence.export_requested",
        "evidence.export_approved",
        "evidence.exported",
        "evidence.export_ready",
    ]
    found = HandOver.objects.get()
    assert building.path_of(found).read_bytes()[:21] == b"age-encryption.org/v1"
    assert found.sha256 == sha256(building.path_of(found).read_bytes()).hexdigest()
    assert found.bag_sha256 == sha256(given.bag.read_bytes()).hexdigest()
    custodian = actor_for(Role.CUSTODIAN)
    actions.fetch_file(ident=found.ident, actor=custodian, now=now)
    assert Entry.objects.order_by("-id")[0].act == "evidence.export_fetched"
    later = now + timedelta(days=15)
    every = queries.hand_overs_for(custodian)
    assert list(queries.piled(every, Pile.LATE, later.date())) == [found]
    actions.confirm_receipt(
        ident=found.ident, receipt="Schreiben vom 3. Dezember", actor=custodian, now=later
    )
    assert not building.path_of(found).exists()
    assert list(queries.piled(every.all(), Pile.LATE, later.date())) == []
    bodies = " ".join(str(entry.body.content) for entry in Entry.objects.select_related("body"))
    assert "Staatsanwaltschaft" not in bodies  # ids and keys only


def test_nobody_approves_their_own_request_and_the_rest_is_refused_in_words(
    recording: Recording, actor_for: Actors, now: datetime
) -> None:
    custodian, leader = actor_for(Role.CUSTODIAN), actor_for(Role.SHIFT_LEADER)
    key = str(pyrage.x25519.Identity.generate().to_public())
    for change, code in (
        ({"recipient": " "}, "recipient-needed"),
        ({"reference": ""}, "reference-needed"),
        ({"recipient_key": "age1kurz"}, "recipient-key-malformed"),
        ({"recipient_key": key[:-1] + ("q" if key[-1] != "q" else "p")}, "recipient-key-malformed"),
        ({"purpose": "neugier"}, "purpose-unknown"),
        ({"purpose": "subject"}, "redaction-needed"),
        ({"answer_due": date(2020, 1, 1)}, "answer-date-wrong"),
    ):
        form = {**_values(key), **change}
        with pytest.raises(Refused) as refused:
            actions.request_hand_over(
                ident=recording.ident, wanted=actions.Wanted(**form), actor=custodian, now=now
            )
        assert refused.value.code == code
    with pytest.raises(NotPermitted):
        actions.request_hand_over(ident=recording.ident, wanted=wanted(key), actor=leader, now=now)
    asked = actions.request_hand_over(
        ident=recording.ident, wanted=wanted(key), actor=custodian, now=now
    )
    with pytest.raises(NotPermitted):
        actions.decide_hand_over(ident=asked.ident, agreed=True, actor=custodian, now=now)
    both = Actor(custodian.ref, leader.roles | custodian.roles, "beides", custodian.user_id)
    with pytest.raises(Refused) as refused:
        actions.decide_hand_over(ident=asked.ident, agreed=True, actor=both, now=now)
    assert refused.value.code == "own-request"
    made = actions.make_file(hand_over_id=asked.pk, actor=system("evidence"), now=now)
    assert made.stage == Stage.REQUESTED  # nothing is made before the second person agreed
    assert not building.path_of(asked).exists()
    actions.decide_hand_over(
        ident=asked.ident, agreed=False, why="zu viel zu sehen", actor=leader, now=now
    )
    with pytest.raises(Refused) as refused:
        actions.fetch_file(ident=asked.ident, actor=custodian, now=now)
    assert refused.value.code == "hand-over-step"


def _values(key: str) -> dict[str, Any]:
    known = wanted(key)
    return {name: getattr(known, name) for name in known.__slots__}


def test_with_witness_and_time_stamp_both_are_proved(
    recording: Recording, actor_for: Actors, now: datetime, settings: Any, tmp_path: Path
) -> None:
    people = {"custodian": actor_for(Role.CUSTODIAN), "leader": actor_for(Role.SHIFT_LEADER)}
    from streife.journal import actions as journal  # noqa: PLC0415

    with listening(tmp_path / "zeuge") as witness, tsa.listening(tmp_path / "tsa") as office:
        settings.JOURNAL_WITNESSES = [witness.setting]
        settings.JOURNAL_TSA_URL = office.url
        settings.JOURNAL_TSA_ROOTS = office.roots
        settings.JOURNAL_TSA_POLICY = tsa.POLICY
        journal.checkpoint(now=now)
        journal.stamp(now=now)
        given = handed(recording, tmp_path / "empfang", now=now, **people)
    status, said = verify(given.bag, given.trust)
    assert status == 0, said
    assert "OK      Zeugen haben bestätigt" in said
    assert "OK      Zeitstempel vom" in said
    # A second witness is demanded, or another authority is trusted: named and refused.
    assert "1 von mindestens 2 Zeugen" in verify(given.bag, given.trust, "--zeugen", "2")[1]
    stranger = tsa.set_up(tmp_path / "andere")
    trust = tmp_path / "fremd.txt"
    lines = given.trust.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("zeitstempel")]
    settings.JOURNAL_TSA_ROOTS = stranger.roots
    other = [line for line in trust_text().splitlines() if line.startswith("zeitstempel-wurzel")]
    trust.write_text("\n".join([*kept, *other]) + "\n")
    status, said = verify(given.bag, trust)
    assert status == 1
    assert "9  FEHLER  Zeitstempel: der Zeitstempel kommt von keiner Stelle" in said


def test_case_52_an_older_checkpoint_of_the_recipient_is_compared(
    recording: Recording, actor_for: Actors, now: datetime, tmp_path: Path
) -> None:
    people = {"custodian": actor_for(Role.CUSTODIAN), "leader": actor_for(Role.SHIFT_LEADER)}
    first = handed(recording, tmp_path / "eins", now=now, **people)
    second = handed(recording, tmp_path / "zwei", now=now + timedelta(minutes=1), **people)
    proofs = unpacked(first.bag, tmp_path / "offen") / "data" / "nachweise"
    old = sorted(proofs.iterdir())[0]
    status, said = verify(second.bag, second.trust, "--frueher", str(old))
    assert status == 0, said
    assert "seit Ihrem früheren Prüfpunkt nur gewachsen" in said
    # The other way round the bag says nothing about the newer one.
    newer = sorted((unpacked(second.bag, tmp_path / "auf") / "data" / "nachweise").iterdir())[0]
    status, said = verify(first.bag, first.trust, "--frueher", str(newer))
    assert status == 1
    assert "Beweis des Wachstums anfordern" in said


def test_a_damaged_recording_does_not_leave_the_house(
    recording: Recording, actor_for: Actors, now: datetime
) -> None:
    custodian, leader = actor_for(Role.CUSTODIAN), actor_for(Role.SHIFT_LEADER)
    identity = pyrage.x25519.Identity.generate()
    asked = actions.request_hand_over(
        ident=recording.ident, wanted=wanted(str(identity.to_public())), actor=custodian, now=now
    )
    (file,) = (building.folder().parent / "files").rglob("*.evf1")
    raw = bytearray(file.read_bytes())
    raw[1_500_000] ^= 1
    file.write_bytes(raw)
    actions.decide_hand_over(ident=asked.ident, agreed=True, actor=leader, now=now)
    done = HandOver.objects.get()
    assert (done.stage, done.trouble) == (Stage.FAILED, "damaged")
    assert list(building.folder().iterdir()) == []
    raw[1_500_000] ^= 1
    file.write_bytes(raw)
    actions.try_again(ident=asked.ident, actor=custodian, now=now)
    done = actions.make_file(hand_over_id=asked.pk, actor=system("evidence"), now=now)
    assert done.stage == Stage.READY
    assert actions.drop_files(recording_ident=recording.ident) == 1
    assert list(building.folder().iterdir()) == []


def test_case_55_the_bag_streams_whatever_its_size(
    recording: Recording, actor_for: Actors, now: datetime
) -> None:
    """Case 55: what lies in memory does not grow with the recording; the zip knows its sizes."""
    from streife.evidence.export.bag import Bag, Part  # noqa: PLC0415

    bag = Bag(
        folder="x",
        payload=[Part("data/original/x.mp4", lambda: (bytes(1 << 20) for _ in range(300)))],
        tags={},
        info={},
        moment=now,
        sign=lambda text: text + "\n— x eA==\n",
    )
    tracemalloc.start()
    try:
        largest = max(len(piece) for piece in bag.stream())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert largest < 2 << 20
    assert 1 << 20 < peak < 8 << 20, "what was sent is let go: 300 MiB went through"


def test_case_55_the_program_runs_without_network_on_every_python(
    given: Handed, tmp_path: Path
) -> None:
    status, said = verify(given.bag, given.trust)
    assert status == 0, said
    command = ["unshare", "--net", "--map-root-user", sys.executable]
    program = [*command, building.offline_verifier.__file__, str(given.bag)]
    done = subprocess.run([*program, "--vertrauen", str(given.trust)], capture_output=True)
    if b"unshare" in done.stderr:
        pytest.skip("this machine lets nobody make a network namespace")
    assert done.returncode == 0, done.stderr


def test_case_54_keys_come_from_elsewhere_and_the_bag_says_so(
    given: Handed, tmp_path: Path
) -> None:
    """Case 54: a file of keys inside the bag is not trusted, wherever it lies."""
    root = unpacked(given.bag, tmp_path / "offen")
    inside = root / "vertrauen.txt"
    inside.write_text(given.trust.read_text())
    status, said = verify(root, inside)
    assert status == 2
    assert "liegt in der Ausgabe selbst" in said
    status, said = verify(root, given.trust)
    assert status == 1
    assert "vertrauen.txt gehört nicht in eine Ausgabe" in said
    assert zipfile.ZipFile(given.bag).testzip() is None


def derived(
    original: Recording, now: datetime, *, released: bool = True, operator: str = "user:1"
) -> Recording:
    """A copy as redaction and cutting make it: stored, and signed with a key of its own."""
    content = os.urandom(4000)
    ident = identity.new_id(now)
    stored = store_file(
        arriving(content, docked_at=now, name=f"geschwaerzt-{ident}.mp4"), now, ident=ident
    )
    copy = Recording(
        ident=ident,
        state="ingested",
        kind="video",
        content_type="video/mp4",
        name=f"geschwaerzt-{ident}.mp4",
        sha256=stored.sealed.sha256,
        tree=stored.sealed.tree,
        size=stored.sealed.size,
        media={},
        path=stored.path,
        kid=stored.kid,
        header_sha256=stored.sealed.header_sha256,
        stored_size=stored.sealed.stored_size,
        started_at=original.started_at,
        ended_at=original.ended_at,
        docked_at=original.docked_at,
        ingested_at=now,
        delete_after=original.delete_after,
        derived_from=original,
        operation={"tool": "streife", "operator": operator},
        released_at=now if released else None,
    )
    keys.make_dock_key("schwaerzung")
    copy.manifest = keys.sign_as_dock("schwaerzung", manifest_of(copy, stored.sealed))
    copy.save()
    return copy


def test_a_redacted_copy_goes_out_with_both_chains_and_cannot_be_called_an_original(
    recording: Recording, actor_for: Actors, now: datetime, tmp_path: Path
) -> None:
    people = {"custodian": actor_for(Role.CUSTODIAN), "leader": actor_for(Role.SHIFT_LEADER)}
    hidden = derived(recording, now, released=False)
    with pytest.raises(Refused) as refused:
        handed(hidden, tmp_path / "nie", now=now, **people)
    assert refused.value.code == "not-released"
    copy = derived(recording, now)
    given = handed(copy, tmp_path / "empfang", now=now, **people)
    assert given.hand_over.decided_by is None  # released by two persons already
    status, said = verify(given.bag, given.trust)
    assert status == 0, said
    assert "(Kopie: geschwaerzt)" in said
    root = unpacked(given.bag, tmp_path / "offen")
    assert {path.stem for path in (root / "data" / "verwahrung").glob("*.jsonl")} == {
        copy.ident,
        recording.ident,
    }
    assert not (root / "data" / "original").exists()
    trust = given.trust.read_text()
    given.trust.write_text(
        "\n".join(line for line in trust.splitlines() if "dock/schwaerzung" not in line) + "\n"
    )
    assert " 3  FEHLER  Begleitschein" in verify(given.bag, given.trust)[1]


def test_what_is_sealed_or_nobodys_case_does_not_go_out_and_the_attempt_is_on_record(
    recording: Recording, actor_for: Actors, now: datetime, tmp_path: Path
) -> None:
    key = str(pyrage.x25519.Identity.generate().to_public())
    clerk = actor_for(Role.CASE_OFFICER)
    with pytest.raises(NotPermitted) as caught:
        actions.request_hand_over(ident=recording.ident, wanted=wanted(key), actor=clerk, now=now)
    assert caught.value.code == "no-case"
    denied = entries_of(f"recording:{recording.ident}").last()
    assert denied is not None
    assert (denied.act, denied.actor) == ("evidence.export_denied", clerk.ref)
    people = {"custodian": actor_for(Role.CUSTODIAN), "leader": actor_for(Role.SHIFT_LEADER)}
    given = handed(recording, tmp_path / "empfang", now=now, **people)
    Recording.objects.update(sealed_at=now)
    with pytest.raises(Refused) as refused:
        actions.fetch_file(ident=given.hand_over.ident, actor=people["custodian"], now=now)
    assert refused.value.code == "sealed"


def test_a_cut_copy_took_the_originals_place_and_needs_two_persons(
    recording: Recording, actor_for: Actors, now: datetime, tmp_path: Path
) -> None:
    people = {"custodian": actor_for(Role.CUSTODIAN), "leader": actor_for(Role.SHIFT_LEADER)}
    copy = derived(recording, now, released=False, operator="request:7")
    given = handed(copy, tmp_path / "empfang", now=now, **people)
    found = HandOver.objects.get()
    assert found.decided_by_id == people["leader"].user_id
    status, said = verify(given.bag, given.trust)
    assert status == 0, said
    assert "(Kopie: geschnitten)" in said


def test_the_name_of_who_asked_for_themselves_goes_and_what_got_stuck_is_made(
    recording: Recording, actor_for: Actors, now: datetime, tmp_path: Path
) -> None:
    people = {"custodian": actor_for(Role.CUSTODIAN), "leader": actor_for(Role.SHIFT_LEADER)}
    copy = derived(recording, now)
    key = str(pyrage.x25519.Identity.generate().to_public())
    asked = actions.request_hand_over(
        ident=copy.ident,
        wanted=wanted(key, purpose="subject"),
        actor=people["custodian"],
        now=now,
    )
    vault = system("evidence")
    assert actions.tidy_hand_overs(actor=vault, now=now) == actions.Tidied(0, 0)
    HandOver.objects.update(stage=Stage.APPROVED)  # as if the machine had died on the way
    building.path_of(asked).unlink()
    later = now + timedelta(hours=3)
    assert actions.tidy_hand_overs(actor=vault, now=later) == actions.Tidied(0, 1)
    assert building.path_of(asked).is_file()
    late = now + timedelta(days=366)
    assert actions.tidy_hand_overs(actor=vault, now=late).erased == 1
    found = HandOver.objects.get()
    assert (found.recipient, found.recipient_key) == ("(gelöscht)", "")
    assert actions.tidy_hand_overs(actor=vault, now=late).erased == 0
    last = entries_of(f"recording:{copy.ident}").last()
    assert last is not None
    assert last.act == "evidence.export_name_erased"
