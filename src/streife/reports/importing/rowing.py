"""From a file to rows: every element of the list becomes exactly one row, bad or good."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from streife.reports.importing import berlin, open311
from streife.reports.importing.mapping import Mapping
from streife.reports.importing.reading import Broken, encoding_of, items
from streife.reports.importing.rows import BadRow, ImportDraft, Row, excerpt_of, text_of
from streife.reports.writing import clean_line

Drafter = Callable[..., tuple[ImportDraft, tuple[str, ...]]]
FORMATS: dict[str, tuple[tuple[str, ...], Drafter, str]] = {
    "open311": (open311.LISTS, open311.draft_of, "service_request_id"),
    "berlin": (berlin.LISTS, berlin.draft_of, "id"),
}


def rows_of(
    path: Path, *, format_name: str, source: str, mapping: Mapping, now: datetime
) -> Iterator[Row]:
    """Yield one row per element, then one more where the file breaks, if it does."""
    lists, draft_of, id_name = FORMATS[format_name]
    notes = ("file-not-utf8",) if encoding_of(path) == "cp1252" else ()
    seen: set[str] = set()
    number = 0
    try:
        for number, raw in enumerate(items(path, names=lists), start=1):
            row = _row(number, raw, draft_of, id_name, source, mapping, now)
            if row.draft and row.source_id in seen:
                row = Row(number, row.source_id, row.excerpt, problem="duplicate-in-file")
            seen.add(row.source_id)
            if row.draft:
                row = Row(number, row.source_id, row.excerpt, row.draft, notes=row.notes + notes)
            yield row
    except Broken as broken:
        yield Row(number + 1, "", "", problem=str(broken.args[0]))


def _row(
    number: int,
    raw: Any,
    draft_of: Drafter,
    id_name: str,
    source: str,
    mapping: Mapping,
    now: datetime,
) -> Row:
    excerpt = excerpt_of(raw)
    if not isinstance(raw, dict):
        return Row(number, "", excerpt, problem="not-an-object")
    try:
        draft, notes = draft_of(raw, source=source, mapping=mapping, now=now)
    except BadRow as bad:
        found = clean_line(text_of(raw.get(id_name)))[:80]
        return Row(number, found, excerpt, problem=str(bad.args[0]))
    return Row(number, draft.source_id, excerpt, draft, notes=notes)
