"""Rows of the reports that Berlin's Ordnungsamt publishes (dl-de/by-2-0): few have a point."""

from datetime import datetime
from typing import Any

from streife.kernel.clock import BERLIN
from streife.reports.importing.mapping import Mapping
from streife.reports.importing.rows import (
    BadRow,
    ImportDraft,
    moment_of,
    plain,
    point_of,
    screened,
    source_id_of,
    text_of,
)
from streife.reports.writing import clean_line

LISTS = ("index",)
_STATUSES = {"erledigt": True, "in bearbeitung": False, "in bearbeitung / weitergeleitet": False}


def draft_of(
    raw: dict[str, Any], *, source: str, mapping: Mapping, now: datetime
) -> tuple[ImportDraft, tuple[str, ...]]:
    """Return the draft of one report and notes about it.

    :raises BadRow: it cannot be taken
    """
    source_id = source_id_of(raw.get("id"))
    received_at, _ = moment_of(_moment(raw.get("erstellungsDatum")), now=now)
    point = point_of(raw.get("lat"), raw.get("lng"))
    subject = clean_line(text_of(raw.get("betreff")))
    category, known = mapping.category(subject)
    text, screen_notes = screened(subject, text_of(raw.get("sachverhalt")))
    status = clean_line(text_of(raw.get("status"))).casefold()
    done = _STATUSES.get(status, False)
    named = {
        "category-unmapped": not known,
        "without-place": point is None,
        "status-unknown": status not in _STATUSES,
        "photo-not-fetched": bool(raw.get("bild1Base64") or raw.get("bild2Base64")),
    }
    notes = tuple(code for code, true in named.items() if true)
    draft = ImportDraft(
        source=source,
        source_id=source_id,
        category_code=category,
        text=text,
        point=point,
        address=_address(raw),
        received_at=received_at,
        done=done,
        answer=plain(text_of(raw.get("rueckMeldungAnBuerger"))) if done else "",
        answered_at=None,  # the source does not say when it was done
    )
    return draft, screen_notes + notes


def _address(raw: dict[str, Any]) -> str:
    street = f"{text_of(raw.get('strasse'))} {text_of(raw.get('hausNummer'))}".strip()
    district = text_of(raw.get("bezirk"))
    return clean_line(", ".join(part for part in (street, district, "Berlin") if part))[:200]


def _moment(value: Any) -> datetime:
    text = text_of(value).strip()
    if not text:
        raise BadRow("date-missing")
    try:
        return datetime.strptime(text, "%d.%m.%Y - %H:%M:%S").replace(tzinfo=BERLIN)
    except ValueError as error:
        raise BadRow("date-unreadable") from error
