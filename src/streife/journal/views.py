"""Pages of the data protection officer: is the record whole, who did what, prove it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from streife.journal import (
    actions,
    keeping,
    picture,
    queries,
    running,
    sentences,
    standing,
    tasks,
)
from streife.journal.forms import SearchForm
from streife.journal.models import Entry
from streife.journal.rules import PERSON
from streife.journal.sentences import Fact
from streife.journal.tlog.checkpoint import write_proof
from streife.kernel.actors import Acting
from streife.kernel.clock import now
from streife.kernel.errors import NotFound

CHECK_AT_ONCE = 100_000  # entries: about a second


@cache
def _actor_source() -> Callable[[HttpRequest], Acting]:
    """Return the function that knows who acts; it lies in a package above this one."""
    return cast(Callable[[HttpRequest], Acting], import_string(settings.ACTOR_FROM))


def _cursor(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in words."""

    entry: Entry
    what: str
    about: str
    who: str
    facts: list[Fact]


def _told(entries: Sequence[Entry]) -> list[Told]:
    """Return entries in the words of the reader (a query for each kind of thing they name)."""
    bodies = [entry.body.content if hasattr(entry, "body") else {} for entry in entries]
    told = [
        (body, entry.act.partition(".")[0]) for entry, body in zip(entries, bodies, strict=True)
    ]
    refs = {ref for body, package in told for ref in sentences.refs_in(body, package)}
    refs |= {ref for entry in entries for ref in (entry.subject, entry.actor)}
    names = sentences.names_of(refs)
    return [
        Told(
            entry,
            sentences.act_text(entry.act),
            sentences.subject_text(entry.subject, names),
            sentences.actor_text(entry.actor, names),
            sentences.facts(body, names, package),
        )
        for entry, (body, package) in zip(entries, told, strict=True)
    ]


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Say whether the record is whole, and search in it."""
    actor = _actor_source()(request)
    actor.require("journal.view")
    form = SearchForm(request.GET)
    search = queries.Search()
    if form.is_valid():
        given = form.cleaned_data
        if person := form.person():
            actions.note_person_search(
                person=person, reason=given["reason"], actor=actor, now=now()
            )
        search = queries.Search(given["subject"], given["act"], given["actor"], given["reads"])
    search = replace(search, without_persons=not actor.may("journal.view_person"))
    page = queries.find_entries(search, before=_cursor(request))
    kept = request.GET.copy()
    kept.pop("before", None)
    return render(
        request,
        "journal/overview.html",
        {
            "form": form,
            "page": page,
            "rows": _told(page.entries),
            "total": queries.number_of_entries(),
            "last": queries.last_verification(),
            "running": running.check_now(),
            "newest_checkpoint": queries.newest_checkpoint(),
            "standing": standing.standing(now()),
            "kept": kept.urlencode(),
            "may_check": actor.may("journal.verify"),
            "may_search_person": actor.may("journal.view_person"),
        },
        status=200 if form.is_valid() else 422,
    )


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Check the whole record: at once while it is small, as a task when it is large."""
    actor = _actor_source()(request)
    actor.require("journal.verify")
    total = queries.number_of_entries()
    if running.check_now():
        messages.info(request, _("Es läuft schon eine Prüfung. Das Ergebnis steht dann hier."))
    elif total <= CHECK_AT_ONCE:
        result = actions.verify(actor=actor, now=now())
        if result.defects:
            messages.error(request, _("Die Prüfung hat Mängel gefunden."))
        else:
            messages.success(request, _("Geprüft: alles ist vollständig und unverändert."))
    else:
        running.note(done=0, total=total)
        tasks.check_all.enqueue(actor.ref)
        messages.info(
            request,
            _("Die Prüfung läuft. Sie können die Seite verlassen; das Ergebnis steht dann hier."),
        )
    return redirect("journal:overview")


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Say how far the check is; when it is over, the page shows its result."""
    _actor_source()(request).require("journal.view")
    state = running.check_now()
    if state is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "journal/_progress.html", {"running": state})


@require_GET
def checkpoints(request: HttpRequest) -> HttpResponse:
    """List the signed heads and the public key to compare."""
    _actor_source()(request).require("journal.view")
    rows = queries.checkpoints().prefetch_related("cosignatures", "stamps")
    page = Paginator(rows, queries.PAGE).get_page(request.GET.get("seite"))
    key = keeping.verifier_for(keeping.base_origin()).to_text()
    return render(request, "journal/checkpoints.html", {"page": page, "key": key})


@require_GET
def entry(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Show one entry and the picture of its proof."""
    actor = _actor_source()(request)
    actor.require("journal.view")
    found = queries.entry_at(year, number)
    if found.subject.startswith(PERSON):
        actor.require("journal.view_person")
    try:
        proof = queries.prove(year, number)
    except NotFound:
        proof = None  # no checkpoint covers it yet: the page says so
    return render(
        request,
        "journal/entry.html",
        {
            "entry": found,
            "told": _told([found])[0],
            "body": getattr(found, "body", None),
            "erasure": queries.erasure_of(found),
            "proof": proof,
            "ladder": picture.ladder(proof) if proof else None,
        },
    )


@require_GET
def proof_file(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Give the proof of an entry as a file (c2sp.org/tlog-proof), with what witnesses signed."""
    actor = _actor_source()(request)
    actor.require("journal.view")
    if queries.entry_at(year, number).subject.startswith(PERSON):
        actor.require("journal.view_person")
    proof = queries.prove(year, number)
    text = write_proof(
        index=number, proof=proof.siblings, checkpoint=queries.cosigned_note(proof.checkpoint)
    )
    name = f'attachment; filename="{year}-{number}.tlog-proof"'
    return HttpResponse(
        text, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name}
    )
