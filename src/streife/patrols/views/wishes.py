"""Wishes for presence: what people ask for, until when."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from streife.accounts.queries import actor_from
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.kernel.texts import said
from streife.patrols import actions, forms, sentences
from streife.patrols.actions import WishDraft
from streife.patrols.models import PresenceWish
from streife.patrols.queries.wishes import wishes as known_wishes
from streife.patrols.rules import WISH_SOURCES, WishSource
from streife.places import queries as places

USUAL = timedelta(days=28)


@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """List the wishes that count, and take a new one."""
    actor, moment = actor_from(request), now()
    today = local(moment).date()
    rows = known_wishes(actor, on=today)
    sites = [(site.pk, site.name) for site in places.sites_on(today)]
    initial = {
        "valid_from": today,
        "valid_to": today + USUAL,
        "site": next((pk for pk, name in sites if name == request.GET.get("ort")), ""),
    }
    form = forms.WishForm(
        request.POST or None, sites=sites, days=sentences.weekdays(), initial=initial
    )
    if request.method == "POST":
        actor.require("patrols.wish")
        if form.is_valid() and _made(request, form):
            return redirect("patrols:wishes")
    context = {
        "wishes": [_shown(wish) for wish in rows],
        "form": form,
        "may_wish": actor.may("patrols.wish"),
    }
    return render(request, "patrols/wishes.html", context, status=409 if form.errors else 200)


def _made(request: HttpRequest, form: forms.WishForm) -> bool:
    data = form.cleaned_data
    draft = WishDraft(
        site_id=data["site"],
        source=WishSource(data["source"]),
        reason=data["reason"],
        valid_from=data["valid_from"],
        valid_to=data["valid_to"],
        weekdays=form.weekday_bits(),
        hour_from=data["hour_from"],
        hour_to=data["hour_to"],
    )
    try:
        actions.make_wish(draft=draft, actor=actor_from(request), now=now())
    except Refused as refused:
        if refused.status != 409:
            raise
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return False
    messages.success(request, _("Der Wunsch zählt ab dem nächsten Plan."))
    return True


@require_POST
def withdraw(request: HttpRequest, wish_id: int) -> HttpResponse:
    """Take a wish back."""
    actions.withdraw_wish(wish_id=wish_id, actor=actor_from(request), now=now())
    messages.success(request, _("Der Wunsch ist zurückgenommen."))
    return redirect("patrols:wishes")


def _shown(wish: PresenceWish) -> dict[str, Any]:
    days = sentences.weekdays()
    chosen = [day for number, day in enumerate(days) if wish.weekdays >> number & 1]
    return {
        "row": wish,
        "source": said(WISH_SOURCES[WishSource(wish.source)]),
        "days": _("täglich") if len(chosen) == len(days) else ", ".join(chosen),
        "last_day": wish.valid_to - timedelta(days=1),
    }
