"""Writing the ground: one import, dated, idempotent, all or nothing."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import models, transaction

from streife.accounts.rules import Actor
from streife.db.kept import forget_all
from streife.journal.actions import record
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.geo import Point
from streife.places.drafts import Bundle, Draft
from streife.places.models import Area, DataVersion, Office, Site, Zone
from streife.places.queries import forget, fresh_ground
from streife.places.rules import AreaKind

_ORDER = (*(kind.value for kind in AreaKind), "site", "office", "zone")
_TABLES: Mapping[str, type[Area | Site | Office | Zone]] = {
    **{kind.value: Area for kind in AreaKind},
    "site": Site,
    "office": Office,
    "zone": Zone,
}


@dataclass(slots=True)
class Count:
    """What an import did with one kind of row."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    refused: int = 0

    @property
    def touched(self) -> int:
        """Rows that were written."""
        return self.new + self.changed + self.ended


@transaction.atomic
def import_places(
    *, bundle: Bundle, actor: Actor, now: datetime, leave_out_bad: bool = False
) -> dict[str, Count]:
    """Write a city's data and return what happened, by kind.

    A changed row ends and a new one begins, so that old reports keep their ground; a row that the
    data no longer hold ends. A second run with the same data writes nothing,
    not even a line in the journal.

    :raises Refused: a row is bad (with `leave_out_bad` only if it is an area), or the database
        belongs to another city
    """
    actor.require("places.configure")
    _check_bad(bundle, leave_out_bad)
    version = DataVersion.objects.select_for_update().first()
    _check_city(bundle)
    counts: dict[str, Count] = defaultdict(Count)
    for bad in bundle.findings.bad:
        counts[bad.kind].refused += 1
    today = local(now).date()
    for kind in _ORDER:
        _import_kind(kind, bundle, today, counts[kind])
    _place_sites(bundle.dataset, today)
    if any(count.touched for count in counts.values()):
        version = version or DataVersion()
        version.token, version.imported_at = uuid4(), now
        version.save()
        transaction.on_commit(forget)
        transaction.on_commit(forget_all)
        record(
            act="places.imported",
            subject=f"places:{bundle.dataset}",
            actor=actor.ref,
            now=now,
            body={kind: asdict(count) for kind, count in counts.items()},
        )
    return dict(counts)


def _check_bad(bundle: Bundle, leave_out_bad: bool) -> None:
    bad = bundle.findings.bad
    if bad and not leave_out_bad:
        raise Refused(
            f"{len(bad)} Zeilen sind fehlerhaft. Es wurde nichts eingelesen.", "places-bad-rows"
        )
    if any(row.kind in set(AreaKind) for row in bad):
        raise Refused(
            "Die Gebiete sind fehlerhaft; ohne lückenlose Gebiete wird nichts eingelesen.",
            "places-bad-areas",
        )


def _check_city(bundle: Bundle) -> None:
    city = Area.objects.filter(kind=AreaKind.CITY, valid_to__isnull=True).first()
    if city is not None and city.dataset != bundle.dataset:
        raise Refused(
            f"Diese Datenbank gehört zu {city.name}. Eine andere Stadt braucht eine eigene.",
            "places-other-city",
        )


def _import_kind(kind: str, bundle: Bundle, today: date, count: Count) -> None:
    table = _TABLES[kind]
    rows: Any = table.objects.filter(dataset=bundle.dataset, valid_to__isnull=True)
    if table is Area:
        rows = rows.filter(kind=kind)
    current: dict[str, Any] = {row.code: row for row in rows}
    for draft in bundle.of(kind):
        _write(table, draft, current.pop(draft.code, None), bundle.dataset, today, count)
    for row in current.values():
        row.valid_to = max(today, row.valid_from)
        row.save(update_fields=["valid_to"])
        count.ended += 1


def _write(
    table: type[Area | Site | Office | Zone],
    draft: Draft,
    old: Any,
    dataset: str,
    today: date,
    count: Count,
) -> None:
    """Bring one row up to date: nothing, in place (origin only), or end the old and begin a new."""
    values = _columns(table, draft)
    origin = {"source": draft.source, "verified": draft.verified, **_links(table, draft)}
    if old is None:
        _begin(table, draft, values | origin, dataset, draft.valid_from)
        count.new += 1
        return
    same_ground = all(getattr(old, name) == value for name, value in values.items()) and (
        table is not Area or _parent_code(old) == draft.values["parent_code"]
    )
    if same_ground:
        changes = {name: value for name, value in origin.items() if getattr(old, name) != value}
        _update(old, changes)
        count.changed += bool(changes)
        count.unchanged += not changes
        return
    begin = draft.valid_from if draft.valid_from > old.valid_from else today
    if begin <= old.valid_from:  # corrected on the day it was brought in: no row of zero days
        _update(old, values | origin)
    else:
        _update(old, {"valid_to": begin})
        _begin(table, draft, values | origin, dataset, begin)
    count.changed += 1


def _columns(table: type[models.Model], draft: Draft) -> dict[str, Any]:
    values = {name: value for name, value in draft.values.items() if name != "parent_code"}
    if table in (Site, Office):
        point = Point(values["latitude"], values["longitude"])
        values["cell"] = point.cell
    return values


def _links(table: type[models.Model], draft: Draft) -> dict[str, Any]:
    """Return the foreign keys of a row; they follow the newest rows without a new version."""
    if table is Area:
        above = (
            draft.parent
            and Area.objects.filter(
                kind=draft.parent[0], code=draft.parent[1], valid_to__isnull=True
            )
            .values_list("id", flat=True)
            .first()
        )
        return {"parent_id": above}
    return {}


def _parent_code(row: Area) -> str:
    return row.parent.code if row.parent else ""


def _place_sites(dataset: str, today: date) -> None:
    """Give every site its quarter of today; a site follows new borders without a new version."""
    now_valid = fresh_ground(on=today)
    for site in Site.objects.filter(dataset=dataset, valid_to__isnull=True):
        found = now_valid.whereabouts(Point(site.latitude, site.longitude))
        _update_if_other(site, "quarter_id", found.quarter_id if found else None)


def _begin(
    table: type[Area | Site | Office | Zone],
    draft: Draft,
    values: dict[str, Any],
    dataset: str,
    since: date,
) -> None:
    if table is Area:
        values = values | {"kind": draft.kind}
    table.objects.create(dataset=dataset, code=draft.code, valid_from=since, **values)


def _update_if_other(row: Any, name: str, value: Any) -> None:
    if getattr(row, name) != value:
        _update(row, {name: value})


def _update(row: Any, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        row.save(update_fields=list(changes))
