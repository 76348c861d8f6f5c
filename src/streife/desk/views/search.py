"""The search field and the command line."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.desk.queries import report_by_reference
from streife.dispatch.actions import run_command
from streife.dispatch.queries import read_command
from streife.incidents.queries import incident_for
from streife.incidents.queries import search as find
from streife.incidents.queries.searching import Hit
from streife.kernel.clock import now
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.kernel.texts import said


def search(request: HttpRequest) -> HttpResponse:
    """Find incidents and reports by words, address or number; offer a command if it is one."""
    actor = actor_from(request)
    actor.require("incidents.view")
    query = " ".join(request.GET.get("q", "").split())[:200]
    if target := _exact(actor, query):
        return redirect(target)
    before = request.GET.get("vor", "")
    hits = find(actor, query, before=int(before) if _number(before) else None)
    context: dict[str, Any] = {
        "query": query,
        "command": _is_command(actor, query),
        "hits": [_shown(hit) for hit in hits.rows],
        "next": hits.next,
    }
    return render(request, "desk/search.html", context)


def _shown(hit: Hit) -> dict[str, Any]:
    """Return a hit as the page lists it; a report in a matter leads to the matter."""
    if hit.incident_id is not None:
        href = reverse("desk:incident", args=[hit.number])
        meta = hit.number if hit.kind == "incident" else f"{hit.number} · " + said("im Hinweis")
        return {"title": hit.title, "href": href, "meta": meta, "icon": "incident", "at": hit.at}
    title = said("Hinweis, noch zu sichten") if hit.waiting else said("Hinweis")
    title += f", {hit.title}" if hit.title else ""
    href = reverse("desk:report", args=[hit.number])
    return {"title": title, "href": href, "meta": hit.number, "icon": "report", "at": hit.at}


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _exact(actor: Actor, query: str) -> str:
    """Return the address of the one thing whose number was typed, or nothing."""
    try:
        return reverse("desk:incident", args=[incident_for(actor, query).number])
    except NotFound:
        pass
    try:
        return reverse("desk:report", args=[report_by_reference(actor, query).reference])
    except NotFound:
        return ""


def _is_command(actor: Actor, query: str) -> bool:
    if not query[:1].isdecimal() or not actor.may("dispatch.assign"):
        return False
    try:
        read_command(actor, query, now())
    except Refused:
        return False
    return True


@require_POST
def command(request: HttpRequest) -> HttpResponse:
    """Run a line like "11 an 4711"."""
    actor = actor_from(request)
    line = request.POST.get("line", "").replace("\x00", "")[:200]
    try:
        messages.success(request, run_command(line=line, actor=actor, now=now()))
    except NotPermitted:
        raise
    except Refused as refused:  # also a number that does not exist: the line is mended, not lost
        messages.warning(request, refused.message)
        return redirect("desk:board")
    return redirect("desk:board")
