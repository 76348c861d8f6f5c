"""The texts about a matter that can be erased one by one."""

from collections.abc import Iterator

from streife.accounts.rules import Actor
from streife.incidents.models import Incident
from streife.kernel.erasing import PLACE, FreeText
from streife.kernel.texts import german


def texts_of(actor: Actor, incident: Incident) -> list[FreeText]:
    """Return title, finding, typed lines, and what was written to and by other bodies.

    :raises NotPermitted: the actor may not erase them
    """
    actor.require("incidents.erase_text")
    return [row for row in _texts(incident) if row.is_there]


def _texts(incident: Incident) -> Iterator[FreeText]:
    yield FreeText("title", german("Kurzbeschreibung"), incident.title)
    yield FreeText("note", german("Feststellung"), incident.note)
    yield FreeText("address", PLACE, incident.address)
    for line in incident.log_lines.order_by("pk"):
        yield FreeText(f"line:{line.pk}", german("Zeile im Einsatztagebuch"), line.text)
    for handed in incident.hand_overs.order_by("pk"):
        yield FreeText(f"hand_over:{handed.pk}", german("Grund der Abgabe"), handed.reason)
        yield FreeText(f"answer:{handed.pk}", german("Antwort der Stelle"), handed.answer)
