"""What a second person decides: holds, early deletions, copies."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.evidence import actions
from streife.evidence.models import Item
from streife.evidence.views import waits
from streife.evidence.views.lists import pause_of, places_for
from streife.kernel.clock import course, now
from streife.kernel.errors import NotPermitted, Refused

DELETED = gettext_lazy("Gelöscht. Der Nachweis steht im Protokoll.")
NOT_DELETED = gettext_lazy("Es bleibt: nicht gelöscht.")
DESTROYED = gettext_lazy("Eingetragen: vernichtet, mit zwei Personen.")
NOT_DESTROYED = gettext_lazy("Nicht vernichtet.")


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second person."""
    actor = actor_from(request)
    if not actor.may("evidence.decide") and not actor.may("evidence.release"):
        raise NotPermitted(_("Dafür fehlt Ihnen die Berechtigung."), "not-permitted")
    decides, releases = actor.may("evidence.decide"), actor.may("evidence.release")
    waiting = {
        "holds": waits.holds(actor) if decides else [],
        "requests": waits.deletions(actor) if decides else [],
        "copies": waits.copies(actor) if releases else [],
        "destructions": waits.destructions(actor) if decides else [],
    }
    context = {
        **waiting,
        "count": sum(len(rows) for rows in waiting.values()),
        "pause": pause_of(),
        "may_lift": decides,
        **places_for(actor, "approvals"),
    }
    return render(request, "evidence/approvals.html", context)


@require_POST
def confirm(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Confirm that a recording is needed."""
    return _done(
        request,
        lambda: actions.confirm_hold(hold_id=hold_id, actor=actor_from(request), now=now()),
        _("Bestätigt. Die Aufnahme bleibt bis zur Wiedervorlage."),
    )


@require_POST
def release_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """End a hold."""
    actor = actor_from(request)
    hold = actions.release_hold(hold_id=hold_id, why=_why(request), actor=actor, now=now())
    messages.success(request, _("Beendet. Jetzt gilt wieder die Frist von zwei Wochen."))
    return redirect("evidence:recording", hold.recording.ident)


@require_POST
def release_picture(request: HttpRequest, hold_id: int) -> HttpResponse:
    """End a hold on the photo of a thing."""
    actor = actor_from(request)
    hold = actions.release_picture_hold(hold_id=hold_id, why=_why(request), actor=actor, now=now())
    messages.success(request, _("Beendet. Jetzt gilt wieder die Frist des Fotos."))
    if not actor.may("evidence.items"):
        return redirect("evidence:approvals")
    return redirect("evidence:item", hold.picture.item.ident)


def _why(request: HttpRequest) -> str:
    """Return why somebody says no; the rule says what a reason is."""
    return request.POST.get("warum", "")


@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    """Say that so much may be deleted at once."""
    return _done(
        request,
        lambda: actions.lift_pause(actor=actor_from(request), now=now(), course=course()),
        _("Die Sperre ist aufgehoben. Gelöscht wird in der nächsten Stunde."),
    )


@require_POST
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Grant or refuse an early deletion, or take the own request back."""

    def decision(actor: Actor, granted: bool) -> str:
        done = actions.decide_deletion(
            request_id=request_id, granted=granted, why=_why(request), actor=actor, now=now()
        )
        return reverse("evidence:recording", args=[done.recording.ident])

    return _decided(request, decision, DELETED, NOT_DELETED)


@require_POST
def decide_picture(request: HttpRequest, request_id: int) -> HttpResponse:
    """Grant or refuse the early deletion of a thing's photo, or take the own request back."""

    def decision(actor: Actor, granted: bool) -> str:
        done = actions.decide_picture_deletion(
            request_id=request_id, granted=granted, why=_why(request), actor=actor, now=now()
        )
        return _page_of(done.picture.item)

    return _decided(request, decision, DELETED, NOT_DELETED)


@require_POST
def destroy(request: HttpRequest, request_id: int) -> HttpResponse:
    """Consent to the destruction of a thing, refuse it, or take the own request back."""

    def decision(actor: Actor, granted: bool) -> str:
        done = actions.decide_destruction(
            request_id=request_id, granted=granted, why=_why(request), actor=actor, now=now()
        )
        return _page_of(done.item)

    return _decided(request, decision, DESTROYED, NOT_DESTROYED)


@require_POST
def confirm_picture(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Confirm that the photo of a thing is needed."""
    return _done(
        request,
        lambda: actions.confirm_picture_hold(hold_id=hold_id, actor=actor_from(request), now=now()),
        _("Bestätigt. Das Foto bleibt bis zur Wiedervorlage."),
    )


def _page_of(item: Item) -> str:
    return reverse("evidence:item", args=[item.ident])


def _decided(
    request: HttpRequest, decision: Callable[[Actor, bool], str], yes: Promise, no: Promise
) -> HttpResponse:
    """Decide, and go back to where the question stood; `decision` gives the page it is about."""
    actor, granted = actor_from(request), request.POST.get("wie") == "ja"
    page = ""
    try:
        page = decision(actor, granted)
        messages.success(request, str(yes if granted else no))
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
    if not actor.may("evidence.decide"):
        return redirect(page or "evidence:index")
    return redirect(page if page and request.POST.get("von") else "evidence:approvals")


def _done(request: HttpRequest, action: Callable[[], object], words: str) -> HttpResponse:
    try:
        action()
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, words)
    return redirect("evidence:approvals")
