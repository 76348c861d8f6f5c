"""What a second person decides: holds, early deletions, copies."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.evidence import actions, queries, rules, sentences
from streife.evidence.models import DeletionPause, DeletionRequest, Hold, Redaction
from streife.evidence.rules.redacting import Work
from streife.evidence.views.lists import places_for
from streife.kernel.clock import now
from streife.kernel.errors import NotPermitted, Refused


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second person."""
    actor = actor_from(request)
    if not actor.may("evidence.decide") and not actor.may("evidence.release"):
        raise NotPermitted(_("Dafür fehlt Ihnen die Berechtigung."), "not-permitted")
    holds = Hold.objects.filter(
        confirmed_at=None, released_at=None, automatic=False, recording__state__in=rules.KEPT
    ).select_related("recording", "requested_by")
    requests = DeletionRequest.objects.filter(decided_at=None).select_related(
        "recording", "requested_by"
    )
    copies = Redaction.objects.filter(state=Work.MADE).select_related("recording", "made_by")
    destructions = queries.open_destructions()
    if not actor.may("evidence.decide"):
        holds, requests = holds.none(), requests.none()
        destructions = destructions.none()
    if not actor.may("evidence.release"):
        copies = copies.none()
    context = {
        "holds": [
            {
                "row": hold,
                "reason": sentences.word(rules.HOLD_REASONS, hold.reason),
                "own": hold.requested_by_id == actor.user_id,
            }
            for hold in holds.order_by("requested_at")
        ],
        "requests": [
            {
                "row": one,
                "ground": sentences.word(rules.GROUNDS, one.ground),
                "part": _part(one),
                "own": one.requested_by_id == actor.user_id,
            }
            for one in requests.order_by("requested_at")
        ],
        "copies": [
            {"row": one, "own": actor.user_id in {one.made_by_id, one.begun_by_id}}
            for one in copies.order_by("made_at")
        ],
        "destructions": [
            {"row": one, "own": one.requested_by_id == actor.user_id} for one in destructions
        ],
        "pause": DeletionPause.objects.filter(lifted_at=None).first(),
        **places_for(actor, "approvals"),
    }
    waiting = ("holds", "requests", "copies", "destructions")
    context["count"] = sum(len(context[name]) for name in waiting)
    return render(request, "evidence/approvals.html", context)


def _part(one: DeletionRequest) -> str:
    if one.from_ms is None or one.to_ms is None:
        return ""
    return f"{sentences.at_text(one.from_ms)}–{sentences.at_text(one.to_ms)}"


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
    hold = actions.release_hold(hold_id=hold_id, actor=actor, now=now())
    messages.success(request, _("Beendet. Jetzt gilt wieder die Frist von zwei Wochen."))
    return redirect("evidence:recording", hold.recording.ident)


@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    """Say that so much may be deleted at once."""
    return _done(
        request,
        lambda: actions.lift_pause(actor=actor_from(request), now=now()),
        _("Die Sperre ist aufgehoben. Gelöscht wird in der nächsten Stunde."),
    )


@require_POST
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Grant or refuse an early deletion."""
    granted = request.POST.get("wie") == "ja"
    return _done(
        request,
        lambda: actions.decide_deletion(
            request_id=request_id, granted=granted, actor=actor_from(request), now=now()
        ),
        _("Gelöscht. Der Nachweis steht im Protokoll.") if granted else _("Abgelehnt."),
    )


@require_POST
def destroy(request: HttpRequest, request_id: int) -> HttpResponse:
    """Consent to the destruction of a thing, refuse it, or take the own request back."""
    actor = actor_from(request)
    granted = request.POST.get("wie") == "ja"
    back = request.POST.get("von") == "asservat"
    words = _("Eingetragen: vernichtet, mit zwei Personen.") if granted else _("Nicht vernichtet.")
    ident = ""
    try:
        done = actions.decide_destruction(
            request_id=request_id, granted=granted, actor=actor, now=now()
        )
        ident = done.item.ident
        messages.success(request, words)
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
    if ident and (back or not actor.may("evidence.decide")) and actor.may("evidence.items"):
        return redirect("evidence:item", ident)
    return redirect("evidence:approvals")


def _done(request: HttpRequest, action: object, words: str) -> HttpResponse:
    try:
        action()  # type: ignore[operator]
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, words)
    return redirect("evidence:approvals")
