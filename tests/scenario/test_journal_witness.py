"""Another office confirms the record: what only a witness can notice, it notices and names."""

import base64
import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import CommandError, call_command

from streife.journal import actions, keeping, outside, queries
from streife.journal.models import Asked, Checkpoint, Cosignature
from streife.journal.rules import DefectKind
from streife.journal.tlog.checkpoint import TreeHead, check_proof, write_proof
from streife.journal.tlog.cosignature import Cosigner, cosignatures_of
from streife.journal.tlog.witness import Request
from streife.journal.witness import KEY, Setup, Witness, set_up, trust
from streife.journal.witness.__main__ import main
from streife.kernel import clock
from tests.journal_making import attack, audit, kinds, write
from tests.programs import need
from tests.witnessing import Running, cut, listening, rewrite, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ROOT = Path(__file__).resolve().parents[2]
YEAR = 2026


@pytest.fixture
def witness(settings: Any, tmp_path: Path) -> Iterator[Running]:
    """A witness that listens and is set."""
    with listening(tmp_path / "zeuge") as running:
        settings.JOURNAL_WITNESSES = [running.setting]
        yield running


def grow(count: int, now: datetime) -> Checkpoint:
    """Write, sign, and return the new head."""
    write(count, now=now)
    sign(now)
    head = queries.checkpoints(YEAR).first()
    assert head is not None
    return head


def post(url: str, body: str) -> tuple[int, str, str]:
    """Return status, kind and text of an answer."""
    reply = outside.post(f"{url}add-checkpoint", body.encode(), kind="text/plain")
    return reply.status, reply.kind, reply.body.decode()


def get(url: str, path: str = "/") -> tuple[int, str]:
    """Return status and text of a page of the witness."""
    connection = HTTPConnection(url.split("/")[2], timeout=10)
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_every_new_head_is_confirmed_and_the_proof_carries_it(
    witness: Running, now: datetime
) -> None:
    for size in (3, 300, 1):
        grow(size, now)
        (asked,) = actions.ask_witnesses(now=now)
        assert asked.outcome == "signed"
    assert actions.ask_witnesses(now=now) == []  # nothing new, nobody is asked
    assert audit(now).sound
    proof = queries.prove(YEAR, 7)
    note = queries.cosigned_note(proof.checkpoint)
    (signed,) = cosignatures_of(note, [witness.witness.cosigner])
    assert abs(signed.time - clock.now().timestamp()) < 60
    origin = keeping.origin_of(YEAR)
    text = write_proof(index=7, proof=proof.siblings, checkpoint=note)
    leaf = bytes(proof.entry.leaf_hash)
    verifier = keeping.verifier_for(origin)
    assert check_proof(text, leaf_hash=leaf, verifier=verifier, origin=origin) == 7


def test_case_56_openssl_confirms_what_the_witness_signed(
    witness: Running, now: datetime, tmp_path: Path
) -> None:
    head = grow(5, now)
    actions.ask_witnesses(now=now)
    row = Cosignature.objects.get()
    (signed,) = cosignatures_of(head.note + row.line, [witness.witness.cosigner])
    raw = base64.b64decode(row.line.split()[-1])
    text = head.note.partition("\n\n")[0] + "\n"
    (tmp_path / "message").write_text(f"cosignature/v1\ntime {signed.time}\n{text}")
    (tmp_path / "signature").write_bytes(raw[12:])
    public = Ed25519PublicKey.from_public_bytes(witness.witness.cosigner.public_key)
    (tmp_path / "key.pem").write_bytes(
        public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    need("openssl", "openssl")
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    done = subprocess.run(
        [*command, "-in", "message", "-sigfile", "signature"], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_case_20_a_history_rewritten_and_signed_with_the_log_key_is_caught_by_the_witness_only(
    witness: Running, now: datetime
) -> None:
    grow(10, now)
    actions.ask_witnesses(now=now)
    rewrite("UPDATE journal_entry SET actor = 'user:2' WHERE number = %s", [4], now=now)
    assert kinds(audit(now)) == set()  # everything fits: the operator has key, database and files
    grow(3, now + timedelta(minutes=20))
    (asked,) = actions.ask_witnesses(now=now)
    assert asked.outcome == "split"
    found = audit(now)
    assert kinds(found) == {DefectKind.SPLIT_VIEW}
    assert "hat ein anderes Protokoll gesehen" in str(found.defects)
    assert "10 Einträge" in str(found.defects)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM journal_entry WHERE number = 9",
        "UPDATE journal_entry SET act = 'incidents.opened' WHERE number = 0",
        "UPDATE journal_entry SET subject = 'incident:99' WHERE number = 5",
    ],
    ids=["deleted", "act", "subject"],
)
def test_case_20_whatever_the_operator_changes_the_witness_refuses(
    change: str, witness: Running, now: datetime
) -> None:
    grow(10, now)
    actions.ask_witnesses(now=now)
    if change.startswith("DELETE"):
        attack(
            "journal_body",
            "DELETE FROM journal_body WHERE entry_id IN (SELECT id FROM "
            "journal_entry WHERE number = 9)",
        )
    rewrite(change, [], now=now)
    grow(4, now + timedelta(minutes=20))
    assert [asked.outcome for asked in actions.ask_witnesses(now=now)] == ["split"]


