"""Does everything that should be there lie there? For custodian and data protection officer."""

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.evidence import actions, item_forms, queries, rules, sentences
from streife.evidence.models import Hold, Item, PictureHold
from streife.evidence.views.answers import kept_open
from streife.evidence.views.lists import done_rows, pause_of, places_for, task_rows
from streife.kernel.clock import now
from streife.kernel.errors import Refused
from streife.kernel.texts import said

DELETED = 20
FOUND = ("recording", "item", "path", "key")


@require_safe
def stock(request: HttpRequest) -> HttpResponse:
    """Show the last counts, what was deleted, and whether deleting stands still."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.reconcile")
    counts = queries.last_counts(14)
    last = counts[0] if counts else None
    findings = [
        {
            "what": sentences.word(sentences.FINDINGS, one["kind"]),
            "which": next((one[key] for key in FOUND if one.get(key)), ""),
        }
        for one in (last.findings if last else [])
    ]
    context = {
        "last": last,
        "counts": counts,
        "findings": findings,
        "kept": queries.kept().count(),
        "deletions": _deleted(actor),
        "pause": pause_of(),
        "pictures": queries.pictures_there().count(),
        "periods": [
            {"period": one, "source": said(one.source), "what": sentences.word(rules.ENDS, end)}
            for end, one in queries.periods().items()
        ],
        "may_set": actor.may("evidence.periods"),
        "may_lift": actor.may("evidence.decide"),
        "tasks": task_rows(actor, moment),
        "done_tasks": done_rows(actor, moment),
        "late_holds": [
            {
                "row": hold,
                "late": late,
                "reason": sentences.word(rules.HOLD_REASONS, hold.reason),
                **_about(hold, actor),
            }
            for hold, late in queries.late_holds(20)
        ],
        **places_for(actor, "stock"),
    }
    return render(request, "evidence/stock.html", context)


def _deleted(actor: Actor) -> list[dict[str, Any]]:
    """Return the last proofs of deletion, of recordings and of photos of things."""
    recordings = [
        {
            "href": reverse("evidence:custody_page", args=[row.recording.ident]),
            "ident": row.recording.ident,
            "rule": sentences.rule_of(row.rule),
            "begun_at": row.intended_at,
            "key_destroyed_at": row.key_destroyed_at,
            "done_at": row.done_at,
        }
        for row in queries.last_deletions(DELETED)
    ]
    pictures = [
        {
            **_thing(row.item, actor),
            "rule": sentences.rule_of(row.rule, picture=True),
            "begun_at": row.going_at,
            "key_destroyed_at": row.key_destroyed_at,
            "done_at": row.gone_at,
        }
        for row in queries.pictures_deleted()[:DELETED]
    ]
    return sorted(recordings + pictures, key=itemgetter("begun_at"), reverse=True)[:DELETED]


def _thing(item: Item, actor: Actor) -> dict[str, str]:
    """Return what a photo shows for whoever may open things; its number for all others."""
    if not actor.may("evidence.items"):
        return {"photo_ident": item.ident}
    return {"href": reverse("evidence:item", args=[item.ident]), "thing": item.label}


def _about(hold: Hold | PictureHold, actor: Actor) -> dict[str, str]:
    if isinstance(hold, PictureHold):
        return _thing(hold.picture.item, actor)
    ident = hold.recording.ident
    return {"href": reverse("evidence:recording", args=[ident]), "ident": ident}


@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Count now."""
    done = actions.reconcile(actor=actor_from(request), now=now())
    if done.findings:
        messages.error(request, _("Der Bestand stimmt nicht. Bitte die Liste ansehen."))
    else:
        messages.success(request, _("Gezählt: Alles da, nichts zu viel."))
    return redirect("evidence:stock")


@require_http_methods(["GET", "POST"])
def period(request: HttpRequest, end: str) -> HttpResponse:
    """Set how long photos of things stay after one end."""
    actor = actor_from(request)
    actor.require("evidence.periods")
    if end not in tuple(rules.End):
        raise Http404
    known = queries.periods()[rules.End(end)]
    source = known.source if known.set_at else ""
    form = item_forms.PeriodForm(
        request.POST or None, initial={"days": known.days, "source": source}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_period(end=end, actor=actor, now=now(), **form.cleaned_data)
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Die Frist ist festgelegt. Sie gilt ab sofort."))
            return redirect("evidence:stock")
    context = {
        "form": form,
        "what": sentences.word(rules.ENDS, end),
        "unset": "" if known.set_at else said(known.source),
        **places_for(actor, "stock"),
    }
    return render(request, "evidence/period.html", context, status=409 if form.errors else 200)
