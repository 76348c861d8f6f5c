"""What an importer makes of one row, and every reason a row or a part of it can be refused for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from streife.kernel.clock import BERLIN
from streife.kernel.errors import Refused
from streife.kernel.geo import Point
from streife.reports.rules import checked_text
from streife.reports.screening import screen
from streife.reports.writing import clean, clean_line

REASONS: Mapping[str, str] = {
    # The row is not taken.
    "not-an-object": "Die Zeile ist kein Datensatz.",
    "id-missing": "Die Kennung fehlt; ohne sie käme der Hinweis beim nächsten Mal doppelt.",
    "id-too-long": "Die Kennung ist länger als 80 Zeichen.",
    "duplicate-in-file": "Die Kennung kam in dieser Datei schon vor; die erste Zeile gilt.",
    "already-present": "Schon vorhanden.",
    "date-missing": "Das Datum fehlt.",
    "date-unreadable": "Das Datum ist nicht lesbar.",
    "date-in-future": "Das Datum liegt in der Zukunft.",
    "date-implausible": "Das Datum liegt vor 1990.",
    "place-unreadable": "Die Koordinaten sind nicht lesbar.",
    "outside-city": "Die Stelle liegt außerhalb der Stadt (mit --anywhere wird sie übernommen).",
    "subject-missing": "Weder Anlass noch Text sind angegeben.",
    "text-too-long": "Der Text ist länger als 4000 Zeichen.",
    "unreadable-text": "Der Text enthält unlesbare Zeichen (falsche Zeichenkodierung).",
    "file-truncated": "Die Datei bricht hier ab; was danach kam, fehlt.",
    "file-malformed": "Ab hier ist die Datei kein gültiges JSON; der Rest wurde nicht gelesen.",
    "file-without-rows": "Die Datei enthält keine Liste von Hinweisen.",
    # The row is taken, something about it is named.
    "category-unmapped": "Der Anlass ist nicht zugeordnet; der Hinweis steht unter „Sonstiges“.",
    "without-place": "Ohne genaue Lage: keine Koordinaten in der Quelle.",
    "zone-missing": "Zeitzone fehlt; als deutsche Ortszeit gelesen.",
    "status-unknown": "Der Stand ist unbekannt; als offen gelesen.",
    "personal-data-masked": "E-Mail-Adresse, Telefonnummer oder Kennzeichen unkenntlich gemacht.",
    "photo-not-fetched": "Foto nicht übernommen: fremde Server werden nicht abgerufen.",
    "file-not-utf8": "Die Datei ist nicht in UTF-8; als Windows-1252 gelesen.",
}


class BadRow(Exception):
    """A row that cannot be taken; `args[0]` is a key of `REASONS`."""


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """One foreign report as it will be stored."""

    source: str
    source_id: str
    category_code: str
    text: str
    point: Point | None
    address: str
    received_at: datetime
    done: bool
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one row: a draft with notes, or one reason (keys of `REASONS`)."""

    number: int  # counted from 1
    source_id: str
    excerpt: str
    draft: ImportDraft | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()


def text_of(value: Any) -> str:
    """Return a field as text: null and missing are empty, numbers their digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def source_id_of(value: Any) -> str:
    """Return the row's identifier.

    :raises BadRow: missing or too long
    """
    found = clean_line(text_of(value))
    if not found:
        raise BadRow("id-missing")
    if len(found) > 80:
        raise BadRow("id-too-long")
    return found


def point_of(latitude: Any, longitude: Any) -> Point | None:
    """Return the place, None when the source names none.

    :raises BadRow: half a place, no numbers, NaN, or off the globe
    """
    if latitude in (None, "") and longitude in (None, ""):
        return None
    try:
        return Point(float(latitude), float(longitude))
    except (TypeError, ValueError, OverflowError) as error:  # JSON numbers have no largest one
        raise BadRow("place-unreadable") from error


def moment_of(moment: datetime, *, now: datetime) -> tuple[datetime, tuple[str, ...]]:
    """Return the moment with a zone, and a note when the source gave none.

    :raises BadRow: in the future, or before there was an internet to report in
    """
    notes: tuple[str, ...] = ()
    if moment.tzinfo is None:
        moment, notes = moment.replace(tzinfo=BERLIN), ("zone-missing",)
    if moment > now:
        raise BadRow("date-in-future")
    if moment.year < 1990:
        raise BadRow("date-implausible")
    return moment, notes


def screened(*parts: str) -> tuple[str, tuple[str, ...]]:
    """Return the parts as one text without control characters, personal data masked, and a note.

    :raises BadRow: nothing in it, too long, or unreadable
    """
    try:
        text = checked_text("\n".join(part for part in parts if part.strip()))
    except Refused as refused:
        raise BadRow(refused.code) from refused
    if not text:
        raise BadRow("subject-missing")
    masked, hidden = screen(text)
    return masked, ("personal-data-masked",) if hidden else ()


def plain(html: str) -> str:
    """Return what a person reads of an HTML answer, without signs that no database stores."""
    text = re.sub(r"<br\s*/?>|</p>", "\n", html, flags=re.IGNORECASE)
    return screen(clean(unescape(re.sub(r"<[^>]*>", "", text)).replace("\xa0", " ")))[0]


def excerpt_of(raw: Any) -> str:
    """Return the beginning of the raw row for the report file, personal data masked."""
    return screen(clean_line(str(raw)))[0][:200]
