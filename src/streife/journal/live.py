"""Following the record as it grows: what boards and phones hang on, over server-sent events.

One thread a process watches the journal and hands new entries to every follower of that process,
so a hundred open boards cost one query an event. It starts with the first follower and ends with
the last. PostgreSQL wakes it (a trigger sends NOTIFY, delivered at commit); on SQLite the
process's own commits wake it at once and other processes' within a second.

A follower passes the id of the last entry it saw and gets all later ones, in order, none twice:
ids grow in the order of commits because every append holds the journal's lock (`actions.py`).
"""

import asyncio
import json
import threading
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asgiref.sync import sync_to_async
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections
from django.db.models import Max

from streife.journal.models import Entry

CHANNEL = "streife_journal"
POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
RECONNECT_MS = 2000
BATCH = 500
REMEMBERED = 2000
# Who signed in, was granted a role or was looked up is no news for a board.
FOLLOWED = ("report:", "incident:", "unit:", "assignment:")

_wake = threading.Event()


def wake() -> None:
    """Tell this process's watcher that something was committed."""
    _wake.set()


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry's envelope, as followers get it; what it says is read by whoever may."""

    id: int
    at: datetime
    act: str
    actor: str
    subject: str


def read_after(entry_id: int, *, limit: int = BATCH) -> list[Happening]:
    """Return the next envelopes behind a cursor."""
    rows = Entry.objects.filter(id__gt=entry_id).order_by("id")
    return [
        Happening(*row) for row in rows.values_list("id", "at", "act", "actor", "subject")[:limit]
    ]


def newest_id() -> int:
    """Return the cursor of whoever has seen everything."""
    return Entry.objects.aggregate(newest=Max("id"))["newest"] or 0


def cursor_from(last_event_id: str | None) -> int | None:
    """Return the cursor in a `Last-Event-ID`; None (from now on) if it is missing or nonsense."""
    text = last_event_id or ""
    if text.isascii() and text.isdecimal() and len(text) <= 18:
        return int(text)
    return None


@dataclass(eq=False, slots=True)
class _Follower:
    loop: asyncio.AbstractEventLoop
    news: asyncio.Event = field(default_factory=asyncio.Event)


class _Watcher:
    """The one thread that looks at the database for all followers of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._followers: set[_Follower] = set()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._recent: deque[Happening] = deque(maxlen=REMEMBERED)
        self._floor: int | None = None  # every entry above it is in `_recent`; None: not yet looked
        self._seen = 0

    def join(self, follower: _Follower) -> None:
        """Add a follower; the first one starts the thread."""
        with self._lock:
            self._followers.add(follower)
            if self._thread is None:
                self._stop = threading.Event()
                self._floor = None
                self._thread = threading.Thread(
                    target=self._run, args=(self._stop,), name="journal-live", daemon=True
                )
                self._thread.start()

    def leave(self, follower: _Follower) -> None:
        """Remove a follower; the last one ends the thread."""
        with self._lock:
            self._followers.discard(follower)
            if not self._followers:
                self._stop.set()
                self._thread = None
                _wake.set()

    def after(self, cursor: int) -> list[Happening] | None:
        """Return what came after the cursor from memory, or None if that reaches too far back."""
        with self._lock:
            if self._floor is None or cursor < self._floor:
                return None
            return [item for item in self._recent if item.id > cursor]

    def _take(self, stop: threading.Event) -> None:
        """Read what is new and tell every follower."""
        while items := read_after(self._seen):
            with self._lock:
                if stop.is_set():
                    return
                overflow = len(self._recent) + len(items) - REMEMBERED
                if overflow > 0:
                    dropped = [*self._recent, *items][overflow - 1]
                    self._floor = dropped.id
                self._recent.extend(items)
                self._seen = items[-1].id
                followers = list(self._followers)
            for follower in followers:
                _tell(follower)

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._watch(stop)
            except (OperationalError, InterfaceError):
                # The database went away (restart, fail-over): wait and connect again.
                stop.wait(POLL_SECONDS)
            finally:
                connections[DEFAULT_DB_ALIAS].close()

    def _watch(self, stop: threading.Event) -> None:
        listening = connection.vendor == "postgresql"
        if listening:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
        newest = newest_id()
        with self._lock:
            if stop.is_set():
                return
            self._recent.clear()
            self._floor = self._seen = newest
            followers = list(self._followers)
        # Whoever read the database before this moment may have missed something: look again.
        for follower in followers:
            _tell(follower)
        while not stop.is_set():
            self._take(stop)
            if listening:
                _await_notice(stop)
            else:
                _wake.wait(POLL_SECONDS)
                _wake.clear()


def _await_notice(stop: threading.Event) -> None:
    """Return once PostgreSQL says that something was appended (or every second, to end in time)."""
    raw = connection.connection
    for _notice in raw.notifies(timeout=POLL_SECONDS, stop_after=1):
        if stop.is_set():
            return


def _tell(follower: _Follower) -> None:
    try:
        follower.loop.call_soon_threadsafe(follower.news.set)
    except RuntimeError:
        # The loop was closed without the generator being closed first; nobody listens any more.
        _watcher.leave(follower)


_watcher = _Watcher()


def _read_and_close(cursor: int) -> list[Happening]:
    try:
        return read_after(cursor)
    finally:
        connection.close()


def _newest_and_close() -> int:
    try:
        return newest_id()
    finally:
        connection.close()


async def follow(
    after: int | None = None, *, heartbeat_seconds: float = HEARTBEAT_SECONDS
) -> AsyncIterator[Sequence[Happening]]:
    """Yield entries after a cursor (None: from now on) for ever, in batches.

    An empty batch is a heartbeat: nothing happened for that long. No database connection is held
    while waiting.
    """
    follower = _Follower(asyncio.get_running_loop())
    _watcher.join(follower)
    read = sync_to_async(_read_and_close, thread_sensitive=False)
    try:
        cursor = after
        if cursor is None:
            cursor = await sync_to_async(_newest_and_close, thread_sensitive=False)()
        behind = True
        while True:
            follower.news.clear()
            items = None if behind else _watcher.after(cursor)
            if items is None:
                items = await read(cursor)
            behind = len(items) >= BATCH
            if items:
                cursor = items[-1].id
                yield items
                continue
            try:
                await asyncio.wait_for(follower.news.wait(), heartbeat_seconds)
            except TimeoutError:
                yield []
    finally:
        _watcher.leave(follower)


def as_event(item: Happening) -> str:
    """Return one entry as a server-sent event `journal` with the entry's id as event id."""
    data = json.dumps(
        {
            "id": item.id,
            "at": item.at.isoformat(),
            "act": item.act,
            "subject": item.subject,
        },
        ensure_ascii=False,
    )
    return f"id: {item.id}\nevent: journal\ndata: {data}\n\n"


async def event_stream(
    after: int | None = None, *, heartbeat_seconds: float = HEARTBEAT_SECONDS
) -> AsyncIterator[str]:
    """Yield the body of a `text/event-stream` answer; give it to a StreamingHttpResponse.

    The answer needs `Cache-Control: no-store` and `X-Accel-Buffering: no`.
    """
    yield f"retry: {RECONNECT_MS}\n\n"
    stream = follow(after, heartbeat_seconds=heartbeat_seconds)
    try:
        async for batch in stream:
            news = (as_event(item) for item in batch if item.subject.startswith(FOLLOWED))
            yield "".join(news) or ": weiter\n\n"
    finally:
        await stream.aclose()  # type: ignore[attr-defined]  # an async generator, by construction
