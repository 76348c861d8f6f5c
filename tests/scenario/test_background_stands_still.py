"""The background work stands still for a while: nothing that residents sent is lost or hidden."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from streife.accounts.rules import PUBLIC, Actor
from streife.incidents.rules import Cursor, Filters, QueueRow
from streife.reports.actions import receive_report
from streife.triage.queries import inbox, waiting_count, worklist
from tests.reporting import a_draft, load_catalogue, load_city

pytestmark = pytest.mark.django_db
For = Callable[[str], Actor]
MANY = 130


@pytest.fixture(autouse=True)
def _background_work_waits(settings: Any, db: None) -> None:
    load_city()
    load_catalogue()
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def received(now: datetime, *, codes: tuple[str, ...] = ("sperrmuell",)) -> list[int]:
    """Send many reports, some of them at the same moment; return their ids, oldest first."""
    return [
        receive_report(
            draft=a_draft(text=f"Hinweis {n}", category_code=codes[n % len(codes)]),
            actor=PUBLIC,
            now=now - timedelta(minutes=MANY - n // 3),
        ).report_id
        for n in range(MANY)
    ]


def pages(ask: Callable[[Cursor | None], Any]) -> list[QueueRow]:
    """Turn page after page to the end."""
    rows: list[QueueRow] = []
    cursor = None
    for _ in range(MANY):
        page = ask(cursor)
        rows += page.rows
        cursor = page.next
        if cursor is None:
            return rows
    pytest.fail("the pages have no end")


@pytest.mark.parametrize("size", [1, 7, 50])
def test_every_report_without_a_proposal_stands_on_one_of_the_pages(
    size: int, actor_for: For, now: datetime
) -> None:
    sent = received(now)
    desk = actor_for("dispatcher")
    shown = pages(lambda cursor: inbox(desk, Filters(), cursor, now=now, size=size))
    assert [row.id for row in shown] == sent
    both = pages(lambda cursor: worklist(desk, Filters(), cursor, now=now, size=size))
    assert [row.id for row in both] == sent


def test_what_is_urgent_stands_first_even_before_it_is_sorted(
    actor_for: For, now: datetime
) -> None:
    received(now)
    urgent = receive_report(
        draft=a_draft(category_code="hund_gefaehrlich"), actor=PUBLIC, now=now
    ).report_id
    first = inbox(actor_for("dispatcher"), Filters(), None, now=now, size=50).rows[0]
    assert (first.id, first.priority) == (urgent, 1)


def test_the_board_counts_what_is_not_sorted_yet(actor_for: For, now: datetime) -> None:
    sent = received(now)
    assert waiting_count(actor_for("dispatcher")) == len(sent)
