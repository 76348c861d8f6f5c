"""What leaves a plan: the sheet for the wall, the report for the staff council, time accounts."""

from datetime import date, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from streife.accounts.queries import actor_from
from streife.equipment.rules import shortage_text
from streife.kernel.clock import YEARS, local, now
from streife.kernel.errors import NotFound
from streife.kernel.texts import said
from streife.roster import actions, council
from streife.roster.printing import pdf_of
from streife.roster.queries import sheet as sheets
from streife.roster.queries.accounts import accounts_between, accounts_since
from streife.roster.queries.council import council_report
from streife.roster.queries.wall import outfits_between, wall_of
from streife.roster.rules.planning import month_of
from streife.roster.sentences import month_name
from streife.staff import queries as staff
from streife.staff.rules import GROUP_NAMES

OUTFIT_AHEAD = timedelta(hours=48)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def wall(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Return the month for the wall as PDF/A."""
    plan = sheets.plan_for(actor_from(request), plan_id)
    body = pdf_of(wall_of(plan), city=settings.CITY_NAME, now=now())
    return _file(body, "application/pdf", f"dienstplan-{plan.first_day:%Y-%m}.pdf")


@require_safe
@never_cache
def export(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Return the report for the staff council: Excel, or one table of it as CSV."""
    actor, moment = actor_from(request), now()
    actor.require("roster.export")
    plan = sheets.plan_for(actor, plan_id)
    found = council_report(plan, moment)
    name = f"personalrat-{plan.first_day:%Y-%m}"
    table = request.GET.get("tabelle", "")
    if not table:
        actions.note_export(plan=plan, actor=actor, now=moment)
        return _file(council.excel_of(found), EXCEL, f"{name}.xlsx")
    tables = {title.lower(): rows for title, rows in council.sheets_of(found).items()}
    if table.lower() not in tables:
        raise NotFound("Diese Tabelle gibt es in dem Bericht nicht.", "no-such-table")
    actions.note_export(plan=plan, actor=actor, now=moment)
    body = council.csv_of(tables[table.lower()]).encode()
    return _file(body, "text/csv; charset=utf-8", f"{name}-{table.lower()}.csv")


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@never_cache
def accounts(request: HttpRequest) -> HttpResponse:
    """Show the time accounts of a month, alphabetically, for whoever plans it."""
    actor, moment = actor_from(request), now()
    actor.require("roster.change")
    first, last = month_of(_month(request.GET.get("monat", ""), local(moment).date()))
    since = accounts_since(moment)
    if last < since:
        raise NotFound("Die Dienste dieses Monats sind gelöscht, nach ihrer Frist.", "month-erased")
    found = accounts_between(first, last, now=moment)
    contracts = staff.contracts_between(found, first, last)
    people = [one for one in staff.serving_between(first, last) if one.pk in found]
    rows = [
        {
            "officer": one,
            "account": found[one.pk],
            "group": said(GROUP_NAMES[contracts[one.pk][-1].group]),
        }
        for one in sorted(people, key=lambda one: (one.last_name, one.first_name))
    ]
    context = {
        "rows": rows,
        "without": [one for one in staff.serving_between(first, last) if one.pk not in found],
        "month": month_name(first, last),
        "before": first - timedelta(days=1) if first > since else None,
        "after": last + timedelta(days=1),
        "planned": sum(account.planned for account in found.values()) // 60,
        "target": sum(account.target for account in found.values()) // 60,
        "may_change": True,
    }
    return render(request, "roster/accounts.html", context)


@require_safe
def outfit(request: HttpRequest) -> HttpResponse:
    """Show for the shifts of the next two days whether their equipment is enough."""
    actor, moment = actor_from(request), now()
    found = outfits_between(actor, moment, moment + OUTFIT_AHEAD)
    rows = [
        {
            "outfit": one,
            "texts": [said(text, values) for text, values in shortage_text(one.supplies)],
            "lacking": any(supply.missing for supply in one.supplies),
        }
        for one in found
    ]
    context = {
        "rows": rows,
        "lacking": [row for row in rows if row["lacking"]],
        "tab": "outfit",
        "may_hand_over": actor.may("equipment.hand_over"),
    }
    return render(request, "roster/outfit.html", context)


def _month(text: str, today: date) -> date:
    """Return the first day of "2026-11".

    :raises NotFound: it is no month
    """
    if not text:
        return today
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        month = date.min
    if month.year not in YEARS:
        raise NotFound(_("Diesen Monat gibt es nicht."), "no-such-month")
    return month
