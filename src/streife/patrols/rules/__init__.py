"""Decisions of patrol planning, in plain Python."""

from streife.patrols.rules.planning import (
    MODE_NAMES,
    MODES,
    MOVES,
    STATE_NAMES,
    WISH_SOURCES,
    Origin,
    PlanState,
    WishSource,
    break_of,
    check_draft,
    check_move,
    check_wish,
    is_lost,
    moment_on_shift,
)
from streife.streets.rules import Mode

__all__ = [
    "MODES",
    "MODE_NAMES",
    "MOVES",
    "STATE_NAMES",
    "WISH_SOURCES",
    "Mode",
    "Origin",
    "PlanState",
    "WishSource",
    "break_of",
    "check_draft",
    "check_move",
    "check_wish",
    "is_lost",
    "moment_on_shift",
]
