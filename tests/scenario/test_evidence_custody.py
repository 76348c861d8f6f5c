"""Whoever looks at footage leaves a line before the first byte; whoever may not, leaves one too.

Cases 34 to 36 and 45 of the evidence vault."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLPattern

from streife.accounts.models import Grant
from streife.accounts.queries import actor_of
from streife.accounts.rules import Actor
from streife.evidence import actions, queries, stores, urls
from streife.evidence.envelope import CHUNK
from streife.evidence.models import Dock, Recording, VaultTask, Viewing
from streife.journal.actions import record
from streife.journal.models import Entry
from streife.journal.queries import entries_of
from streife.kernel.errors import NotFound, NotPermitted, Refused
from tests.committed import empty_journal
from tests.factories import user_with
from tests.vaulting import make_dock, take_in, vault_files, wearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
CONTENT = os.urandom(4 * CHUNK + 333)
WHY = {"purpose": "review", "reason": "Wird die Aufnahme gebraucht?"}


@pytest.fixture
def recording(dock: Dock, now: datetime) -> Recording:
    """Return footage that the officer 4711 made an hour ago."""
    wearer("4711", username="officer")
    return take_in(
        CONTENT, dock=dock, now=now, ended_at=now - timedelta(hours=1), said={"wearer": "4711"}
    )


def acts(recording: Recording) -> list[str]:
    return [entry.act for entry in entries_of(f"recording:{recording.ident}")]


def ask(client: Client, recording: Recording, **said: str) -> Any:
    return client.post(f"/beweismittel/aufnahme/{recording.ident}/ansehen/", {**WHY, **said})


def bytes_of(answer: Any) -> bytes:
    return b"".join(_drain(answer))


def _drain(answer: Any) -> list[bytes]:
    content = answer.streaming_content
    if hasattr(content, "__aiter__"):
        from asgiref.sync import async_to_sync  # noqa: PLC0415

        async def collect() -> list[bytes]:
            return [piece async for piece in content]

        return async_to_sync(collect)()
    return list(content)


def test_a_shift_leader_looks_and_the_record_has_it_before_the_first_byte(
    recording: Recording, client_for: Callable[[str], Client]
) -> None:
    client = client_for("shift_leader")
    answer = ask(client, recording)
    told = answer.json()
    assert answer.status_code == 200
    assert acts(recording) == ["evidence.ingested", "evidence.viewed"]
    assert told["watermark"]["recording"] == recording.ident
    assert told["watermark"]["viewer"] == "Test shift_leader"
    whole = client.get(told["url"])
    assert (whole.status_code, whole["Content-Type"]) == (200, "video/mp4")
    assert whole["Cache-Control"] == "private, no-store"
    assert bytes_of(whole) == CONTENT


def test_case_45_ranges_are_exact_and_recorded_once_a_playback(
    recording: Recording, client_for: Callable[[str], Client]
) -> None:
    client = client_for("shift_leader")
    address = ask(client, recording).json()["url"]
    for start, end in (
        (0, 1),
        (CHUNK - 1, CHUNK + 1),
        (2 * CHUNK, 4 * CHUNK),
        (len(CONTENT) - 1,) * 2,
    ):
        end = max(end, start + 1)
        part = client.get(address, headers={"Range": f"bytes={start}-{end - 1}"})
        assert part.status_code == 206
        assert part["Content-Range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"
        assert part["Content-Length"] == str(end - start)
        assert bytes_of(part) == CONTENT[start:end]
    beyond = client.get(address, headers={"Range": f"bytes={len(CONTENT)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")
    assert client.head(address)["Content-Length"] == str(len(CONTENT))
    assert acts(recording).count("evidence.viewed") == 1


def test_case_45_view_without_reason_or_purpose_is_refused_and_recorded(
    recording: Recording, client_for: Callable[[str], Client]
) -> None:
    client = client_for("shift_leader")
    for said in ({"reason": ""}, {"reason": "weil"}, {"purpose": "neugier"}):
        assert ask(client, recording, **said).status_code == 409
    assert acts(recording)[1:] == ["evidence.view_denied"] * 3
    assert not Viewing.objects.exists()


def test_case_45_wearers_see_their_own_and_never_a_colleagues(
    recording: Recording, now: datetime
) -> None:
    _, own = wearer("4711", username="officer")
    _, colleague = wearer("4712")
    viewing = actions.begin_viewing(ident=recording.ident, actor=own, now=now, **WHY)
    with pytest.raises(NotFound):
        actions.begin_viewing(ident=recording.ident, actor=colleague, now=now, **WHY)
    assert list(queries.visible_to(colleague)) == []
    with pytest.raises(NotFound):
        queries.recording_for(colleague, recording.ident)
    # Nor through somebody else's playback.
    with pytest.raises(NotFound):
        actions.open_viewing(token=viewing.token, actor=colleague, now=now)
    assert acts(recording)[1:] == [
        "evidence.viewed",
        "evidence.view_denied",
        "evidence.view_denied",
    ]


@pytest.mark.parametrize(
    "role", ["desk", "dispatcher", "dpo", "head", "admin", "partner", "public"]
)
def test_case_45_nobody_else_sees_any_content(
    recording: Recording, now: datetime, role: str, actor_for: Callable[[str], Actor]
) -> None:
    with pytest.raises((NotFound, NotPermitted)):
        actions.begin_viewing(ident=recording.ident, actor=actor_for(role), now=now, **WHY)
    assert acts(recording)[-1] == "evidence.view_denied"


def test_a_case_officer_sees_what_belongs_to_a_case_and_nothing_else(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    officer = actor_for("case_officer")
    with pytest.raises(NotPermitted) as caught:
        actions.begin_viewing(ident=recording.ident, actor=officer, now=now, **WHY)
    assert caught.value.code == "no-case"
    hold = actions.request_hold(
        ident=recording.ident,
        reason="owi",
        reference="32/4-117/26",
        review_on=now.date() + timedelta(days=30),
        actor=officer,
        now=now,
    )
    actions.confirm_hold(hold_id=hold.pk, actor=actor_for("shift_leader"), now=now)
    assert actions.begin_viewing(ident=recording.ident, actor=officer, now=now, **WHY)


def test_case_45_a_revoked_role_with_an_open_session_reads_no_further_byte(
    recording: Recording, client_for: Callable[[str], Client], now: datetime
) -> None:
    client = client_for("shift_leader")
    address = ask(client, recording).json()["url"]
    assert client.get(address).status_code == 200
    Grant.objects.filter(user=user_with("shift_leader")).delete()
    Grant.objects.filter(user__username="shift_leader").update(valid_to=now)
    answer = client.get(address)
    assert answer.status_code == 403
    assert acts(recording)[-1] == "evidence.view_denied"


def test_case_45_a_playback_ends_after_two_hours(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    leader = actor_for("shift_leader")
    viewing = actions.begin_viewing(ident=recording.ident, actor=leader, now=now, **WHY)
    with pytest.raises(Refused) as caught:
        actions.open_viewing(token=viewing.token, actor=leader, now=now + timedelta(hours=2))
    assert caught.value.code == "viewing-over"


def test_case_45_all_ids_that_are_none_answer_alike(
    recording: Recording, client_for: Callable[[str], Client]
) -> None:
    client = client_for("officer")
    other = client_for("dispatcher")
    unknown = "01JDX4Q7M0000000000000000A"
    answers = [
        other.post(f"/beweismittel/aufnahme/{ident}/ansehen/", WHY)
        for ident in (recording.ident, unknown, "1", "%00", "x" * 300)
    ]
    assert {answer.status_code for answer in answers} <= {404, 400}
    assert client.get(f"/beweismittel/wiedergabe/{unknown}/").status_code == 404


def test_case_45_nobody_approves_their_own_request(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    leader, head = actor_for("shift_leader"), actor_for("head")
    hold = actions.request_hold(
        ident=recording.ident,
        reason="crime",
        reference="501 Js 1/26",
        review_on=now.date() + timedelta(days=90),
        actor=leader,
        now=now,
    )
    with pytest.raises(Refused) as caught:
        actions.confirm_hold(hold_id=hold.pk, actor=leader, now=now)
    assert caught.value.code == "own-request"
    assert (
        actions.confirm_hold(hold_id=hold.pk, actor=head, now=now).confirmed_by_id == head.user_id
    )
    with pytest.raises(Refused) as caught:
        actions.release_hold(hold_id=hold.pk, actor=leader, now=now)
    assert caught.value.code == "own-request"


def test_case_45_whoever_has_database_and_files_has_no_picture(recording: Recording) -> None:
    everything = b"".join(path.read_bytes() for path in vault_files())
    for start in range(0, len(CONTENT) - 64, CHUNK // 2):
        assert CONTENT[start : start + 64] not in everything


def _damage(recording: Recording, at: int) -> None:
    path = stores.store().root / recording.path  # type: ignore[attr-defined]
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def test_case_45_whoever_reads_the_record_cannot_rank_staff(
    recording: Recording, client_for: Callable[[str], Client]
) -> None:
    """Looking up what one person did takes the data protection officer, and a reason."""
    _, own = wearer("4711", username="officer")
    head = client_for("head")
    assert head.get(f"/protokoll/?actor={own.ref}").status_code == 422
    asked = {"actor": own.ref, "reason": "data-subject-request"}
    assert head.get("/protokoll/", asked).status_code == 403
    assert head.get("/protokoll/").status_code == 200


def test_damaged_footage_is_an_error_and_a_task_never_a_short_film(
    recording: Recording, client_for: Callable[[str], Client]
) -> None:
    client = client_for("shift_leader")
    address = ask(client, recording).json()["url"]
    _damage(recording, 500)
    answer = client.get(address)
    assert answer.status_code == 500
    assert acts(recording)[-1] == "evidence.damage_found"
    assert VaultTask.objects.get().kind == "damaged"


def test_case_07_damage_in_the_middle_breaks_the_answer_off_aloud(
    recording: Recording, client_for: Callable[[str], Client]
) -> None:
    client = client_for("shift_leader")
    address = ask(client, recording).json()["url"]
    _damage(recording, 2 * CHUNK + 5000)
    answer = client.get(address)
    with pytest.raises(ValueError, match="chunk 2"):
        bytes_of(answer)
    assert acts(recording)[-1] == "evidence.damage_found"


# Completeness --------------------------------------------------------------------------------


@pytest.fixture
def committing(transactional_db: None) -> Any:
    """Real commits, so that the journal can really be broken; cleaned up afterwards."""
    yield
    _mend_journal()
    empty_journal()


def _break_journal() -> None:
    """Let every write to the journal fail as on a full disk, by a trigger."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER full_disk BEFORE INSERT ON journal_entry "
                "FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
        else:
            cursor.execute(
                "CREATE TRIGGER full_disk BEFORE INSERT ON journal_entry "
                "BEGIN SELECT RAISE(FAIL, 'disk full'); END"
            )


