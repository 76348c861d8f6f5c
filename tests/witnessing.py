"""A real witness on a free port, and what an operator with every right and the log's key can do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from streife.journal import actions, keeping, queries, rules
from streife.journal.tlog.merkle import Frontier
from streife.journal.witness import Server, Witness, set_up, trust
from tests.journal_making import attack


@dataclass
class Running:
    """A witness that listens."""

    witness: Witness
    url: str

    @property
    def setting(self) -> str:
        """The line that `STREIFE_WITNESSES` takes."""
        return f"{self.url} {self.witness.cosigner.to_text()}"


@contextmanager
def listening(folder: Path, *, name: str = "revision.example.org/zeuge") -> Iterator[Running]:
    """Run a witness that knows this journal."""
    witness = Witness(folder) if (folder / "zeuge.key").exists() else set_up(folder, name)
    trust(folder, keeping.verifier_for(keeping.base_origin()).to_text())
    with Server(("127.0.0.1", 0), witness) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Running(witness, f"http://127.0.0.1:{server.server_port}/")
        finally:
            server.shutdown()
            thread.join()


def sign(now: datetime) -> None:
    """Set checkpoints, and do what the commit does, in a test that never commits."""
    actions.checkpoint(now=now)
    for log in queries.logs():
        newest = queries.checkpoints(log.year).first()
        if newest is not None:
            keeping.keep_head(log.year, newest.note)


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


def forget_heads() -> None:
    """Remove every trace of what was signed before, in the database and beside the key."""
    attack("journal_cosignature", "DELETE FROM journal_cosignature")
    attack("journal_stamp", "DELETE FROM journal_stamp")
    attack("journal_checkpoint", "DELETE FROM journal_checkpoint")
    for path in keeping.directory().glob("*.checkpoint"):
        path.unlink()


def rewrite(sql: str, values: list[Any], *, now: datetime) -> None:
    """Change entries and sign the new history with the log's own key."""
    attack("journal_entry", sql, values)
    rebuild()
    forget_heads()
    attack("journal_tile", "DELETE FROM journal_tile")
    sign(now)


def cut(size: int, *, year: int = 2026) -> None:
    """Put the whole machine back to when there were `size` entries: database and head files."""
    forget_heads()
    attack(
        "journal_body",
        "DELETE FROM journal_body WHERE entry_id IN "
        "(SELECT id FROM journal_entry WHERE log_id = %s AND number >= %s)",
        [year, size],
    )
    attack(
        "journal_entry",
        "DELETE FROM journal_entry WHERE log_id = %s AND number >= %s",
        [year, size],
    )
    rebuild()