def test_case_21_two_heads_of_one_size_are_a_split_view(witness: Running, now: datetime) -> None:
    grow(10, now)
    actions.ask_witnesses(now=now)
    rewrite("UPDATE journal_entry SET actor = 'user:2' WHERE number = %s", [4], now=now)
    (asked,) = actions.ask_witnesses(now=now)
    assert asked.outcome == "split"
    assert kinds(audit(now)) == {DefectKind.SPLIT_VIEW}
    assert [row[2] for row in witness.witness.refusals()] == [409]  # kept there as evidence
    with pytest.raises(CommandError, match="Ein Zeuge widerspricht"):
        call_command("journal", "witness")


def test_case_21_one_of_two_witnesses_who_disagrees_is_enough_for_an_alarm(
    witness: Running, settings: Any, tmp_path: Path, now: datetime
) -> None:
    """The operator shows the second one nothing but the history that was rewritten."""
    grow(10, now)
    actions.ask_witnesses(now=now)
    rewrite("UPDATE journal_entry SET actor = 'user:2' WHERE number = %s", [4], now=now)
    with listening(tmp_path / "nachbar", name="nachbar.example.org/zeuge") as other:
        for order in ([witness, other], [other, witness]):
            settings.JOURNAL_WITNESSES = [one.setting for one in order]
            grow(1, now + timedelta(minutes=10))
            told = {one.witness: one.outcome for one in actions.ask_witnesses(now=now)}
            assert told == {
                "revision.example.org/zeuge": "split",
                "nachbar.example.org/zeuge": "signed",
            }
            found = audit(now)
            assert kinds(found) == {DefectKind.SPLIT_VIEW}
            assert "revision.example.org/zeuge" in str(found.defects)
            assert "nachbar" not in str(found.defects)


def test_case_22_a_machine_put_back_to_yesterday_is_behind_its_witness(
    witness: Running, now: datetime
) -> None:
    grow(6, now)
    actions.ask_witnesses(now=now)
    grow(6, now + timedelta(minutes=10))
    actions.ask_witnesses(now=now)
    cut(8)  # entries, heads, and the file beside the key: a snapshot of the whole machine
    sign(now)
    assert kinds(audit(now)) == set()  # nothing here can know
    (asked,) = actions.ask_witnesses(now=now)
    assert (asked.outcome, asked.size) == ("ahead", 12)
    found = audit(now)
    assert kinds(found) == {DefectKind.WITNESS_AHEAD}
    assert "schon 12 Einträge bestätigt" in str(found.defects)
    assert "zurückgesetzt" in str(found.defects)


def test_case_23_a_fork_that_caught_up_is_still_a_fork(witness: Running, now: datetime) -> None:
    grow(12, now)
    actions.ask_witnesses(now=now)
    cut(8)
    write(20, now=now + timedelta(minutes=30))
    sign(now)
    (asked,) = actions.ask_witnesses(now=now)
    assert asked.outcome == "split"
    assert [row[2] for row in witness.witness.refusals()] == [422]
    assert kinds(audit(now)) == {DefectKind.SPLIT_VIEW}


def test_case_24_an_hour_of_entries_without_a_head_is_an_alarm(now: datetime) -> None:
    grow(3, now)
    write(2, now=now + timedelta(minutes=5))
    assert audit(now + timedelta(minutes=59)).sound
    found = audit(now + timedelta(minutes=67))
    assert kinds(found) == {DefectKind.FROZEN}
    assert "Läuft der Zeitplan?" in str(found.defects)
    sign(now + timedelta(minutes=68))
    assert audit(now + timedelta(minutes=68)).sound
    # A quiet night is no alarm: everything there is stands under a head.
    assert audit(now + timedelta(hours=12)).sound


