"""The crew's route on the phone: next stop, one tap "Da", one tap "Weiter", or "Wir sind hier"."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.dispatch import queries as dispatch
from streife.field import forms
from streife.kernel.clock import now
from streife.kernel.errors import Refused
from streife.patrols import actions as patrols
from streife.patrols.queries import CrewRoute, crew_geojson, crew_route, open_stay, places_near
from streife.patrols.rules.need_words import spoken
from streife.ui.fragments import asks_for_part


def own_route(request: HttpRequest, unit: dispatch.UnitRow | None) -> CrewRoute | None:
    """Return the published route of the unit, None without one."""
    if unit is None:
        return None
    return crew_route(actor_from(request), shift_id=unit.shift_id, team=unit.call_sign)


@require_safe
def route(request: HttpRequest) -> HttpResponse:
    """Show the next stop and the rest of the route."""
    return _show(request)


@require_safe
def route_map(request: HttpRequest) -> HttpResponse:
    """Return what lies ahead as GeoJSON."""
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    found = own_route(request, dispatch.unit_of(actor, moment))
    if found is None:
        return JsonResponse({"type": "FeatureCollection", "features": []})
    return JsonResponse(crew_geojson(found), content_type="application/geo+json")


@require_POST
def there(request: HttpRequest, stop_id: int) -> HttpResponse:
    """First tap: we are there."""
    return _tap(request, stop_id, patrols.check_in)


@require_POST
def onwards(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Second tap: we go on."""
    return _tap(request, stop_id, patrols.check_out)


def _tap(request: HttpRequest, stop_id: int, action: Callable[..., object]) -> HttpResponse:
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    form, unit = forms.OnceForm(request.POST), dispatch.unit_of(actor, moment)
    if not form.is_valid() or unit is None:
        return redirect("field:route")
    try:
        action(
            stop_id=stop_id,
            team=unit.call_sign,
            client_id=form.cleaned_data["client_id"],
            actor=actor,
            now=moment,
        )
    except Refused as refused:
        return _show(request, refused=refused)
    if asks_for_part(request):
        return _show(request)
    return redirect("field:route")


@require_http_methods(["GET", "POST"])
def here(request: HttpRequest) -> HttpResponse:
    """Choose a near place that was not planned, and say that the crew is there."""
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    unit = dispatch.unit_of(actor, moment)
    if unit is None:
        return redirect("field:home")
    refused = None
    if request.method == "POST":
        form = forms.HereForm(request.POST)
        try:
            if not form.is_valid():
                raise Refused("Bitte wählen Sie einen Ort.", "form-incomplete")
            patrols.be_here(
                place=form.cleaned_data["place"],
                shift_id=unit.shift_id,
                team=unit.call_sign,
                client_id=form.cleaned_data["client_id"],
                actor=actor,
                now=moment,
            )
        except Refused as given:
            refused = given
        else:
            return redirect("field:route")
    context = {
        "unit": unit,
        "places": places_near(actor, point=unit.position, now=moment),
        "refused": refused,
    }
    part = request.GET.get("teil")
    template = "field/_here.html" if part else "field/here.html"
    return render(request, template, context, status=refused.status if refused else 200)


@require_POST
def leave(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """Second tap at a place outside the plan: we go on."""
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    unit = dispatch.unit_of(actor, moment)
    if unit is None:
        return redirect("field:home")
    try:
        patrols.leave_here(
            stay_id=stay_id, shift_id=unit.shift_id, team=unit.call_sign, actor=actor, now=moment
        )
    except Refused as refused:
        return _show(request, refused=refused)
    if asks_for_part(request):
        return _show(request)
    return redirect("field:route")


def capital(text: str) -> str:
    """Return the text with a capital first letter: reasons begin anywhere in a sentence."""
    return text[:1].upper() + text[1:]


def _show(request: HttpRequest, *, refused: Refused | None = None) -> HttpResponse:
    actor, moment = actor_from(request), now()
    actor.require("field.work")
    unit = dispatch.unit_of(actor, moment)
    found = own_route(request, unit)
    shown = (found.here or found.next) if found else None
    context: dict[str, Any] = {
        "unit": unit,
        "route": found,
        "shown": shown,
        "stay": open_stay(actor, shift_id=unit.shift_id, team=unit.call_sign) if unit else None,
        "reasons": [capital(spoken(one)) for one in shown.reasons] if shown else [],
        "refused": refused,
    }
    part = asks_for_part(request) or request.GET.get("teil")
    template = "field/_route.html" if part else "field/route.html"
    return render(request, template, context, status=refused.status if refused else 200)
