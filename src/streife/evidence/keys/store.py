"""The small database of wrapped data keys, in a file of its own.

It is in no backup of the media and in none of the main database. Destroying a row here destroys a
recording everywhere, in every copy and every backup. So: what is deleted is overwritten
(`secure_delete`), every commit reaches the disk, and what was destroyed is named in a second file
that only grows, so that a backup put back does not bring it to life again.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from streife.evidence.keys.choosing import wrapping
from streife.evidence.keys.files import sync_folder
from streife.evidence.keys.wrapping import Wrapping
from streife.kernel.errors import Refused

BACKUP_HOURS = 48
BATCH = 200  # keys wrapped anew at a time: whoever takes a recording in waits for no more
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS wrapped_key (
        kid TEXT PRIMARY KEY, generation TEXT NOT NULL, wrapped BLOB NOT NULL, made_at TEXT NOT NULL
    ) WITHOUT ROWID
"""
# What a rotation replaces, until it is destroyed: an interrupted one does not forget it. Only these
# are ever destroyed: a module may hold keys of another installation.
_LEAVING = "CREATE TABLE IF NOT EXISTS leaving_generation (name TEXT PRIMARY KEY) WITHOUT ROWID"


def key_destroyed() -> Refused:
    """Return what to say when a data key is gone."""
    return Refused(
        "Diese Aufnahme ist gelöscht: ihr Schlüssel ist vernichtet, niemand kann sie mehr lesen.",
        "key-destroyed",
    )


