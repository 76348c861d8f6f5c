"""The teams of a shift, for planning ahead of the day."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from streife.accounts.queries import actor_from
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.patrols import actions
from streife.patrols.forms import TeamForm
from streife.patrols.rules import Mode
from streife.places import queries as places


def team_form(data: Mapping[str, object] | None, moment: datetime) -> TeamForm:
    """Return the form for a team, with the offices of today to choose from."""
    offices = [(office.pk, office.name) for office in places.offices_on(local(moment).date())]
    return TeamForm(data, offices=offices)


def usual_office(moment: datetime) -> str:
    """Return the name of the office that a team without one sets out from; "" if there is none."""
    first = places.offices_on(local(moment).date()).first()
    return first.name if first is not None else ""


@require_POST
def keep(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Enter or change a team."""
    actor, moment = actor_from(request), now()
    actor.require("patrols.plan")
    form = team_form(request.POST, moment)
    if not form.is_valid():
        messages.error(
            request, " ".join(str(text) for texts in form.errors.values() for text in texts)
        )
        return redirect("patrols:shift", shift_id)
    data = form.cleaned_data
    try:
        team = actions.keep_team(
            shift_id=shift_id,
            name=data["name"],
            mode=Mode(data["mode"]),
            joint=data["joint"],
            begins_id=data["begins"],
            ends_id=data["ends"],
            actor=actor,
            now=moment,
        )
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("%(team)s ist dabei.") % {"team": team.name})
    return redirect("patrols:shift", shift_id)


@require_POST
def propose(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take over teams from the roster and the last shift of that name."""
    made = actions.propose_teams(shift_id=shift_id, actor=actor_from(request), now=now())
    if made:
        messages.success(
            request, _("%(n)s Teams vorgeschlagen. Bitte prüfen Sie sie.") % {"n": len(made)}
        )
    else:
        messages.error(request, _("Auf dieser Schicht stehen noch keine zwei Kräfte."))
    return redirect("patrols:shift", shift_id)


@require_POST
def drop(request: HttpRequest, team_id: int) -> HttpResponse:
    """Take a team off its shift."""
    try:
        shift_id = actions.drop_team(team_id=team_id, actor=actor_from(request), now=now())
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
        return redirect("patrols:index")
    return redirect("patrols:shift", shift_id)