def _mend_journal() -> None:
    with connection.cursor() as cursor:
        where = " ON journal_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER IF EXISTS full_disk{where}")


def test_case_34_no_address_of_the_vault_answers_while_nothing_can_be_recorded(
    committing: None, client_for: Callable[[str], Client], now: datetime
) -> None:
    """The table of addresses is walked: what changes or shows evidence must refuse."""
    dock = make_dock(now)
    wearer("4711", username="officer")
    recording = take_in(CONTENT, dock=dock, now=now, said={"wearer": "4711"})
    client = client_for("shift_leader")
    client.raise_request_exception = False
    address = ask(client, recording).json()["url"]
    before = Recording.objects.values().get(), Viewing.objects.count()
    _break_journal()
    examples = {
        "ident": recording.ident,
        "token": "unknown",
        "hold_id": "1",
        "request_id": "1",
        "task_id": "1",
        "redaction_id": "1",
    }
    walked = 0
    for entry in urls.urlpatterns:
        assert isinstance(entry, URLPattern)
        path = str(entry.pattern)
        for converter in ("str", "int", "slug"):
            for name, value in examples.items():
                path = path.replace(f"<{converter}:{name}>", value)
        if "<" in path:
            path = path.replace("<", "").replace(">", "").replace("int:", "").replace("str:", "")
        for method in (client.get, client.post):
            answer = method(f"/beweismittel/{path}", {**WHY, "granted": "1"})
            content = b"" if answer.streaming else answer.content
            assert CONTENT[:64] not in content, path
            walked += 1
    assert walked >= 14
    assert ask(client, recording).status_code == 500
    assert (Recording.objects.values().get(), Viewing.objects.count()) == before
    # A look that was recorded before goes on; it is in the record already.
    assert client.get(address).status_code == 200
    with pytest.raises(Exception, match="disk full"):
        take_in(b"new", dock=dock, now=now)
    assert len(list(stores.store().listing())) == 1


