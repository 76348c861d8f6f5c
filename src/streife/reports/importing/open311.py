"""Rows of an Open311 GeoReport v2 answer (`GET /requests.json`) as real servers give them."""

from datetime import datetime
from typing import Any

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

LISTS = ("service_requests", "requests")  # wrappers that some servers keep around the list


def draft_of(
    raw: dict[str, Any], *, source: str, mapping: Mapping, now: datetime
) -> tuple[ImportDraft, tuple[str, ...]]:
    """Return the draft of one service request and notes about it.

    :raises BadRow: it cannot be taken
    """
    source_id = source_id_of(raw.get("service_request_id"))
    received_at, zone_notes = moment_of(_moment(raw.get("requested_datetime")), now=now)
    point = point_of(raw.get("lat"), raw.get("long"))
    subject = text_of(raw.get("service_name")) or text_of(raw.get("service_code"))
    category, known = mapping.category(subject)
    text, screen_notes = screened(clean_line(subject), text_of(raw.get("description")))
    status = text_of(raw.get("status")).lower()
    done = status == "closed"
    answered_at = None
    if done and raw.get("updated_datetime"):
        answered_at, _ = moment_of(_moment(raw.get("updated_datetime")), now=now)
    named = {
        "category-unmapped": not known,
        "without-place": point is None,
        "status-unknown": status not in ("open", "closed"),
        "photo-not-fetched": bool(raw.get("media_url")),
    }
    notes = tuple(code for code, true in named.items() if true)
    draft = ImportDraft(
        source=source,
        source_id=source_id,
        category_code=category,
        text=text,
        point=point,
        address=clean_line(text_of(raw.get("address")))[:200],
        received_at=received_at,
        done=done,
        answer=plain(text_of(raw.get("status_notes"))) if done else "",
        answered_at=answered_at,
    )
    return draft, zone_notes + screen_notes + notes


def _moment(value: Any) -> datetime:
    text = text_of(value).strip()
    if not text:
        raise BadRow("date-missing")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRow("date-unreadable") from error
