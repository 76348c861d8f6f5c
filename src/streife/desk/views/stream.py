"""The live line of the boards: journal entries as server-sent events."""

from asgiref.sync import sync_to_async
from django.http import HttpRequest, StreamingHttpResponse

from streife.accounts.queries import actor_from
from streife.journal.live import cursor_from, event_stream


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Follow the journal from `Last-Event-ID` on; envelopes only, no words and no names."""
    actor = await sync_to_async(actor_from)(request)
    actor.require("dispatch.view")
    after = cursor_from(request.headers.get("Last-Event-ID"))
    return StreamingHttpResponse(
        event_stream(after),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
