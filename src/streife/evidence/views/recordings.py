"""One recording: what is known, why it stays, who had it in hands."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.evidence import actions, forms, picture, queries, rules, sentences
from streife.evidence.models import Recording
from streife.evidence.rules.redacting import WORK_NAMES
from streife.evidence.views import waits
from streife.evidence.views.answers import hold_said, kept_open
from streife.evidence.views.lists import places_for, row_of
from streife.journal.queries import names_of
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, Refused
from streife.kernel.texts import said


@require_safe
def recording(request: HttpRequest, ident: str) -> HttpResponse:
    """Show what is known of a recording; its pictures are asked for with a reason."""
    actor, moment = actor_from(request), now()
    found = queries.recording_for(actor, ident)
    return render(request, "evidence/recording.html", _context(found, actor, moment))


def _context(found: Recording, actor: Actor, moment: datetime) -> dict[str, Any]:
    root = queries.root_of(found)
    holds = root.holds.select_related("requested_by", "confirmed_by", "released_by")
    hidden = rules.why_hidden(actor, queries.seen_of(found, moment))
    return {
        **row_of(found, moment),
        **places_for(actor, "recordings"),
        "regime": sentences.word(rules.REGIMES, found.regime),
        "holds": waits.kept_by(
            actor,
            holds.order_by("-pk"),
            "evidence:release_hold",
            root.wearer.user_id if root.wearer else None,
        ),
        "asked": waits.asked(
            actor,
            root.deletion_requests.filter(decided_at=None).select_related("requested_by").first(),
        ),
        "refused": queries.last_refused(root.deletion_requests.all()),
        "copies": [one for one in queries.family_of(root) if one.pk != root.pk],
        "redactions": [
            {"row": one, "state": sentences.word(WORK_NAMES, one.state)}
            for one in root.redactions.order_by("-pk")
        ],
        "kept": rules.State(found.state) in rules.KEPT,
        "may_look": not hidden,
        "sealed": hidden == "sealed",
        "may_hold": actor.may("evidence.hold"),
        "may_describe": actor.may("evidence.describe"),
        "may_redact": actor.may("evidence.redact") and not hidden and not found.derived_from_id,
        "may_export": actor.may("evidence.export"),
        "may_ask_deletion": actor.may("evidence.request_deletion"),
        "proposed": queries.proposed_incidents(found)[:3] if not found.incident_id else [],
        "purpose_form": forms.PurposeForm(),
        "me": actor.user_id,
    }


@require_http_methods(["GET", "POST"])
def needed(request: HttpRequest, ident: str) -> HttpResponse:
    """Say that a recording is needed: two taps, for the form is filled in already."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.hold")
    found = queries.recording_for(actor, ident)
    said = hold_said(found.incident.number if found.incident else "", moment)
    form = forms.HoldForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_hold(ident=ident, actor=actor, now=moment, **form.cleaned_data)
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(
                request, _("Gesichert. Ihre Schichtleitung bestätigt es in den nächsten Tagen.")
            )
            return redirect("evidence:recording", ident)
    context = {**row_of(found, moment), "form": form}
    return render(request, "evidence/needed.html", context, status=409 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def circumstances(request: HttpRequest, ident: str) -> HttpResponse:
    """Say why it was recorded, to which incident it belongs, under which law it stands."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.describe")
    found = queries.recording_for(actor, ident)
    form = forms.CircumstancesForm(request.POST or None, initial=_known(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_in_order(
                ident=ident,
                said=form.said(),
                number=form.cleaned_data["incident"].strip(),
                regime=form.cleaned_data["regime"],
                actor=actor,
                now=moment,
            )
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Die Angaben sind eingetragen."))
            needed = request.GET.get("weiter") == "gebraucht"
            return redirect("evidence:needed" if needed else "evidence:recording", ident)
    context = {**row_of(found, moment), "form": form}
    return render(
        request, "evidence/circumstances.html", context, status=409 if form.errors else 200
    )


@require_POST
def link(request: HttpRequest, ident: str) -> HttpResponse:
    """Say to which proposed incident a recording belongs: one tap."""
    number = request.POST.get("vorgang", "").strip()
    if not number:
        raise NotFound(_("Diesen Vorgang gibt es nicht."), "no-such-incident")
    try:
        actions.link_incident(ident=ident, number=number, actor=actor_from(request), now=now())
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Zugeordnet zu %(number)s.") % {"number": number})
    return redirect("evidence:recording", ident)


def _known(found: Recording) -> dict[str, Any]:
    return {
        "reason": found.reason,
        "facts": found.facts,
        "announced": "" if found.announced is None else "ja" if found.announced else "nein",
        "not_announced_because": found.not_announced_because,
        "dwelling": found.dwelling,
        "dwelling_decided_by": found.dwelling_decided_by,
        "professional_secret": found.professional_secret,
        "incident": found.incident.number if found.incident else "",
        "regime": found.regime,
    }


@require_http_methods(["GET", "POST"])
def deletion(request: HttpRequest, ident: str) -> HttpResponse:
    """Ask that a recording goes early; a second person decides."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.request_deletion")
    found = queries.recording_for(actor, ident)
    form = forms.DeletionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_deletion(
                ident=ident,
                ground=form.cleaned_data["ground"],
                actor=actor,
                now=moment,
                **form.part(),
            )
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Der Antrag liegt bei der Schichtleitung."))
            return redirect("evidence:recording", ident)
    context = {**row_of(found, moment), "form": form}
    return render(request, "evidence/deletion.html", context, status=409 if form.errors else 200)


@require_safe
def custody(request: HttpRequest, ident: str) -> HttpResponse:
    """Show the chain of custody as a picture, and as a table; reading it is part of it."""
    actor, moment = actor_from(request), now()
    found = queries.recording_for(actor, ident)
    entries = list(actions.read_custody(ident=ident, actor=actor, now=moment))
    names = names_of([entry.actor for entry in entries])
    steps = []
    for number, entry in enumerate(entries):
        what, icon = sentences.STEPS.get(entry.act, (entry.act, "info"))
        y = 24 + number * picture.ROW
        steps.append(
            picture.Step(
                y=y,
                text_y=y + 5,
                what=said(what),
                icon=icon,
                who=names.get(entry.actor, _("Software")),
                at=entry.at,
                clock=local(entry.at).strftime("%d.%m.%Y %H:%M:%S"),
                fingerprint=bytes(entry.leaf_hash).hex()[:12],
                number=f"{entry.log_id}/{entry.number}",
                denied=entry.act == "evidence.view_denied",
            )
        )
    context = {
        **row_of(found, moment),
        **places_for(actor, "recordings"),
        "steps": steps,
        "height": picture.custody_height(steps),
    }
    return render(request, "evidence/custody.html", context)
