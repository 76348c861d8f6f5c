"""What the Einsatztagebuch says about each act: data, one line an act. Plain Python."""

from collections.abc import Mapping
from typing import Any

from streife.incidents.rules import OUTCOME_NAMES, STATUS_NAMES, Outcome, Status

# Words in braces are taken from the entry's body; see `_values` for the ones that are translated.
SENTENCES: Mapping[str, str] = {
    "incidents.opened": "Vorgang {number} eröffnet.",
    "incidents.report_added": "Weiterer Hinweis zugeordnet.",
    "incidents.logged": "{line_text}",
    "incidents.status_changed": "Stand: {to_text} (vorher {from_text}).",
    "incidents.handed_over": "Abgegeben an {body_text}.",
    "incidents.hand_over_answered": "{body_text} {accepted_text}.",
    "incidents.closed": "Abgeschlossen: {outcome_text}.",
    "incidents.reopened": "Wieder geöffnet: {line_text}",
    "incidents.merged": "Vorgang {duplicate_number} hierher zusammengeführt.",
    "reports.received": "Hinweis eingegangen.",
    "reports.answered": "Hinweis beantwortet.",
    "reports.moved": "Hinweis weitergeführt.",
    "reports.contact_read": "Kontaktdaten eingesehen.",
    "reports.contact_erased": "Kontaktdaten gelöscht.",
    "triage.decided": "Über den Hinweis entschieden: {kind_text}.",
    "dispatch.assigned": "{call_sign} beauftragt.",
    "dispatch.queued": "{call_sign} vorgemerkt.",
    "dispatch.promoted": "{call_sign} ist jetzt beauftragt (war vorgemerkt).",
    "dispatch.taken_up": "{call_sign} hat das selbst festgestellt.",
    "dispatch.accepted": "{call_sign} hat den Auftrag übernommen.",
    "dispatch.arrived": "{call_sign} ist vor Ort.",
    "dispatch.finished": "{call_sign} hat den Auftrag beendet.",
    "dispatch.done": "{call_sign} hat den Auftrag beendet.",
    "dispatch.withdrawn": "{call_sign} vom Auftrag abgezogen.",
    "dispatch.interrupted": "{call_sign} hat den Auftrag unterbrochen.",
    "dispatch.resumed": "{call_sign} setzt den Auftrag fort.",
}
KINDS: Mapping[str, str] = {
    "open": "neuer Vorgang",
    "merge": "gehört zu einem vorhandenen Vorgang",
    "forward": "an andere Stelle",
    "reject": "kein Fall für eine Stelle",
}


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(
    act: str, body: Mapping[str, Any], *, lines: Mapping[int, str], bodies: Mapping[str, str]
) -> str:
    """Return one German sentence about a journal entry.

    `lines` are typed lines by id, `bodies` names of other bodies by code. An act without a
    sentence is shown by its name rather than left out: the record is complete.
    """
    template = SENTENCES.get(act)
    if template is None:
        return act
    return template.format_map(_values(body, lines, bodies))


def _values(
    body: Mapping[str, Any], lines: Mapping[int, str], bodies: Mapping[str, str]
) -> _Lenient:
    values = _Lenient(body)
    for key in ("from", "to"):
        if body.get(key) in list(Status):
            values[f"{key}_text"] = STATUS_NAMES[Status(body[key])]
    if body.get("outcome") in list(Outcome):
        values["outcome_text"] = OUTCOME_NAMES[Outcome(body["outcome"])]
    if "line" in body:
        values["line_text"] = lines.get(body["line"], "(Text gelöscht)")
    if "body" in body:
        values["body_text"] = bodies.get(body["body"], body["body"])
    if "accepted" in body:
        values["accepted_text"] = "hat übernommen" if body["accepted"] else "hat zurückgegeben"
    if "kind" in body:
        values["kind_text"] = KINDS.get(body["kind"], body["kind"])
    return values