class KeyStore:
    """Wrapped keys by name; opened for each use, so that processes may share it."""

    def __init__(self, folder: Path, keys: Wrapping) -> None:
        self._folder, self._wrapping = folder, keys
        self.path = folder / "keys.sqlite3"
        self._destroyed = folder / "destroyed.txt"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.path.exists():
            self.path.touch(mode=0o600)
        with closing(sqlite3.connect(self.path, timeout=20)) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            # A write-ahead log would keep wrapped keys after their rows were overwritten.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA synchronous=EXTRA")
            connection.execute("PRAGMA temp_store=MEMORY")
            with connection:
                connection.execute(_SCHEMA)
                connection.execute(_LEAVING)
                yield connection

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        """Open for writing, with the lock from the first line on: nobody rotates or puts beside.

        What is wrapped inside is wrapped under a generation that cannot be retired before the row
        is there to be seen.
        """
        with self._open() as rows:
            rows.execute("BEGIN IMMEDIATE")
            yield rows

    def put(self, kid: str, data_key: bytes, now: datetime) -> None:
        """Wrap a new data key and keep it, durably.

        :raises Refused: `kek-missing`; the name was used before (`key-destroyed`)
        """
        if kid in self.destroyed():
            raise key_destroyed()
        with self._alone() as rows:
            generation, wrapped = self._wrapping.wrap(data_key, kid)
            rows.execute(
                "INSERT INTO wrapped_key VALUES (?, ?, ?, ?)",
                (kid, generation, wrapped, now.isoformat()),
            )

    def get(self, kid: str) -> bytes:
        """Return a data key.

        :raises Refused: `key-destroyed` (also after a backup was put back), `kek-missing`,
            `key-damaged`
        """
        generation, wrapped = self._wrapped(kid)
        try:
            return self._wrapping.unwrap(generation, wrapped, kid)
        except Refused:
            # Wrapped anew between reading and opening? Then the row says so.
            again, wrapped = self._wrapped(kid)
            if again == generation:
                raise
            return self._wrapping.unwrap(again, wrapped, kid)

    def _wrapped(self, kid: str) -> tuple[str, bytes]:
        with self._open() as rows:
            row = rows.execute(
                "SELECT generation, wrapped FROM wrapped_key WHERE kid = ?", (kid,)
            ).fetchone()
        if row is None or kid in self.destroyed():
            raise key_destroyed()
        return row[0], row[1]

    def has(self, kid: str) -> bool:
        """Say whether a key is there and was not destroyed."""
        return kid in self.kids()

    def kids(self) -> set[str]:
        """Return the names of all keys that are there and were not destroyed."""
        with self._open() as rows:
            there = {row[0] for row in rows.execute("SELECT kid FROM wrapped_key")}
        return there - self.destroyed()

    def made_before(self, moment: datetime) -> set[str]:
        """Return the names of keys that were made before a moment."""
        with self._open() as rows:
            found = rows.execute("SELECT kid, made_at FROM wrapped_key").fetchall()
        return {kid for kid, made in found if datetime.fromisoformat(made) < moment}

    def destroy(self, kid: str) -> None:
        """Destroy a key for good; one that is gone already stays gone."""
        self._note_destroyed(kid)
        self._delete([kid])

    def _delete(self, kids: list[str]) -> None:
        with self._open() as rows:
            rows.executemany("DELETE FROM wrapped_key WHERE kid = ?", [(kid,) for kid in kids])
        sync_folder(self._folder)

    def _note_destroyed(self, kid: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._destroyed, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # A line feed before, too: a line whose end a crash cut off must not swallow this one.
            os.write(handle, f"\n{kid}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def destroyed(self) -> set[str]:
        """Return the names of all keys that were destroyed on purpose."""
        if not self._destroyed.exists():
            return set()
        return set(self._destroyed.read_text().split())

    def rewrap(self, now: datetime) -> int:
        """Wrap all keys under a new key over all keys; footage stays as it is.

        Beside it recordings may be taken in. Interrupted, it is simply run again: every row names
        the generation it is wrapped under.
        """
        with self._alone() as rows:
            kids = [kid for (kid,) in rows.execute("SELECT kid FROM wrapped_key ORDER BY kid")]
            rows.execute(
                "INSERT OR IGNORE INTO leaving_generation"
                " SELECT DISTINCT generation FROM wrapped_key"
            )
            # Whoever puts a key from now on waits for this lock and wraps under the new one.
            newest = self._wrapping.renew(now)
        count = 0
        for first in range(0, len(kids), BATCH):
            count += self._rewrap_some(kids[first : first + BATCH], newest)
        self._retire_unnamed()
        return count

    def _rewrap_some(self, kids: list[str], newest: str) -> int:
        count = 0
        with self._alone() as rows:
            for kid in kids:
                row = rows.execute(
                    "SELECT generation, wrapped FROM wrapped_key WHERE kid = ? AND generation <> ?",
                    (kid, newest),
                ).fetchone()
                if row is not None:  # else destroyed meanwhile, or wrapped anew by another
                    generation, wrapped = row
                    data_key = self._wrapping.unwrap(generation, wrapped, kid)
                    rows.execute(
                        "UPDATE wrapped_key SET generation = ?, wrapped = ? WHERE kid = ?",
                        (*self._wrapping.wrap(data_key, kid), kid),
                    )
                    count += 1
        return count

    def _retire_unnamed(self) -> None:
        """Destroy the generations that were replaced; never one that a row still names."""
        with self._alone() as rows:
            kept = {name for (name,) in rows.execute("SELECT generation FROM wrapped_key")}
            kept.add(self._wrapping.current())
            leaving = {name for (name,) in rows.execute("SELECT name FROM leaving_generation")}
            for generation in sorted(leaving - kept):
                self._wrapping.retire(generation)
                rows.execute("DELETE FROM leaving_generation WHERE name = ?", (generation,))

    def backup(self, now: datetime) -> Path:
        """Copy the keys for at most 48 hours; older copies go. Backups hold wrapped keys only."""
        folder = self._folder / "backup"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.tidy_backups(now)
        path = folder / f"keys-{now.astimezone(UTC):%Y%m%dT%H%M%S}.sqlite3"
        path.touch(mode=0o600)
        with self._open() as rows, closing(sqlite3.connect(path)) as copy:
            rows.backup(copy)
        return path

    def tidy_backups(self, now: datetime) -> int:
        """Overwrite and remove copies older than 48 hours; return how many."""
        count = 0
        for path in (self._folder / "backup").glob("keys-*.sqlite3"):
            if now - _made_at(path) > timedelta(hours=BACKUP_HOURS):
                with path.open("r+b") as file:
                    file.write(bytes(path.stat().st_size))
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink()
                count += 1
        return count

    def restore(self, backup: Path, deleted: set[str]) -> int:
        """Take back keys from a copy, but none that was destroyed since; return how many came back.

        `deleted` are the names the main database knows as destroyed; both lists count.
        """
        gone = self.destroyed() | deleted
        with closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as copy:
            rows = copy.execute("SELECT kid, generation, wrapped, made_at FROM wrapped_key")
            wanted = [row for row in rows.fetchall() if row[0] not in gone]
        with self._open() as kept:
            before = kept.total_changes
            kept.executemany("INSERT OR IGNORE INTO wrapped_key VALUES (?, ?, ?, ?)", wanted)
            count = kept.total_changes - before
        for kid in deleted - self.destroyed():
            self._note_destroyed(kid)
        self._delete(sorted(gone))
        return count


def _made_at(backup: Path) -> datetime:
    """Return when a copy was made, by its name; by the disk if somebody renamed it."""
    try:
        return datetime.strptime(backup.stem[5:], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(backup.stat().st_mtime, UTC)


def key_store() -> KeyStore:
    """Return the keys of this installation."""
    return KeyStore(Path(settings.VAR_DIR) / "evidence" / "keys", wrapping())
