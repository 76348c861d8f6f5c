"""The live line of the boards: journal entries as server-sent events."""

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.journal.queries import follow


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Follow the journal from `Last-Event-ID` (or `?after=`) on: envelopes, no words, no names."""
    actor = await sync_to_async(_who)(request)
    actor.require("dispatch.view")
    return StreamingHttpResponse(
        follow(request.headers.get("Last-Event-ID") or request.GET.get("after")),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _who(request: HttpRequest) -> Actor:
    """Return who asks, and give the connection back: the stream may last a whole shift."""
    actor = actor_from(request)
    connection.close()
    return actor
