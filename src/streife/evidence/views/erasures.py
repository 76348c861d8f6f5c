"""Demands of persons concerned: entered and followed without a look at what they are about."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.evidence import actions, item_forms, queries, rules, sentences
from streife.evidence.models import DemandedRecording, PictureDeletionRequest
from streife.evidence.views.answers import kept_open
from streife.evidence.views.lists import may_erasures, places_for
from streife.kernel.clock import local, now
from streife.kernel.errors import NotPermitted, Refused
from streife.kernel.texts import german

SHOWN = 100
LEVELS = {
    rules.Standing.SEARCHED: "info",
    rules.Standing.ASKED: "info",
    rules.Standing.GOING: "info",
    rules.Standing.PREPARED: "info",
    rules.Standing.ANSWERED: "neutral",
}

WHAT_CAME = {
    rules.Standing.ASKED: german("eine zweite Person entscheidet"),
    rules.Standing.GOING: german("wird gelöscht"),
    rules.Standing.DELETED: german("gelöscht"),
    rules.Standing.REFUSED: german("abgelehnt"),
    rules.Standing.PREPARED: german("gesichert, bis die Auskunft gegeben ist"),
    rules.Standing.KEPT: german("gesichert und bestätigt"),
    rules.Standing.GIVEN: german("Kopie herausgegeben"),
}


@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """List the demands: every open one, whose answer is due first; then the answered ones."""
    actor, today = _whoever_may(request), local(now()).date()
    known = queries.erasures_for(actor)
    answered = known.exclude(answered_at=None).order_by("-pk")
    before = _before(request)
    if before is not None:
        answered = answered.filter(pk__lt=before)
    past = list(answered[: SHOWN + 1])
    waiting = list(known.filter(answered_at=None)) if before is None else []
    rows = [
        {
            "row": row,
            "right": sentences.word(rules.RIGHTS, row.right),
            "about": sentences.word(rules.ABOUTS, row.about),
            "standing": standing_name(one),
            "level": LEVELS.get(one.standing, "warning"),
            "answer_by": one.answer_by,
            "late": row.answered_at is None and one.answer_by < today,
        }
        for row in waiting + past[:SHOWN]
        for one in [queries.progress_of(row)]
    ]
    context = {
        "rows": rows,
        "open": known.filter(answered_at=None).count(),
        "next": past[SHOWN - 1].pk if len(past) > SHOWN else None,
        "begun": before is not None,
        "late": sum(bool(row["late"]) for row in rows),
        "may_enter": actor.may("evidence.erasures"),
        **places_for(actor, "erasures"),
    }
    return render(request, "evidence/erasures.html", context)


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("vor", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def standing_name(one: queries.Progress) -> str:
    """Return where a demand stands, in words that fit what it is about."""
    photo = one.row.about == rules.About.PHOTO
    return sentences.word(rules.STANDINGS if photo else rules.RECORDING_STANDINGS, one.standing)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a demand."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.erasures")
    form = item_forms.ErasureForm(
        request.POST or None, initial={"received_on": local(moment).date()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.enter_erasure(actor=actor, now=moment, **form.cleaned_data)
        except Refused as refused:
            kept_open(form, refused)
        else:
            messages.success(request, _("Eingetragen. Hier steht immer, wie weit es ist."))
            return redirect("evidence:erasure", made.pk)
    context = {"form": form, **places_for(actor, "erasures")}
    return render(request, "evidence/erasure_new.html", context, status=409 if form.errors else 200)


@require_safe
def erasure(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Show a demand: how far it is, and to whoever keeps the things what may be meant."""
    actor, moment = _whoever_may(request), now()
    found = queries.erasure_for(actor, erasure_id)
    progress = queries.progress_of(found)
    finds = actor.may("evidence.find_pictures") and found.answered_at is None
    films = found.about == rules.About.RECORDING
    kind = item_forms.RecordingSearchForm if films else item_forms.PictureSearchForm
    form = kind(
        request.GET if "wort" in request.GET or "tag" in request.GET else None,
        initial={"wort": found.number},
    )
    asked = [_photo(one, actor) for one in queries.photos_of(found)]
    meant = [_recording(one) for one in queries.recordings_of(found)]
    known = {one["ident"] for one in asked + meant}
    context = {
        "films": films,
        "meant": meant,
        "right": sentences.word(rules.RIGHTS, found.right),
        "erasure": found,
        "progress": progress,
        "standing": standing_name(progress),
        "late": found.answered_at is None and progress.answer_by < local(moment).date(),
        "photos": asked,
        "held": [
            sentences.word(rules.HOLD_REASONS, reason)
            for one in queries.photos_of(found)
            for reason in queries.held_reasons(one, moment)
        ],
        "finds": finds,
        "form": form,
        "offered": _offered(actor, form, known, films=films) if finds else [],
        "most": queries.MOST_OFFERED,
        "may_miss": finds and not known and found.missed_at is None,
        "may_answer": actor.may("evidence.erasures")
        and progress.standing not in {*rules.UNDER_WAY, rules.Standing.ANSWERED},
        **places_for(actor, "erasures"),
    }
    return render(request, "evidence/erasure.html", context)