def test_case_36_vault_full_or_record_rolled_back_closes_the_vault_while_dispatch_goes_on(
    committing: None, client_for: Callable[[str], Client], now: datetime, settings: Any
) -> None:
    dock = make_dock(now)
    wearer("4711", username="officer")
    recording = take_in(CONTENT, dock=dock, now=now, said={"wearer": "4711"})
    client = client_for("shift_leader")
    assert ask(client, recording).status_code == 200
    settings.EVIDENCE_RESERVE_BYTES = 1 << 60
    assert ask(client, recording).status_code == 507
    settings.EVIDENCE_RESERVE_BYTES = 0
    # Somebody puts the database back to before the last signed head.
    (head,) = (Path(settings.VAR_DIR) / "journal").glob("*.checkpoint")
    head.write_text(head.read_text().replace("\n", "\n9", 1))
    refused = ask(client, recording)
    assert refused.status_code == 409
    with transaction.atomic():
        record(act="dispatch.status_set", subject="unit:1", actor="user:1", now=now)
    assert Entry.objects.filter(act="dispatch.status_set").exists()
    assert client_for("dispatcher").get("/leitstelle/").status_code == 200


def test_case_34_sql_cannot_take_a_line_back(recording: Recording) -> None:
    lines = Entry.objects.filter(subject=f"recording:{recording.ident}")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        lines.update(actor="user:999")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        lines._raw_delete(lines.db)


