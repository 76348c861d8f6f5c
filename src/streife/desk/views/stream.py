"""The live line of the boards: journal entries as server-sent events."""

from collections.abc import AsyncIterator
from time import monotonic

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse

from streife.accounts.queries import actor_from, actor_of
from streife.accounts.rules import Actor
from streife.journal.queries import follow

RECHECK_SECONDS = 60


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Follow the journal from `Last-Event-ID` (or `?after=`) on: envelopes, no words, no names."""
    actor = await sync_to_async(_who)(request)
    actor.require("dispatch.view")
    return StreamingHttpResponse(
        _while_permitted(
            request, follow(request.headers.get("Last-Event-ID") or request.GET.get("after"))
        ),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _who(request: HttpRequest) -> Actor:
    """Return who asks, and give the connection back: the stream may last a whole shift."""
    actor = actor_from(request)
    connection.close()
    return actor


async def _while_permitted(request: HttpRequest, lines: AsyncIterator[str]) -> AsyncIterator[str]:
    """Pass the lines on until the role, the account or the session ends."""
    checked = monotonic()
    try:
        async for line in lines:
            if monotonic() - checked >= RECHECK_SECONDS:
                if not await sync_to_async(_ask_again)(request):
                    return
                checked = monotonic()
            yield line
    finally:
        await lines.aclose()  # type: ignore[attr-defined]  # an async generator, by construction


def may_follow_still(request: HttpRequest) -> bool:
    """Say whether the session of a request is still open and its person still permitted."""
    again = HttpRequest()
    again.session = type(request.session)(request.session.session_key)
    user = get_user(again)
    return user.is_authenticated and actor_of(user).may("dispatch.view")


def _ask_again(request: HttpRequest) -> bool:
    try:
        return may_follow_still(request)
    finally:
        connection.close()
