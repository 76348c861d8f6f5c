"""What the page of a plan shows, for all views that end on it."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.roster import forms, grid, lights, sentences
from streife.roster.actions import Edited
from streife.roster.actions.computing import is_computing
from streife.roster.models import Plan
from streife.roster.queries import sheet as sheets
from streife.roster.queries.explaining import releases_of, rule_text
from streife.roster.queries.gathering import stands_until
from streife.roster.queries.judging import Line, line_of
from streife.roster.queries.undoing import changed_since, has_begun, last_own_step
from streife.roster.rules.states import is_published
from streife.roster.solver.problem import Stage

FIRST_LINES = 10


def is_part(request: HttpRequest) -> bool:
    """Say whether htmx asked for the inside of the page only."""
    return bool(request.headers.get("HX-Request"))


def kind_pairs() -> list[tuple[int, str]]:
    """Return the kinds of shift as choices."""
    return [(kind.pk, kind.name) for kind in sheets.kind_choices()]


def show_plan(
    request: HttpRequest,
    plan: Plan,
    *,
    edited: Edited | None = None,
    done: str = "",
    refused: Refused | None = None,
    form: forms.CellForm | None = None,
) -> HttpResponse:
    """Show a plan; after a change with what it led to. `form`: one to be filled in again."""
    moment, actor = now(), actor_from(request)
    context: dict[str, Any] = {
        "plan": plan,
        "plans": sheets.visible_plans(actor)[:8],
        "month": sentences.month_name(plan.first_day, plan.last_day),
        "state": lights.state_text(plan),
        "published": is_published(plan.state),
        "may_change": actor.may("roster.change"),
        "may_publish": actor.may("roster.publish"),
        "may_export": actor.may("roster.export"),
        "refused": refused,
        "done": done,
        "part": is_part(request),
    }
    status = refused.status if refused is not None else 200
    if is_computing(plan, moment):
        spent, allowed = lights.spent(plan, moment)
        context |= {"spent": spent, "allowed": allowed, "late": spent > allowed + 5}
        return render(request, _template(request, "computing"), context, status=status)
    sheet = sheets.sheet_of(plan, actor, moment)
    may_change = actor.may("roster.change")
    context |= {
        "sheet": sheet,
        "headline": lights.headline(sheet),
        "lights": lights.lights_of(sheet),
        "sound": lights.is_sound(sheet),
        "table": grid.table_of(sheet, editable=may_change),
        "picture": grid.picture_of(sheet),
        "picture_text": grid.cover_sentence(sheet),
        "legend": grid.away_legend(),
        "findings": (found := findings(sheet)),
        "findings_first": found[:FIRST_LINES],
        "findings_rest": found[FIRST_LINES:],
        "days": [(day, sheet.cover[day], sheet.clocks_on(day)) for day in sheet.days],
        "things_short": {line.day for line in sheet.things_short()},
        "today": local(moment).date(),
        "over": plan.last_day <= local(moment).date(),
        "releases": releases_of(plan, sheet) if may_change else [],
        "released": [
            {
                **one,
                "who": sheet.names.get(one.get("officer") or 0, ""),
                "what": rule_text(plan, one["rule"]),
            }
            for one in plan.released
        ]
        if may_change
        else [],
        "form": form or cell_form(sheet),
        "back": form.data.get("back", "") if form else "",
        "edited": edited,
        "costs": sentences.costs_text(edited.costs) if edited else "",
        "broken": [line_of(edited.standing.built, one) for one in edited.broken][:6]
        if edited
        else [],
        "kept_until": _kept_until(plan, local(moment).date()),
        "undo": _undo_of(plan, sheet, actor, moment) if may_change else None,
    }
    return render(request, _template(request, "plan"), context, status=status)


def _undo_of(
    plan: Plan, sheet: sheets.Sheet, actor: Actor, moment: datetime
) -> dict[str, Any] | None:
    """Return the step that the actor may take back, and what it would do, in words."""
    rows = last_own_step(plan, actor, moment)
    if not rows or changed_since(plan, rows) or has_begun(rows, moment):
        return None
    cells = [
        _("%(name)s, %(day)s: wieder %(kind)s")
        % {
            "name": sheet.names.get(row.officer_id, ""),
            "day": sentences.day_text(row.day),
            "kind": row.before.name if row.before else _("frei"),
        }
        for row in reversed(rows)
    ]
    return {"step": rows[0].step, "text": " · ".join(cells)}


def _kept_until(plan: Plan, today: date) -> date | None:
    """Return up to when a computation leaves announced duties alone, if it does so at all."""
    until = min(stands_until(plan, today), plan.last_day)
    return until if until > today and until >= plan.first_day else None


def cell_form(sheet: sheets.Sheet, *args: Any, **initial: Any) -> forms.CellForm:
    """Return the form for one change without a script."""
    return forms.CellForm(
        *args,
        officers=list(sheet.names.items()),
        kinds=[(kind.pk, kind.name) for kind in sheet.kinds.values()],
        initial=initial,
    )


def _listed(sheet: sheets.Sheet) -> list[Line]:
    # What is told to others of each person's findings is one and the same line.
    first = list(dict.fromkeys(sheet.hard_lines()))
    first += [*sheet.areas_short(), *sheet.hints()]
    return first + sheet.judged.of(Stage.FAIRNESS)


def findings(sheet: sheets.Sheet) -> list[dict[str, Any]]:
    """Return what is not right, the worst first, with who, when and where to jump."""
    return [
        {
            "line": line,
            "who": sheet.names.get(line.officer or 0, ""),
            "when": sentences.day_text(line.day) if line.day else "",
            "cell": _cell_of(sheet, line),
        }
        for line in _listed(sheet)
    ]


def _cell_of(sheet: sheets.Sheet, line: Line) -> str:
    if line.officer is None:
        return ""
    number = (line.day - sheet.plan.first_day).days + 1 if line.day else 1
    return f"c{line.officer}-{number}"


def _template(request: HttpRequest, name: str) -> str:
    return f"roster/_{name}.html" if is_part(request) else f"roster/{name}.html"


def after_edit(request: HttpRequest, edited: Edited, done: str) -> HttpResponse:
    """Answer a change: htmx gets the plan with its consequences, everybody else a redirect."""
    if is_part(request):
        return show_plan(request, edited.plan, edited=edited, done=done)
    built = edited.standing.built
    broken = [line_of(built, one) for one in edited.broken if one.hard]
    text = f"{done} {sentences.costs_text(edited.costs)}."
    if broken:
        text += " " + _("Damit verletzt: %(what)s") % {
            "what": "; ".join(f"{line.text} ({line.norm})" for line in broken[:3])
        }
    (messages.warning if broken else messages.success)(request, text)
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/dienstplan/") else f"/dienstplan/{edited.plan.pk}/")


def answer_refusal(
    request: HttpRequest, plan: Plan, refused: Refused, form: forms.CellForm | None = None
) -> HttpResponse:
    """Show the plan again with the refusal on it; what is missing or forbidden goes on.

    `form`: what was filled in stays in it. The grid has no form of its own to keep.
    """
    if isinstance(refused, NotFound | NotPermitted):
        raise refused
    if form is None or is_part(request):
        return show_plan(request, plan, refused=refused)
    if refused.field in form.fields:
        form.add_error(refused.field, refused.message)
    return show_plan(request, plan, refused=refused, form=form)
