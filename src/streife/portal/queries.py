"""Reads for the public pages."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from operator import itemgetter
from typing import TYPE_CHECKING

from django.core.cache import caches

from streife.incidents.queries import joined_at
from streife.journal.queries import entries_of
from streife.kernel.errors import NotFound
from streife.kernel.texts import said
from streife.places.queries import area_choices, find_places
from streife.places.rules import AreaKind, PlaceHit
from streife.portal.rules import Stand, Step, stand_of, steps_of
from streife.reports import queries as reports
from streife.triage.queries import categories, category
from streife.triage.rules import CategoryRow

if TYPE_CHECKING:
    from streife.reports.models import Report

_FIGURES_SECONDS = 300
_CATEGORY_SECONDS = 60
WEEKS = 4


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """The public categories of one field of work."""

    code: str
    name: str
    icon: str
    categories: list[CategoryRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the service did in the last weeks; counts of reports, no shares and no averages."""

    weeks: list[tuple[datetime, int]]
    received: int
    answered: int


def category_groups(*, on: date) -> list[FieldGroup]:
    """Return what a resident can choose, in the groups of the catalogue and the reader's words."""
    rows = categories(on=on, public_only=True)
    groups = {
        row.code: FieldGroup(row.code, said(row.public_name), row.icon)
        for row in rows
        if not row.parent_code
    }
    for row in rows:
        if row.parent_code in groups:
            groups[row.parent_code].categories.append(_spoken(row))
    return [group for group in groups.values() if group.categories]


def public_category(code: str, *, on: date) -> CategoryRow:
    """Return a category that residents can choose; a minute old at most, to save a statement.

    :raises NotFound: there is none
    """
    key = f"portal.category.{on}.{sha256(code.encode()).hexdigest()}"
    found: CategoryRow | None = caches["process"].get(key)
    if found is None:
        found = category(code, on=on)
        if not (found.public and found.parent_code):
            raise NotFound("Diesen Anlass gibt es nicht (mehr).", "no-such-category")
        caches["process"].set(key, found, _CATEGORY_SECONDS)
    return found


def category_name(code: str, *, on: date) -> str:
    """Return the words for a category, also for one that is no longer or was not yet valid."""
    names = {row.code: row.public_name for row in categories(on=on)}
    return said(names.get(code, code))


def _spoken(row: CategoryRow) -> CategoryRow:
    return replace(row, public_name=said(row.public_name), help_text=said(row.help_text))


def quarter_names(*, on: date) -> list[str]:
    """Return the names of the quarters for people who use no map."""
    return [name for _, name in area_choices(AreaKind.QUARTER, on=on)]


def quarter_place(name: str) -> PlaceHit | None:
    """Return the middle of a quarter, None when there is no such name."""
    hits = (hit for hit in find_places(name) if hit.kind == AreaKind.QUARTER)
    return next((hit for hit in hits if hit.label.casefold().startswith(name.casefold())), None)


def figures(*, now: datetime) -> Figures:
    """Return the counts of the last weeks, at most five minutes old."""
    found: Figures | None = caches["process"].get("portal.figures")
    if found is None:
        weeks = reports.received_per_week(weeks=WEEKS, now=now)
        answered = reports.answered_between(now - timedelta(weeks=WEEKS), now)
        found = Figures(weeks, sum(count for _, count in weeks), answered)
        caches["process"].set("portal.figures", found, _FIGURES_SECONDS)
    return found


def stand(report: "Report") -> Stand:
    """Return the sentence about where the report stands."""
    link = getattr(report, "incident_link", None)
    return stand_of(
        report.status,
        incident_status=link.incident.status if link else "",
        objected=report.objected_at is not None,
    )


def steps(report: "Report") -> list[Step]:
    """Return the way of the report, oldest first; no names of staff."""
    way = [(entry.at, entry.act, _status(entry)) for entry in entries_of(f"report:{report.pk}")]
    if joined := joined_at(report.pk):  # that entry stands with the incident
        way.append((joined, "incidents.report_added", ""))
    return steps_of(sorted(way, key=itemgetter(0)))


def _status(entry: object) -> str:
    body = getattr(entry, "body", None)
    content = getattr(body, "content", None) or {}
    return str(content.get("status", ""))
