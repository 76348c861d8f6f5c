"""Plans: look at one, begin, compute, release, publish."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.equipment.rules import shortage_text
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, Refused
from streife.kernel.texts import said
from streife.roster import actions, forms, lights, sentences
from streife.roster.queries import sheet as sheets
from streife.roster.queries.away import days_between
from streife.roster.rules.planning import month_of
from streife.roster.views.page import answer_refusal, cell_form, show_plan

GIVEN_UP = "Von Hand abgebrochen."


def read_day(text: str) -> date:
    """Return a day of an address.

    :raises NotFound: it is none
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("Diesen Tag gibt es nicht.", "no-such-day") from None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the plan of today; without any, say how to get one."""
    actor, today = actor_from(request), local(now()).date()
    actor.require("roster.view")
    found = sheets.plan_at(actor, today)
    if found is not None:
        return show_plan(request, found)
    first, last = month_of(today)
    form = forms.StretchForm(initial={"first_day": first, "last_day": last})
    context = {"form": form, "may_change": actor.may("roster.change")}
    return render(request, "roster/no_plan.html", context)


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a plan for a stretch of days."""
    actor, moment = actor_from(request), now()
    actor.require("roster.change")
    last = sheets.visible_plans(actor).first()
    after = last.last_day if last else local(moment).date()
    first, until = month_of(after.replace(day=1) if last is None else _next_month(after))
    form = forms.StretchForm(request.POST or None, initial={"first_day": first, "last_day": until})
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.begin_plan(**form.cleaned_data, actor=actor, now=moment)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return redirect("roster:plan", plan.pk)
    context = {"form": form, "may_change": True}
    return render(request, "roster/no_plan.html", context, status=409 if form.errors else 200)


def _next_month(day: date) -> date:
    return month_of(date.fromordinal(month_of(day)[1].toordinal() + 1))[0]


@require_safe
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show one plan."""
    return show_plan(request, sheets.plan_for(actor_from(request), plan_id))


@require_safe
def day(request: HttpRequest, plan_id: int, day: str) -> HttpResponse:
    """Show one day: who is on which shift, and what it lacks."""
    actor, moment, chosen = actor_from(request), now(), read_day(day)
    found = sheets.plan_for(actor, plan_id)
    if not found.first_day <= chosen <= found.last_day:
        raise NotFound("Dieser Tag gehört nicht zu diesem Dienstplan.", "no-such-day")
    sheet = sheets.sheet_of(found, actor, moment)
    supplies = sheets.supplies_on(actor, sheet, chosen, moment)
    shifts = [
        {
            "cover": cover,
            "people": [
                (one, sheet.areas.get((one.pk, chosen), ""))
                for one in sheet.people
                if sheet.posts.get((one.pk, chosen)) == cover.kind.pk
            ],
            "lacks": [
                said(text, values)
                for text, values in shortage_text(supplies.get(cover.kind.pk, []))
            ],
        }
        for cover in sheet.cover[chosen]
    ]
    context = {
        "plan": found,
        "sheet": sheet,
        "day": chosen,
        "before": date.fromordinal(chosen.toordinal() - 1),
        "after": date.fromordinal(chosen.toordinal() + 1),
        "shifts": shifts,
        "clocks": sheet.clocks_on(chosen),
        "away": [one for one in sheet.people if (one.pk, chosen) in sheet.away],
        "lines": [
            line
            for line in (*sheet.hard_lines(), *sheet.areas_short(), *sheet.hints())
            if line.day == chosen
        ],
        "may_change": actor.may("roster.change"),
        "form": cell_form(sheet, day=chosen),
        "back": request.path,
    }
    return render(request, "roster/day.html", context)


@require_safe
def person(request: HttpRequest, plan_id: int, officer_id: int) -> HttpResponse:
    """Show one person's month: duties, absences, findings, and one form to change a day."""
    actor, moment = actor_from(request), now()
    found = sheets.plan_for(actor, plan_id)
    sheet = sheets.sheet_of(found, actor, moment)
    who = next((one for one in sheet.people if one.pk == officer_id), None)
    if who is None:
        raise NotFound("Diese Einsatzkraft steht nicht im Plan.", "no-such-officer")
    rows = [
        {
            "day": one,
            "kind": sheet.kind_at(officer_id, one),
            "area": sheet.areas.get((officer_id, one), ""),
            "away": sentences.away_text(sheet.away.get((officer_id, one), "")),
            "wish": sheet.wishes.get((officer_id, one), ""),
            "lines": [
                line
                for line in sheet.judged.lines
                if line.officer == officer_id and line.day == one and line.hard
            ],
        }
        for one in days_between(found.first_day, found.last_day)
    ]
    context = {
        "plan": found,
        "who": who,
        "rows": rows,
        "month": sentences.month_name(found.first_day, found.last_day),
        "duties": sum(1 for row in rows if row["kind"]),
        "whole": [
            line
            for line in sheet.judged.lines
            if line.officer == officer_id and line.day is None and line.hard
        ],
        "may_change": actor.may("roster.change"),
        "form": cell_form(sheet, officer=officer_id, day=found.first_day),
        "back": request.path,
    }
    return render(request, "roster/person.html", context)


