"""Looking at footage: asking for it, and the bytes by range."""

from asyncio import to_thread
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from streife.accounts.queries import actor_again, actor_from
from streife.accounts.rules import Actor
from streife.evidence import actions
from streife.evidence.envelope import CHUNK, Envelope, EnvelopeError
from streife.evidence.models import Viewing
from streife.evidence.ranges import NotSatisfiable, Span, span_of
from streife.evidence.stores import NoAnswer
from streife.kernel.clock import now

LOOK_AGAIN = 16 * CHUNK  # about fifteen seconds of film


@require_POST
def ask(request: HttpRequest, ident: str) -> JsonResponse:
    """Permit one look; answers where the bytes are and what lies over the picture."""
    viewing = actions.begin_viewing(
        ident=ident,
        purpose=request.POST.get("purpose", ""),
        reason=request.POST.get("reason", ""),
        actor=actor_from(request),
        now=now(),
    )
    return JsonResponse(
        {
            "url": reverse("evidence:play", args=[viewing.token]),
            "type": viewing.recording.content_type,
            "watermark": actions.watermark_of(viewing),
            "ends_at": viewing.ends_at.isoformat(),
        }
    )


async def play(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send the bytes of a begun look; the right is looked up anew for every range.

    A coroutine, because a long answer of a plain view would be complete before it is sent.
    """
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    viewing, envelope, actor = await sync_to_async(_open)(request, token)
    try:
        span = span_of(request.headers.get("Range", ""), envelope.size)
    except NotSatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{envelope.size}"})
    try:
        first = await to_thread(_first_of, envelope, span)
    except NoAnswer as error:
        raise actions.not_answering() from error
    if first is None:
        await sync_to_async(_report)(viewing, actor)
        raise actions.damaged()
    headers = _headers(envelope, span)
    status = 206 if span.partial else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(
        _send(request, viewing, actor, envelope, span, first), status=status, headers=headers
    )


def _open(request: HttpRequest, token: str) -> tuple[Viewing, Envelope, Actor]:
    """Look everything up and give the connection back: sending may last an hour."""
    actor = actor_from(request)
    try:
        viewing, envelope = actions.open_viewing(token=token, actor=actor, now=now())
    finally:
        if not connection.in_atomic_block:
            connection.close()
    return viewing, envelope, actor


def _look_again(request: HttpRequest, viewing: Viewing) -> None:
    """Ask for session and right once more; a refusal is recorded and ends the answer."""
    try:
        actions.check_viewing(token=viewing.token, actor=actor_again(request), now=now())
    finally:
        if not connection.in_atomic_block:
            connection.close()


def _report(viewing: Viewing, actor: Actor) -> None:
    if viewing.preview_id is None:  # a broken preview says nothing about the recording
        actions.report_damage(viewing.recording, actor, now())


def _first_of(envelope: Envelope, span: Span) -> bytes | None:
    """Return the first piece, checked, before any header goes out; None if its seal is broken."""
    try:
        return next(envelope.parts(span.start, min(span.end, span.start + CHUNK)), b"")
    except NoAnswer:
        raise
    except (EnvelopeError, OSError):
        return None


async def _send(
    request: HttpRequest,
    viewing: Viewing,
    actor: Actor,
    envelope: Envelope,
    span: Span,
    first: bytes,
) -> AsyncIterator[bytes]:
    """Yield checked pieces; a broken seal ends the answer short, which a player shows as error.

    A browser asks for all of a film and takes it slowly: whoever signed out or lost the
    right meanwhile, or whose recording was sealed, gets no more than a few seconds of film.
    """
    yield first
    at = checked = span.start + len(first)
    while at < span.end:
        if at - checked >= LOOK_AGAIN:
            await sync_to_async(_look_again)(request, viewing)
            checked = at
        try:
            piece = await to_thread(_piece, envelope, at, span.end)
        except NoAnswer:
            raise
        except (EnvelopeError, OSError):
            await sync_to_async(_report)(viewing, actor)
            raise
        yield piece
        at += len(piece)


def _piece(envelope: Envelope, start: int, end: int) -> bytes:
    return next(envelope.parts(start, end))


def _headers(envelope: Envelope, span: Span) -> dict[str, str]:
    headers = {
        "Content-Type": envelope.preamble.header.content_type,
        "Content-Length": str(span.end - span.start),
        "Accept-Ranges": "bytes",
        "ETag": f'"{envelope.preamble.digest.hex()}"',
        # Never a file name of ours that invites saving, and no copy on the way or on the disk.
        "Content-Disposition": "inline",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if span.partial:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{envelope.size}"
    return headers


@require_safe
def custody(request: HttpRequest, ident: str) -> JsonResponse:
    """Return the chain of custody as data: ids, acts and times, no names."""
    entries = actions.read_custody(ident=ident, actor=actor_from(request), now=now())
    return JsonResponse(
        {
            "recording": ident,
            "entries": [
                {
                    "number": f"{entry.log_id}/{entry.number}",
                    "at": entry.at.isoformat(),
                    "act": entry.act,
                    "actor": entry.actor,
                }
                for entry in entries
            ],
        }
    )
