"""What the portal says about a report, in words and the language people use. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from streife.kernel.texts import german, said

# What the holder of a link reads about each act in the record, and the icon beside it. Acts that
# are not here (who read contact data, proposals) are the service's own business.
_ACTS: Mapping[str, tuple[str, str]] = {
    "reports.received": (german("Ihr Hinweis ist bei uns eingegangen."), "report"),
    "reports.imported": (
        german("Der Hinweis wurde aus einer anderen Quelle übernommen."),
        "report",
    ),
    "reports.answered": (german("Wir haben Ihnen geantwortet."), "message"),
    "reports.objected": (german("Sie haben uns gesagt, dass das nicht stimmt."), "undo"),
    "incidents.report_added": (
        german("Dazu hatten wir schon einen Hinweis. Wir bearbeiten beide gemeinsam."),
        "merge",
    ),
    "reports.text_erased": (german("Ein Text ist gelöscht."), "trash"),
    "reports.contact_erased": (german("Ihre Kontaktdaten sind gelöscht."), "trash"),
}
_MOVES: Mapping[str, tuple[str, str]] = {
    "accepted": (german("Ein Mensch hat Ihren Hinweis gelesen. Wir kümmern uns darum."), "eye"),
    "forwarded": (german("Wir haben Ihren Hinweis an die zuständige Stelle gegeben."), "forward"),
    "rejected": (german("Wir haben Ihren Hinweis gelesen und Ihnen geantwortet."), "message"),
    "received": (german("Wir sehen uns Ihren Hinweis noch einmal an."), "refresh"),
}
_STANDS: Mapping[str, tuple[str, str]] = {
    "received": (german("Ihr Hinweis ist da. Gelesen hat ihn noch niemand."), "info"),
    "accepted": (
        german("Wir haben Ihren Hinweis gelesen. Eine Streife ist noch nicht eingeteilt."),
        "info",
    ),
    "forwarded": (
        german("Eine andere Stelle ist zuständig. Sie hat Ihren Hinweis von uns."),
        "info",
    ),
    "answered": (german("Wir haben Ihnen geantwortet."), "ok"),
    "rejected": (german("Hier können wir nicht tätig werden."), "warning"),
}
_AT_WORK: Mapping[str, str] = {
    "assigned": german("Wir haben Ihren Hinweis gelesen. Eine Streife ist eingeteilt."),
    "on_scene": german("Eine Streife ist vor Ort."),
    "handed_over": german("Wir haben eine andere Stelle gebeten. Ihre Antwort steht noch aus."),
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
        return Stand(said("Sie haben widersprochen. Wir sehen noch einmal nach."), "info")
    if status == "accepted" and incident_status in _AT_WORK:
        return Stand(said(_AT_WORK[incident_status]), "info")
    text, level = _STANDS[status]
    return Stand(said(text), level)


def steps_of(entries: Iterable[tuple[datetime, str, str]]) -> list[Step]:
    """Return the way of a report from record entries (moment, act, status in the body)."""
    steps = []
    for at, act, status in entries:
        found = _MOVES.get(status) if act == "reports.moved" else _ACTS.get(act)
        if found:
            text, icon = found
            steps.append(Step(at, said(text), icon))
    return steps
