"""One report sent several times at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from streife.accounts.rules import PUBLIC
from streife.kernel.clock import now
from streife.reports.actions import receive_report
from streife.reports.models import Report
from streife.reports.rules import Received, ReportDraft
from tests.committed import empty_journal
from tests.reporting import a_draft, load_city


@pytest.fixture
def _city(transactional_db: None) -> Iterator[None]:
    load_city()
    yield
    empty_journal()


def send(draft: ReportDraft) -> Received:
    """Send from a thread of its own."""
    try:
        return receive_report(draft=draft, actor=PUBLIC, now=now())
    finally:
        connections.close_all()


@pytest.mark.postgres
@pytest.mark.usefixtures("_city")
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"
)
def test_sent_eight_times_at_once_is_stored_once_and_answered_alike() -> None:
    draft = a_draft()
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(send, [draft] * 8))
    assert len({(result.reference, result.secret) for result in results}) == 1
    assert sorted(result.replayed for result in results) == [False] + [True] * 7
    assert Report.objects.count() == 1