def test_case_24_a_witness_that_confirms_nothing_for_an_hour_is_an_alarm(
    settings: Any, tmp_path: Path, now: datetime
) -> None:
    with listening(tmp_path / "zeuge") as running:
        settings.JOURNAL_WITNESSES = [running.setting]
        grow(3, now)
        actions.ask_witnesses(now=now)
    grow(2, now + timedelta(minutes=5))
    (asked,) = actions.ask_witnesses(now=now + timedelta(minutes=6))  # nobody listens any more
    assert asked.outcome == "unanswered"
    assert audit(now + timedelta(minutes=30)).sound
    found = audit(now + timedelta(minutes=67))
    assert kinds(found) == {DefectKind.UNWITNESSED}
    assert "revision.example.org/zeuge hat seit" in str(found.defects)
    with listening(tmp_path / "zeuge") as running:  # back, with the state it had
        settings.JOURNAL_WITNESSES = [running.setting]
        assert actions.ask_witnesses(now=now)[0].outcome == "signed"
    assert audit(now + timedelta(minutes=67)).sound


def test_case_27_a_clock_put_back_does_not_put_the_witness_back(
    witness: Running, now: datetime
) -> None:
    first, second = grow(3, now), None
    late = witness.witness.add_checkpoint(
        Request(0, [], first.note).to_text(), moment=now + timedelta(days=2)
    )
    second = grow(3, now - timedelta(days=3))
    proof = queries.prove_growth(YEAR, 3, 6)
    early = witness.witness.add_checkpoint(
        Request(3, proof, second.note).to_text(), moment=now - timedelta(days=30)
    )
    times = [
        cosignatures_of(note + line, [witness.witness.cosigner])[0].time
        for note, line in ((first.note, late), (second.note, early))
    ]
    assert times[0] == times[1] == int((now + timedelta(days=2)).timestamp())
    assert audit(now).sound  # the record itself follows numbers, not clocks


def test_case_30_the_witness_speaks_the_protocol(witness: Running, now: datetime) -> None:
    small = grow(4, now)
    assert post(witness.url, Request(0, [], small.note).to_text())[0] == 200
    large = grow(9, now + timedelta(minutes=10))
    proof = queries.prove_growth(YEAR, 4, 13)
    assert post(witness.url, Request(0, [], large.note).to_text()) == (
        409,
        "text/x.tlog.size",
        "4\n",
    )
    wrong = [proof[0][::-1], *proof[1:]]
    assert post(witness.url, Request(4, wrong, large.note).to_text())[0] == 422
    assert post(witness.url, Request(4, proof[:-1], large.note).to_text())[0] == 422
    assert post(witness.url, Request(4, proof, large.note).to_text())[0] == 200
    # Smaller than what it holds: as a stale size, and claimed to be the size it holds.
    assert post(witness.url, Request(4, [], small.note).to_text())[:2] == (409, "text/x.tlog.size")
    assert post(witness.url, Request(13, [], small.note).to_text())[0] == 400
    # The same again is no harm and gives a fresh time.
    assert post(witness.url, Request(13, [], large.note).to_text())[0] == 200
    assert post(witness.url, Request(13, proof, large.note).to_text())[0] == 422


@pytest.mark.parametrize(
    "body",
    [
        "",
        "old 0\n",
        "old 00\n\n{note}",
        "old -1\n\n{note}",
        "old 0\nkein Base64\n\n{note}",
        "old 0\nAAAA\n\n{note}",
        "old 0\r\n\n{note}",
        "old 0\n" + "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n" * 64 + "\n{note}",
        "old 0\n\nkein Prüfpunkt\n",
    ],
)
def test_case_30_what_is_no_request_is_refused(body: str, witness: Running, now: datetime) -> None:
    note = grow(2, now).note
    assert post(witness.url, body.replace("{note}", note))[0] == 400
    assert witness.witness.heads() == []


def test_case_30_strangers_and_forgers_get_no_signature(witness: Running, now: datetime) -> None:
    note = grow(2, now).note
    other = note.replace("localhost:8000/protokoll/2026", "anderswo.example/protokoll/2026")
    assert post(witness.url, Request(0, [], other).to_text())[0] == 404
    forged = note.replace("\n2\n", "\n3\n")
    assert post(witness.url, Request(0, [], forged).to_text())[0] == 403
    assert post(witness.url, "old 0\n\n" + note + "x" * 70_000)[0] == 400
    assert witness.witness.heads() == []


