"""Entries of a composed action wait for its end: right order, one lock, nothing of what failed."""

from datetime import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from streife.journal.actions import record, record_last
from streife.journal.models import Entry
from streife.kernel.errors import Refused
from tests.journal_making import audit

pytestmark = pytest.mark.django_db


def note(number: int, now: datetime) -> None:
    """Record one line."""
    record(
        act="incidents.logged",
        subject=f"incident:{number}",
        actor="user:1",
        now=now,
        body={"line": number},
    )


@transaction.atomic
@record_last()
def refuse_after_a_line(number: int, now: datetime) -> None:
    """Record one line, then refuse."""
    note(number, now)
    raise Refused("Nein.", "no")


def subjects() -> list[str]:
    """Return what stands in the record."""
    return list(Entry.objects.order_by("id").values_list("subject", flat=True))


def test_nothing_is_written_before_the_block_ends_and_then_all_in_order(now: datetime) -> None:
    with transaction.atomic():
        with record_last():
            note(1, now)
            with record_last():
                note(2, now)
            note(3, now)
            assert not Entry.objects.exists()
        assert subjects() == ["incident:1", "incident:2", "incident:3"]
    assert audit(now).sound


def test_five_entries_cost_the_four_statements_of_one(now: datetime) -> None:
    note(0, now)
    with CaptureQueriesContext(connection) as captured, transaction.atomic(), record_last():
        for number in range(5):
            note(number, now)
    statements = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    assert len(statements) == 4


def test_a_block_that_fails_takes_its_own_entries_with_it(now: datetime) -> None:
    with transaction.atomic(), record_last():
        note(1, now)
        with pytest.raises(Refused):
            refuse_after_a_line(2, now)
        note(3, now)
    assert subjects() == ["incident:1", "incident:3"]


def test_a_block_that_fails_as_a_whole_records_nothing_and_holds_nothing_back(
    now: datetime,
) -> None:
    with pytest.raises(Refused):
        refuse_after_a_line(1, now)
    note(2, now)
    assert subjects() == ["incident:2"]
