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
from streife.kernel.geo import Point

_OWN = frozenset({"title", "note", "address"})
_COARSE = 8  # H3: a cell of some 460 m edge, in which many people live


@transaction.atomic
def erase_text(*, incident_id: int, part: str, reason: str, actor: Actor, now: datetime) -> None:
    """Erase one text: `title`, `note`, `address`, `line:<id>`, `hand_over:<id>`, `answer:<id>`.

    A mark stays in its place; the Einsatztagebuch keeps its line, without the words. With the
    address the point on the map moves to the middle of a wide cell.

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
    columns = [part]
    setattr(incident, part, ERASED_TEXT)
    if part == "address":
        point = Point(incident.latitude, incident.longitude).coarse(_COARSE)
        incident.latitude, incident.longitude, incident.cell = (
            point.latitude,
            point.longitude,
            point.cell,
        )
        columns += ["latitude", "longitude", "cell"]
    incident.save(update_fields=columns)
    if part != "note":
        words = [text for text in (incident.title, incident.address) if text != ERASED_TEXT]
        keep("incident", incident.pk, " ".join([incident.number, *words]))
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
