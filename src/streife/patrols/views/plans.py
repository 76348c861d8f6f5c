"""The plan of a shift: look at it, have it computed, publish it."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.patrols import actions, forms, sentences
from streife.patrols.mapping import routes_geojson
from streife.patrols.models import PatrolPlan
from streife.patrols.queries import plans
from streife.patrols.queries.sheet import sheet_of
from streife.patrols.rules import PlanState, moment_on_shift
from streife.patrols.views.page import answer_refusal, show_plan
from streife.patrols.views.teams import team_form, usual_office
from streife.roster import queries as roster


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the shift that runs now, or the next one; without any, say how to get one."""
    actor, moment = actor_from(request), now()
    actor.require("patrols.view")
    shift = plans.shift_to_show(actor, moment)
    if shift is None:
        return render(request, "patrols/no_shift.html", {})
    return show_shift(request, shift.pk)


@require_safe
def shift(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Show the plan of a shift, or how to make one."""
    actor = actor_from(request)
    actor.require("patrols.view")
    return show_shift(request, roster.shift_for(actor, shift_id).pk)


def show_shift(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Show the plan that counts for a shift; without one its teams and the way to a plan."""
    actor, moment = actor_from(request), now()
    found = plans.plan_of_shift(actor, shift_id)
    if found is not None:
        return show_plan(request, plans.plan_for(actor, found.pk))
    row = roster.shift_for(actor, shift_id)
    context = {
        "shift": row,
        "shift_name": sentences.shift_name(row.name, row.starts_at, row.ends_at),
        "day": sentences.when(row.starts_at, moment),
        "shifts": plans.shift_tabs(actor, moment, row),
        "teams": plans.teams_of(shift_id),
        "usual_office": usual_office(row.starts_at),
        "form": team_form(None, moment),
        "problem": plans.last_failure(actor, shift_id),
        "may_plan": actor.may("patrols.plan"),
        "over": row.ends_at <= moment,
    }
    return render(request, "patrols/shift.html", context)


@require_safe
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show one plan."""
    return show_plan(request, plans.plan_for(actor_from(request), plan_id))


@require_safe
def routes_map(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Return routes and numbered stops as GeoJSON."""
    found = plans.plan_for(actor_from(request), plan_id)
    if found.state == PlanState.COMPUTING:
        return JsonResponse({"type": "FeatureCollection", "features": []})
    return JsonResponse(
        routes_geojson(sheet_of(found), team=request.GET.get("team", "")),
        content_type="application/geo+json",
    )


@require_POST
def prepare(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Have a plan computed: thoroughly in the background, or quickly at once."""
    seconds = 0.8 if request.POST.get("wie") == "sofort" else 10.0
    actor, moment = actor_from(request), now()
    try:
        made = actions.prepare_plan(shift_id=shift_id, actor=actor, now=moment, seconds=seconds)
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
        return redirect("patrols:shift", shift_id)
    return redirect("patrols:plan", made.pk)


@require_POST
def replan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Plan the rest anew; an incident may hold a team up."""
    actor, moment = actor_from(request), now()
    found = plans.plan_for(actor, plan_id)
    names = [(team.name, team.name) for team in plans.teams_of(found.shift_id)]
    form = forms.ReplanForm(request.POST, teams=names)
    try:
        if not form.is_valid():
            raise Refused(_("Bitte wählen Sie ein Team dieser Schicht."), "form-incomplete")
        busy, gone = _held_up(form, found.shift.starts_at, found.shift.ends_at)
        made = actions.replan(plan_id=plan_id, actor=actor, now=moment, busy=busy, gone=gone)
    except Refused as refused:
        return answer_refusal(request, plan_id, refused)
    messages.success(request, _("Neu gerechnet. Bitte prüfen Sie den Entwurf."))
    return redirect("patrols:plan", made.pk)


def _held_up(
    form: forms.ReplanForm, starts_at: datetime, ends_at: datetime
) -> tuple[dict[str, datetime], frozenset[str]]:
    """Return who is busy until when, and who is gone.

    :raises Refused: `outside-shift`
    """
    team, until = form.cleaned_data["team"], form.cleaned_data["until"]
    if not team:
        return {}, frozenset()
    if until is None:
        return {}, frozenset({team})
    moment = moment_on_shift(local(starts_at), local(ends_at), until)
    if moment is None:
        raise Refused(_("Diese Uhrzeit liegt außerhalb der Schicht."), "outside-shift")
    return {team: moment}, frozenset()


def _act(
    request: HttpRequest, plan_id: int, action: Callable[..., PatrolPlan], done: str, **given: str
) -> HttpResponse:
    """Run one action on a plan and show the plan that came of it, or the refusal."""
    try:
        made = action(plan_id=plan_id, actor=actor_from(request), now=now(), **given)
    except Refused as refused:
        return answer_refusal(request, plan_id, refused)
    messages.success(request, done)
    return redirect("patrols:plan", made.pk)


@require_POST
def publish(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Publish a draft."""
    done = _("Veröffentlicht. Die Streifen sehen ihre Route auf dem Telefon.")
    reason = request.POST.get("reason", "")
    return _act(request, plan_id, actions.publish_plan, done, reason=reason)


@require_POST
def other(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take another plan that is as good."""
    done = _("Das ist ein anderer Plan, so gut wie der vorige.")
    return _act(request, plan_id, actions.choose_other, done)


@require_POST
def revise(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Open a published plan for changes."""
    done = _("Sie ändern jetzt einen Entwurf. Bis Sie ihn veröffentlichen, gilt der alte Plan.")
    return _act(request, plan_id, actions.revise_plan, done)


@require_POST
def discard(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Put a draft aside."""
    try:
        gone = actions.discard_plan(plan_id=plan_id, actor=actor_from(request), now=now())
    except Refused as refused:
        return answer_refusal(request, plan_id, refused)
    messages.success(request, _("Der Entwurf ist verworfen."))
    return redirect("patrols:shift", gone.shift_id)
