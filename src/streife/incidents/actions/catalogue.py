"""Fields of work and the short list of measures, as data."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from streife.accounts.rules import Actor
from streife.incidents.models import Field, MeasureChoice


@transaction.atomic
def import_fields(*, rows: Sequence[Mapping[str, Any]], on: date, actor: Actor) -> int:
    """Bring the fields of work to `rows`; return how many changed.

    A field is the same field under a new name, so its row is changed; one that is gone from the
    rows ends on that day and keeps its incidents.
    """
    actor.require("incidents.configure")
    changed = 0
    for row in rows:
        found = Field.objects.filter(code=row["code"]).first()
        if found is None:
            Field.objects.create(**row, valid_from=on)
            changed += 1
        elif found.valid_to is not None or any(getattr(found, k) != v for k, v in row.items()):
            Field.objects.filter(pk=found.pk).update(**row, valid_to=None)
            changed += 1
    codes = [row["code"] for row in rows]
    gone = Field.objects.filter(valid_to__isnull=True).exclude(code__in=codes)
    return changed + gone.update(valid_to=on)


@transaction.atomic
def import_measures(*, rows: Sequence[Mapping[str, Any]], on: date, actor: Actor) -> int:
    """Bring the short list of measures to `rows` from a day on; return how many changed.

    A changed line ends on that day and a new one starts; what was chosen before stays readable.
    """
    actor.require("incidents.configure")
    changed = 0
    current = Q(valid_to__isnull=True)
    for row in rows:
        found = MeasureChoice.objects.filter(current, code=row["code"]).first()
        if found is not None and all(getattr(found, k) == v for k, v in row.items()):
            continue
        changed += 1
        if found is not None and found.valid_from < on:
            MeasureChoice.objects.filter(pk=found.pk).update(valid_to=on)
        if found is None or found.valid_from < on:
            MeasureChoice.objects.create(**row, valid_from=on)
        else:
            MeasureChoice.objects.filter(pk=found.pk).update(**row)
    codes = [row["code"] for row in rows]
    return changed + MeasureChoice.objects.filter(current).exclude(code__in=codes).update(
        valid_to=on
    )
