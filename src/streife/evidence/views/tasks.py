"""Ticking off what has to be done, and taking a tick back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from streife.accounts.queries import actor_from
from streife.evidence import actions
from streife.kernel.clock import now
from streife.kernel.errors import Refused


@require_POST
def finish(request: HttpRequest, task_id: int) -> HttpResponse:
    """Tick off a task."""
    actor = actor_from(request)
    return _done(
        request,
        lambda: actions.finish_task(task_id=task_id, actor=actor, now=now()),
        _("Erledigt. Eine Stunde lang lässt es sich zurücknehmen."),
    )


@require_POST
def reopen(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take a tick back."""
    actor = actor_from(request)
    return _done(
        request,
        lambda: actions.reopen_task(task_id=task_id, actor=actor, now=now()),
        _("Zurückgenommen: Die Aufgabe ist wieder offen."),
    )


def _done(request: HttpRequest, action: Callable[[], object], words: str) -> HttpResponse:
    try:
        action()
    except Refused as refused:
        if refused.status not in {404, 409}:
            raise
        messages.error(request, refused.message)  # a second tap, or somebody was faster
    else:
        messages.success(request, words)
    here = "evidence:stock" if request.POST.get("von") == "bestand" else "evidence:index"
    return redirect(here)
