"""What a place for envelopes can do; the same tests hold for every kind."""

from collections.abc import Iterator
from typing import Protocol

from streife.evidence.envelope import Source


class NoAnswer(OSError):
    """The store does not answer; that says nothing about what lies in it."""


class Writer(Protocol):
    """An envelope on its way into a store: nobody finds it there before `commit`."""

    @property
    def writers(self) -> int:
        """How many threads may write at a time; with one, blocks come in order."""
        ...

    def write(self, offset: int, block: memoryview) -> None:
        """Take a block."""
        ...

    def commit(self) -> None:
        """Make everything durable, then visible; returns only when a power cut loses nothing.

        :raises OSError: the store could not promise it; nothing is retried
        """
        ...

    def abort(self) -> None:
        """Forget what was written."""
        ...


class Store(Protocol):
    """A place for envelopes, by name."""

    def create(self, name: str, size: int) -> Writer:
        """Begin an envelope of `size` bytes.

        :raises OSError: there is no room
        """
        ...

    def open(self, name: str) -> Source:
        """Return an envelope for reading.

        :raises FileNotFoundError: there is none
        :raises NoAnswer: the store does not answer
        """
        ...

    def remove(self, name: str) -> None:
        """Remove an envelope with all its versions; one that is gone stays gone."""
        ...

    def listing(self) -> Iterator[tuple[str, int]]:
        """Yield name and size of every envelope."""
        ...

    def sweep(self) -> int:
        """Remove what interrupted writers left behind and return how many."""
        ...
