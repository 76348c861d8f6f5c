"""Counting reports and incidents; every figure is a few groups made by the database."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery

from streife.accounts.rules import Actor
from streife.incidents.queries import field_rows
from streife.incidents.queries import visible_to as incidents_visible_to
from streife.incidents.rules import LIVE, Outcome
from streife.insight.expressions import MinutesBetween, UtcHour
from streife.insight.figures import Backlog, Figures, Filters, Month, Row
from streife.insight.rules import Period, local_hour, month_start, quantile, suppressed
from streife.kernel.texts import said
from streife.places.queries import area_codes, areas
from streife.places.rules import AreaKind
from streife.reports.queries import visible_to as reports_visible_to
from streife.reports.rules import Kind, Status
from streife.triage.queries import categories


def figures(actor: Actor, filters: Filters, *, now: datetime) -> Figures:
    """Return all figures of the page: four scans of what the filter leaves, and the backlog.

    :raises NotPermitted: the actor may not see figures
    """
    actor.require("insight.view")
    reports, incidents = _reports(actor, filters), _incidents(actor, filters)
    period = filters.period
    hours = _hours(reports, period)
    told = _told(_within(reports, "received_at", period))
    opened = _with_first_steps(_within(incidents, "opened_at", period))
    cases = _cases(opened, now)
    minutes = _minutes(opened)
    return Figures(
        filters=filters,
        reports=sum(line.reports for line in told),
        incidents=sum(line.incidents for line in cases),
        reports_before=sum(_inside(hours, period.year_before()).values()),
        synthetic_reports=sum(line.synthetic for line in told),
        in_time=sum(line.in_time for line in cases),
        missed=sum(line.due - line.in_time for line in cases),
        minutes_median=quantile(minutes, 0.5),
        minutes_ninth=quantile(minutes, 0.9),
        measured=sum(minutes.values()),
        backlog=_backlog(reports, incidents, now),
        by_field=_fields(told, cases, period),
        by_quarter=_quarters(told, cases, period),
        by_outcome=_outcomes(cases),
        hours=_week(_inside(hours, period)),
        months=_months(hours, period),
    )


def quarter_counts(actor: Actor, filters: Filters) -> list[Row]:
    """Return the counts of reports by quarter alone, for the map.

    :raises NotPermitted: the actor may not see figures
    """
    actor.require("insight.view")
    inside = _within(_reports(actor, filters), "received_at", filters.period)
    return _quarters(_told(inside), [], filters.period)


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
    if not filters.synthetic:
        rows = rows.filter(synthetic=False)
    return rows


def _within(rows: QuerySet[Any], column: str, period: Period) -> QuerySet[Any]:
    start, end = period.bounds()
    inside: QuerySet[Any] = rows.filter(**{f"{column}__gte": start, f"{column}__lt": end})
    return inside


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
    rows: QuerySet[Any] = opened.annotate(
        first_unit_at=_earliest(opened, "assignments", "on_scene_at"),
        handed_at=_earliest(opened, "hand_overs", "handed_at"),
    )
    return rows


def _earliest(opened: QuerySet[Any], relation: str, column: str) -> Subquery:
    """Return the earliest moment of a relation of the incident, by its reverse name."""
    related: Any = opened.model._meta.get_field(relation).related_model
    rows = related._default_manager.filter(incident=OuterRef("pk")).order_by()
    return Subquery(rows.values("incident").annotate(first=Min(column)).values("first"))


class _Told(NamedTuple):
    """Reports of one category in one quarter."""

    category: str
    quarter: int | None
    reports: int
    complaints: int
    synthetic: int


class _Case(NamedTuple):
    """Incidents of one field with one outcome in one quarter."""

    field: int
    quarter: int | None
    outcome: str
    incidents: int
    in_time: int
    due: int


def _told(inside: QuerySet[Any]) -> list[_Told]:
    groups = inside.values_list("category_code", "quarter_id").annotate(
        count=Count("id"),
        complaints=Count("id", filter=Q(kind=Kind.COMPLAINT)),
        made_up=Count("id", filter=Q(synthetic=True)),
    )
    return [_Told(*group) for group in groups]


def _cases(opened: QuerySet[Any], now: datetime) -> list[_Case]:
    """Count incidents, those that somebody saw to in time, and those of which that is known.

    In time means: a unit was there, or the matter was handed over or closed, before the target
    time. What is still open and not yet due counts on neither side.
    """
    in_time = (
        Q(first_unit_at__lte=F("due_at"))
        | Q(handed_at__lte=F("due_at"))
        | Q(closed_at__lte=F("due_at"))
    )
    groups = opened.values_list("field_id", "quarter_id", "outcome").annotate(
        count=Count("id"),
        timely=Count("id", filter=in_time),
        known=Count("id", filter=Q(due_at__lt=now) | in_time),
    )
    return [_Case(*group) for group in groups]


def _minutes(opened: QuerySet[Any]) -> dict[int, int]:
    """Return how many incidents waited how many minutes for the first unit."""
    rows = (
        opened.filter(first_unit_at__gte=F("opened_at"))
        .annotate(minutes=MinutesBetween(F("opened_at"), F("first_unit_at")))
        .values_list("minutes")
        .annotate(count=Count("id"))
    )
    return dict(rows)


def _hours(reports: QuerySet[Any], period: Period) -> dict[datetime, int]:
    """Return the reports by hour, back to the year before the period and its thirteen months."""
    months = month_start(period.last_day, months_back=24)
    wide = Period(min(period.year_before().start, months), period.end)
    groups = _within(reports, "received_at", wide).annotate(hour=UtcHour("received_at"))
    counts = groups.values_list("hour").annotate(count=Count("id"))
    return {local_hour(stamp): count for stamp, count in counts}


def _inside(hours: Mapping[datetime, int], period: Period) -> dict[datetime, int]:
    start, end = period.bounds()
    return {hour: count for hour, count in hours.items() if start <= hour < end}


def _week(hours: Mapping[datetime, int]) -> list[list[int]]:
    week = [[0] * 24 for _ in range(7)]
    for hour, count in hours.items():
        week[hour.weekday()][hour.hour] += count
    return week


def _months(hours: Mapping[datetime, int], period: Period) -> list[Month]:
    """Return the thirteen months that end with the period, each beside the year before."""
    counts: Counter[date] = Counter()
    for hour, count in hours.items():
        counts[date(hour.year, hour.month, 1)] += count
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


def _fields(told: list[_Told], cases: list[_Case], period: Period) -> list[Row]:
    rows = field_rows()
    owner = _field_of_category(period)
    reports: Counter[str] = Counter()
    complaints: Counter[str] = Counter()
    incidents: Counter[str] = Counter()
    for line in told:
        reports[owner.get(line.category, "")] += line.reports
        complaints[owner.get(line.category, "")] += line.complaints
    for case in cases:
        incidents[rows[case.field].code] += case.incidents
    names = {row.code: (said(row.name), row.icon) for row in rows.values()}
    return _rows(names, reports, incidents, complaints)


def _quarters(told: list[_Told], cases: list[_Case], period: Period) -> list[Row]:
    """Group by code: a quarter whose borders changed stays one line."""
    codes = area_codes(AreaKind.QUARTER)
    reports: Counter[str] = Counter()
    complaints: Counter[str] = Counter()
    incidents: Counter[str] = Counter()
    for line in told:
        code = codes.get(line.quarter or 0, "")
        reports[code] += line.reports
        complaints[code] += line.complaints
    for case in cases:
        incidents[codes.get(case.quarter or 0, "")] += case.incidents
    names = {area.code: (area.name, "") for area in areas(AreaKind.QUARTER, on=period.last_day)}
    return _rows(names, reports, incidents, complaints)


def _rows(
    names: Mapping[str, tuple[str, str]],
    reports: Mapping[str, int],
    incidents: Mapping[str, int],
    complaints: Mapping[str, int],
) -> list[Row]:
    """Join the counts, the most reports first; few named complaints are left out."""
    keys = [key for key in {*reports, *incidents} if reports.get(key) or incidents.get(key)]
    largest = max((reports.get(key, 0) for key in keys), default=0)
    rows = [
        Row(
            key,
            names.get(key, (key, ""))[0],
            reports.get(key, 0),
            incidents.get(key, 0),
            suppressed(complaints.get(key, 0)),
            reports.get(key, 0) / largest if largest else 0.0,
            names.get(key, ("", ""))[1],
        )
        for key in keys
    ]
    return sorted(rows, key=lambda row: (-row.reports, not row.name, row.name))


def _outcomes(cases: list[_Case]) -> list[Row]:
    counts: Counter[str] = Counter()
    for case in cases:
        if case.outcome:
            counts[case.outcome] += case.incidents
    return [Row(code, "", 0, count) for code, count in counts.most_common()]
