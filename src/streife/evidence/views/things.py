"""Seized things: what, where, who had it."""

from typing import Any

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.evidence import actions, item_forms, queries, rules, sentences
from streife.evidence.models import Item
from streife.evidence.rules.items import NEXT
from streife.evidence.views import waits
from streife.evidence.views.answers import kept_open
from streife.evidence.views.lists import SHOWN, page_begin, places_for
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused

OPEN_STEPS = (rules.Step.RETURNED, rules.Step.DESTROYED)


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """List the seized things; those still here first."""
    actor = actor_from(request)
    actor.require("evidence.items")
    first = page_begin(request.GET.get("ab", ""))
    all_items = queries.items_for(actor)
    here = all_items.exclude(step__in=OPEN_STEPS)
    over = When(step__in=OPEN_STEPS, then=Value(1))
    ordered = all_items.order_by(
        Case(over, default=Value(0), output_field=IntegerField()), "-taken_at", "-pk"
    )
    context = {
        "rows": [
            {
                "item": item,
                "step": sentences.word(rules.STEPS, item.step),
                "here": item.step not in OPEN_STEPS,
            }
            for item in ordered[first : first + SHOWN]
        ],
        "here": here.count(),
        "before": first,
        "rest": max(0, all_items.count() - first - SHOWN),
        "next": first + SHOWN,
        **places_for(actor, "items"),
    }
    return render(request, "evidence/items.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a seized thing."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.items")
    form = item_forms.ItemForm(
        request.POST or None, request.FILES or None, initial={"taken_at": local(moment)}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.take_item(
                label=data["label"],
                where=data["where"],
                taken_at=data["taken_at"],
                incident=data["incident"].strip(),
                point=form.point(),
                snapshot=form.snapshot(),
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Eingetragen. Wo liegt der Gegenstand jetzt?"))
            return redirect("evidence:item", made.ident)
    if form.errors and request.FILES and "picture" not in form.errors:
        form.add_error(
            "picture", _("Bitte wählen Sie das Foto noch einmal; kein Browser merkt es.")
        )
    context = {"form": form, **places_for(actor, "items")}
    return render(request, "evidence/item_new.html", context, status=409 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, ident: str) -> HttpResponse:
    """Show a thing, its way so far, and take the next step."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.items")
    found = queries.item_for(actor, ident)
    form = item_forms.StepForm(request.POST or None, steps=_next(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_item(ident=ident, actor=actor, now=moment, **form.cleaned_data)
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Eingetragen."))
            return redirect("evidence:item", ident)
    return _show(request, actor, found, form=form)


def _show(
    request: HttpRequest,
    actor: Actor,
    found: Item,
    *,
    form: item_forms.StepForm | None = None,
    destruction_form: item_forms.DestructionForm | None = None,
) -> HttpResponse:
    refused = any(one is not None and one.errors for one in (form, destruction_form))
    destruction = queries.open_destructions().filter(item=found).first()
    steps = queries.steps_of(found)
    context: dict[str, Any] = {
        "item": found,
        **_about_picture(found, actor),
        "step": sentences.word(rules.STEPS, found.step),
        "steps": [{"row": one, "what": sentences.word(rules.STEPS, one.step)} for one in steps],
        "form": form or item_forms.StepForm(steps=_next(found)),
        "over": not NEXT[rules.Step(found.step)],
        "destructible": rules.Step.DESTROYED in NEXT[rules.Step(found.step)],
        "destruction": destruction,
        "destruction_own": destruction is not None and destruction.requested_by_id == actor.user_id,
        "destruction_refused": queries.last_refused(found.destruction_requests.all()),
        "destruction_form": destruction_form or item_forms.DestructionForm(),
        "may_consent": actor.may("evidence.decide"),
        **places_for(actor, "items"),
    }
    return render(request, "evidence/item.html", context, status=409 if refused else 200)


def _about_picture(found: Item, actor: Actor) -> dict[str, Any]:
    picture = queries.picture_of(found)
    held = picture is not None and queries.picture_held(picture, now())
    about: dict[str, Any] = {
        "picture_there": queries.has_photo(found),
        "picture_goes": sentences.picture_goes(picture, queries.goes_at(found), held),
        "held": held,
        "may_hold": actor.may("evidence.hold"),
        "may_ask_deletion": actor.may("evidence.request_deletion"),
    }
    if picture is None:
        return about
    asked = queries.open_picture_requests().filter(picture=picture).first()
    persons = picture.holds.select_related("requested_by", "confirmed_by", "released_by")
    holds = persons.order_by("-pk")
    about["asked"] = waits.asked(actor, asked)
    about["refused"] = queries.last_refused(picture.deletion_requests.all())
    about["holds"] = waits.kept_by(actor, holds, "evidence:release_picture")
    return about


@require_POST
def destroy(request: HttpRequest, ident: str) -> HttpResponse:
    """Ask that a thing is destroyed."""
    actor = actor_from(request)
    actor.require("evidence.items")
    found = queries.item_for(actor, ident)
    form = item_forms.DestructionForm(request.POST)
    if form.is_valid():
        try:
            actions.ask_destruction(ident=ident, actor=actor, now=now(), **form.cleaned_data)
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Beantragt. Jetzt entscheidet eine zweite Person."))
            return redirect("evidence:item", ident)
    return _show(request, actor, found, destruction_form=form)


@never_cache
@require_safe
def picture(request: HttpRequest, ident: str) -> HttpResponse:
    """Show the photo of a thing; each look stands in the record."""
    jpeg = actions.see_picture(ident=ident, actor=actor_from(request), now=now())
    response = HttpResponse(jpeg, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = 'inline; filename="asservat.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


@never_cache
@require_safe
def place(request: HttpRequest, ident: str) -> JsonResponse:
    """Return where a thing was found, for the map on its page."""
    found = queries.item_for(actor_from(request), ident)
    features = []
    if found.latitude is not None and found.longitude is not None:
        point = {"type": "Point", "coordinates": [found.longitude, found.latitude]}
        properties = {"kind": "site", "title": found.label, "meta": found.taken_where}
        features.append({"type": "Feature", "geometry": point, "properties": properties})
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _next(found: Item) -> dict[str, str]:
    """Return which steps may follow; destruction takes two persons and has a form of its own."""
    following = NEXT[rules.Step(found.step)] - rules.NEEDS_SECOND
    return {step.value: rules.STEPS[step] for step in rules.Step if step in following}
