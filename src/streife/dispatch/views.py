"""Units and assignments on the desk: pages, and fragments that the desk page swaps in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.dispatch import actions, forms, queries
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.places import queries as places
from streife.places.rules import AreaKind
from streife.roster import queries as roster
from streife.staff import queries as staff
from streife.ui.fragments import asks_for_part


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """Show the units on duty; for htmx only the list."""
    actor, moment = actor_from(request), now()
    rows = queries.units_on_duty(actor, moment)
    context = {"units": rows, **_tools(actor, moment)}
    part = asks_for_part(request)
    return render(request, "dispatch/_units.html" if part else "dispatch/units.html", context)


@require_GET
def unit_card(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Show one unit as the desk's fragment."""
    return _card(request, unit_id)


@require_GET
def recommendations(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Propose units for an incident, each with reasons; a person sends."""
    return _recommendations(request, incident_id)


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Send a unit; a refusal comes back on the recommendations."""
    actor_from(request).require("dispatch.assign")  # before the form says what it lacks
    form = forms.AssignForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Bitte wählen Sie Streife und Vorgang."), "form-incomplete")
    data = form.cleaned_data
    return _answer(
        request,
        lambda: actions.assign(**data, actor=actor_from(request), now=now()),
        lambda refused: _recommendations(request, data["incident_id"], refused=refused),
    )


@require_POST
def withdraw(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Take a job off a unit."""
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    unit_id = queries.unit_id_of(assignment_id)
    return _answer(
        request,
        lambda: actions.withdraw(
            assignment_id=assignment_id, reason=reason, actor=actor_from(request), now=now()
        ),
        lambda refused: _card(request, unit_id, refused=refused),
    )


@require_POST
def status(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Set a unit's status or its request to speak by the dispatcher."""
    actor_from(request).require("dispatch.set_status")
    form = forms.StatusForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Bitte wählen Sie einen Status."), "form-incomplete")
    key, reason = form.cleaned_data["key"], form.cleaned_data["reason"]
    actor, moment = actor_from(request), now()

    def step() -> object:
        row = queries.scheme_on(local(moment).date()).rows.get(key)
        if not key:
            return actions.clear_request(unit_id=unit_id, actor=actor, now=moment)
        if row is not None and row.overlay:
            return actions.request_speech(unit_id=unit_id, key=key, actor=actor, now=moment)
        return actions.set_status(unit_id=unit_id, key=key, reason=reason, actor=actor, now=moment)

    return _answer(request, step, lambda refused: _card(request, unit_id, refused=refused))


@require_POST
def stand_down(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Dissolve a unit."""
    try:
        unit = actions.stand_down(unit_id=unit_id, actor=actor_from(request), now=now())
    except (NotFound, NotPermitted):
        raise
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("%(unit)s ist aufgelöst.") % {"unit": unit.call_sign})
    return redirect("dispatch:units")


@require_http_methods(["GET", "POST"])
def form_unit(request: HttpRequest) -> HttpResponse:
    """Form a unit for the shift in the address, or for the one that runs now."""
    actor, moment = actor_from(request), now()
    actor.require("dispatch.form_unit")
    wanted = request.GET.get("schicht", "")
    shift = roster.shift_for(actor, int(wanted)) if _is_id(wanted) else roster.shift_at(moment)
    if shift is None:
        return render(request, "dispatch/form_unit.html", {"shift": None, "form": None})
    ids = roster.officer_ids_on(shift.pk)
    names, learning = staff.names_of(ids), staff.apprentice_ids(ids, local(moment).date())
    form = forms.UnitForm(request.POST or None).offer(
        officers=[
            (pk, f"{names[pk]} ({_('in Ausbildung')})" if pk in learning else names[pk])
            for pk in ids
        ],
        areas=places.area_choices(AreaKind.OPERATIONAL, on=local(moment).date()),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            unit = actions.form_unit(
                shift_id=shift.pk,
                call_sign=data["call_sign"],
                officer_ids=data["officers"],
                partners=["Polizei"] * data["police"],
                area_id=data["area"],
                motorised=data["motorised"],
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("%(unit)s ist gebildet.") % {"unit": unit.call_sign})
            return redirect("dispatch:units")
    context = {"form": form, "shift": shift}
    return render(request, "dispatch/form_unit.html", context, status=409 if form.errors else 200)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _tools(actor: Actor, moment: datetime) -> dict[str, Any]:
    """Return what cards need besides the unit: the keys, and whether this person may act."""
    scheme = queries.scheme_on(local(moment).date())
    return {
        "keys": scheme.settable(),
        "requests": [row for row in scheme.rows.values() if row.overlay],
        "may_dispatch": actor.may("dispatch.assign"),
        "may_form": actor.may("dispatch.form_unit"),
    }


def _card(request: HttpRequest, unit_id: int, *, refused: Refused | None = None) -> HttpResponse:
    actor, moment = actor_from(request), now()
    row = queries.unit_for(actor, unit_id, moment)
    context = {"unit": row, "refused": refused, **_tools(actor, moment)}
    status_code = refused.status if refused else 200
    return render(request, "dispatch/_unit_card.html", context, status=status_code)


def _recommendations(
    request: HttpRequest, incident_id: int, *, refused: Refused | None = None
) -> HttpResponse:
    actor, moment = actor_from(request), now()
    context = {
        "incident_id": incident_id,
        "recommendations": queries.recommend(actor, incident_id, moment),
        "jobs": queries.jobs_of_incident(actor, incident_id).filter(ended_at__isnull=True),
        "refused": refused,
        "next": request.POST.get("next", ""),
        "may_dispatch": actor.may("dispatch.assign"),
    }
    status_code = refused.status if refused else 200
    return render(request, "dispatch/_recommendations.html", context, status=status_code)


def _answer(
    request: HttpRequest,
    step: Callable[[], object],
    fragment: Callable[[Refused | None], HttpResponse],
) -> HttpResponse:
    """Run the step; answer htmx with the fragment, a plain form with the page it came from."""
    htmx = asks_for_part(request)
    try:
        step()
    except (NotFound, NotPermitted):
        raise
    except Refused as refused:
        if htmx:
            return fragment(refused)
        messages.error(request, refused.message)
    if htmx:
        return fragment(None)
    target = request.POST.get("next", "")
    # Only a path: `redirect` would take any other word for the name of a view.
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect("dispatch:units")