@require_POST
def found(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Say which photo or recording is meant."""
    ident, moment = request.POST.get("ident", ""), now()

    def find(actor: Actor) -> object:
        about = queries.erasure_for(actor, erasure_id).about
        films = about == rules.About.RECORDING
        action = actions.find_recording if films else actions.find_photo
        return action(erasure_id=erasure_id, ident=ident, actor=actor, now=moment)

    return _done(
        request,
        erasure_id,
        find,
        _("Eingetragen und beantragt. Darüber entscheidet eine andere Person."),
    )


@require_POST
def missed(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Say that there is no such photo."""
    return _done(
        request,
        erasure_id,
        lambda actor: actions.miss_photo(erasure_id=erasure_id, actor=actor, now=now()),
        _("Eingetragen: nichts gefunden. Der Datenschutz antwortet der Person."),
    )


@require_POST
def answered(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Note that the person has an answer."""
    return _done(
        request,
        erasure_id,
        lambda actor: actions.answer_erasure(erasure_id=erasure_id, actor=actor, now=now()),
        _("Beantwortet. Was die Person geschrieben hatte, ist hier gelöscht."),
    )


def _whoever_may(request: HttpRequest) -> Actor:
    actor = actor_from(request)
    if not may_erasures(actor):
        raise NotPermitted(_("Dafür fehlt Ihnen die Berechtigung."), "not-permitted")
    return actor


def _photo(one: PictureDeletionRequest, actor: Actor) -> dict[str, Any]:
    """Return what became of one photo; what is on it only for whoever may see things."""
    return {
        "row": one,
        "ident": one.picture.item.ident,
        "label": one.picture.item.label if actor.may("evidence.items") else "",
        "gone_at": one.picture.gone_at,
        "by_itself": one.picture.rule == rules.RETENTION_RULE,
    }


def _recording(one: DemandedRecording) -> dict[str, Any]:
    """Return what became of one recording, and the reason if somebody said no."""
    right, fact = rules.Right(one.erasure.right), queries.demanded(one)
    decided = one.deletion or one.hold
    return {
        "row": one,
        "ident": one.recording.ident,
        "day": local(one.recording.started_at),
        "standing": sentences.word(WHAT_CAME, rules.standing_of_recording(right, fact)),
        "refusal": decided.refusal if decided else "",
        "hand_over": one.hand_over,
    }


def _offered(
    actor: Actor, form: item_forms.PictureSearchForm, without: set[str], *, films: bool
) -> list[Any]:
    said = form.cleaned_data if form.is_valid() else {}
    word = said.get("wort", form.initial.get("wort", "")) or ""
    search = queries.recordings_meant if films else queries.candidates
    rows: list[Any] = [*search(actor, text=word, day=said.get("tag"))]
    return [row for row in rows if row.ident not in without]


def _done(
    request: HttpRequest, erasure_id: int, action: Callable[[Actor], object], words: str
) -> HttpResponse:
    try:
        action(actor_from(request))
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, words)
    return redirect("evidence:erasure", erasure_id)
