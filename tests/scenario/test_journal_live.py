"""Real commits: many writers at once, and readers that follow without missing anything."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection, connections, transaction

from streife.journal import actions, live
from streife.journal.models import Entry
from tests.committed import empty_journal
from tests.journal_making import audit

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _committed(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.VAR_DIR = tmp_path / "var"
    yield
    empty_journal()


def append(number: int, *, year: int = 2026) -> int:
    with transaction.atomic():
        return actions.append(
            act="incidents.logged",
            subject=f"incident:{number}",
            actor="user:1",
            now=NOW.replace(year=year),
            body={"line": number},
        ).id


def append_and_close(number: int, year: int = 2026) -> int:
    try:
        return append(number, year=year)
    finally:
        connections.close_all()


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"
)
def test_case_26_concurrent_writers_leave_no_gap_and_ids_follow_numbers() -> None:
    """Both years are empty at first, so the race for the first row of a log is run, too."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append_and_close, range(200), [2026, 2027] * 100))
    for year in (2026, 2027):
        rows = Entry.objects.filter(log_id=year).order_by("id").values_list("number", flat=True)
        assert list(rows) == list(range(100))
    assert audit(NOW).sound


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"
)
def test_a_reader_by_id_misses_nothing_while_two_years_grow() -> None:
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                seen.extend(item.id for item in live.read_after(seen[-1] if seen else 0))
        finally:
            connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(append_and_close, range(200), [2026, 2027] * 100))
    done.set()
    reader.join()
    seen.extend(item.id for item in live.read_after(seen[-1] if seen else 0))
    assert seen == sorted(written)


def following(after: int | None, count: int, write: list[int]) -> list[int]:
    """Follow from a cursor while entries are written, until `count` entries came."""

    async def play() -> list[int]:
        got: list[int] = []
        stream = live.follow(after, heartbeat_seconds=5)
        appending = sync_to_async(append_and_close, thread_sensitive=False)

        async def later() -> None:
            for number in write:
                await asyncio.sleep(0.05)
                await appending(number)

        writing = asyncio.create_task(later())
        async with asyncio.timeout(20):
            async for batch in stream:
                got += [item.id for item in batch]
                if len(got) >= count:
                    break
        await writing
        await stream.aclose()  # type: ignore[attr-defined]  # an async generator
        return got

    return asyncio.run(play())


def watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "journal-live"]


def test_a_reader_who_comes_back_gets_what_it_missed_and_what_comes() -> None:
    missed = [append(number) for number in range(5)]
    got = following(missed[1], 6, [10, 11, 12])
    assert got[:3] == missed[2:]
    assert got == sorted(set(got))
    assert len(got) == 6
    assert got == [item.id for item in live.read_after(missed[1])]


def test_the_watcher_ends_with_its_last_reader() -> None:
    first = append(1)
    following(first - 1, 1, [])
    for thread in watchers():
        thread.join(5)
    assert watchers() == []


def test_a_silent_journal_sends_heartbeats_and_well_formed_events() -> None:
    first = append(1)

    async def play() -> list[str]:
        stream = live.event_stream(first - 1, heartbeat_seconds=0.05)
        parts = [await anext(stream) for _ in range(3)]
        await stream.aclose()  # type: ignore[attr-defined]  # an async generator
        return parts

    retry, event, beat = asyncio.run(play())
    assert retry == "retry: 2000\n\n"
    assert event.startswith(f"id: {first}\nevent: journal\ndata: {{")
    assert event.endswith("}\n\n")
    assert beat.startswith(":")


@pytest.mark.parametrize(
    ("header", "cursor"),
    [("17", 17), ("0", 0), (None, None), ("", None), ("-1", None), ("x", None), ("٣", None)],
)
def test_a_last_event_id_is_a_number_or_nothing(header: str | None, cursor: int | None) -> None:
    assert live.cursor_from(header) == cursor
    assert live.cursor_from("9" * 40) is None


def test_the_database_still_refuses_after_the_tests_lifted_its_protection() -> None:
    append(1)
    empty_journal()
    append(2)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")
    assert live.newest_id() > 0
