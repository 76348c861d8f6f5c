"""What a person ticks off by hand, and what is done only by doing it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from streife.kernel.errors import Refused

# These close themselves with the decision they ask for; a tick would only hide it.
BY_DOING = frozenset(
    {
        "answer-erasure",
        "clock-jump",
        "confirm-hold",
        "decide-deletion",
        "describe",
        "find-picture",
        "find-recording",
        "mass-deletion",
    }
)
# Whoever wore the camera says whether they need a recording. Everything else about it may be asked
# because of them: somebody else answers.
BY_WEARER = frozenset({"expires"})
UNDO = timedelta(hours=1)  # so long whoever ticked something off may say that it was a slip


def check_tick(kind: str) -> None:
    """Pass only a task that is done when somebody says so.

    :raises Refused: `done-by-doing`
    """
    if kind in BY_DOING:
        raise Refused(
            "Diese Aufgabe ist erledigt, sobald entschieden oder angegeben ist, worum sie bittet."
            " Bitte dort weitermachen.",
            "done-by-doing",
        )


def asked_about(details: Mapping[str, Any]) -> str:
    """Return what a task asks about ("hold-7": a hold, a request, a demand); empty for none."""
    for kind in ("hold", "request", "erasure"):
        if kind in details:
            return f"{kind}-{details[kind]}"
    return ""
