"""The photo of a seized thing: needed longer, or gone early."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from streife.accounts.queries import actor_from
from streife.evidence import actions, forms, item_forms, queries
from streife.evidence.models import Item
from streife.evidence.views.answers import hold_said, kept_open
from streife.evidence.views.lists import places_for
from streife.kernel.clock import now
from streife.kernel.errors import Refused


@require_http_methods(["GET", "POST"])
def needed(request: HttpRequest, ident: str) -> HttpResponse:
    """Say that the photo of a thing is needed."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.hold")
    found = queries.item_for(actor, ident)
    _check_photo(found)
    said = hold_said(found.incident.number if found.incident else "", moment)
    form = forms.HoldForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_picture_hold(ident=ident, actor=actor, now=moment, **form.cleaned_data)
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(
                request, _("Gesichert. Ihre Schichtleitung bestätigt es in den nächsten Tagen.")
            )
            return redirect("evidence:item", ident)
    context = {"item": found, "form": form, **places_for(actor, "items")}
    status = 409 if form.errors else 200
    return render(request, "evidence/picture_needed.html", context, status=status)


@require_http_methods(["GET", "POST"])
def deletion(request: HttpRequest, ident: str) -> HttpResponse:
    """Ask that the photo of a thing goes early; a second person decides."""
    actor = actor_from(request)
    actor.require("evidence.request_deletion")
    found = queries.item_for(actor, ident)
    _check_photo(found)
    form = item_forms.PictureDeletionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_picture_deletion(
                ident=ident, actor=actor, now=now(), **form.cleaned_data
            )
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Der Antrag liegt bei der Schichtleitung."))
            return redirect("evidence:item", ident)
    context = {"item": found, "form": form, **places_for(actor, "items")}
    status = 409 if form.errors else 200
    return render(request, "evidence/picture_deletion.html", context, status=status)


def _check_photo(found: Item) -> None:
    if not queries.has_photo(found):
        raise Http404