def test_the_chain_of_custody_is_read_in_order_and_names_its_reader(
    recording: Recording, client_for: Callable[[str], Client]
) -> None:
    client = client_for("dpo")
    answer = client.get(f"/beweismittel/aufnahme/{recording.ident}/kette.json").json()
    assert [entry["act"] for entry in answer["entries"]] == [
        "evidence.ingested",
        "evidence.custody_read",
    ]
    assert (
        client_for("dispatcher")
        .get(f"/beweismittel/aufnahme/{recording.ident}/kette.json")
        .status_code
        == 404
    )


def test_a_seized_thing_goes_from_hand_to_hand_and_every_step_has_a_person(
    recording: Recording, now: datetime, dock: Dock, actor_for: Callable[[str], Actor]
) -> None:
    officer = actor_of(user_with("officer"))
    keeper = actor_for("custodian")
    item = actions.take_item(
        label="Springmesser, schwarz",
        where="Nordmarkt, Bank am Brunnen",
        taken_at=now - timedelta(hours=2),
        actor=officer,
        now=now,
    )
    with pytest.raises(Refused):
        actions.move_item(ident=item.ident, step="destroyed", actor=keeper, now=now)
    for step, said in (
        ("stored", {"place": "Fach 12"}),
        ("handed", {"party": "Polizei, Wache Nord"}),
        ("back", {}),
    ):
        actions.move_item(ident=item.ident, step=step, actor=keeper, now=now, **said)
    with pytest.raises(Refused) as caught:
        actions.move_item(ident=item.ident, step="destroyed", actor=keeper, now=now)
    assert caught.value.code == "second-person-needed"
    asked = actions.ask_destruction(ident=item.ident, why="leer, ohne Wert", actor=keeper, now=now)
    actions.decide_destruction(request_id=asked.pk, granted=True, actor=actor_for("head"), now=now)
    steps = [event.step for event in queries.steps_of(queries.item_for(keeper, item.ident))]
    assert steps == ["taken", "stored", "handed", "back", "destroyed"]
    acts = [entry.act for entry in entries_of(f"item:{item.ident}")]
    assert acts.count("evidence.item_moved") == 5
    assert acts[-3:] == [
        "evidence.destruction_requested",
        "evidence.destruction_decided",
        "evidence.item_moved",
    ]
    with pytest.raises(Refused):
        actions.move_item(ident=item.ident, step="stored", actor=keeper, now=now, place="x")
