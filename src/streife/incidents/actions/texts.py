"""Erasing what somebody typed about a matter, one text at a time (Art. 17 DSGVO)."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.incidents.actions.course import hold_one
from streife.incidents.actions.indexing import keep
from streife.incidents.events import SearchWordsErased
from streife.incidents.models import HandOver, Incident, LogLine
from streife.journal.actions import record
from streife.kernel.erasing import ERASED_TEXT, check_reason
from streife.kernel.errors import NotFound
from streife.kernel.events import publish

_OWN = frozenset({"title", "note"})


@transaction.atomic
def erase_text(*, incident_id: int, part: str, reason: str, actor: Actor, now: datetime) -> None:
    """Erase one text for good: `title`, `note`, `line:<id>`, `hand_over:<id>`, `answer:<id>`.

    A mark stays in its place; the Einsatztagebuch keeps its line, without the words.

    :raises NotFound: no such incident or text, or it is erased already
    :raises Refused: `reason-unknown`
    """
    actor.require("incidents.erase_text")
    check_reason(reason)
    incident = hold_one(incident_id)
    name, _, number = part.partition(":")
    done = (
        _erase_own(incident, part)
        if part in _OWN
        else number.isdecimal() and len(number) < 19 and _erase_line(incident, name, int(number))
    )
    if not done:
        raise NotFound("Diesen Text gibt es nicht (mehr).", "text-unknown")
    record(
        act="incidents.text_erased",
        subject=f"incident:{incident_id}",
        actor=actor.ref,
        now=now,
        body={"part": name, "reason": reason},
    )


def _erase_own(incident: Incident, part: str) -> bool:
    if getattr(incident, part) in {"", ERASED_TEXT}:
        return False
    setattr(incident, part, ERASED_TEXT)
    incident.save(update_fields=[part])
    if part == "title":
        keep("incident", incident.pk, f"{incident.number} {incident.address}")
        publish(SearchWordsErased())
    return True


def _erase_line(incident: Incident, name: str, pk: int) -> bool:
    """Erase in a row that belongs to the incident; say whether there was something."""
    if name == "line":
        lines = LogLine.objects.filter(incident=incident, pk=pk).exclude(text=ERASED_TEXT)
        return bool(lines.update(text=ERASED_TEXT))
    column = {"hand_over": "reason", "answer": "answer"}.get(name)
    if column is None:
        return False
    rows = HandOver.objects.filter(incident=incident, pk=pk)
    rows = rows.exclude(**{f"{column}__in": ["", ERASED_TEXT]})
    return bool(rows.update(**{column: ERASED_TEXT}))
