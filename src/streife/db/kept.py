"""Dated data in memory: what only imports change is not asked for with every page."""

import threading
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from django.conf import settings

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
MOST_KEYS = 64

_all: "WeakSet[Kept[Any, Any]]" = WeakSet()


class Kept(Generic[K, V]):
    """Calls `read` at most every `REFERENCE_SECONDS` for a key and keeps its answer.

    An import ends what is kept in its own process (`forget_all`, on commit); other processes see it
    after these seconds. None and empty answers are not kept: the first import counts at once.
    """

    def __init__(self, read: Callable[[K], V]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._rows: dict[K, tuple[float, V]] = {}
        _all.add(self)

    def __call__(self, key: K) -> V:
        """Return the answer for a key, not older than `REFERENCE_SECONDS`."""
        since = monotonic() - settings.REFERENCE_SECONDS
        with self._lock:
            known = self._rows.get(key)
        if known is not None and known[0] > since:
            return known[1]
        read_at, value = monotonic(), self._read(key)
        if value and settings.REFERENCE_SECONDS:
            with self._lock:
                if len(self._rows) >= MOST_KEYS:
                    self._rows.clear()
                self._rows[key] = read_at, value
        return value

    def forget(self) -> None:
        """Read again at the next call."""
        with self._lock:
            self._rows.clear()


def forget_all() -> None:
    """End everything this process keeps; an import calls it when it is committed."""
    for kept in list(_all):
        kept.forget()
