"""What the page of a plan shows, for all views that end on it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from streife.accounts.queries import actor_from
from streife.kernel.clock import now
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.patrols import forms, gantt, sentences
from streife.patrols.actions import Edited
from streife.patrols.models import PatrolPlan
from streife.patrols.queries import plans
from streife.patrols.queries.sheet import Sheet, sheet_of
from streife.patrols.rules import PlanState
from streife.ui.fragments import asks_for_part


def show_plan(
    request: HttpRequest,
    plan: PatrolPlan,
    *,
    edited: Edited | None = None,
    done: str = "",
    refused: Refused | None = None,
) -> HttpResponse:
    """Show a plan; after a change with what it led to."""
    moment, actor = now(), actor_from(request)
    context: dict[str, Any] = {
        "plan": plan,
        "shift": plan.shift,
        "shift_name": sentences.shift_name(
            plan.shift.name, plan.shift.starts_at, plan.shift.ends_at
        ),
        "state_name": sentences.state_name(plan),
        "may_plan": actor.may("patrols.plan"),
        "may_publish": actor.may("patrols.publish"),
        "refused": refused,
        "done": done,
        "undo": plan.undo["key"] if plan.undo and plan.state == PlanState.DRAFT else "",
        "shifts": plans.shift_tabs(actor, moment, plan.shift),
        "over": plan.shift.ends_at <= moment,
        "team": request.GET.get("team", ""),
    }
    if plan.state == PlanState.COMPUTING:
        spent, allowed = sentences.remaining(plan, moment)
        context |= {"spent": spent, "allowed": allowed, "late": spent >= allowed}
        return render(request, _template(request, "computing"), context)
    sheet = sheet_of(plan)
    context |= _sheet_context(sheet, moment, edited)
    context["replan_form"] = forms.ReplanForm(
        teams=[(route.name, route.name) for route in sheet.routes]
    )
    return render(
        request,
        _template(request, "plan"),
        context,
        status=refused.status if refused is not None else 200,
    )


def _template(request: HttpRequest, name: str) -> str:
    return f"patrols/_{name}.html" if asks_for_part(request) else f"patrols/{name}.html"


def _sheet_context(sheet: Sheet, moment: datetime, edited: Edited | None) -> dict[str, Any]:
    by_hand, others = sentences.guess_texts(sheet.guess)
    return {
        "sheet": sheet,
        "headline": sentences.headline(sheet, moment),
        "picture": gantt.picture_of(sheet, moment),
        "cost": sentences.cost(edited) if edited else "",
        "broken": edited.broken if edited else (),
        "wanted_open": len(sheet.situation.basis.wanted) - sheet.stops,
        "foreseen": sentences.foreseen(edited) if edited else [],
        "guess_by_hand": by_hand,
        "guess_others": others,
        "rates": sentences.rate_rows(sheet.guess),
        "spread_text": sentences.spread_text(sheet.guess.hours),
        "response_text": sentences.response_text(sheet.response_seconds),
        "dwell_text": sentences.hours_text(sheet.dwell_minutes),
        "way_text": sentences.hours_text(sheet.way_minutes),
        "routes": [
            {
                "line": route,
                "stops": [(stop, sentences.reason_texts(stop.row.reasons)) for stop in route.stops],
            }
            for route in sheet.routes
        ],
    }


def after_edit(request: HttpRequest, edited: Edited, done: str) -> HttpResponse:
    """Answer a change: htmx gets the plan with its consequences, everybody else a redirect."""
    if asks_for_part(request):
        plan = plans.plan_for(actor_from(request), edited.plan.pk)
        return show_plan(request, plan, edited=edited, done=done)
    text = f"{done} {sentences.consequences(edited)}"
    warn = edited.broken or edited.guess.places
    (messages.warning if warn else messages.success)(request, text)
    return redirect("patrols:plan", edited.plan.pk)


def answer_refusal(request: HttpRequest, plan_id: int, refused: Refused) -> HttpResponse:
    """Show the plan again with the refusal on it; what is missing or forbidden goes on."""
    if isinstance(refused, NotFound | NotPermitted):
        raise refused
    return show_plan(request, plans.plan_for(actor_from(request), plan_id), refused=refused)


def unreadable() -> Refused:
    """Return the refusal for a form that arrived incomplete."""
    return Refused(_("Bitte wählen Sie Team und Uhrzeit."), "form-incomplete")
