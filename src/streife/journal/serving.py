"""The published tiles by HTTP (c2sp.org/tlog-tiles), for anybody: heads and hashes, read only.

Below `<year>/` lie `checkpoint`, `tile/<level>/<number>[.p/<width>]` and, only where the setting
says so, `tile/entries/…`. What is served was written by `journal tiles`; nothing is computed, no
database is asked and nobody is looked up, so that a reader costs next to nothing.
"""

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import quote_etag
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from streife.journal.tlog.layout import WIDTH

HEAD = "checkpoint"
ENTRIES = "tile/entries/"
# Numbers in groups of three, all but the last with an x; a full tile has no width (tlog-tiles).
_NUMBER = r"(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/([1-9][0-9]{0,2}))?"
_NAME = re.compile(rf"tile/(?:[0-9]|[1-5][0-9]|6[0-3]|entries)/{_NUMBER}")
LONGEST_NAME = 80
LAST_YEAR = 9999
PER_MINUTE = 1200  # files for one connection: a million entries are read in four minutes
MOST_CONNECTIONS = 10_000


class Minute:
    """Counts what each connection asks for in this minute; in memory only, then forgotten."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = -1
        self._counts: dict[str, int] = {}

    def count(self, connection: str) -> int:
        """Count one request and return how many it were in this minute."""
        minute = int(monotonic() // 60)
        with self._lock:
            if minute != self._minute or len(self._counts) > MOST_CONNECTIONS:
                self._minute, self._counts = minute, {}
            self._counts[connection] = self._counts.get(connection, 0) + 1
            return self._counts[connection]


asked = Minute()


@cache
def _connection_source() -> Callable[[HttpRequest], str]:
    """Return the function that knows a request's connection; it lies in a package above this."""
    return cast(Callable[[HttpRequest], str], import_string(settings.CONNECTION_OF))


def is_served(name: str) -> bool:
    """Say whether a name is one of the protocol's, and meant for the public here."""
    if name == HEAD:
        return True
    found = _NAME.fullmatch(name) if len(name) <= LONGEST_NAME else None
    if found is None or (found[1] and int(found[1]) >= WIDTH):
        return False
    return settings.JOURNAL_TILES_ENTRIES or not name.startswith(ENTRIES)


@require_safe
def tiles(request: HttpRequest, year: int, name: str) -> HttpResponse:
    """Return one file of a year's tree, as it was published.

    A tile never changes and may be kept for ever; a head is asked for again after some seconds.
    """
    if not settings.JOURNAL_TILES or year > LAST_YEAR or not is_served(name):
        raise Http404
    if asked.count(_connection_source()(request)) > PER_MINUTE:
        headers = {"Retry-After": "60", "Cache-Control": "no-store"}
        return HttpResponse("Too many requests: please wait a minute.\n", "text/plain", 429,
                            headers=headers)  # fmt: skip
    try:
        content = (Path(settings.JOURNAL_TILES) / str(year) / name).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise Http404 from error
    return _answer(request, name, content)


def _answer(request: HttpRequest, name: str, content: bytes) -> HttpResponse:
    head = name == HEAD
    kind = "text/plain; charset=utf-8" if head else "application/octet-stream"
    keep = "public, max-age=10" if head else "public, max-age=31536000, immutable"
    etag = quote_etag(sha256(content).hexdigest())
    if request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(content, content_type=kind)
    answer["ETag"], answer["Cache-Control"] = etag, keep
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Access-Control-Allow-Origin"] = "*"  # a checking page elsewhere may read it, too
    return answer
