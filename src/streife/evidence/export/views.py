"""Pages of hand-overs: ask, agree, fetch, confirm."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.evidence.export import actions, building, offline_verifier, queries
from streife.evidence.export.forms import HandOverForm, ReceiptForm, SearchForm
from streife.evidence.export.trust import trust_text
from streife.evidence.models import HandOver
from streife.evidence.queries import open_access, recording_for
from streife.evidence.rules import handing_over as rules
from streife.evidence.rules.handing_over import Pile, Stage
from streife.evidence.views.answers import kept_open
from streife.evidence.views.lists import places_for
from streife.kernel.clock import local, now
from streife.kernel.errors import NotPermitted, Refused
from streife.kernel.texts import german, said

MOST_FIRST = 20
FIRST = {
    Pile.LATE: german("Bitte nachfragen"),
    Pile.WAITING: german("Wartet auf die zweite Person"),
}
LEVELS = {
    Stage.REQUESTED: "warning",
    Stage.APPROVED: "info",
    Stage.READY: "info",
    Stage.HANDED_OVER: "neutral",
    Stage.RECEIVED: "ok",
    Stage.REFUSED: "neutral",
    Stage.FAILED: "danger",
}
TROUBLES = {
    "damaged": german(
        "Die Aufnahme passt nicht mehr zu ihrem Siegel. Bitte die Administration rufen."
    ),
    "not-written": german("Der Speicher hat nicht mitgemacht. Bitte noch einmal versuchen."),
    "key-destroyed": german("Die Aufnahme ist inzwischen gelöscht."),
    "sealed": german("Die Aufnahme ist inzwischen versiegelt."),
    "not-released": german("Die Freigabe der Kopie fehlt."),
}
OTHER_TROUBLE = german("Das Protokoll ließ sich nicht signieren. Bitte die Administration rufen.")


def _row(one: HandOver, actor: Actor) -> dict[str, Any]:
    stage = Stage(one.stage)
    late = stage == Stage.HANDED_OVER and one.answer_due < local(now()).date()
    return {
        "row": one,
        "stage": said(rules.STAGES[stage]),
        "level": "danger" if late else LEVELS[stage],
        "late": late,
        "own": one.requested_by_id == actor.user_id,
        "purpose": said(rules.PURPOSES[rules.Purpose(one.purpose)]),
        "kind": said(rules.FORMS[rules.form_of(one.recording.operation)]),
        "decidable": stage == Stage.REQUESTED,
        "fetchable": stage in {Stage.READY, Stage.HANDED_OVER},
        "confirmable": stage == Stage.HANDED_OVER,
        "again": stage in {Stage.FAILED, Stage.APPROVED},
        "trouble": said(TROUBLES.get(one.trouble, OTHER_TROUBLE)) if one.trouble else "",
    }


def _demand_sight(actor: Actor) -> None:
    if not any(actor.may(permission) for permission in queries.SEEING):
        raise NotPermitted("Dafür fehlt Ihnen die Berechtigung.", "not-permitted")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what waits, what is overdue, and everything handed out; or what somebody looks for."""
    actor, today = actor_from(request), local(now()).date()
    _demand_sight(actor)
    form, before = SearchForm(request.GET), _before(request)
    search = form.search()
    searched = bool(search.words) or search.pile is not None
    if not searched:  # what is urgent stands above
        search = replace(search, without=tuple(FIRST))
    page = queries.find_hand_overs(actor, search, today=today, before=before)
    urgent = [_group(actor, pile, today) for pile in FIRST]
    context = {
        **places_for(actor, "hand_overs"),
        "form": form,
        "chosen": search.pile,
        "searched": searched,
        "piles": [(pile.value, said(text)) for pile, text in rules.PILES.items()],
        **{f"{group['pile'].name.lower()}_count": group["count"] for group in urgent},
        "urgent": [] if searched or before else [group for group in urgent if group["count"]],
        "rows": [_row(one, actor) for one in page.rows],
        "next": page.next,
        "begun": before is not None,
        "any": queries.hand_overs_for(actor).exists(),
        "may_agree": actor.may("evidence.export_decide"),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "evidence/export/index.html", context, status=status)


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("vor", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _group(actor: Actor, pile: Pile, today: date) -> dict[str, Any]:
    """Return what somebody has to do something about, longest waiting first."""
    rows = queries.piled(queries.hand_overs_for(actor), pile, today)
    return {
        "pile": pile,
        "title": said(FIRST[pile]),
        "rows": [_row(one, actor) for one in rows.order_by("pk")[:MOST_FIRST]],
        "count": rows.count(),
    }


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, ident: str) -> HttpResponse:
    """Ask for a hand-over of one recording."""
    actor = actor_from(request)
    actor.require("evidence.export")
    recording = recording_for(actor, ident)
    kind = rules.form_of(recording.operation)
    demands = list(open_access(recording)) if kind is rules.Form.REDACTED else []
    form = HandOverForm(request.POST or None, form=kind, demands=demands)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.request_hand_over(
                ident=ident, wanted=actions.Wanted(**form.cleaned_data), actor=actor, now=now()
            )
        except Refused as refused:
            kept_open(form, refused)
        else:
            return redirect("hand_overs:hand_over", made.ident)
    return render(
        request,
        "evidence/export/new.html",
        {
            "form": form,
            "recording": recording,
            "kind": said(rules.FORMS[kind]),
            "day": local(recording.started_at),
            "second": rules.needs_second(kind),
            "earlier": [_row(one, actor) for one in queries.of_recording(actor, recording)],
        },
        status=422 if form.errors else 200,
    )


