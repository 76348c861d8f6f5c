"""Somebody with all rights on the database: every manipulation is found and called by its name."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from streife.journal import actions, keeping, queries, rules
from streife.journal.models import Checkpoint, Entry, Log
from streife.journal.rules import DefectKind
from streife.journal.tlog.checkpoint import TreeHead
from streife.journal.tlog.merkle import EMPTY_ROOT, Frontier
from streife.kernel.actors import Operator
from streife.kernel.errors import Refused
from tests.journal_making import attack, audit, kinds, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
DPO = Operator("user:9")


def sign(now: datetime) -> None:
    actions.checkpoint(now=now)
    for log in queries.logs():  # what the commit does, in a test that never commits
        newest = queries.checkpoints(log.year).first()
        if newest is not None:
            keeping.keep_head(log.year, newest.note)


@pytest.fixture
def journal(now: datetime) -> list[Entry]:
    """Ten entries under a checkpoint, five more after it."""
    entries = write(10, now=now)
    sign(now)
    entries += write(5, now=now + timedelta(hours=1))
    assert audit(now).sound
    return entries


def rebuild(*, year: int = 2026) -> None:
    """Recompute every leaf and the head, as a careful attacker would."""
    frontier = Frontier()
    for row in queries.raw_rows(year):
        leaf = rules.leaf_of(row)
        frontier.append(leaf)
        attack(
            "journal_entry", "UPDATE journal_entry SET leaf_hash = %s WHERE id = %s", [leaf, row[0]]
        )
    attack(
        "journal_log",
        "UPDATE journal_log SET size = %s, frontier = %s WHERE year = %s",
        [frontier.size, frontier.to_bytes(), year],
    )


def test_a_changed_body_is_named(journal: list[Entry], now: datetime) -> None:
    attack(
        "journal_body",
        "UPDATE journal_body SET content = '{}' WHERE entry_id = %s",
        [journal[3].id],
    )
    found = audit(now)
    assert kinds(found) == {DefectKind.BODY_CHANGED}
    assert [d.number for d in found.defects if d.kind == DefectKind.BODY_CHANGED] == [3]


def test_a_changed_salt_is_named(journal: list[Entry], now: datetime) -> None:
    attack(
        "journal_body",
        "UPDATE journal_body SET salt = %s WHERE entry_id = %s",
        [b"x" * 16, journal[0].id],
    )
    assert kinds(audit(now)) == {DefectKind.BODY_CHANGED}


@pytest.mark.parametrize(
    "change",
    [
        "act = 'incidents.closed'",
        "actor = 'user:2'",
        "subject = 'incident:99'",
        "at = '2026-11-23 09:00:00+00'",
    ],
)
def test_case_20_a_changed_envelope_is_named(
    change: str, journal: list[Entry], now: datetime
) -> None:
    attack("journal_entry", f"UPDATE journal_entry SET {change} WHERE id = %s", [journal[3].id])  # noqa: S608 (the attack)
    found = audit(now)
    assert DefectKind.LEAF_CHANGED in kinds(found)
    assert DefectKind.REWRITTEN in kinds(found)


def test_a_changed_leaf_hash_is_named(journal: list[Entry], now: datetime) -> None:
    attack(
        "journal_entry",
        "UPDATE journal_entry SET leaf_hash = %s WHERE id = %s",
        [b"x" * 32, journal[3].id],
    )
    assert kinds(audit(now)) == {DefectKind.LEAF_CHANGED}


def test_an_empty_leaf_hash_is_named(journal: list[Entry], now: datetime) -> None:
    attack(
        "journal_entry",
        "UPDATE journal_entry SET leaf_hash = %s WHERE id = %s",
        [b"", journal[12].id],
    )
    assert kinds(audit(now)) == {DefectKind.LEAF_CHANGED}


def test_case_20_a_changed_leaf_with_all_hashes_recomputed_is_named(
    journal: list[Entry], now: datetime
) -> None:
    attack(
        "journal_entry", "UPDATE journal_entry SET actor = 'user:2' WHERE id = %s", [journal[3].id]
    )
    rebuild()
    found = audit(now)
    assert kinds(found) == {DefectKind.REWRITTEN}
    assert "zwischen Nummer 0 und 9" in found.defects[-1].text


@pytest.mark.parametrize("number", [0, 3, 14])
def test_case_20_a_deleted_row_is_named(number: int, journal: list[Entry], now: datetime) -> None:
    entry = journal[number]
    attack("journal_body", "DELETE FROM journal_body WHERE entry_id = %s", [entry.id])
    attack("journal_entry", "DELETE FROM journal_entry WHERE id = %s", [entry.id])
    found = audit(now)
    assert kinds(found) == {DefectKind.GAP}
    assert [d.number for d in found.defects if d.kind == DefectKind.GAP] == [number]


def test_case_20_a_deleted_row_with_the_gap_closed_is_named(
    journal: list[Entry], now: datetime
) -> None:
    attack("journal_body", "DELETE FROM journal_body WHERE entry_id = %s", [journal[3].id])
    attack("journal_entry", "DELETE FROM journal_entry WHERE id = %s", [journal[3].id])
    for entry in journal[4:]:
        attack(
            "journal_entry",
            "UPDATE journal_entry SET number = number - 1 WHERE id = %s",
            [entry.id],
        )
    rebuild()
    assert DefectKind.REWRITTEN in kinds(audit(now))


def swap(first: Entry, second: Entry) -> None:
    for entry, number in ((first, 900), (second, first.number), (first, second.number)):
        attack(
            "journal_entry",
            "UPDATE journal_entry SET number = %s WHERE id = %s",
            [number, entry.id],
        )


def test_case_20_reordered_rows_are_named(journal: list[Entry], now: datetime) -> None:
    swap(journal[2], journal[7])
    found = audit(now)
    assert DefectKind.REORDERED in kinds(found)
    assert DefectKind.LEAF_CHANGED not in kinds(found)
    assert any("er trug die Nummer 2" in defect.text for defect in found.defects)


def test_case_20_reordered_rows_with_all_hashes_recomputed_are_named(
    journal: list[Entry], now: datetime
) -> None:
    swap(journal[2], journal[7])
    rebuild()
    assert kinds(audit(now)) == {DefectKind.REORDERED, DefectKind.REWRITTEN}


def forget(entries: list[Entry]) -> None:
    for entry in entries:
        attack("journal_body", "DELETE FROM journal_body WHERE entry_id = %s", [entry.id])
        attack("journal_entry", "DELETE FROM journal_entry WHERE id = %s", [entry.id])
    rebuild()


def test_case_22_a_database_put_back_to_yesterday_is_named(
    journal: list[Entry], now: datetime
) -> None:
    sign(now)
    attack("journal_checkpoint", "DELETE FROM journal_checkpoint WHERE size = 15")
    forget(journal[10:])
    assert DefectKind.ROLLED_BACK in kinds(audit(now))
    with pytest.raises(Refused) as caught:
        actions.checkpoint(now=now)
    assert caught.value.code == "journal-rolled-back"


def test_case_22_a_database_put_back_and_written_on_is_named(
    journal: list[Entry], now: datetime
) -> None:
    sign(now)
    attack("journal_checkpoint", "DELETE FROM journal_checkpoint WHERE size = 15")
    forget(journal[10:])
    write(9, now=now)
    assert {DefectKind.REWRITTEN, DefectKind.CHECKPOINT_MISSING} <= kinds(audit(now))
    with pytest.raises(Refused) as caught:
        actions.checkpoint(now=now)
    assert caught.value.code == "journal-rolled-back"


def test_a_restore_on_purpose_is_recorded_and_signing_goes_on(
    journal: list[Entry], now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    sign(now)
    attack("journal_checkpoint", "DELETE FROM journal_checkpoint WHERE size = 15")
    forget(journal[10:])
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.accept_restore(actor=DPO, now=now) == [2026]
    assert Entry.objects.get(act=rules.RESTORED).body.content["signed_size"] == 15
    assert len(list(keeping.directory().glob("2026.checkpoint-*"))) == 1
    sign(now)
    assert kinds(audit(now)) == set()
    assert actions.accept_restore(actor=DPO, now=now) == []


def test_an_emptied_database_is_named(journal: list[Entry], now: datetime) -> None:
    for table in ("journal_body", "journal_checkpoint", "journal_entry", "journal_log"):
        attack(table, f"DELETE FROM {table}")  # noqa: S608 (the attack)
    assert kinds(audit(now)) == {DefectKind.ROLLED_BACK}
    with pytest.raises(Refused) as caught:
        actions.checkpoint(now=now)
    assert caught.value.code == "journal-rolled-back"


def forge(note: str) -> None:
    attack("journal_checkpoint", "UPDATE journal_checkpoint SET note = %s", [note])


def test_a_forged_checkpoint_is_named(journal: list[Entry], now: datetime) -> None:
    note = Checkpoint.objects.get().note
    forge(note.replace("\n10\n", "\n11\n"))
    assert DefectKind.FORGED in kinds(audit(now))
    forge(note[:-10])
    assert DefectKind.FORGED in kinds(audit(now))


@pytest.mark.parametrize(
    ("size", "root"), [(0, EMPTY_ROOT), (10, b""), (10, b"x" * 32), (0, b""), (10, EMPTY_ROOT)]
)
def test_a_signed_checkpoint_over_nothing_or_something_else_is_named(
    size: int, root: bytes, journal: list[Entry], now: datetime
) -> None:
    origin = keeping.origin_of(2026)
    forge(keeping.sign(TreeHead(origin, size, root).to_text(), origin))
    assert kinds(audit(now)) & {DefectKind.FORGED, DefectKind.REWRITTEN}


def test_a_checkpoint_of_another_year_is_named(journal: list[Entry], now: datetime) -> None:
    root = Frontier.from_bytes(10, bytes(Checkpoint.objects.get().frontier)).root()
    forge(keeping.sign_head(2025, 10, root))
    assert DefectKind.FORGED in kinds(audit(now)) or DefectKind.WRONG_KEY in kinds(audit(now))


def test_a_wrong_key_is_named(journal: list[Entry], now: datetime) -> None:
    (keeping.directory() / "ed25519.key").unlink()
    with pytest.raises(Refused) as caught:
        actions.checkpoint(now=now)
    assert caught.value.code == "journal-key-missing"
    assert kinds(audit(now)) == {DefectKind.WRONG_KEY}  # the audit made itself a new key


def test_a_missing_head_file_is_named(journal: list[Entry], now: datetime) -> None:
    (keeping.directory() / "2026.checkpoint").unlink()
    assert kinds(audit(now)) == {DefectKind.ANCHOR_MISSING}
    with pytest.raises(Refused) as caught:
        actions.checkpoint(now=now)
    assert caught.value.code == "journal-inconsistent"


def test_case_25_what_was_changed_since_the_last_checkpoint_is_not_signed(
    journal: list[Entry], now: datetime
) -> None:
    attack(
        "journal_entry", "UPDATE journal_entry SET actor = 'user:2' WHERE id = %s", [journal[12].id]
    )
    with pytest.raises(Refused) as caught:
        actions.checkpoint(now=now)
    assert caught.value.code == "journal-inconsistent"


def test_a_body_removed_without_record_is_named(journal: list[Entry], now: datetime) -> None:
    attack("journal_body", "DELETE FROM journal_body WHERE entry_id = %s", [journal[3].id])
    assert kinds(audit(now)) == {DefectKind.BODY_REMOVED}


def test_an_erased_body_that_comes_back_is_named(journal: list[Entry], now: datetime) -> None:
    body = queries.entry_at(2026, 3).body
    actions.erase_body(entry_id=journal[3].id, reason="frist", actor=DPO, now=now)
    assert audit(now).sound
    body.save(force_insert=True)
    assert kinds(audit(now)) == {DefectKind.BODY_REVIVED}


def test_case_20_rows_put_behind_the_end_are_named(journal: list[Entry], now: datetime) -> None:
    entry = Entry.objects.get(pk=journal[14].id)
    entry.pk, entry.number = None, 15
    entry.save(force_insert=True)
    assert kinds(audit(now)) == {DefectKind.SURPLUS}


def test_a_changed_head_of_the_log_is_named(journal: list[Entry], now: datetime) -> None:
    attack("journal_log", "UPDATE journal_log SET frontier = %s", [b"x" * 32 * 4])
    assert kinds(audit(now)) == {DefectKind.HEAD_CHANGED}


def test_a_year_dropped_by_hand_is_named(journal: list[Entry], now: datetime) -> None:
    Log.objects.update(dropped_at=now)  # even the triggers let this pass
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_body")
        cursor.execute("DELETE FROM journal_entry")
    assert kinds(audit(now)) == {DefectKind.DROPPED_EARLY}


def test_a_moment_moved_to_another_year_is_named(journal: list[Entry], now: datetime) -> None:
    attack(
        "journal_entry",
        "UPDATE journal_entry SET at = %s WHERE id = %s",
        [now.replace(year=2020), journal[12].id],
    )
    rebuild()
    assert kinds(audit(now)) == {DefectKind.WRONG_YEAR}


def test_lifted_triggers_are_named(journal: list[Entry], now: datetime) -> None:
    attack("journal_entry", "UPDATE journal_entry SET act = act WHERE 1 = 0")
    assert {defect.kind for defect in audit(now).defects} == {DefectKind.UNPROTECTED}


def test_a_thousand_changed_rows_stay_a_readable_list(now: datetime) -> None:
    with transaction.atomic():
        actions.record_many(
            rules.Line("a.b", f"a:{number}", "user:1", now, {}) for number in range(1500)
        )
    attack("journal_body", "UPDATE journal_body SET content = '[]'")
    assert len(audit(now).defects) == 1000
