"""Pages are answered by a few lasting threads, the live stream by the event loop.

Django under ASGI gives every request a thread of its own, and with it a database connection that
nobody uses again. Here a thread answers whole requests, middleware included, one after the other,
and keeps its connection: see ADR 22 for what that brought.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from inspect import iscoroutinefunction
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, set_script_prefix

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

# A form with photos over every limit still arrives, to be sent back with its words; films come in
# pieces of some megabytes.
MAX_BODY_BYTES = 100_000_000
TOO_LARGE = "body_too_large"  # a mark on the request: its body was not read to the end


@dataclass(frozen=True, slots=True)
class _Answer:
    """A complete answer: nothing of it needs the database or a thread any more."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Counted:
    """Hands on the body of a request, and ends it as if the sender had left once it is too large.

    Django writes a body to the disk before anybody asks who sends it and what for.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0
        told = dict(scope.get("headers", ())).get(b"content-length", b"0")
        self.too_large = told.isdigit() and (len(told) > 18 or int(told) > MAX_BODY_BYTES)

    async def __call__(self) -> Mapping[str, Any]:
        """Return the next message."""
        if not self.too_large:
            message = await self._receive()
            self._bytes += len(message.get("body", b""))
            self.too_large = self._bytes > MAX_BODY_BYTES
        return {"type": "http.disconnect"} if self.too_large else message


class PageHandler(ASGIHandler):
    """Answers each request as a whole on one of a few threads."""

    def __init__(self, *, threads: int) -> None:
        # Not the parent's: it would load the middleware for the event loop.
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Read the request on the loop, answer it on a thread, send the answer from the loop.

        Slow senders and receivers hold no thread.
        """
        counted = Counted(scope, receive)
        try:
            body_file = await self.read_body(counted)
        except RequestAborted:
            if not counted.too_large:
                return
            body_file = BytesIO()
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(
            self._threads, self._answer, scope, body_file, counted.too_large
        )
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": answer.headers,
            }
        )
        await send({"type": "http.response.body", "body": answer.body})

    def _answer(self, scope: Any, body_file: IO[bytes], too_large: bool) -> _Answer:
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        try:
            request, refusal = self.create_request(scope, body_file)
            if request and too_large:
                setattr(request, TOO_LARGE, True)  # `GuardMiddleware` answers with a page
            response = self.get_response(request) if request else refusal
            assert response is not None  # noqa: S101 (narrows: one of the two is there)
            answer = _Answer(response.status_code, _headers(response), _content(response))
            response.close()
        finally:
            body_file.close()
        return answer


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    rows = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    cookies = (cookie.OutputString().encode("ascii") for cookie in response.cookies.values())
    return [*rows, *((b"Set-Cookie", cookie) for cookie in cookies)]


def _content(response: HttpResponseBase) -> bytes:
    """Return the whole body; what streams on a thread are files of some hundred kilobytes."""
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response)
    return response.content if isinstance(response, HttpResponse) else b""


class Application:
    """Chooses who answers: the event loop for views that are coroutines, a thread for the rest."""

    def __init__(self, *, threads: int, after_first: Callable[[], object] | None = None) -> None:
        self._pages = PageHandler(threads=threads)
        self._streams = ASGIHandler()
        self._after_first = after_first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; after the very first one, `after_first` is called."""
        handler = self._streams if _is_coroutine(scope) else self._pages
        await handler(scope, receive if handler is self._pages else Counted(scope, receive), send)
        begin, self._after_first = self._after_first, None
        if begin is not None:
            begin()


def _is_coroutine(scope: Scope) -> bool:
    path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path", "")).rstrip("/"))
    try:
        return iscoroutinefunction(resolve(path).func)
    except Resolver404:
        return False
