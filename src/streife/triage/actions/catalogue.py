"""Bringing the catalogue of matters to what the data folder says."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.db.kept import forget_all
from streife.incidents import actions as incidents
from streife.incidents.queries import field_rows
from streife.journal.actions import record
from streife.places.queries import areas
from streife.places.rules import AreaKind
from streife.triage.models import Body, CatalogueVersion, Category, Responsibility
from streife.triage.reading import Catalogue


@dataclass(frozen=True, slots=True)
class CatalogueCount:
    """How many rows of each kind changed, and the rows that were left out."""

    changed: dict[str, int]
    bad: tuple[str, ...]


@transaction.atomic
def import_catalogue(*, catalogue: Catalogue, actor: Actor, now: datetime) -> CatalogueCount:
    """Bring fields, categories, bodies, responsibilities and measures to the data.

    What changed ends on the catalogue's day and starts anew, so that old incidents keep what was
    valid then; a second run changes nothing. Bad rows are left out and named.
    """
    actor.require("triage.configure")
    on, bad = catalogue.valid_from, list(catalogue.bad)
    changed = {
        "fields": incidents.import_fields(rows=catalogue.fields, on=on, actor=actor),
        "measures": incidents.import_measures(rows=catalogue.measures, on=on, actor=actor),
        "bodies": _bodies(catalogue, on),
        "categories": _categories(catalogue, on),
        "responsibilities": _responsibilities(catalogue, on, bad),
    }
    if any(changed.values()) or not CatalogueVersion.objects.exists():
        CatalogueVersion.objects.update_or_create(
            id=1, defaults={"token": uuid.uuid4(), "imported_at": now}
        )
        transaction.on_commit(forget_all)
        record(
            act="triage.catalogue_imported",
            subject="catalogue:triage",
            actor=actor.ref,
            now=now,
            body={**changed, "left_out": len(bad)},
        )
    return CatalogueCount(changed, tuple(bad))


def _bodies(catalogue: Catalogue, on: date) -> int:
    changed = 0
    for row in catalogue.bodies:
        found = Body.objects.filter(code=row["code"]).first()
        if found is None:
            Body.objects.create(**row, valid_from=on)
        elif found.valid_to is not None or _differs(found, row):
            Body.objects.filter(pk=found.pk).update(**row, valid_to=None)
        else:
            continue
        changed += 1
    codes = [row["code"] for row in catalogue.bodies]
    gone = Body.objects.filter(valid_to__isnull=True).exclude(code__in=codes)
    return changed + gone.update(valid_to=on)


def _categories(catalogue: Catalogue, on: date) -> int:
    fields = {field.code: field.pk for field in field_rows().values()}
    current = {row.code: row for row in Category.objects.filter(valid_to__isnull=True)}
    changed = 0
    for given in catalogue.categories:
        row = {key: value for key, value in given.items() if key != "field_code"}
        row["field_id"] = fields[given["field_code"]]
        found = current.pop(row["code"], None)
        if found is None or _differs(found, row):
            _succeed(Category.objects.all(), found, row, on)
            changed += 1
    gone = Category.objects.filter(pk__in=[row.pk for row in current.values()])
    return changed + gone.update(valid_to=on)


def _responsibilities(catalogue: Catalogue, on: date, bad: list[str]) -> int:
    bodies = dict(Body.objects.values_list("code", "pk"))
    places = {
        f"{kind.value}/{area.code}": area.pk for kind in AreaKind for area in areas(kind, on=on)
    }
    current = {
        (row.category_code, row.area_id): row
        for row in Responsibility.objects.filter(valid_to__isnull=True)
    }
    changed = 0
    for given in catalogue.responsibilities:
        if given["area"] and given["area"] not in places:
            bad.append(
                f"responsibility.yaml, {given['category_code']}: das Gebiet {given['area']} gibt "
                "es nicht. Bitte zuerst die Gebiete einlesen (import_places)."
            )
            continue
        row = {
            "category_code": given["category_code"],
            "area_id": places.get(given["area"]),
            "body_id": bodies[given["body"]],
            "reason": given["reason"],
            "source": given["source"],
        }
        found = current.pop((row["category_code"], row["area_id"]), None)
        if found is None or _differs(found, row):
            _succeed(Responsibility.objects.all(), found, row, on)
            changed += 1
    gone = Responsibility.objects.filter(pk__in=[row.pk for row in current.values()])
    return changed + gone.update(valid_to=on)


def _differs(found: Any, row: dict[str, Any]) -> bool:
    return any(getattr(found, key) != value for key, value in row.items())


def _succeed(rows: QuerySet[Any], found: Any, row: dict[str, Any], on: date) -> None:
    """End the old row and start the new one; a correction of the same day changes the row."""
    if found is not None and found.valid_from >= on:
        rows.filter(pk=found.pk).update(**row)
        return
    if found is not None:
        rows.filter(pk=found.pk).update(valid_to=on)
    rows.create(**row, valid_from=on)
