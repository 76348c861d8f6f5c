"""The player: a reason first, then picture, chapters and notes under a watermark."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.evidence import actions, forms, queries, rules, sentences
from streife.evidence.actions.noting import add_note
from streife.evidence.models import Viewing
from streife.evidence.views.answers import kept_open
from streife.evidence.views.lists import row_of
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, Refused


@require_http_methods(["GET", "POST"])
def look(request: HttpRequest, ident: str) -> HttpResponse:
    """Ask for the reason before the first byte; then open the player."""
    actor, moment = actor_from(request), now()
    found = queries.recording_for(actor, ident)
    form = forms.LookForm(request.POST or None, initial={"purpose": rules.Purpose.REVIEW})
    if request.method == "POST" and form.is_valid():
        try:
            viewing = actions.begin_viewing(
                ident=ident, actor=actor, now=moment, **form.cleaned_data
            )
        except Refused as refused:
            kept_open(form, refused)
        else:
            return redirect("evidence:player", viewing.token)
    context = {**row_of(found, moment), "form": form}
    return render(request, "evidence/look.html", context, status=409 if form.errors else 200)


@require_safe
def player(request: HttpRequest, token: str) -> HttpResponse:
    """Show the player of a look that was begun."""
    actor, moment = actor_from(request), now()
    viewing = _whole(actions.open_viewing(token=token, actor=actor, now=moment)[0])
    return render(request, "evidence/player.html", player_context(viewing, forms.NoteForm()))


def _whole(viewing: Viewing) -> Viewing:
    """Return a look at a recording; a preview is shown in its editor only.

    :raises NotFound: the look is at a preview
    """
    if viewing.preview_id is not None:
        raise NotFound(_("Diese Wiedergabe gibt es nicht."), "no-such-viewing")
    return viewing


def player_context(viewing: Viewing, form: forms.NoteForm) -> dict[str, Any]:
    """Return what the player shows."""
    moment = now()
    found = viewing.recording
    notes = found.notes.select_related("made_by")
    return {
        **row_of(found, moment),
        "viewing": viewing,
        "redaction_id": queries.made_redaction_id(found),
        "mark": f"{viewing.user} · {local(viewing.started_at):%d.%m.%Y %H:%M} · {found.ident}",
        "purpose": sentences.word(rules.PURPOSES, viewing.purpose),
        "left": viewing.ends_at - moment if viewing.ends_at > moment else timedelta(0),
        "notes": [{"row": note, "at": sentences.at_text(note.at_ms)} for note in notes],
        "note_form": form,
        "moving": found.kind in {rules.Kind.VIDEO, rules.Kind.AUDIO},
    }


@require_POST
def note(request: HttpRequest, token: str) -> HttpResponse:
    """Note something at a moment."""
    actor, moment = actor_from(request), now()
    viewing = _whole(actions.open_viewing(token=token, actor=actor, now=moment)[0])
    form = forms.NoteForm(request.POST)
    if form.is_valid():
        try:
            add_note(
                token=token,
                at_ms=form.at_ms(),
                text=form.cleaned_data["text"],
                chapter=form.cleaned_data["chapter"],
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Notiert."))
            return redirect("evidence:player", token)
    return render(request, "evidence/player.html", player_context(viewing, form), status=409)
