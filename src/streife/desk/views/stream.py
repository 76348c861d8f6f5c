"""The live line of the boards: journal entries as server-sent events."""

from asgiref.sync import sync_to_async
from django.http import HttpRequest, StreamingHttpResponse

from streife.accounts.queries import actor_from
from streife.journal.live import cursor_from, event_stream


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Follow the journal from `Last-Event-ID` (or `?after=`) on: envelopes, no words, no names."""
    actor = await sync_to_async(actor_from)(request)
    actor.require("dispatch.view")
    after = cursor_from(request.headers.get("Last-Event-ID") or request.GET.get("after"))
    return StreamingHttpResponse(
        event_stream(after),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
