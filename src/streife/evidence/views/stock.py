"""Does everything that should be there lie there? For custodian and data protection officer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.evidence import actions, queries, rules, sentences
from streife.evidence.models import Deletion, DeletionPause, Reconciliation
from streife.evidence.views.lists import done_rows, places_for, task_rows
from streife.kernel.clock import now


@require_safe
def stock(request: HttpRequest) -> HttpResponse:
    """Show the last counts, what was deleted, and whether deleting stands still."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.reconcile")
    counts = list(Reconciliation.objects.order_by("-at")[:14])
    last = counts[0] if counts else None
    findings = [
        {
            "what": sentences.word(sentences.FINDINGS, one["kind"]),
            "which": one.get("recording") or one.get("path") or one.get("key", ""),
        }
        for one in (last.findings if last else [])
    ]
    context = {
        "last": last,
        "counts": counts,
        "findings": findings,
        "kept": queries.kept().count(),
        "deletions": Deletion.objects.select_related("recording").order_by("-intended_at")[:20],
        "pause": DeletionPause.objects.filter(lifted_at=None).first(),
        "may_lift": actor.may("evidence.decide"),
        "tasks": task_rows(actor, moment),
        "done_tasks": done_rows(actor, moment),
        "late_holds": [
            {"row": hold, "late": late, "reason": sentences.word(rules.HOLD_REASONS, hold.reason)}
            for hold, late in queries.late_holds(20)
        ],
        **places_for(actor, "stock"),
    }
    return render(request, "evidence/stock.html", context)


@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Count now."""
    done = actions.reconcile(actor=actor_from(request), now=now())
    if done.findings:
        messages.error(request, _("Der Bestand stimmt nicht. Bitte die Liste ansehen."))
    else:
        messages.success(request, _("Gezählt: Alles da, nichts zu viel."))
    return redirect("evidence:stock")
