"""What there is, and when it goes."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.views.decorators.http import require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.evidence import picture, queries, rules, sentences
from streife.evidence.models import (
    DeletionRequest,
    DestructionRequest,
    ErasureCase,
    HandOver,
    Hold,
    PictureDeletionRequest,
    PictureHold,
    Recording,
    Redaction,
    VaultTask,
)
from streife.kernel.clock import local, now
from streife.kernel.texts import german, said

SHOWN = 200
MOST_TASKS = 6
HAND_OVERS = ("evidence.export", "evidence.export_decide", "evidence.export_see")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the recordings the actor may know of: what goes when, what is needed."""
    actor, moment = actor_from(request), now()
    actor.require("evidence.open")
    chosen, first = request.GET.get("stand", ""), page_begin(request.GET.get("ab", ""))
    shelf = queries.shelf_of(actor, moment)
    soon, held = shelf.soon, shelf.held
    picks = {"bald": soon, "gesichert": held, "ohne": shelf.unstated}
    rows = shelf.ordered(picks.get(chosen, shelf.all))
    shown = rows.select_related("derived_from")[first : first + SHOWN]
    ends = picture.end_of_calendar(moment)
    context = {
        "rows": [row_of(one, moment, held=one.pk in shelf.held_ids) for one in shown],
        "before": first,
        "rest": max(0, rows.count() - first - SHOWN),
        "next": first + SHOWN,
        "all_count": shelf.all.count(),
        "soon": soon.count(),
        "held": held.count(),
        "calendar": picture.calendar_of(shelf.going_until(ends), moment, _weekdays()),
        "chosen": chosen,
        "own": not actor.may("evidence.list"),
        "may_hold": actor.may("evidence.hold"),
        "may_ingest": actor.may("evidence.ingest"),
        "tasks": task_rows(actor, moment)[:MOST_TASKS],
        "task_count": queries.open_tasks(actor).count(),
        "done_tasks": done_rows(actor, moment),
        "refusals": refusals_of(actor, moment),
        **places_for(actor, "recordings"),
    }
    return render(request, "evidence/index.html", context)


def page_begin(text: str) -> int:
    """Return how many lines a list begins after: whole pages only."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    return number - number % SHOWN


def _weekdays() -> list[str]:
    return [str(WEEKDAYS_ABBR[day]) for day in range(7)]


def row_of(recording: Recording, moment: datetime, *, held: bool | None = None) -> dict[str, Any]:
    """Return a recording as a line of a list; whether it is held is asked if nobody says."""
    if held is None:
        held = queries.held_now(recording, moment)
    return {
        "recording": recording,
        "held": held,
        "soon": not held and recording.delete_after < moment + rules.WARN_BEFORE[0],
        "level": picture.state_level(recording, held),
        "state": sentences.state_name("held" if held else recording.state),
        "goes": sentences.when_it_goes(recording.delete_after, held, moment),
        "day": local(recording.started_at),
        "length": sentences.at_text(int(recording.media.get("duration_ms") or 0)),
        "reason": sentences.word(rules.REASONS, recording.reason),
        "unstated": recording.reason == rules.Reason.UNKNOWN,
        "copy": recording.derived_from_id is not None,
    }


def task_rows(actor: Actor, moment: datetime) -> list[dict[str, Any]]:
    """Return what has to be done, due first."""
    return [
        {
            "task": task,
            "what": sentences.word(sentences.TASKS, task.kind),
            "late": task.due_at <= moment,
            "day": local(task.recording.started_at) if task.recording else None,
            "item": task.item if actor.may("evidence.items") else None,
            "href": _page_of(task, actor),
            "tick": actor.may("evidence.hold") and task.kind not in rules.BY_DOING,
        }
        for task in queries.open_tasks(actor)[:SHOWN]
    ]


def _page_of(task: VaultTask, actor: Actor) -> str:
    """Return where a task about no recording and no thing is done; empty if elsewhere."""
    if task.recording_id or task.item_id:
        return ""
    demand = task.details.get("erasure")
    if demand is not None:
        return reverse("evidence:erasure", args=[demand]) if may_erasures(actor) else ""
    if task.kind in {"mass-deletion", "clock-jump"} and actor.may("evidence.decide"):
        return reverse("evidence:approvals")
    return reverse("evidence:stock") if actor.may("evidence.reconcile") else ""


def may_erasures(actor: Actor) -> bool:
    """Say whether somebody follows demands of persons concerned, or finds the photos for them."""
    return actor.may("evidence.erasures") or actor.may("evidence.find_pictures")


def done_rows(actor: Actor, moment: datetime) -> list[dict[str, Any]]:
    """Return what the actor ticked off a moment ago and may take back."""
    return [
        {"task": task, "what": sentences.word(sentences.TASKS, task.kind)}
        for task in queries.just_done(actor, moment)[:3]
    ]


REQUESTS: dict[type[Model], str] = {
    DeletionRequest: german("Vorzeitige Löschung"),
    PictureDeletionRequest: german("Vorzeitige Löschung eines Fotos"),
    DestructionRequest: german("Vernichtung eines Asservats"),
    HandOver: german("Herausgabe"),
    Hold: german("Sicherung einer Aufnahme"),
    PictureHold: german("Sicherung eines Fotos"),
    Redaction: german("Freigabe einer geschwärzten Kopie"),
}


def refusals_of(actor: Actor, moment: datetime) -> list[dict[str, Any]]:
    """Return what the actor asked for and a second person refused, with the reason."""
    return [
        {
            "what": said(REQUESTS[type(one.about)]),
            "href": _refused_at(one.about),
            "by": one.by,
            "at": one.at,
            "why": one.why,
        }
        for one in queries.refused_to(actor, moment)
    ]


def _refused_at(about: Model) -> str:
    """Return the page of what a request was about."""
    match about:
        case HandOver():
            return reverse("hand_overs:hand_over", args=[about.ident])
        case Redaction():
            return reverse("evidence:redaction", args=[about.pk])
        case PictureDeletionRequest(erasure=ErasureCase() as erasure):
            return reverse("evidence:erasure", args=[erasure.pk])
        case PictureDeletionRequest() | PictureHold():
            return reverse("evidence:item", args=[about.picture.item.ident])
        case DestructionRequest():
            return reverse("evidence:item", args=[about.item.ident])
        case Hold() | DeletionRequest():
            return reverse("evidence:recording", args=[about.recording.ident])
    raise TypeError(type(about))


def pause_of() -> dict[str, Any] | None:
    """Return why deleting stands still, with the time it is here; None if it does not."""
    pause = queries.open_pause()
    if pause is None:
        return None
    return {
        "row": pause,
        "clock": pause.cause == "clock",
        "said": sentences.clock_said(pause.doubt, timedelta(seconds=pause.jump_seconds)),
        "here": local(now()),
    }


def places_for(actor: Actor, here: str) -> dict[str, Any]:
    """Return which pages of the vault somebody may open, for the tabs."""
    return {
        "tab": here,
        "may_decide": actor.may("evidence.decide") or actor.may("evidence.release"),
        "may_hand_over": any(actor.may(permission) for permission in HAND_OVERS),
        "may_items": actor.may("evidence.items"),
        "may_erasures": may_erasures(actor),
        "may_reconcile": actor.may("evidence.reconcile"),
    }
