"""Reports, findings, presence and wishes as numbers: few statements, no row object.

Read for the whole service and shown only in sums (`Weights.fewest`), so the right asked for is
`patrols.view`, not the right to read single reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import IntegerField, QuerySet
from django.db.models.expressions import Func
from numpy.typing import NDArray

from streife.accounts.rules import system
from streife.incidents.queries import field_rows
from streife.incidents.queries import visible_to as incidents_visible_to
from streife.kernel.clock import local
from streife.patrols.models import Presence, PresenceWish
from streife.patrols.rules import WISH_SOURCES, WishSource
from streife.patrols.rules.forecast import parents
from streife.patrols.rules.need import WEEK, Signals, soften
from streife.patrols.rules.need_demand import Wish
from streife.patrols.rules.need_settings import Weights
from streife.reports.queries import visible_to as reports_visible_to
from streife.reports.rules import Channel, Status

SERVICE = system("patrols")
OTHER = "other"
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class EpochHour(Func):
    """Whole hours since 1970 (UTC) of a moment: a number, where Django would make an object."""

    output_field = IntegerField()
    template = "(floor(extract(epoch FROM %(expressions)s) / 3600))::bigint"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """SQLite keeps moments as text in UTC."""
        template = "CAST((julianday(%(expressions)s) - 2440587.5) * 24 + 0.000001 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **extra)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Everything told within the history; arrays of one length, own findings at the end."""

    cells: Ints  # at the recipe's resolution
    fields: Ints
    received: Ints  # hours since 1970
    happened: Ints  # the same, -1 = nobody said
    own: NDArray[np.bool_]  # found by patrols

    def __len__(self) -> int:
        return len(self.cells)


def told(weights: Weights, resolution: int, *, now: datetime) -> Told:
    """Return what residents reported and patrols found, back to the beginning of the history."""
    since = now - timedelta(weeks=weights.history_weeks)
    number = {row.code: place for place, row in enumerate(weights.fields)}
    other = number.get(OTHER, len(number) - 1)
    found = incidents_visible_to(SERVICE).filter(
        links__isnull=True, merged_into__isnull=True, opened_at__gte=since, opened_at__lt=now
    )
    reports = (
        reports_visible_to(SERVICE)
        .filter(cell__isnull=False, received_at__gte=since, received_at__lt=now)
        .exclude(status=Status.REJECTED)
    )
    fields = {code: number.get(field, other) for code, field in _field_of_category().items()}
    told_rows = _columns(
        reports.values_list(
            "cell", "category_code", EpochHour("received_at"), EpochHour("happened_at"), "channel"
        )
    )
    found_rows = _columns(found.values_list("cell", "field__code", EpochHour("opened_at")))
    cells, codes, received, happened, channels = told_rows or ((),) * 5
    cells_found, fields_found, opened = found_rows or ((),) * 3
    return Told(
        parents(np.array([*cells, *cells_found], dtype=np.int64), resolution),
        np.array(
            [fields.get(code, other) for code in codes]
            + [number.get(code, other) for code in fields_found],
            dtype=np.int64,
        ),
        np.array([*received, *opened], dtype=np.int64),
        np.array([-1 if hour is None else hour for hour in happened] + [*opened], dtype=np.int64),
        np.array([code == Channel.PATROL for code in channels] + [True] * len(opened), dtype=bool),
    )


def _columns(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Return the answer column by column, as the database gives it: no conversion row by row."""
    with connection.cursor() as cursor:
        cursor.execute(*rows.order_by().query.sql_with_params())
        return list(zip(*cursor.fetchall(), strict=True))


def _field_of_category() -> dict[str, str]:
    """Return the field of work that incidents of each category belong to."""
    pairs = incidents_visible_to(SERVICE).order_by().values_list("category_code", "field__code")
    return dict(pairs.distinct())


def signals(given: Told, weights: Weights, *, now: datetime) -> Signals:
    """Return what was told as the forecast reads it: aged, softened, with its interval of hours.

    Whoever names no time tells of the hours before (`FieldWeight.told_after_hours`).
    """
    back = np.array([row.told_after_hours for row in weights.fields])[given.fields]
    known = given.happened >= 0
    hours = np.where(known, 0.0, back)
    ends = np.where(known, given.happened, given.received + 1).astype(np.float64)
    present = now.timestamp() / 3600
    counts = np.where(given.own, weights.own_finding_factor, 1.0)
    return Signals(
        cells=given.cells,
        fields=given.fields,
        age_weeks=np.maximum(present - given.received, 0.0) / WEEK,
        counts=soften(given.cells, given.fields, given.received // 24, counts),
        begins=np.mod(_clock(np.floor(ends - hours)), WEEK),
        hours=hours,
    )


def _clock(hours: Floats) -> Floats:
    """Return the hour of the week on Germany's clock for hours since 1970 (UTC)."""
    known, which = np.unique(hours.astype(np.int64), return_inverse=True)
    moments = [local(datetime.fromtimestamp(int(hour) * 3600, UTC)) for hour in known]
    clock = np.array([moment.weekday() * 24 + moment.hour for moment in moments], dtype=np.float64)
    return clock[which.ravel()] if len(clock) else np.zeros(0)


def field_names(weights: Weights) -> list[str]:
    """Return the German names of the fields of work, in the order of the weights."""
    names = {row.code: row.name for row in field_rows().values()}
    return [names.get(row.code, row.code) for row in weights.fields]


def visits(*, since: datetime, until: datetime) -> dict[str, list[datetime]]:
    """Return the hours with presence by place, ascending."""
    rows = Presence.objects.filter(hour__gte=since, hour__lt=until, visits__gt=0)
    found: dict[str, list[datetime]] = {}
    for place, hour in rows.order_by("hour").values_list("place", "hour"):
        found.setdefault(place, []).append(hour)
    return found


def wishes(*, starts_at: datetime, ends_at: datetime) -> list[tuple[str, Wish]]:
    """Return the wishes that hold on a day of the span, with the code of their site."""
    first, last = local(starts_at).date(), local(ends_at).date()
    rows = PresenceWish.objects.filter(
        withdrawn_at__isnull=True, valid_from__lte=last, valid_to__gt=first
    ).order_by("id")
    return [
        (code, Wish(code, WISH_SOURCES[WishSource(source)], why, *rest))
        for code, source, why, *rest in rows.values_list(
            "site__code", "source", "reason", "weekdays", "hour_from", "hour_to"
        )
    ]


def addresses(ranges: Sequence[tuple[int, int]], *, since: datetime) -> list[tuple[int, str]]:
    """Return (cell, address) of reports within ranges of cells, for the name of a place."""
    if not ranges:
        return []
    rows = reports_visible_to(SERVICE).filter(received_at__gte=since).exclude(address="")
    inside = rows.none()
    for low, high in ranges:
        inside = inside | rows.filter(cell__range=(low, high))
    rows_there = inside.order_by().values_list("cell", "address")
    return [(cell, address) for cell, address in rows_there if cell is not None]
