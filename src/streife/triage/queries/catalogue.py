"""The catalogue of matters and who answers for them, kept in memory per process."""

import threading
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.db.models import Q

from streife.db.kept import Kept
from streife.kernel.errors import NotFound
from streife.triage.models import CatalogueVersion, Category, Responsibility
from streife.triage.rules import BodyRow, CategoryRow


@dataclass
class Day:
    """The catalogue valid on one day."""

    rows: list[CategoryRow]
    by_code: dict[str, CategoryRow]
    bodies: dict[str, BodyRow]
    # category → area (None = the city) → body code, reason
    responsible: dict[str, dict[int | None, tuple[str, str]]]


@dataclass
class _Kept:
    """What one version says: the days on which something changes, and a `Day` for each span."""

    version: UUID | None
    borders: list[date] = field(default_factory=list)
    spans: dict[int, Day] = field(default_factory=dict)


_lock = threading.Lock()
_kept = _Kept(None)


_version = Kept[int, "UUID | None"](
    lambda pk: CatalogueVersion.objects.filter(pk=pk).values_list("token", flat=True).first()
)


def day_of(on: date) -> Day:
    """Return the catalogue of a day; now and then a query to see whether it is still the same."""
    global _kept
    version = _version(1)
    if version is None:
        return _read(on)  # rows that no import made have no token to be kept under
    with _lock:
        if _kept.version != version:
            _kept = _Kept(version, _borders())
        span = bisect_right(_kept.borders, on)
        if span not in _kept.spans:
            _kept.spans[span] = _read(on)
        return _kept.spans[span]


def _borders() -> list[date]:
    """Return the days on which a row begins or ends; between two of them every day is alike."""
    borders = {
        border
        for model in (Category, Responsibility)
        for span in model._default_manager.values_list("valid_from", "valid_to")
        for border in span
        if border is not None
    }
    return sorted(borders)


def _read(on: date) -> Day:
    valid = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    bodies: dict[str, BodyRow] = {}
    responsible: dict[str, dict[int | None, tuple[str, str]]] = {}
    for row in Responsibility.objects.filter(valid).select_related("body"):
        body = row.body
        bodies[body.code] = BodyRow(
            body.code, body.name, body.short_name, body.own, body.contact, "", body.verified
        )
        responsible.setdefault(row.category_code, {})[row.area_id] = (body.code, row.reason)
    rows = [
        CategoryRow(
            code=row.code,
            name=row.name,
            public_name=row.public_name,
            help_text=row.help_text,
            parent_code=row.parent_code,
            field_code=row.field.code,
            field_name=row.field.name,
            icon=row.icon,
            priority=row.priority,
            target_minutes=row.target_minutes,
            body_code=responsible.get(row.code, {}).get(None, ("", ""))[0],
            keywords=tuple(row.keywords),
            public=row.public,
        )
        for row in Category.objects.filter(valid).select_related("field").order_by("order", "code")
    ]
    return Day(rows, {row.code: row for row in rows}, bodies, responsible)


def categories(*, on: date, public_only: bool = False) -> list[CategoryRow]:
    """Return groups and leaves valid on a day, each group before its leaves (one query)."""
    return [row for row in day_of(on).rows if row.public or not public_only]


def category(code: str, *, on: date) -> CategoryRow:
    """Return one category.

    :raises NotFound: none of this code is valid on the day
    """
    row = day_of(on).by_code.get(code)
    if row is None:
        raise NotFound("Diesen Anlass gibt es nicht (mehr).", "no-such-category")
    return row


def category_names(*, on: date) -> dict[str, str]:
    """Return the names of all categories by code."""
    return {row.code: row.name for row in day_of(on).rows}


def bodies(*, on: date) -> list[BodyRow]:
    """Return every body that answers for something, the service itself first."""
    return sorted(day_of(on).bodies.values(), key=lambda row: (not row.own, row.short_name))


def body_names(*, on: date) -> dict[str, str]:
    """Return the short names of all bodies by code."""
    return {row.code: row.short_name for row in day_of(on).bodies.values()}


def body(code: str, *, on: date) -> BodyRow:
    """Return one body.

    :raises NotFound: none of this code is valid on the day
    """
    row = day_of(on).bodies.get(code)
    if row is None:
        raise NotFound("Diese Stelle gibt es nicht (mehr).", "no-such-body")
    return row


def responsible_body(code: str, *, area_ids: Collection[int], on: date) -> BodyRow:
    """Return who answers for a category at a place in these areas; the nearer row wins.

    :raises NotFound: the category is unknown, or nobody answers for it
    """
    day = day_of(on)
    rows = day.responsible.get(code, {})
    found = next((rows[area] for area in area_ids if area in rows), rows.get(None))
    if found is None:
        raise NotFound("Für diesen Anlass ist niemand eingetragen.", "nobody-responsible")
    return replace(day.bodies[found[0]], reason=found[1])
