"""The preview of a redaction: order it, wait for it, look at it, give it up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.evidence import queries, sentences
from streife.evidence.actions import previews
from streife.evidence.models import Redaction
from streife.evidence.rules.redacting import Glance
from streife.kernel.clock import now
from streife.kernel.errors import Refused


@require_POST
def step(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Have a preview made, look at it, or give it up."""
    actor = actor_from(request)
    queries.redaction_for(actor, redaction_id)
    steps = {
        "herstellen": previews.ask_preview,
        "ansehen": previews.watch_preview,
        "verwerfen": previews.drop_preview,
    }
    action = steps.get(request.POST.get("wie", ""))
    if action is None:
        raise Refused(_("Bitte laden Sie die Seite neu."), "change-unknown")
    try:
        action(redaction_id=redaction_id, actor=actor, now=now())
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
    return redirect("evidence:redaction", redaction_id)


@require_safe
def progress(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Return the bar, or have the page loaded anew when the preview is there."""
    actor = actor_from(request)
    context = preview_context(queries.redaction_for(actor, redaction_id), actor)
    if not context["preview_making"]:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "evidence/_preview_progress.html", context)


def preview_context(found: Redaction, actor: Actor) -> dict[str, Any]:
    """Return what the editor says about the preview."""
    preview = queries.preview_of(found)
    if preview is None:
        return {"redaction": found, "preview": None, "preview_making": False}
    total = max(1, preview.total_frames)
    trouble = sentences.word(sentences.TROUBLES, preview.trouble) if preview.trouble else ""
    return {
        "redaction": found,
        "preview": preview,
        "preview_making": preview.state == Glance.MAKING,
        "preview_made": preview.state == Glance.MADE,
        "preview_old": preview.project_sha256 != found.project_sha256,
        "preview_percent": min(100, preview.done_frames * 100 // total),
        "preview_trouble": trouble,
        "preview_look": queries.open_preview_look(preview, actor, now()),
    }
