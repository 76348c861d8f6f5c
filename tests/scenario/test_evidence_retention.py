"""Two weeks, holds, early deletion, and what is left afterwards: nothing.

Cases 35 and 37 to 44 of the evidence vault."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from streife.accounts.rules import Actor
from streife.evidence import actions, keys, queries, rules, stores
from streife.evidence.contents import open_content
from streife.evidence.envelope import CHUNK
from streife.evidence.models import Deletion, DeletionPause, Dock, Recording, VaultTask
from streife.journal.queries import entries_of
from streife.kernel.errors import NotPermitted, Refused
from tests.vaulting import VAULT, movie, take_in, vault_files, wearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def recording(dock: Dock, now: datetime) -> Recording:
    """Return footage that ended this very moment."""
    wearer("4711", username="officer")
    return take_in(os.urandom(2 * CHUNK), dock=dock, now=now, ended_at=now, said={"wearer": "4711"})


def state(recording: Recording) -> str:
    recording.refresh_from_db()
    return recording.state


def acts(recording: Recording) -> list[str]:
    return [entry.act for entry in entries_of(f"recording:{recording.ident}")]


def hold(recording: Recording, actor: Actor, now: datetime, **said: Any) -> Any:
    told = {"reason": "owi", "reference": "32/4-117/26", "review_on": now.date() + 30 * DAY, **said}
    return actions.request_hold(ident=recording.ident, actor=actor, now=now, **told)


def expire(now: datetime) -> actions.Round:
    return actions.expire_due(actor=VAULT, now=now)


def test_case_37_a_recording_goes_at_exactly_fourteen_times_24_hours(
    recording: Recording, now: datetime
) -> None:
    due = now + timedelta(hours=336)
    assert expire(due - timedelta(microseconds=1)).deleted == 0
    assert state(recording) == rules.State.EXPIRING
    assert expire(due).deleted == 1
    assert state(recording) == rules.State.PURGED
    assert acts(recording) == [
        "evidence.ingested",
        "evidence.deletion_intended",
        "evidence.key_destroyed",
        "evidence.deleted",
    ]
    proof = Deletion.objects.get(recording=recording)
    assert (proof.rule, proof.key_destroyed_at, proof.done_at) == ("retention", due, due)


def test_case_37_a_hold_one_second_before_saves_and_one_second_after_fails_aloud(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    leader = actor_for("shift_leader")
    due = recording.delete_after
    hold(recording, leader, due - SECOND)
    assert expire(due).deleted == 0
    assert state(recording) == rules.State.HELD
    other = take_in(b"another", dock=recording.dock, now=now, ended_at=now)  # type: ignore[arg-type]
    expire(due)
    assert state(other) == rules.State.PURGED
    with pytest.raises(Refused) as caught:
        hold(other, leader, due + SECOND)
    assert caught.value.code == "key-destroyed"


def test_case_37_two_holds_and_the_end_of_each(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    leader, head, officer = (actor_for(r) for r in ("shift_leader", "head", "case_officer"))
    first = hold(recording, officer, now)
    second = hold(recording, officer, now, reason="crime", review_on=now.date() + 60 * DAY)
    for one in (first, second):
        actions.confirm_hold(hold_id=one.pk, actor=head, now=now)
    actions.release_hold(hold_id=first.pk, actor=leader, now=now + 20 * DAY)
    assert expire(now + 20 * DAY).deleted == 0
    actions.release_hold(hold_id=second.pk, actor=leader, now=now + 21 * DAY)
    assert expire(now + 21 * DAY).deleted == 1
    assert state(recording) == rules.State.PURGED


def test_two_holds_are_two_questions_and_the_answer_to_one_leaves_the_other_open(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    """The case officer asks first, the person concerned a day later; the first is released."""
    officer, dpo, leader = (actor_for(r) for r in ("case_officer", "dpo", "shift_leader"))
    first = hold(recording, officer, now)
    second = hold(recording, dpo, now + DAY, reason="person")
    assert asked_for("confirm-hold") == [first.pk, second.pk]
    actions.confirm_hold(hold_id=first.pk, actor=leader, now=now + DAY)
    assert asked_for("confirm-hold") == [second.pk]
    actions.confirm_hold(hold_id=second.pk, actor=leader, now=now + 2 * DAY)
    assert asked_for("confirm-hold") == []

    # Both reviews are due, and ending one hold answers for that one only.
    actions.expire_due(actor=VAULT, now=now + 31 * DAY)
    assert asked_for("review-hold") == [first.pk, second.pk]
    actions.release_hold(hold_id=first.pk, actor=leader, now=now + 31 * DAY)
    assert asked_for("review-hold") == [second.pk]
    assert state(recording) == rules.State.HELD


def asked_for(kind: str) -> list[int]:
    """Return which holds somebody is asked about."""
    rows = VaultTask.objects.filter(kind=kind, done_at__isnull=True)
    return sorted(row.details["hold"] for row in rows)


def test_a_hold_nobody_wants_any_more_asks_for_no_confirmation(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    officer = actor_for("officer")
    taken_back = hold(recording, officer, now)
    other = hold(recording, actor_for("dpo"), now, reason="person")
    actions.release_hold(hold_id=taken_back.pk, actor=officer, now=now + SECOND)
    assert asked_for("confirm-hold") == [other.pk]


def test_a_hold_without_the_superiors_word_ends_after_a_week_and_is_a_task_until_then(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    asked = now + 13 * DAY
    hold(recording, actor_for("officer"), asked)
    assert VaultTask.objects.get(kind="confirm-hold").due_at == asked + 7 * DAY
    assert expire(asked + 6 * DAY).deleted == 0
    assert expire(asked + 7 * DAY).deleted == 1


def test_a_recording_without_a_reason_cannot_be_kept_except_for_the_person_concerned(
    dock: Dock, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    recording = take_in(b"x", dock=dock, now=now, said={"reason": ""})
    with pytest.raises(Refused) as caught:
        hold(recording, actor_for("shift_leader"), now)
    assert caught.value.code == "reason-of-recording-missing"
    assert hold(recording, actor_for("dpo"), now, reason="person")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"reason": "weil"}, "hold-reason-unknown"),
        ({"reason": "open_case"}, "hold-reason-unknown"),
        ({"reference": " "}, "reference-needed"),
        ({"review_on": datetime(2026, 11, 23).date()}, "review-out-of-range"),  # noqa: DTZ001
        ({"review_on": datetime(2027, 2, 22).date()}, "review-out-of-range"),  # noqa: DTZ001
    ],
)
def test_a_hold_needs_reason_reference_and_a_review_within_90_days(
    recording: Recording,
    now: datetime,
    actor_for: Callable[[str], Actor],
    said: dict[str, Any],
    code: str,
) -> None:
    with pytest.raises(Refused) as caught:
        hold(recording, actor_for("shift_leader"), now, **said)
    assert caught.value.code == code


def test_case_37_a_hold_on_a_copy_keeps_the_original_and_a_copy_goes_with_it(
    recording: Recording, dock: Dock, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    copy = take_in(b"derived", dock=dock, now=now, ended_at=now)
    Recording.objects.filter(pk=copy.pk).update(derived_from=recording, dock=None)
    made = hold(copy, actor_for("shift_leader"), now)
    assert made.recording == recording
    actions.confirm_hold(hold_id=made.pk, actor=actor_for("head"), now=now)
    expire(now + 14 * DAY)
    assert {state(recording), state(copy)} == {rules.State.HELD}
    actions.release_hold(hold_id=made.pk, actor=actor_for("custodian"), now=now + 15 * DAY)
    expire(now + 15 * DAY)
    assert {state(recording), state(copy)} == {rules.State.PURGED}
    assert list(stores.store().listing()) == []


def test_what_belongs_to_an_open_case_does_not_go_silently(
    recording: Recording, now: datetime
) -> None:
    """Waukesha: tagged as something else, deleted before the trial."""
    incident = _open_incident(now)
    Recording.objects.filter(pk=recording.pk).update(incident=incident)
    due = recording.delete_after
    assert expire(due - 5 * DAY).warned == 1
    assert expire(due - 5 * DAY).warned == 0
    assert expire(due - 2 * DAY).held == 1
    assert state(recording) == rules.State.HELD
    assert {task.kind for task in VaultTask.objects.all()} == {"expires", "open-case"}
    assert "evidence.held_for_open_case" in acts(recording)
    assert expire(due).deleted == 0
    # Nobody took it up in two more weeks: then the law's period decides, once and for all.
    assert expire(due + 30 * DAY).deleted == 1


def _open_incident(now: datetime) -> Any:
    from streife.incidents.models import Field, Incident  # noqa: PLC0415

    field, _ = Field.objects.get_or_create(
        code="order",
        defaults={
            "name": "Ordnung", "icon": "shield", "order": 1, "valid_from": now.date(), "source": "-"
        },
    )  # fmt: skip
    values: dict[str, Any] = {
        "number": "2026-000001", "title": "Streit", "field": field, "status": "open",
        "opened_at": now, "due_at": now, "latitude": 51.5, "longitude": 7.4, "cell": 1,
        "priority": 2, "queue_rank": 1, "category_code": "streit",
    }  # fmt: skip
    known = {one.name for one in Incident._meta.get_fields()}
    return Incident.objects.create(**{k: v for k, v in values.items() if k in known})


def test_case_38_job_down_for_three_days_then_catches_up(dock: Dock, now: datetime) -> None:
    for hours in range(0, 96, 12):
        take_in(os.urandom(100 + hours), dock=dock, now=now, ended_at=now - timedelta(hours=hours))
    assert expire(now + 14 * DAY).deleted == 8
    assert not queries.kept().exists()
    assert list(stores.store().listing()) == []


@pytest.mark.parametrize("stopped_at", ["deleting", "key", "shredded", "bytes"])
def test_case_39_deletion_interrupted_at_each_state_is_finished_by_the_next_round(
    recording: Recording, now: datetime, stopped_at: str
) -> None:
    due = recording.delete_after
    Recording.objects.filter(pk=recording.pk).update(
        state=rules.State.SHREDDED if stopped_at in {"shredded", "bytes"} else rules.State.DELETING
    )
    Deletion.objects.create(recording=recording, rule="retention", intended_at=due)
    if stopped_at != "deleting":
        keys.key_store().destroy(recording.kid)
    if stopped_at == "bytes":
        stores.store().remove(recording.path)
    expire(due + SECOND)
    assert state(recording) == rules.State.PURGED
    assert Deletion.objects.get().done_at == due + SECOND
    assert keys.key_store().kids() == set()
    assert list(stores.store().listing()) == []
    expire(due + 2 * SECOND)  # and once more, for nothing
    assert acts(recording).count("evidence.deleted") == 1


def test_case_40_after_deletion_nothing_remains_of_picture_key_or_words(
    dock: Dock, now: datetime
) -> None:
    content = movie(timedelta(minutes=3), now, padding=2 * CHUNK)
    recording = take_in(
        content,
        dock=dock,
        now=now,
        ended_at=now,
        name="gerichtsweg.mp4",
        said={"facts": "Beleidigung am Gerichtsweg", "latitude": 51.5, "longitude": 7.4},
    )
    key = keys.key_store().get(recording.kid)
    with keys.key_store()._open() as rows:
        wrapped = rows.execute("SELECT wrapped FROM wrapped_key").fetchone()[0]
    sealed = (stores.store().root / recording.path).read_bytes()  # type: ignore[attr-defined]
    expire(recording.delete_after)
    recording.refresh_from_db()
    left = b"".join(path.read_bytes() for path in vault_files())
    for secret in (key, wrapped, sealed[400:464], content[200:264]):
        assert secret not in left
    told = " ".join(str(value) for value in Recording.objects.values().get().values())
    assert "Gerichtsweg" not in told
    assert "gerichtsweg" not in told
    assert (recording.latitude, recording.media) == (None, {})
    with pytest.raises(Refused) as caught:
        open_content(recording)
    assert caught.value.code == "key-destroyed"


def test_case_41_restore_backup_and_deleted_items_stay_unreadable(
    recording: Recording, now: datetime
) -> None:
    due = recording.delete_after
    sealed = (stores.store().root / recording.path).read_bytes()  # type: ignore[attr-defined]
    backup = keys.key_store().backup(due)
    expire(due)
    # The media come back from their backup, the keys from theirs.
    path = stores.store().root / recording.path  # type: ignore[attr-defined]
    path.write_bytes(sealed)
    assert actions.restore_keys(backup=backup, actor=VAULT, now=due) == 0
    recording.refresh_from_db()
    with pytest.raises(Refused):
        open_content(recording)
    found = {finding["kind"] for finding in actions.reconcile(actor=VAULT, now=due).findings}
    assert found == {"file-left"}


def test_case_41_deleted_footage_read_from_the_card_again_stays_deleted(
    dock: Dock, now: datetime
) -> None:
    content = os.urandom(5000)
    recording = take_in(content, dock=dock, now=now, ended_at=now)
    expire(recording.delete_after)
    again = take_in(content, dock=dock, now=recording.delete_after)
    assert (again.pk, again.state) == (recording.pk, rules.State.PURGED)
    assert list(stores.store().listing()) == []


def test_case_42_the_line_stays_provable_when_its_words_are_erased(
    recording: Recording, actor_for: Callable[[str], Actor], now: datetime
) -> None:
    from streife.journal import actions as journal  # noqa: PLC0415
    from streife.journal.models import Body  # noqa: PLC0415
    from streife.journal.rules import commit_to  # noqa: PLC0415

    entry = entries_of(f"recording:{recording.ident}").get()
    leaf, salt = bytes(entry.leaf_hash), bytes(entry.body.salt)
    journal.erase_body(entry_id=entry.pk, reason="art-17-dsgvo", actor=actor_for("dpo"), now=now)
    after = entries_of(f"recording:{recording.ident}").first()
    assert after is not None
    assert bytes(after.leaf_hash) == leaf
    assert not Body.objects.filter(entry=after).exists()
    guess = commit_to(bytes(16), "{}")
    assert guess != bytes(after.commitment)
    assert len(salt) == 16


def test_case_44_core_of_private_life_is_sealed_at_once_and_gone_by_two_persons(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    officer, leader, head = (actor_for(r) for r in ("officer", "shift_leader", "head"))
    hold(recording, leader, now)  # what must not be used must not be kept either
    asked = actions.request_deletion(
        ident=recording.ident, ground="kernbereich", actor=leader, now=now
    )
    with pytest.raises(NotPermitted) as sealed:
        actions.begin_viewing(
            ident=recording.ident, purpose="review", reason="prüfen", actor=head, now=now
        )
    assert sealed.value.code in {"sealed"}
    with pytest.raises(Refused) as caught:
        actions.decide_deletion(request_id=asked.pk, granted=True, actor=leader, now=now)
    assert caught.value.code == "own-request"
    with pytest.raises(NotPermitted):
        actions.decide_deletion(request_id=asked.pk, granted=True, actor=officer, now=now)
    actions.decide_deletion(request_id=asked.pk, granted=True, actor=head, now=now)
    assert state(recording) == rules.State.PURGED
    assert Deletion.objects.get().rule == "kernbereich"
    assert "Kernbereich" not in str(
        [e.body.content for e in entries_of(f"recording:{recording.ident}")]
    )


def test_case_44_a_refused_request_opens_the_seal_and_a_held_one_is_not_deleted_by_mistake(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    leader, head = actor_for("shift_leader"), actor_for("head")
    asked = actions.request_deletion(
        ident=recording.ident, ground="kernbereich", actor=leader, now=now
    )
    with pytest.raises(Refused) as caught:
        actions.request_deletion(ident=recording.ident, ground="mistake", actor=leader, now=now)
    assert caught.value.code == "already-requested"
    actions.decide_deletion(
        request_id=asked.pk, granted=False, why="kein Kernbereich", actor=head, now=now
    )
    assert actions.begin_viewing(
        ident=recording.ident, purpose="review", reason="prüfen", actor=leader, now=now
    )
    hold(recording, leader, now)
    mistaken = actions.request_deletion(
        ident=recording.ident, ground="mistake", actor=leader, now=now
    )
    with pytest.raises(Refused) as caught:
        actions.decide_deletion(request_id=mistaken.pk, granted=True, actor=head, now=now)
    assert caught.value.code == "still-held"


def test_case_44_a_part_to_be_cut_out_stays_sealed_until_the_copy_is_there(
    recording: Recording, dock: Dock, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    leader, head = actor_for("shift_leader"), actor_for("head")
    asked = actions.request_deletion(
        ident=recording.ident,
        ground="kernbereich",
        from_ms=1000,
        to_ms=5000,
        actor=leader,
        now=now,
    )
    actions.decide_deletion(request_id=asked.pk, granted=True, actor=head, now=now)
    recording.refresh_from_db()
    assert recording.sealed_at == now
    copy = take_in(b"without the part", dock=dock, now=now, ended_at=now)
    with pytest.raises(Refused) as caught:
        actions.finish_cut(request_id=asked.pk, copy_ident=copy.ident, actor=VAULT, now=now)
    assert caught.value.code == "not-a-copy"
    Recording.objects.filter(pk=copy.pk).update(derived_from=recording)
    actions.finish_cut(request_id=asked.pk, copy_ident=copy.ident, actor=VAULT, now=now)
    assert state(recording) == rules.State.PURGED
    assert state(copy) == rules.State.INGESTED
    assert actions.begin_viewing(
        ident=copy.ident, purpose="review", reason="prüfen", actor=leader, now=now
    )
    expire(now + 14 * DAY)
    assert state(copy) == rules.State.PURGED


def test_a_review_is_called_for_before_a_hold_ends_by_itself(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    made = hold(recording, actor_for("shift_leader"), now)
    actions.confirm_hold(hold_id=made.pk, actor=actor_for("head"), now=now)
    expire(now + 29 * DAY)
    assert not VaultTask.objects.filter(kind="review-hold").exists()
    expire(now + 30 * DAY)
    expire(now + 31 * DAY)
    task = VaultTask.objects.get(kind="review-hold")
    made.refresh_from_db()
    assert task.due_at == rules.holds_until(made.fact())
    assert expire(task.due_at - SECOND).deleted == 0
    assert expire(task.due_at).deleted == 1


def test_a_professional_secret_is_sealed_and_its_deletion_asked_for_in_one_step(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    said = rules.Circumstances(reason=rules.Reason.PROTECT_STAFF, professional_secret=True)
    officer, leader = actor_for("officer"), actor_for("shift_leader")
    actions.describe(ident=recording.ident, said=said, actor=officer, now=now)
    with pytest.raises(NotPermitted):
        actions.begin_viewing(
            ident=recording.ident, purpose="review", reason="prüfen", actor=leader, now=now
        )
    asked = recording.deletion_requests.get()
    actions.decide_deletion(request_id=asked.pk, granted=True, actor=leader, now=now)
    assert state(recording) == rules.State.PURGED
    assert Deletion.objects.get().rule == "professional_secret"


def test_a_recording_without_a_reason_is_a_task_until_somebody_says_it(
    dock: Dock, now: datetime
) -> None:
    _, officer = wearer("4711", username="officer")
    recording = take_in(b"x", dock=dock, now=now, said={"reason": "", "wearer": "4711"})
    assert [task.kind for task in queries.open_tasks(officer)] == ["describe"]
    said = rules.Circumstances(reason=rules.Reason.PROTECT_OTHERS)
    actions.describe(ident=recording.ident, said=said, actor=officer, now=now)
    assert not queries.open_tasks(officer).exists()


def test_no_person_alone_deletes_anything(
    recording: Recording, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    for role in ("custodian", "shift_leader", "head", "admin", "dpo", "officer"):
        with pytest.raises(NotPermitted):
            actions.delete_recording(
                ident=recording.ident, rule="retention", actor=actor_for(role), now=now + 20 * DAY
            )
    with pytest.raises(Refused) as caught:
        actions.delete_recording(ident=recording.ident, rule="retention", actor=VAULT, now=now)
    assert caught.value.code == "not-due"


# South Yorkshire, Dallas ---------------------------------------------------------------------


def test_case_35_mass_deletion_alarms_and_pauses_until_a_person_looks(
    dock: Dock, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    for number in range(60):
        take_in(os.urandom(50 + number), dock=dock, now=now, ended_at=now)
    due = now + 14 * DAY
    assert expire(due).paused
    assert queries.kept().count() == 60
    assert DeletionPause.objects.get().due_count == 60
    assert VaultTask.objects.filter(kind="mass-deletion").exists()
    with pytest.raises(CommandError, match="angehalten"):
        call_command("expire_evidence", stdout=StringIO())
    with pytest.raises(NotPermitted):
        actions.lift_pause(actor=actor_for("custodian"), now=due)
    actions.lift_pause(actor=actor_for("shift_leader"), now=due)
    assert expire(due).deleted == 60


def test_case_35_direct_edits_and_unlinks_are_named_one_by_one(
    dock: Dock, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        take_in(os.urandom(100 + number), dock=dock, now=now, ended_at=now) for number in range(7)
    ]
    assert actions.reconcile(actor=VAULT, now=now).findings == []
    root = stores.store().root  # type: ignore[attr-defined]
    (root / rows[0].path).unlink()
    with (root / rows[1].path).open("ab") as file:
        file.write(b"x")
    keys.key_store().destroy(rows[2].kid)
    Recording.objects.filter(pk=rows[3].pk).delete()
    Recording.objects.filter(pk=rows[4].pk).update(state=rules.State.PURGED)
    (root / "zz").mkdir()
    (root / "zz" / "copy.mp4").write_bytes(b"put there by hand")
    found = actions.reconcile(actor=VAULT, now=now).findings
    told = {(finding["kind"], finding.get("recording", finding.get("path"))) for finding in found}
    assert {
        ("file-missing", rows[0].ident),
        ("file-size", rows[1].ident),
        ("key-missing", rows[2].ident),
        ("row-missing", rows[3].ident),
        ("file-surplus", rows[3].path),
        ("file-left", rows[4].ident),
        ("key-left", rows[4].ident),
        ("deletion-unrecorded", rows[4].ident),
        ("file-surplus", "zz/copy.mp4"),
    } <= told
    assert VaultTask.objects.filter(kind="reconciliation").exists()
    with pytest.raises(CommandError, match="Abweichungen"):
        call_command("reconcile_evidence", stdout=StringIO())
    assert rows[0].ident in capsys.readouterr().err


def test_case_35_what_should_be_gone_for_an_hour_is_an_alarm(
    recording: Recording, now: datetime
) -> None:
    late = recording.delete_after + timedelta(hours=1)
    assert actions.reconcile(actor=VAULT, now=late - SECOND).findings == []
    (finding,) = actions.reconcile(actor=VAULT, now=late).findings
    assert finding == {"kind": "overdue", "recording": recording.ident}
