"""Synchronous publishing of facts; who reacts stands in `config/wiring.py`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Reaction = Callable[[Any], object]

_reactions: dict[type[Any], tuple[Reaction, ...]] = {}


def wire(table: Mapping[type[Any], Iterable[Reaction]]) -> None:
    """Replace the table of reactions; called once at start-up."""
    _reactions.clear()
    _reactions.update({event: tuple(reactions) for event, reactions in table.items()})


def publish(event: object) -> None:
    """Call every reaction to `event`, inside the caller's transaction.

    A reaction that fails makes the action fail: a fact is never recorded half.
    """
    for reaction in _reactions.get(type(event), ()):
        reaction(event)
