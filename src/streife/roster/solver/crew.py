"""Worker processes of the solver: what they are told and what they answer, through pipes.

OR-Tools and highspy cannot live in one process, and two processes use two cores. A worker counts
its own CPU seconds from its start, libraries included.
"""

import multiprocessing
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Self

from streife.roster.solver.problem import Roster

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class News:
    """What a worker found: a roster, the CPU seconds it has used, a proven bound, rounds done.

    `done`: it has nothing more to do (for tasks: that this one is over). `proven`: the answer to a
    task is the best of its neighbourhood.
    """

    roster: Roster | None
    cpu: float
    value: float = 0.0
    bound: float = 0.0
    rounds: int = 0
    done: bool = False
    proven: bool = False


class Crew:
    """Some workers; leave the `with` and they are gone."""

    def __init__(self, module: str, arguments: Sequence[tuple[Any, ...]]) -> None:
        self.pipes: list[Connection] = []
        self.cpu = [0.0] * len(arguments)
        self._processes: list[SpawnProcess] = []
        for given in arguments:
            here, there = _SPAWN.Pipe()
            process = _SPAWN.Process(target=_enter, args=(there, module, given), daemon=True)
            process.start()
            there.close()
            self.pipes.append(here)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
        for pipe in self.pipes:
            pipe.close()

    def tell(self, number: int, message: Any) -> None:
        """Send a worker something; one that has gone is heard of as done by `news`."""
        if self.has(number):
            with suppress(BrokenPipeError, ConnectionResetError):
                self.pipes[number].send(message)

    def has(self, number: int) -> bool:
        """Say whether nobody has heard yet that this worker has gone."""
        return not self.pipes[number].closed

    @property
    def is_gone(self) -> bool:
        """Whether all workers have gone."""
        return all(pipe.closed for pipe in self.pipes)

    def news(self, seconds: float) -> list[tuple[int, News]]:
        """Wait for news; a worker that has gone is heard of as done."""
        found = []
        open_pipes = [pipe for pipe in self.pipes if not pipe.closed]
        for ready in wait(open_pipes, timeout=max(0.0, seconds)):
            number = next(at for at, pipe in enumerate(self.pipes) if pipe is ready)
            try:
                one: News = self.pipes[number].recv()
            except (EOFError, ConnectionResetError):
                # Reset, and not at its end, where it left without reading what we had sent.
                one = News(None, self.cpu[number], done=True)
                self.pipes[number].close()
            self.cpu[number] = one.cpu
            found.append((number, one))
        return found


def _enter(pipe: Connection, module: str, arguments: tuple[Any, ...]) -> None:
    """Load the worker's module here, so that the caller never loads a solver, and be it."""
    import_module(f"streife.roster.solver.{module}").work(pipe, *arguments)
