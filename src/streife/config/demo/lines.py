"""Entries of the record that are collected first and written in the order of time."""

from dataclasses import dataclass, field
from datetime import datetime

from streife.accounts.rules import Actor
from streife.journal.actions import record_many
from streife.journal.rules import Line


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts in the synthetic year."""

    desk: Actor
    dispatcher: Actor
    leader: Actor


@dataclass(slots=True)
class Lines:
    """Collects entries; those of one moment stay in the order they came in."""

    rows: list[Line] = field(default_factory=list)

    def add(self, act: str, subject: str, actor: Actor, moment: datetime, **body: object) -> None:
        """Take one entry."""
        self.rows.append(Line(act=act, subject=subject, actor=actor.ref, now=moment, body=body))

    def write(self) -> int:
        """Record everything and return how many entries it was."""
        return record_many(sorted(self.rows, key=lambda line: line.now))
