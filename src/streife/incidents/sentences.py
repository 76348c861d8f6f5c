"""What the Einsatztagebuch says about each act: data, one line an act. Plain Python."""

from collections.abc import Mapping
from typing import Any

from streife.incidents.rules import OUTCOME_NAMES, STATUS_NAMES, Outcome, Status
from streife.kernel.erasing import ERASED_TEXT
from streife.kernel.texts import german, said

# Words in braces are taken from the entry's body; see `_values` for the ones that are translated.
SENTENCES: Mapping[str, str] = {
    "incidents.opened": german("Vorgang {number} eröffnet."),
    "incidents.report_added": german("Weiterer Hinweis zugeordnet."),
    "incidents.logged": "{line_text}",
    "incidents.status_changed": german("Stand: {to_text} (vorher {from_text})."),
    "incidents.handed_over": german("Abgegeben an {body_text}."),
    "incidents.hand_over_answered": german("{body_text} {accepted_text}."),
    "incidents.closed": german("Abgeschlossen: {outcome_text}."),
    "incidents.reopened": german("Wieder geöffnet: {line_text}"),
    "incidents.merged": german("Vorgang {duplicate_number} hierher zusammengeführt."),
    "reports.received": german("Hinweis eingegangen."),
    "reports.imported": german("Hinweis aus einer Datei übernommen."),
    "reports.answered": german("Hinweis beantwortet."),
    "reports.objected": german("Der Antwort wurde widersprochen."),
    "reports.moved": german("Hinweis weitergeführt."),
    "reports.contact_read": german("Kontaktdaten eingesehen."),
    "reports.contact_erased": german("Kontaktdaten gelöscht."),
    "reports.text_erased": german("Ein Text des Hinweises wurde gelöscht."),
    "incidents.text_erased": german("Ein Text des Vorgangs wurde gelöscht."),
    "dispatch.text_erased": german("Ein Text der Streife wurde gelöscht."),
    "triage.proposed": german("Vorschlag der Software zum Hinweis."),
    "triage.decided": german("Über den Hinweis entschieden: {kind_text}."),
    "dispatch.assigned": german("{call_sign} beauftragt."),
    "dispatch.queued": german("{call_sign} vorgemerkt."),
    "dispatch.promoted": german("{call_sign} ist jetzt beauftragt (war vorgemerkt)."),
    "dispatch.taken_up": german("{call_sign} hat das selbst festgestellt."),
    "dispatch.accepted": german("{call_sign} hat den Auftrag übernommen."),
    "dispatch.arrived": german("{call_sign} ist vor Ort."),
    "dispatch.finished": german("{call_sign} hat den Auftrag beendet."),
    "dispatch.done": german("{call_sign} hat den Auftrag beendet."),
    "dispatch.withdrawn": german("{call_sign} vom Auftrag abgezogen."),
    "dispatch.interrupted": german("{call_sign} hat den Auftrag unterbrochen."),
    "dispatch.resumed": german("{call_sign} setzt den Auftrag fort."),
}
KINDS: Mapping[str, str] = {
    "open": german("neuer Vorgang"),
    "merge": german("gehört zu einem vorhandenen Vorgang"),
    "forward": german("an andere Stelle"),
    "reject": german("kein Fall für eine Stelle"),
}


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(
    act: str, body: Mapping[str, Any], *, lines: Mapping[int, str], bodies: Mapping[str, str]
) -> str:
    """Return one sentence about a journal entry, in the language of whoever reads it.

    `lines` are typed lines by id, `bodies` names of other bodies by code. An act without a
    sentence is shown by its name rather than left out: the record is complete.
    """
    template = SENTENCES.get(act)
    if template is None:
        return act
    return said(template).format_map(_values(body, lines, bodies))


def _values(
    body: Mapping[str, Any], lines: Mapping[int, str], bodies: Mapping[str, str]
) -> _Lenient:
    values = _Lenient(body)
    for key in ("from", "to"):
        if body.get(key) in list(Status):
            values[f"{key}_text"] = said(STATUS_NAMES[Status(body[key])])
    if body.get("outcome") in list(Outcome):
        values["outcome_text"] = said(OUTCOME_NAMES[Outcome(body["outcome"])])
    if "line" in body:
        values["line_text"] = said(lines.get(body["line"]) or ERASED_TEXT)
    if "body" in body:
        values["body_text"] = said(bodies.get(body["body"], body["body"]))
    if "accepted" in body:
        values["accepted_text"] = (
            said("hat übernommen") if body["accepted"] else said("hat zurückgegeben")
        )
    if "kind" in body:
        values["kind_text"] = said(KINDS.get(body["kind"], body["kind"]))
    return values
