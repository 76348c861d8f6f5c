"""Appending: gapless, in the right year, four statements, nothing that cannot be hashed."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from streife.journal import actions, keeping, queries, rules
from streife.journal.models import Body, Entry, Log
from streife.journal.rules import Line
from streife.journal.tlog.checkpoint import check_proof, write_proof
from streife.journal.tlog.merkle import Frontier, root_of
from streife.kernel.actors import Operator
from streife.kernel.errors import NotFound, Refused
from tests.journal_making import audit, write

pytestmark = pytest.mark.django_db
DPO = Operator("user:9")


def test_numbers_are_gapless_and_the_log_keeps_the_head(now: datetime) -> None:
    entries = write(7, now=now)
    log = Log.objects.get()
    assert [entry.number for entry in entries] == list(range(7))
    assert log.size == 7
    frontier = Frontier.from_bytes(log.size, bytes(log.frontier))
    assert frontier.root() == root_of(queries.leaf_hashes(2026, 7))


def test_an_entry_costs_four_statements_at_most(now: datetime) -> None:
    write(1, now=now)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        write(1, now=now)
    statements = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    assert len(statements) == (2 if connection.vendor == "postgresql" else 4)


def test_many_entries_are_the_same_as_one_after_the_other(now: datetime) -> None:
    lines = [
        Line("reports.imported", f"report:{number}", "system:import", now, {"row": number})
        for number in range(2500)
    ]
    with transaction.atomic():
        write(3, now=now)
        assert actions.record_many(lines) == 2500
        write(1, now=now)
    assert list(Entry.objects.order_by("id").values_list("number", flat=True)) == list(range(2504))
    assert audit(now).sound


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2026, 12, 31, 22, 59, 59, 999999, tzinfo=UTC), 2026),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), 2027),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), 2027),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 2026),
    ],
)
def test_the_year_is_the_calendar_year_in_germany(moment: datetime, year: int) -> None:
    assert rules.year_of(moment) == year
    assert write(1, now=moment)[0].log_id == year


def test_each_year_begins_with_number_zero_and_old_years_still_take_imports(now: datetime) -> None:
    newer = write(2, now=now)
    older = write(2, now=now.replace(year=2025))
    assert [entry.number for entry in newer + older] == [0, 1, 0, 1]
    assert audit(now).entries == 4
    assert audit(now).sound


def test_lines_of_several_years_may_be_mixed(now: datetime) -> None:
    lines = [
        Line("x.y", "a:1", "system:import", now.replace(year=2025 + number % 2), {})
        for number in range(10)
    ]
    with transaction.atomic():
        actions.record_many(lines)
    assert {log.year: log.size for log in queries.logs()} == {2025: 5, 2026: 5}
    assert audit(now).sound


def test_microseconds_are_dropped_because_the_leaf_cannot_hold_them(now: datetime) -> None:
    write(1, now=now.replace(microsecond=123456))
    assert Entry.objects.get().at == now.replace(microsecond=123000)


@pytest.mark.parametrize(
    "changed",
    [
        {"act": ""},
        {"act": "x" * 81},
        {"subject": "a\nb"},
        {"actor": "a\x00"},
        {"subject": "x" * 121},
    ],
)
def test_names_that_no_database_would_keep_are_refused(
    changed: dict[str, str], now: datetime
) -> None:
    line = {"act": "a.b", "subject": "a:1", "actor": "user:1"} | changed
    with pytest.raises(ValueError, match="printable"), transaction.atomic():
        actions.append(**line, now=now)  # type: ignore[arg-type]
    assert not Log.objects.exists()


def test_a_body_without_canonical_json_is_refused_and_leaves_nothing(now: datetime) -> None:
    with pytest.raises(TypeError), transaction.atomic():
        actions.append(act="a.b", subject="a:1", actor="user:1", now=now, body={"at": now})
    assert not Entry.objects.exists()


def test_equal_bodies_have_different_commitments(now: datetime) -> None:
    entries = write(2, now=now, body={"same": 1})
    assert entries[0].commitment != entries[1].commitment


def test_the_body_comes_back_as_it_was_given(now: datetime) -> None:
    body = {"b": [1, None, True, "ü"], "a": {"x": 2.5}}
    entry = write(1, now=now, body=body)[0]
    assert Body.objects.get(entry=entry).content == body
    assert queries.entries_of("incident:0").get().body.content == body


def test_an_erased_body_is_gone_and_everything_still_proves(now: datetime) -> None:
    entries = write(3, now=now)
    erasure = actions.erase_body(entry_id=entries[1].id, reason="art-17-dsgvo", actor=DPO, now=now)
    found = audit(now)
    assert found.sound
    assert found.erased == 1
    assert (erasure.act, erasure.subject) == (rules.ERASED, "journal:2026/1")
    assert Body.objects.filter(entry=entries[1]).count() == 0


@pytest.mark.parametrize(
    ("reason", "code"), [("Weil Frau M.", "reason-malformed"), ("", "reason-malformed")]
)
def test_erasing_needs_a_code_as_reason(reason: str, code: str, now: datetime) -> None:
    entry = write(1, now=now)[0]
    with pytest.raises(Refused) as caught:
        actions.erase_body(entry_id=entry.id, reason=reason, actor=DPO, now=now)
    assert caught.value.code == code


def test_erasing_twice_or_nothing_is_refused(now: datetime) -> None:
    entry = write(1, now=now)[0]
    actions.erase_body(entry_id=entry.id, reason="frist", actor=DPO, now=now)
    with pytest.raises(Refused) as caught:
        actions.erase_body(entry_id=entry.id, reason="frist", actor=DPO, now=now)
    assert caught.value.code == "already-erased"
    with pytest.raises(NotFound):
        actions.erase_body(entry_id=entry.id + 999, reason="frist", actor=DPO, now=now)


def test_checkpoints_are_made_once_per_size_and_for_every_year(
    now: datetime, django_capture_on_commit_callbacks: object
) -> None:
    write(2, now=now)
    write(1, now=now.replace(year=2025))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert {row.log_id: row.size for row in actions.checkpoint(now=now)} == {2025: 1, 2026: 2}
    assert actions.checkpoint(now=now) == []
    write(1, now=now)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert [row.size for row in actions.checkpoint(now=now)] == [3]
    assert audit(now).sound


def test_the_proof_of_an_entry_convinces_somebody_far_away(
    now: datetime, django_capture_on_commit_callbacks: object
) -> None:
    entries = write(11, now=now)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        actions.checkpoint(now=now)
    proof = queries.prove(2026, 4)
    text = write_proof(index=4, proof=proof.siblings, checkpoint=proof.checkpoint.note)
    origin = keeping.origin_of(2026)
    verifier = keeping.verifier_for(origin)
    assert check_proof(text, leaf_hash=entries[4].leaf_hash, verifier=verifier, origin=origin) == 4
    for other in (3, 5, 10):
        with pytest.raises(ValueError, match="head"):
            check_proof(text, leaf_hash=entries[other].leaf_hash, verifier=verifier, origin=origin)
    write(1, now=now)
    with pytest.raises(NotFound) as caught:
        queries.prove(2026, 11)
    assert caught.value.code == "not-covered"


def test_the_key_is_made_once_and_readable_by_nobody_else(now: datetime) -> None:
    first = keeping.verifier_for("a").public_key
    path = keeping.directory() / "ed25519.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert keeping.verifier_for("a").public_key == first
    assert [file.name for file in path.parent.iterdir()] == ["ed25519.key"]
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    path.write_text("kaputt")
    with pytest.raises(Refused) as caught:
        keeping.signing_key()
    assert caught.value.code == "journal-key-unreadable"


def test_an_expired_year_goes_as_a_whole_and_leaves_its_checkpoint(
    now: datetime, django_capture_on_commit_callbacks: object
) -> None:
    old = now.replace(year=2015)
    write(5, now=old)
    write(2, now=now)
    with pytest.raises(Refused) as caught:
        actions.drop_year(year=2015, actor=DPO, now=now)
    assert caught.value.code == "year-not-sealed"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        actions.checkpoint(now=now)
    with pytest.raises(Refused) as caught:
        actions.drop_year(year=2026, actor=DPO, now=now)
    assert caught.value.code == "retention-running"
    assert actions.drop_year(year=2015, actor=DPO, now=now) == 5
    assert not Entry.objects.filter(log_id=2015).exists()
    assert queries.checkpoints(2015).get().size == 5
    assert audit(now).sound
    with pytest.raises(Refused) as caught:
        write(1, now=old)
    assert caught.value.code == "year-dropped"
    with pytest.raises(Refused) as caught:
        actions.drop_year(year=2015, actor=DPO, now=now)
    assert caught.value.code == "year-dropped"


@given(st.integers(2000, 2100), st.integers(1, 12), st.integers(0, 23))
def test_retention_counts_whole_years(year: int, month: int, hour: int) -> None:
    moment = datetime(year, month, 15, hour, tzinfo=UTC)
    assert rules.may_drop(year - 11, now=moment, retention_years=10)
    assert not rules.may_drop(year - 10, now=moment, retention_years=10)


def test_entries_of_a_recording_count_themselves_so_that_none_can_be_left_out(
    now: datetime,
) -> None:
    with transaction.atomic():
        for act in ("evidence.ingested", "evidence.viewed"):
            actions.record(act=act, subject="recording:A", actor="user:1", now=now)
        with actions.record_last():
            actions.record(act="evidence.held", subject="recording:A", actor="user:1", now=now)
            actions.record(act="evidence.held", subject="recording:B", actor="user:1", now=now)
            actions.record(act="evidence.viewed", subject="recording:A", actor="user:1", now=now)
        actions.record(act="incidents.logged", subject="incident:1", actor="user:1", now=now)
    places = [
        (entry.subject, entry.body.content.get("nth")) for entry in Entry.objects.order_by("id")
    ]
    assert places == [
        ("recording:A", 1),
        ("recording:A", 2),
        ("recording:A", 3),
        ("recording:B", 1),
        ("recording:A", 4),
        ("incident:1", None),
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, {1: "x"}, "\ud800", b"x"])
def test_case_28_what_has_no_single_spelling_is_refused(value: object, now: datetime) -> None:
    with pytest.raises((TypeError, ValueError)), transaction.atomic():
        actions.record(act="a.b", subject="x:1", actor="user:1", now=now, body={"value": value})
    assert not Entry.objects.exists()


def test_case_28_line_separators_and_both_spellings_of_umlauts_come_back_as_they_were(
    now: datetime,
) -> None:
    texts = ["a\u2028b", "a\u2029b", "Schl\u00fcssel", "Schlu\u0308ssel"]
    entries = []
    with transaction.atomic():
        for text in texts:
            entries.append(
                actions.append(
                    act="a.b", subject="x:1", actor="user:1", now=now, body={"value": text}
                )
            )
    stored = Entry.objects.select_related("body").order_by("id")
    assert [entry.body.content["value"] for entry in stored] == texts
    assert len({bytes(entry.commitment) for entry in entries}) == 4


@pytest.mark.parametrize("subject", ["x:1\n", "x\u2028:1", "", "x" * 121])
def test_case_28_an_envelope_holds_one_printable_line(subject: str, now: datetime) -> None:
    with pytest.raises(ValueError, match="printable"), transaction.atomic():
        actions.record(act="a.b", subject=subject, actor="user:1", now=now)
