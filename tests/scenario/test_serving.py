"""Pages are answered on lasting threads, the live stream on the event loop."""

import asyncio
import sys
import threading
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from streife.config.serving import MAX_BODY_BYTES, Application
from streife.config.warming import after_first_answer, begin

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


@override_settings(ROOT_URLCONF=__name__)
def test_what_can_wait_begins_once_after_the_first_answer() -> None:
    begun: list[int] = []
    app = Application(threads=1, after_first=lambda: begun.append(len(seen)))

    async def three() -> None:
        for _ in range(3):
            assert (await ask(app, "/a/"))[0] == 200

    seen.clear()
    asyncio.run(three())
    assert begun == [1]


@pytest.mark.django_db(transaction=True)
def test_a_warm_process_has_the_planner_and_the_need_at_hand(settings: Any) -> None:
    settings.WARM_AFTER_SECONDS = 0
    assert after_first_answer() is None
    thread = begin()
    assert thread.daemon  # ends with the server, whatever it is doing
    thread.join(120)
    assert not thread.is_alive()
    assert "streife.patrols.solver.solving" in sys.modules


class Endless:
    """A sender that never stops; `taken` bytes were asked for."""

    def __init__(self) -> None:
        self.taken = 0

    async def __call__(self) -> dict[str, Any]:
        self.taken += 1_000_000
        assert self.taken < 4 * MAX_BODY_BYTES, "nobody stops reading"
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}


async def send_to(address: str, sender: Endless, **headers: str) -> list[Any]:
    """Return what is answered to a body sent to an address."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "method": "POST", "path": address, "root_path": "", "query_string": b"",
        "headers": [(b"host", b"localhost"), *given],
    }  # fmt: skip
    await Application(threads=1)(scope, sender, send)
    return sent


GUARDED = ["django.middleware.common.CommonMiddleware", "streife.config.middleware.GuardMiddleware"]


@pytest.mark.parametrize("address", ["/a/", "/nirgends/"])
@override_settings(MIDDLEWARE=GUARDED)
def test_a_body_without_end_is_not_written_to_the_disk(address: str) -> None:
    sender = Endless()
    start, rest = asyncio.run(send_to(address, sender))
    assert start["status"] == 413
    assert "zu groß" in rest["body"].decode()
    assert sender.taken < MAX_BODY_BYTES + 2_000_000
    assert not seen


@pytest.mark.parametrize("length", [str(MAX_BODY_BYTES + 1), "9" * 5000])
@override_settings(MIDDLEWARE=GUARDED)
def test_a_body_that_says_it_is_too_large_is_not_read_at_all(length: str) -> None:
    sender = Endless()
    start, _ = asyncio.run(send_to("/a/", sender, content_length=length))
    assert start["status"] == 413
    assert sender.taken == 0


def test_the_live_stream_reads_no_endless_body_either() -> None:
    sender = Endless()
    asyncio.run(send_to("/b/", sender))
    assert sender.taken < MAX_BODY_BYTES + 2_000_000