@require_POST
def drop(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Throw a draft away."""
    actor = actor_from(request)
    found = sheets.plan_for(actor, plan_id)
    try:
        actions.drop_plan(plan_id=plan_id, actor=actor, now=now())
    except Refused as refused:
        return answer_refusal(request, found, refused)
    messages.success(request, _("Der Entwurf ist verworfen."))
    return redirect("roster:index")


@require_POST
def compute(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Have a plan computed in the background."""
    actor, moment = actor_from(request), now()
    found = sheets.plan_for(actor, plan_id)
    try:
        actions.begin_computation(
            plan_id=plan_id,
            actor=actor,
            now=moment,
            assume_history=request.POST.get("vorher") == "frei",
            reason=request.POST.get("grund", ""),
        )
    except Refused as refused:
        return answer_refusal(request, found, refused)
    return redirect("roster:plan", plan_id)


@require_POST
def give_up(request: HttpRequest, plan_id: int) -> HttpResponse:
    """End a computation."""
    actions.give_up_computation(plan_id=plan_id, why=GIVEN_UP, actor=actor_from(request), now=now())
    return redirect("roster:plan", plan_id)


@require_POST
def release(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Lift a rule once, and compute again."""
    actor, moment = actor_from(request), now()
    found, form = sheets.plan_for(actor, plan_id), forms.ReleaseForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Diese Ausnahme ist unvollständig."), "form-incomplete")
        data = form.cleaned_data
        actions.release_and_compute(
            plan_id=plan_id,
            rule=data["rule"],
            officer_id=data["officer"],
            day=data["day"],
            reason=data["reason"],
            actor=actor,
            now=moment,
        )
    except Refused as refused:
        return answer_refusal(request, found, refused)
    messages.success(request, _("Die Ausnahme ist eingetragen; der Plan wird neu gerechnet."))
    return redirect("roster:plan", plan_id)


@require_POST
def withdraw(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Let a lifted rule hold again."""
    form = forms.ReleaseForm(request.POST)
    if not form.is_valid():
        raise NotFound("Diese Ausnahme gibt es nicht.", "no-such-release")
    data = form.cleaned_data
    actions.withdraw_release(
        plan_id=plan_id,
        rule=data["rule"],
        officer_id=data["officer"],
        day=data["day"],
        actor=actor_from(request),
        now=now(),
    )
    return redirect("roster:plan", plan_id)


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Publish a plan, with the notice period and the note on the staff council."""
    actor, moment = actor_from(request), now()
    actor.require("roster.publish")
    found = sheets.plan_for(actor, plan_id)
    form = forms.PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_plan(plan_id=plan_id, **form.cleaned_data, actor=actor, now=moment)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Veröffentlicht. Alle sehen ihre Dienste."))
            return redirect("roster:plan", plan_id)
    sheet = sheets.sheet_of(found, actor, moment)
    context = {
        "plan": found,
        "form": form,
        "lights": lights.lights_of(sheet),
        "month": sentences.month_name(found.first_day, found.last_day),
        "notice": (found.first_day - local(moment).date()).days,
    }
    return render(request, "roster/publish.html", context, status=409 if form.errors else 200)