@require_safe
def hand_over(request: HttpRequest, ident: str) -> HttpResponse:
    """Show one hand-over and what to do next."""
    return _page(request, ident, ReceiptForm())


def _page(request: HttpRequest, ident: str, form: ReceiptForm, status: int = 200) -> HttpResponse:
    actor = actor_from(request)
    found = queries.hand_over_for(actor, ident)
    context = {
        **places_for(actor, "hand_overs"),
        **_row(found, actor),
        "receipt": form,
        "day": local(found.recording.started_at),
        "may_export": actor.may("evidence.export"),
        "may_agree": actor.may("evidence.export_decide"),
    }
    return render(request, "evidence/export/hand_over.html", context, status=status)


@require_POST
def decide(request: HttpRequest, ident: str) -> HttpResponse:
    """Agree or refuse, as a second person."""
    agreed, why = request.POST.get("wie") == "ja", request.POST.get("warum", "")
    try:
        actions.decide_hand_over(
            ident=ident, agreed=agreed, why=why, actor=actor_from(request), now=now()
        )
    except Refused as refused:
        if refused.field != "warum":
            raise
        messages.error(request, refused.message)
    return redirect("hand_overs:hand_over", ident)


@require_POST
def again(request: HttpRequest, ident: str) -> HttpResponse:
    """Try once more what did not come about."""
    actions.try_again(ident=ident, actor=actor_from(request), now=now())
    return redirect("hand_overs:hand_over", ident)


@require_POST
def file(request: HttpRequest, ident: str) -> HttpResponse | FileResponse:
    """Send the encrypted file; the line in the record comes before the first byte."""
    found = actions.fetch_file(ident=ident, actor=actor_from(request), now=now())
    path = building.path_of(found)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_POST
def receipt(request: HttpRequest, ident: str) -> HttpResponse:
    """Note that the recipient confirmed."""
    form = ReceiptForm(request.POST)
    if form.is_valid():
        try:
            actions.confirm_receipt(
                ident=ident, actor=actor_from(request), now=now(), **form.cleaned_data
            )
        except Refused as refused:
            kept_open(form, refused)
        else:
            return redirect("hand_overs:hand_over", ident)
    return _page(request, ident, form, status=422)


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """Give the file of public keys that a recipient needs; public keys are no secret."""
    _demand_sight(actor_from(request))
    return _text(trust_text(), "vertrauen.txt")


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """Give the program that checks a bag."""
    _demand_sight(actor_from(request))
    return _text(Path(offline_verifier.__file__).read_text(encoding="utf-8"), "pruefen.py")


def _text(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)
