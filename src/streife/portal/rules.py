"""What the portal says about a report, in words people use. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

# What the holder of a link reads about each act in the record, and the icon beside it. Acts that
# are not here (who read contact data, proposals) are the service's own business.
_ACTS: Mapping[str, tuple[str, str]] = {
    "reports.received": ("Ihr Hinweis ist bei uns eingegangen.", "report"),
    "reports.imported": ("Der Hinweis wurde aus einer anderen Quelle übernommen.", "report"),
    "reports.answered": ("Wir haben Ihnen geantwortet.", "message"),
    "reports.objected": ("Sie haben uns gesagt, dass das nicht stimmt.", "undo"),
    "reports.contact_erased": ("Ihre Kontaktdaten sind gelöscht.", "trash"),
}
_MOVES: Mapping[str, tuple[str, str]] = {
    "accepted": ("Ein Mensch hat Ihren Hinweis gelesen. Wir kümmern uns darum.", "eye"),
    "forwarded": ("Wir haben Ihren Hinweis an die zuständige Stelle gegeben.", "forward"),
    "rejected": ("Wir haben Ihren Hinweis gelesen und Ihnen geantwortet.", "message"),
    "received": ("Wir sehen uns Ihren Hinweis noch einmal an.", "refresh"),
}
_STANDS: Mapping[str, tuple[str, str]] = {
    "received": ("Ihr Hinweis ist da. Gelesen hat ihn noch niemand.", "info"),
    "accepted": (
        "Wir haben Ihren Hinweis gelesen. Eine Streife ist noch nicht eingeteilt.",
        "info",
    ),
    "forwarded": ("Eine andere Stelle ist zuständig. Sie hat Ihren Hinweis von uns.", "info"),
    "answered": ("Wir haben Ihnen geantwortet.", "ok"),
    "rejected": ("Hier können wir nicht tätig werden.", "warning"),
}
_AT_WORK: Mapping[str, str] = {
    "assigned": "Wir haben Ihren Hinweis gelesen. Eine Streife ist eingeteilt.",
    "on_scene": "Eine Streife ist vor Ort.",
    "handed_over": "Wir haben eine andere Stelle gebeten. Ihre Antwort steht noch aus.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the way of a report."""

    at: datetime
    text: str
    icon: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a report stands: one sentence, and the level of its badge."""

    text: str
    level: str


def stand_of(status: str, *, incident_status: str, objected: bool) -> Stand:
    """Return the sentence that opens the status page; never more than what is known."""
    if status == "received" and objected:
        return Stand("Sie haben widersprochen. Wir sehen noch einmal nach.", "info")
    if status == "accepted" and incident_status in _AT_WORK:
        return Stand(_AT_WORK[incident_status], "info")
    return Stand(*_STANDS[status])


def steps_of(entries: Iterable[tuple[datetime, str, str]]) -> list[Step]:
    """Return the way of a report from record entries (moment, act, status in the body)."""
    steps = []
    for at, act, status in entries:
        found = _MOVES.get(status) if act == "reports.moved" else _ACTS.get(act)
        if found:
            steps.append(Step(at, *found))
    return steps
