"""How far a complete check is: told to every process through the shared cache."""

from dataclasses import dataclass

from django.core.cache import cache

_KEY = "journal.check"
# A check that says nothing for so long is dead; one says something every 10,000 entries.
SILENT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class RunningCheck:
    """A check under way, or one that waits for its turn (`done` is 0)."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """Whole per cent that are done."""
        return 100 * min(self.done, self.total) // self.total if self.total else 0


def note(*, done: int, total: int) -> None:
    """Say how many entries are checked."""
    cache.set(_KEY, (done, total), SILENT_SECONDS)


def over() -> None:
    """Say that no check runs any more."""
    cache.delete(_KEY)


def check_now() -> RunningCheck | None:
    """Return the check that runs or waits, None if there is none."""
    known = cache.get(_KEY)
    return RunningCheck(*known) if known else None
