"""The head's page: figures, pictures, and the tables behind them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from streife.accounts.queries import actor_from
from streife.insight import queries, sentences
from streife.insight.figures import Figures
from streife.insight.forms import FilterForm
from streife.insight.rules import share_percent
from streife.insight.tables import TABLES, as_csv
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound
from streife.places.queries import outlines
from streife.places.rules import AreaKind

TOP_QUARTERS = 12


def _form(request: HttpRequest) -> FilterForm:
    data = request.GET.copy()
    data.setdefault("zeitraum", "monat")
    return FilterForm(data, today=local(now()).date())


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show all figures of a period; the filter is the address."""
    actor = actor_from(request)
    actor.require("insight.view")
    form = _form(request)
    figures = queries.figures(actor, form.filters(), now=now())
    context = _context(request, figures) | {"form": form, "chosen": form.chosen()}
    return render(request, "insight/overview.html", context)


def _context(request: HttpRequest, figures: Figures) -> dict[str, Any]:
    due = figures.in_time + figures.missed
    return {
        "figures": figures,
        "headline": sentences.headline(figures),
        "synthetic_shown": sentences.number(figures.synthetic_reports),
        "top_quarters": [row for row in figures.by_quarter if row.code][:TOP_QUARTERS],
        "quarter_caption": sentences.top_quarters(TOP_QUARTERS),
        "in_time_percent": share_percent(figures.in_time, due),
        "field_message": sentences.field_message(figures),
        "quarter_message": sentences.quarter_message(figures),
        "hour_message": sentences.hour_message(figures),
        "month_message": sentences.month_message(figures.months),
        "outcome_message": sentences.outcome_message(figures),
        "week": list(zip(sentences.weekdays(), figures.hours, strict=True)),
        "hours": range(24),
        "outcomes": [
            (sentences.outcome_name(row.code), row.incidents) for row in figures.by_outcome
        ],
        "has_year_before": any(month.before is not None for month in figures.months),
        "query": request.GET.urlencode(),
        "median": sentences.duration(figures.minutes_median or 0),
        "ninth": sentences.duration(figures.minutes_ninth or 0),
    }


@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """Download one table as CSV; same filter, stable columns."""
    actor = actor_from(request)
    actor.require("insight.view")
    if name not in TABLES:
        raise NotFound("Diese Tabelle gibt es nicht.", "no-such-table")
    filters = _form(request).filters()
    figures = queries.figures(actor, filters, now=now())
    answer = HttpResponse(as_csv(name, figures), content_type="text/csv; charset=utf-8")
    days = f"{filters.period.start:%Y%m%d}-{filters.period.last_day:%Y%m%d}"
    answer["Content-Disposition"] = f'attachment; filename="lagebild-{name}-{days}.csv"'
    return answer


@require_safe
def quarters(request: HttpRequest) -> HttpResponse:
    """Return the quarters with their counts as GeoJSON, shaded by `value` 0 to 1."""
    actor = actor_from(request)
    actor.require("insight.view")
    filters = _form(request).filters()
    rows = {row.code: row for row in queries.quarter_counts(actor, filters)}
    features = []
    for area, geometry in outlines(AreaKind.QUARTER, on=filters.period.last_day):
        row = rows.get(area.code)
        features.append(
            {
                "type": "Feature",
                "geometry": geometry.__geo_interface__,
                "properties": {
                    "kind": "quarter",
                    "title": area.name,
                    "count": row.reports if row else 0,
                    "value": round(row.share, 3) if row else 0,
                },
            }
        )
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )
