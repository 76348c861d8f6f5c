"""Counting reports and incidents; every figure is a few groups made by the database."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery

from streife.accounts.rules import Actor
from streife.incidents.queries import field_rows
from streife.incidents.queries import visible_to as incidents_visible_to
from streife.incidents.rules import LIVE, Outcome
from streife.insight.expressions import MinutesBetween, UtcHour
from streife.insight.figures import Backlog, Figures, Filters, Month, Row
from streife.insight.rules import Period, local_hour, month_start, quantile, suppressed
from streife.places.queries import areas
from streife.places.rules import AreaKind
from streife.reports.queries import visible_to as reports_visible_to
from streife.reports.rules import Kind, Status
from streife.triage.queries import categories


def figures(actor: Actor, filters: Filters, *, now: datetime) -> Figures:
    """Return all figures of the page.

    :raises NotPermitted: the actor may not see figures
    """
    actor.require("insight.view")
    reports = _reports(actor, filters)
    incidents = _incidents(actor, filters)
    inside = _within(reports, "received_at", filters.period)
    opened = _with_first_steps(_within(incidents, "opened_at", filters.period))
    hours = _by_hour(inside)
    timely = _timely(opened, now)
    minutes = _minutes(opened)
    return Figures(
        filters=filters,
        reports=sum(hours.values()),
        incidents=timely["total"],
        reports_before=_within(reports, "received_at", filters.period.year_before()).count(),
        synthetic_reports=inside.filter(synthetic=True).count(),
        in_time=timely["in_time"],
        missed=timely["missed"],
        minutes_median=quantile(minutes, 0.5),
        minutes_ninth=quantile(minutes, 0.9),
        measured=sum(minutes.values()),
        backlog=_backlog(reports, incidents, now),
        by_field=_fields(inside, opened, filters),
        by_quarter=_quarters(inside, opened, filters),
        by_outcome=_outcomes(incidents, filters.period),
        hours=_week(hours),
        months=_months(reports, filters.period),
    )


def quarter_counts(actor: Actor, filters: Filters) -> list[Row]:
    """Return the counts by quarter alone, for the map.

    :raises NotPermitted: the actor may not see figures
    """
    actor.require("insight.view")
    inside = _within(_reports(actor, filters), "received_at", filters.period)
    opened = _within(_incidents(actor, filters), "opened_at", filters.period)
    return _quarters(inside, opened, filters)


def _reports(actor: Actor, filters: Filters) -> QuerySet[Any]:
    rows: QuerySet[Any] = reports_visible_to(actor).order_by()
    if filters.field_code:
        rows = rows.filter(category_code__in=_codes_of(filters))
    return _common(rows, filters)


def _incidents(actor: Actor, filters: Filters) -> QuerySet[Any]:
    rows: QuerySet[Any] = incidents_visible_to(actor).order_by()
    rows = rows.exclude(outcome=Outcome.MERGED)  # counted once, where it was merged into
    if filters.field_code:
        rows = rows.filter(field__code=filters.field_code)
    return _common(rows, filters)


def _common(rows: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    if filters.district_code:
        rows = rows.filter(district__code=filters.district_code)
    return rows if filters.synthetic else rows.filter(synthetic=False)


def _within(rows: QuerySet[Any], column: str, period: Period) -> QuerySet[Any]:
    start, end = period.bounds()
    return rows.filter(**{f"{column}__gte": start, f"{column}__lt": end})


def _codes_of(filters: Filters) -> list[str]:
    return [
        code
        for code, owner in _field_of_category(filters.period).items()
        if owner == filters.field_code
    ]


def _field_of_category(period: Period) -> dict[str, str]:
    return {row.code: row.field_code for row in categories(on=period.last_day)}


def _with_first_steps(opened: QuerySet[Any]) -> QuerySet[Any]:
    """Add when the first unit was there and when another body got the matter."""
    return opened.annotate(
        first_unit_at=_earliest(opened, "assignments", "on_scene_at"),
        handed_at=_earliest(opened, "hand_overs", "handed_at"),
    )


def _earliest(opened: QuerySet[Any], relation: str, column: str) -> Subquery:
    """Return the earliest moment of a relation of the incident, by its reverse name."""
    related = opened.model._meta.get_field(relation).related_model
    rows = related._default_manager.filter(incident=OuterRef("pk")).order_by()
    return Subquery(rows.values("incident").annotate(first=Min(column)).values("first"))


def _timely(opened: QuerySet[Any], now: datetime) -> dict[str, int]:
    """Count what somebody saw to (unit there, handed over or closed) before its target time.

    What is still open and not yet due counts on neither side.
    """
    in_time = (
        Q(first_unit_at__lte=F("due_at"))
        | Q(handed_at__lte=F("due_at"))
        | Q(closed_at__lte=F("due_at"))
    )
    counts: dict[str, int] = opened.aggregate(
        total=Count("id"),
        in_time=Count("id", filter=in_time),
        due=Count("id", filter=Q(due_at__lt=now) | in_time),
    )
    return counts | {"missed": counts["due"] - counts["in_time"]}


def _minutes(opened: QuerySet[Any]) -> dict[int, int]:
    """Return how many incidents waited how many minutes for the first unit."""
    rows = (
        opened.filter(first_unit_at__gte=F("opened_at"))
        .annotate(minutes=MinutesBetween(F("opened_at"), F("first_unit_at")))
        .values_list("minutes")
        .annotate(count=Count("id"))
    )
    return dict(rows)


def _by_hour(rows: QuerySet[Any]) -> dict[datetime, int]:
    groups = rows.annotate(hour=UtcHour("received_at")).values_list("hour")
    return {local_hour(stamp): count for stamp, count in groups.annotate(count=Count("id"))}


def _week(hours: Mapping[datetime, int]) -> list[list[int]]:
    week = [[0] * 24 for _ in range(7)]
    for hour, count in hours.items():
        week[hour.weekday()][hour.hour] += count
    return week


def _months(reports: QuerySet[Any], period: Period) -> list[Month]:
    """Return the thirteen months that end with the period, each beside the year before."""
    first = month_start(period.last_day, months_back=12)
    wide = Period(first.replace(year=first.year - 1), period.end)
    counts: Counter[date] = Counter()
    for hour, count in _by_hour(_within(reports, "received_at", wide)).items():
        counts[hour.date().replace(day=1)] += count
    starts = [month_start(period.last_day, months_back=back) for back in range(12, -1, -1)]
    oldest = min(counts, default=period.end)
    return [
        Month(
            start,
            counts[start],
            counts[earlier] if (earlier := start.replace(year=start.year - 1)) >= oldest else None,
        )
        for start in starts
    ]


def _backlog(reports: QuerySet[Any], incidents: QuerySet[Any], now: datetime) -> Backlog:
    live = incidents.filter(queue_rank__isnull=False, status__in=sorted(LIVE))
    return Backlog(
        waiting_reports=reports.filter(status=Status.RECEIVED).count(),
        **live.aggregate(
            live_incidents=Count("id"),
            overdue_incidents=Count("id", filter=Q(due_at__lt=now)),
        ),
    )


def _fields(inside: QuerySet[Any], opened: QuerySet[Any], filters: Filters) -> list[Row]:
    owner = _field_of_category(filters.period)
    reports: Counter[str] = Counter()
    complaints: Counter[str] = Counter()
    for code, count, named in _with_complaints(inside, "category_code"):
        reports[owner.get(code, "")] += count
        complaints[owner.get(code, "")] += named
    incidents = dict(opened.values_list("field__code").annotate(count=Count("id")))
    names = {row.code: (row.name, row.icon) for row in field_rows().values()}
    keys = [key for key in (*names, "") if reports[key] or incidents.get(key)]
    return _rows(keys, names, reports, incidents, complaints)


def _quarters(inside: QuerySet[Any], opened: QuerySet[Any], filters: Filters) -> list[Row]:
    names = {
        area.code: (area.name, "") for area in areas(AreaKind.QUARTER, on=filters.period.last_day)
    }
    reports: Counter[str] = Counter()
    complaints: Counter[str] = Counter()
    for code, count, named in _with_complaints(inside, "quarter__code"):
        reports[code or ""] += count
        complaints[code or ""] += named
    incidents = {
        code or "": count
        for code, count in opened.values_list("quarter__code").annotate(count=Count("id"))
    }
    keys = [key for key in (*names, "") if reports[key] or incidents.get(key)]
    return _rows(keys, names, reports, incidents, complaints)


def _with_complaints(inside: QuerySet[Any], column: str) -> Iterable[tuple[str, int, int]]:
    return inside.values_list(column).annotate(
        count=Count("id"), named=Count("id", filter=Q(kind=Kind.COMPLAINT))
    )


def _rows(
    keys: list[str],
    names: Mapping[str, tuple[str, str]],
    reports: Mapping[str, int],
    incidents: Mapping[str, int],
    complaints: Mapping[str, int],
) -> list[Row]:
    """Join the counts, the most reports first; few named complaints are left out."""
    ordered = sorted(keys, key=lambda key: (-reports.get(key, 0), names.get(key, ("~", ""))[0]))
    largest = max((reports.get(key, 0) for key in ordered), default=0)
    return [
        Row(
            key,
            names.get(key, ("", ""))[0],
            reports.get(key, 0),
            incidents.get(key, 0),
            suppressed(complaints.get(key, 0)),
            reports.get(key, 0) / largest if largest else 0.0,
            names.get(key, ("", ""))[1],
        )
        for key in ordered
    ]


def _outcomes(incidents: QuerySet[Any], period: Period) -> list[Row]:
    closed = _within(incidents, "closed_at", period).exclude(outcome="")
    counts = closed.values_list("outcome").annotate(count=Count("id"))
    return sorted(
        (Row(code, "", 0, count) for code, count in counts), key=lambda row: -row.incidents
    )
