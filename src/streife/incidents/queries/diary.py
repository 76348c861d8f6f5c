"""The Einsatztagebuch: journal entries in sentences, with the typed lines in their places."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from streife.accounts.rules import Actor
from streife.incidents.models import LogLine
from streife.incidents.queries.basics import reports_of
from streife.incidents.rules import DiaryLine
from streife.incidents.sentences import sentence
from streife.journal.queries import entries_about, names_of
from streife.kernel.texts import said

if TYPE_CHECKING:
    from streife.journal.models import Entry


def diary(
    actor: Actor,
    incident_id: int,
    *,
    body_names: Mapping[str, str] | None = None,
    report_ids: Sequence[int] | None = None,
) -> list[DiaryLine]:
    """Return the lines about an incident and its reports, oldest first (four queries at most).

    `body_names` are names of other bodies by code (`triage.queries.body_names`), `report_ids` the
    reports if they are known already. Names of staff stand only in lines for those who may see
    staff.
    """
    if not actor.may("incidents.view"):
        return []
    subjects = [f"incident:{incident_id}"]
    known = reports_of(actor, incident_id) if report_ids is None else report_ids
    subjects += [f"report:{report_id}" for report_id in known]
    entries = list(entries_about(subjects))
    lines = _typed(incident_id) if any("line" in _content(entry) for entry in entries) else {}
    may_know = actor.may("staff.view") or actor.may("journal.view")
    names = names_of([entry.actor for entry in entries]) if may_know else {}
    return [_line(entry, lines, body_names or {}, names) for entry in entries]


def _typed(incident_id: int) -> dict[int, str]:
    return dict(LogLine.objects.filter(incident_id=incident_id).values_list("pk", "text"))


def _line(
    entry: "Entry", lines: Mapping[int, str], bodies: Mapping[str, str], names: Mapping[str, str]
) -> DiaryLine:
    return DiaryLine(
        at=entry.at,
        who=_who(entry.actor),
        name=names.get(entry.actor, ""),
        text=sentence(entry.act, _content(entry), lines=lines, bodies=bodies),
        typed=entry.act == "incidents.logged",
        number=entry.number,
    )


def _content(entry: "Entry") -> Mapping[str, Any]:
    """Return what the entry says, nothing once its body was erased."""
    body = getattr(entry, "body", None)
    return body.content if body is not None else {}


def _who(ref: str) -> str:
    if ref == "public":
        return said("Hinweisgeber*in")
    return said("System") if ref.startswith("system:") else said("Dienstkraft")
