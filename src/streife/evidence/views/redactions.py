"""The redaction editor: look at what was found, draw, mute, have it made, release."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.evidence import actions, forms, picture, queries, rules, sentences
from streife.evidence.actions import redacting
from streife.evidence.models import Redaction
from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.project import Cover, Kind, Project
from streife.evidence.rules.redacting import RUNNING, WORK_NAMES, Work
from streife.evidence.views.answers import kept_open
from streife.evidence.views.lists import places_for, row_of
from streife.evidence.views.previews import preview_context
from streife.kernel.clock import now
from streife.kernel.errors import Refused


@require_POST
def begin(request: HttpRequest, ident: str) -> HttpResponse:
    """Begin a redaction."""
    try:
        made = redacting.begin_redaction(
            ident=ident,
            purpose=request.POST.get("purpose", ""),
            actor=actor_from(request),
            now=now(),
        )
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
        return redirect("evidence:recording", ident)
    return redirect("evidence:redaction", made.pk)


@require_safe
def redaction(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Show a redaction: the bar while the software works, else the editor."""
    found = queries.redaction_for(actor_from(request), redaction_id)
    return _show(request, found)


@require_safe
def progress(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Return the bar, or have the page loaded anew when the work is done."""
    found = queries.redaction_for(actor_from(request), redaction_id)
    if found.state not in RUNNING:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "evidence/_progress.html", _bar(found))


def _bar(found: Redaction) -> dict[str, Any]:
    total = max(1, found.total_frames)
    return {
        "redaction": found,
        "percent": min(100, found.done_frames * 100 // total),
        "searching": found.state == Work.SEARCHING,
    }


def _show(
    request: HttpRequest,
    found: Redaction,
    box_form: forms.BoxForm | None = None,
    mute_form: forms.MuteForm | None = None,
) -> HttpResponse:
    actor, moment = actor_from(request), now()
    refused = bool(box_form or mute_form)
    context = {
        **row_of(found.recording, moment),
        **places_for(actor, "recordings"),
        **_bar(found),
        "work": sentences.word(WORK_NAMES, found.state),
        "trouble": sentences.word(sentences.TROUBLES, found.trouble) if found.trouble else "",
        "running": found.state in RUNNING,
        "ready": found.state == Work.READY,
        "made": found.state == Work.MADE,
        "own": actor.user_id in {found.made_by_id, found.begun_by_id},
        "may_redact": actor.may("evidence.redact"),
        "may_release": actor.may("evidence.release"),
        "looked": queries.has_looked(actor, found),
    }
    if found.project:
        project = Project.from_json(found.project)
        duration = int(found.recording.media.get("duration_ms") or 0) or project.frames * 40
        context |= _project_context(project, duration)
    if found.state == Work.READY:
        context |= {
            "viewing": _viewing(found, request),
            "box_form": box_form or forms.BoxForm(),
            "mute_form": mute_form or forms.MuteForm(),
            **preview_context(found, actor),
        }
    return render(request, "evidence/redaction.html", context, status=409 if refused else 200)


def _viewing(found: Redaction, request: HttpRequest) -> Any:
    """Return a look that is open already, if there is one: the editor then shows the picture."""
    return queries.open_look(found.recording, actor_from(request), now())


def _project_context(project: Project, duration: int) -> dict[str, Any]:
    kinds = {one.key: one.kind.value for one in project.covers}
    return {
        "project": project,
        "timeline": picture.timeline_of(project, duration),
        "open_reviews": [
            {
                "row": one,
                "doubt": sentences.doubt_about(one.doubt.value, kinds.get(one.cover, "")),
                "at": sentences.at_text(one.first * duration // max(1, project.frames)),
                "at_ms": one.first * duration // max(1, project.frames),
            }
            for one in project.open_reviews
        ],
        "mutes": [
            {"begin_ms": first, "from": sentences.at_text(first), "to": sentences.at_text(last)}
            for first, last in project.mutes
        ],
        "for_editor": {
            "width": project.width,
            "height": project.height,
            "frames": project.frames,
            "durationMs": duration,
            "covers": [
                {
                    "key": one.key,
                    "off": one.off,
                    "byHand": one.by_hand,
                    "boxes": [
                        [at, box.left, box.top, box.right, box.bottom] for at, box in one.boxes
                    ],
                }
                for one in project.covers
            ],
        },
    }


@require_POST
def watch(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Open the original for redacting: a look like any other, on the record."""
    actor = actor_from(request)
    found = queries.redaction_for(actor, redaction_id)
    actions.begin_viewing(
        ident=found.recording.ident,
        purpose=rules.Purpose.REDACTION,
        reason=found.purpose,
        actor=actor,
        now=now(),
    )
    return redirect("evidence:redaction", redaction_id)


@require_POST
def box(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Cover something by hand."""
    found = queries.redaction_for(actor_from(request), redaction_id)
    form = forms.BoxForm(request.POST)
    if form.is_valid() and found.project:
        project = Project.from_json(found.project)
        try:
            _change(request, found, redacting.add_cover(_cover(form.cleaned_data, found, project)))
        except Refused as refused:
            kept_open(form, refused)
        else:
            return redirect("evidence:redaction", redaction_id)
    return _show(request, found, box_form=form)


def _cover(data: dict[str, Any], found: Redaction, project: Project) -> Cover:
    duration = int(found.recording.media.get("duration_ms") or 0) or project.frames * 40

    def frame(seconds: Decimal) -> int:
        return min(project.frames - 1, int(seconds * 1000 * project.frames / duration))

    def placed(left: int, top: int) -> Box:
        return Box(left, top, left + data["width"], top + data["height"])

    first = frame(data["from_at"])
    last = max(first, frame(data["to_at"]))
    end_left = data["left"] if data["end_left"] is None else data["end_left"]
    end_top = data["top"] if data["end_top"] is None else data["end_top"]
    begin, end = placed(data["left"], data["top"]), placed(end_left, end_top)
    boxes = ((first, begin), (last, end)) if last > first else ((first, begin),)
    key = f"h{get_random_string(6, 'abcdefghijkmnpqrstuvwxyz23456789')}"
    return Cover(key, Kind(data["kind"]), boxes, by_hand=True)


@require_POST
def mute(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Silence a span."""
    found = queries.redaction_for(actor_from(request), redaction_id)
    form = forms.MuteForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        begin_ms, end_ms = int(data["from_at"] * 1000), int(data["to_at"] * 1000)
        try:
            _change(request, found, redacting.mute(begin_ms, end_ms))
        except Refused as refused:
            kept_open(form, refused)
        else:
            return redirect("evidence:redaction", redaction_id)
    return _show(request, found, mute_form=form)


@require_POST
def change(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Settle a doubt, leave a find open, take a box or a mute away."""
    found = queries.redaction_for(actor_from(request), redaction_id)
    key = request.POST.get("key", "")
    changes: dict[str, Callable[[], redacting.Change]] = {
        "gesehen": lambda: redacting.settle(key),
        "offen": lambda: redacting.leave_open(key, off=True),
        "abdecken": lambda: redacting.leave_open(key, off=False),
        "entfernen": lambda: redacting.drop_cover(key),
        "hoerbar": lambda: redacting.unmute(int(key) if key.isdecimal() else -1),
    }
    made = changes.get(request.POST.get("wie", ""))
    if made is None:
        raise Refused(_("Bitte laden Sie die Seite neu."), "change-unknown")
    _change(request, found, made())
    return redirect("evidence:redaction", redaction_id)


def _change(request: HttpRequest, found: Redaction, wanted: redacting.Change) -> None:
    redacting.change_project(
        redaction_id=found.pk, change=wanted, actor=actor_from(request), now=now()
    )


@require_POST
def step(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Have the copy made, cancel, or release it."""
    actor, moment = actor_from(request), now()
    queries.redaction_for(actor, redaction_id)
    steps: dict[str, Callable[..., Redaction]] = {
        "kopie": redacting.ask_for_copy,
        "abbrechen": partial(redacting.cancel_redaction, why=request.POST.get("warum", "")),
        "freigeben": redacting.release_copy,
    }
    action = steps.get(request.POST.get("wie", ""))
    if action is None:
        raise Refused(_("Bitte laden Sie die Seite neu."), "change-unknown")
    try:
        action(redaction_id=redaction_id, actor=actor, now=moment)
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
    return redirect("evidence:redaction", redaction_id)
