"""Pages are answered on lasting threads, the live stream on the event loop."""

import asyncio
import threading
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from streife.config.serving import Application

seen: list[str] = []


def plain(request: HttpRequest) -> HttpResponse:
    """Answer with what was sent."""
    seen.append(threading.current_thread().name)
    response = HttpResponse(request.body or b"leer")
    response.set_cookie("keks", "1")
    return response


async def flowing(_: HttpRequest) -> HttpResponse:
    """Answer from the event loop."""
    seen.append(threading.current_thread().name)
    return HttpResponse("vom Band")


def broken(_: HttpRequest) -> HttpResponse:
    """Fail the way a bug does."""
    raise RuntimeError("kaputt")


urlpatterns = [path("a/", plain), path("b/", flowing), path("c/", broken)]
handler500 = "tests.scenario.test_serving.sorry"


def sorry(_: HttpRequest) -> HttpResponse:
    """Say that it is our fault."""
    return HttpResponse("unser Fehler", status=500)


async def ask(
    app: Application, address: str, body: bytes = b"", *, prefix: str = ""
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Return status, headers and body of one request."""
    sent: list[dict[str, Any]] = []
    parts = [body[:3], body[3:]]

    async def receive() -> dict[str, Any]:
        if not parts:
            await asyncio.Event().wait()  # the client stays
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(
        {
            "type": "http", "method": "POST" if body else "GET", "path": prefix + address,
            "root_path": prefix, "query_string": b"", "headers": [(b"host", b"localhost")],
        },
        receive,
        send,
    )  # fmt: skip
    rest = b"".join(message["body"] for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), rest


@pytest.fixture(autouse=True)
def _only_ours() -> Any:
    seen.clear()
    middleware = ["django.middleware.common.CommonMiddleware"]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=middleware):
        yield


def test_pages_share_lasting_threads() -> None:
    async def many() -> None:
        app = Application(threads=2)
        answers = await asyncio.gather(*(ask(app, "/a/") for _ in range(20)))
        assert {(status, body) for status, _, body in answers} == {(200, b"leer")}

    asyncio.run(many())
    assert len(seen) == 20
    assert set(seen) <= {"page_0", "page_1"}


def test_a_body_in_parts_and_a_cookie_arrive() -> None:
    status, headers, body = asyncio.run(ask(Application(threads=1), "/a/", b"Hinweis"))
    assert (status, body) == (200, b"Hinweis")
    assert headers[b"Set-Cookie"].startswith(b"keks=1")


@pytest.mark.parametrize("prefix", ["", "/ordnung"])
def test_a_coroutine_view_stays_on_the_event_loop(prefix: str) -> None:
    status, _, body = asyncio.run(ask(Application(threads=1), "/b/", prefix=prefix))
    assert (status, body.decode()) == (200, "vom Band")
    assert seen == [threading.current_thread().name]


def test_a_bug_is_an_error_page_and_the_thread_goes_on() -> None:
    async def both() -> list[int]:
        app = Application(threads=1)
        return [(await ask(app, address))[0] for address in ("/c/", "/a/", "/nirgends/")]

    assert asyncio.run(both()) == [500, 200, 404]
