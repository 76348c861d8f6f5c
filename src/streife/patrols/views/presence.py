"""What became of a plan, per place and hour, and what is known about the effect of presence."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.kernel.clock import local, now
from streife.patrols import forms, sentences
from streife.patrols.queries import need
from streife.patrols.queries.presence import last_day, presence_on


@require_safe
def presence(request: HttpRequest) -> HttpResponse:
    """Show plan beside presence for a day."""
    actor, moment = actor_from(request), now()
    actor.require("patrols.view")
    form = forms.DayForm(request.GET)
    day = (form.is_valid() and form.cleaned_data["tag"]) or last_day(actor, moment)
    found = presence_on(actor, day, until=moment)
    today = local(moment).date()
    name = sentences.until_now() if day == today else sentences.day_name(day, today)
    context = {
        "day": found,
        "name": name,
        "form": forms.DayForm(initial={"tag": day}),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < local(moment).date() else None,
        "headline": sentences.presence_headline(
            name,
            planned=found.planned_places,
            visited=found.visited_places,
            minutes=found.planned_minutes,
            was=found.present_minutes,
        ),
        "hours": found.hours(),
        "effect_text": _effect(actor, moment),
    }
    return render(request, "patrols/presence.html", context)


@require_safe
def research(request: HttpRequest) -> HttpResponse:
    """Say what research found about presence, and what we measure; promise nothing."""
    actor, moment = actor_from(request), now()
    actor.require("patrols.view")
    return render(request, "patrols/research.html", {"effect_text": _effect(actor, moment)})


def _effect(actor: Actor, moment: datetime) -> str:
    return sentences.reason_texts([need.presence_effect(actor, now=moment).said])[0]
