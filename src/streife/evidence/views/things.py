"""Seized things: what, where, who had it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from streife.accounts.queries import actor_from
from streife.evidence import actions, forms, queries, rules, sentences
from streife.evidence.models import Item
from streife.evidence.rules.items import NEXT
from streife.evidence.views.answers import kept_open
from streife.evidence.views.lists import places_for
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused

OPEN_STEPS = (rules.Step.RETURNED, rules.Step.DESTROYED)


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """List the seized things; those still here first."""
    actor = actor_from(request)
    actor.require("evidence.items")
    rows = [
        {
            "item": item,
            "step": sentences.word(rules.STEPS, item.step),
            "here": item.step not in OPEN_STEPS,
        }
        for item in queries.items_for(actor)[:200]
    ]
    rows.sort(key=lambda row: not row["here"])
    context = {
        "rows": rows,
        "here": sum(1 for row in rows if row["here"]),
        **places_for(actor, "items"),
    }
    return render(request, "evidence/items.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a seized thing."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.items")
    form = forms.ItemForm(request.POST or None, initial={"taken_at": local(moment)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.take_item(
                label=data["label"],
                where=data["where"],
                taken_at=data["taken_at"],
                incident=data["incident"].strip(),
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Eingetragen. Wo liegt der Gegenstand jetzt?"))
            return redirect("evidence:item", made.ident)
    context = {"form": form, **places_for(actor, "items")}
    return render(request, "evidence/item_new.html", context, status=409 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, ident: str) -> HttpResponse:
    """Show a thing, its way so far, and take the next step."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.items")
    found = queries.item_for(actor, ident)
    form = forms.StepForm(request.POST or None, steps=_next(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_item(ident=ident, actor=actor, now=moment, **form.cleaned_data)
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Eingetragen."))
            return redirect("evidence:item", ident)
    steps = queries.steps_of(found)
    context: dict[str, Any] = {
        "item": found,
        "step": sentences.word(rules.STEPS, found.step),
        "steps": [{"row": one, "what": sentences.word(rules.STEPS, one.step)} for one in steps],
        "form": form,
        "over": not _next(found),
        **places_for(actor, "items"),
    }
    return render(request, "evidence/item.html", context, status=409 if form.errors else 200)


def _next(found: Item) -> dict[str, str]:
    """Return which steps may follow; destruction takes two persons and is not done alone here."""
    following = NEXT[rules.Step(found.step)] - rules.NEEDS_SECOND
    return {step.value: rules.STEPS[step] for step in rules.Step if step in following}
