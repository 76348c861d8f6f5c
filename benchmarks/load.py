"""A bounded HTTP load from this machine to this machine: keep-alive connections over asyncio."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as bytes on the wire (HTTP/1.1, keep-alive) and the statuses that are right."""

    raw: bytes
    expect: frozenset[int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Requests per second and latencies in milliseconds."""

    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int


def request(
    method: str,
    path: str,
    *,
    cookie: str = "",
    body: bytes = b"",
    kind: str = "application/x-www-form-urlencoded",
    expect: frozenset[int] = frozenset({200, 302, 303}),
) -> Request:
    """Build a request."""
    head = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Accept-Language: de", "Accept: */*"]
    if cookie:
        head.append(f"Cookie: {cookie}")
    if method == "POST":
        head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return Request("\r\n".join(head).encode() + b"\r\n\r\n" + body, expect)


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    headers = head.lower()
    if b"transfer-encoding: chunked" in headers:
        parts = []
        while size := int((await reader.readline()).strip() or b"0", 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readline()
        return status, b"".join(parts)
    length = 0
    for line in headers.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return status, await reader.readexactly(length)


async def _connection(
    port: int, todo: "asyncio.Queue[Request]", times: list[float], bad: list[int]
) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    while not todo.empty():
        item = todo.get_nowait()
        started = time.perf_counter()
        writer.write(item.raw)
        status, _ = await _read_answer(reader)
        times.append((time.perf_counter() - started) * 1000)
        if status not in item.expect:
            bad.append(status)
    writer.close()


def run(port: int, make: Callable[[int], Request], *, count: int, connections: int) -> Figures:
    """Send `count` requests over `connections` keep-alive connections and return the figures."""

    async def session() -> Figures:
        todo: asyncio.Queue[Request] = asyncio.Queue()
        for index in range(count):
            todo.put_nowait(make(index))
        times: list[float] = []
        bad: list[int] = []
        started = time.perf_counter()
        await asyncio.gather(*(_connection(port, todo, times, bad) for _ in range(connections)))
        wall = time.perf_counter() - started
        times.sort()
        return Figures(
            requests=count,
            per_second=count / wall,
            p50_ms=statistics.median(times),
            p99_ms=times[min(len(times) - 1, int(len(times) * 0.99))],
            failed=len(bad),
        )

    return asyncio.run(session())


def fetch(port: int, path: str, *, cookie: str = "") -> tuple[int, bytes, bytes]:
    """Return status, raw headers and body of one GET."""

    async def once() -> tuple[int, bytes, bytes]:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(request("GET", path, cookie=cookie).raw)
        head = await reader.readuntil(b"\r\n\r\n")
        rest = asyncio.StreamReader()
        rest.feed_data(head)
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length:")
            ),
            None,
        )
        body = await reader.readexactly(length) if length is not None else b""
        writer.close()
        return int(head.split(b" ", 2)[1]), head, body

    return asyncio.run(once())