def test_case_30_the_state_survives_a_crash_and_the_command_runs_by_itself(
    settings: Any, tmp_path: Path, now: datetime
) -> None:
    """The real program in its own process, killed without warning right after it answered."""
    folder = tmp_path / "amt"
    run = [sys.executable, "-m", "streife.journal.witness"]
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}
    key = subprocess.run(
        [*run, "init", str(folder), "revision.example.org/zeuge"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    ours = keeping.verifier_for(keeping.base_origin()).to_text()
    subprocess.run(
        [*run, "trust", str(folder), ours], env=environment, check=True, stdout=subprocess.DEVNULL
    )

    def start() -> tuple["subprocess.Popen[str]", str]:
        process = subprocess.Popen(
            [*run, "serve", str(folder), "--port", "0"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        return process, process.stdout.readline().split()[-1]

    process, url = start()
    try:
        settings.JOURNAL_WITNESSES = [f"{url} {key}"]
        grow(5, now)
        assert actions.ask_witnesses(now=now)[0].outcome == "signed"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
    assert [(row[0], row[1]) for row in Witness(folder).heads()] == [(keeping.origin_of(YEAR), 5)]
    process, url = start()
    try:
        settings.JOURNAL_WITNESSES = [f"{url} {key}"]
        head = grow(5, now + timedelta(minutes=10))
        assert post(url, Request(0, [], head.note).to_text())[2] == "5\n"
        assert actions.ask_witnesses(now=now)[0].outcome == "signed"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600


def test_case_30_two_requests_at_once_never_put_the_witness_back(
    witness: Running, now: datetime
) -> None:
    """The race of the specification: whoever is checked first and written last must not win."""
    heads = [grow(1, now + timedelta(minutes=step)) for step in range(6)]
    assert post(witness.url, Request(0, [], heads[0].note).to_text())[0] == 200
    bodies = [
        Request(1, queries.prove_growth(YEAR, 1, head.size), head.note).to_text()
        for head in heads[1:]
    ]
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda body=body: answers.append(post(witness.url, body)[0]))
        for body in bodies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409, 409, 409, 409]


def test_what_the_witness_holds_can_be_read_and_compared(witness: Running, now: datetime) -> None:
    head = grow(4, now)
    actions.ask_witnesses(now=now)
    text = get(witness.url)[1]
    assert "localhost:8000/protokoll/2026: 4 Einträge bestätigt am" in text
    name = hashlib.sha256(keeping.origin_of(YEAR).encode()).hexdigest()
    note = get(witness.url, f"/head/{name}")[1]
    assert note == queries.cosigned_note(head)
    assert TreeHead.from_text(note.partition("\n\n")[0] + "\n").size == 4
    assert get(witness.url, f"/head/{'0' * 64}")[0] == 404


def test_a_confirmation_that_was_touched_is_named(witness: Running, now: datetime) -> None:
    grow(4, now)
    actions.ask_witnesses(now=now)
    line = Cosignature.objects.get().line
    attack(
        "journal_cosignature", "UPDATE journal_cosignature SET line = %s", [line[:-8] + "AAAA==\n"]
    )
    assert kinds(audit(now)) == {DefectKind.WITNESS_FORGED}


def test_an_answer_of_a_stranger_in_between_counts_as_none(
    witness: Running, settings: Any, tmp_path: Path, now: datetime
) -> None:
    """The address leads to somebody else's witness: its signature is not the one we trust."""
    other = set_up(tmp_path / "andere", "revision.example.org/zeuge")
    settings.JOURNAL_WITNESSES = [f"{witness.url} {other.cosigner.to_text()}"]
    grow(4, now)
    assert actions.ask_witnesses(now=now)[0].outcome == "unanswered"
    assert not Cosignature.objects.exists()
    assert Asked.objects.get().since == now


def test_setting_up_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(tmp_path / "leer")]) == 1
    assert "Bitte zuerst „init“ aufrufen" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "zeuge"), "mit Leerzeichen"]) == 1
    assert main(["init", str(tmp_path / "zeuge"), "amt.example/zeuge"]) == 0
    assert Cosigner.from_text(capsys.readouterr().out.strip()).name == "amt.example/zeuge"
    assert main(["init", str(tmp_path / "zeuge"), "amt.example/zeuge"]) == 1
    assert main(["trust", str(tmp_path / "zeuge"), "kein Schlüssel"]) == 1
    assert main(["show", str(tmp_path / "zeuge")]) == 0
    with pytest.raises(Setup):
        trust(tmp_path / "zeuge", "x+y+z")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://zeuge.example/", "http://127.0.0.1:9/"]
)
def test_an_address_that_is_no_witness_is_no_answer(url: str) -> None:
    with pytest.raises(outside.Unanswered):
        outside.post(url, b"", kind="text/plain")
