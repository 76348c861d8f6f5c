"""What is measured: each request as a browser would send it."""

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from benchmarks.load import fetch
from streife.config.demo.people import actor
from streife.incidents.rules import Cursor, Filters
from streife.kernel.clock import local, now
from streife.triage.queries import categories, worklist

# Dortmund, as the board's map shows it on a desk screen.
CITY_VIEW = "box=7.30,51.41,7.64,51.60&zoom=11"
STAMP_SECONDS = 2.2  # the form takes no answer faster than a person types


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure."""

    name: str
    method: str
    path: str
    cookie: str
    connections: int = 1
    count: int = 200
    body: Callable[[], bytes] | None = None


def desk_cases(count: int) -> list[Case]:
    """Return the pages of the desk, asked by a signed-in dispatcher."""
    districts = list(
        apps.get_model("places", "Area")
        .objects.filter(kind="district", valid_to=None)
        .order_by("name")
        .values_list("id", flat=True)[:4]
    )
    category = next(c.code for c in categories(on=local(now()).date()) if c.parent_code)
    narrow = urlencode(
        [("anlass", category), ("stand", "open"), *(("bezirk", d) for d in districts)]
    )
    board, search = reverse("desk:board"), reverse("desk:search")
    number = (
        apps.get_model("incidents", "Incident")
        .objects.filter(queue_rank__isnull=False)
        .order_by("-queue_rank")
        .values_list("number", flat=True)[0]
    )
    page, cursor = page_100()
    rows = [
        ("Schlange, ohne Filter", board),
        ("Schlange, Anlass + Stand + 4 Bezirke", f"{board}?{narrow}"),
        (f"Schlange, Seite {page} (Keyset)", f"{board}?{urlencode({'ab': cursor})}"),
        ("Karte, ganze Stadt (GeoJSON)", f"{reverse('desk:map')}?{CITY_VIEW}"),
        ("Volltextsuche, häufige Wörter", f"{search}?q=Sperrm%C3%BCll+liegt"),
        ("Volltextsuche, zwei häufige, nie zusammen", f"{search}?q=Sperrm%C3%BCll+Gehweg"),
        ("Volltextsuche, seltene Wörter", f"{search}?q=Lattenrost+Igelgasse+17"),
        ("Vorgangsseite", reverse("desk:incident", args=[number])),
    ]  # fmt: skip
    cookie = signed_in("leitstelle")
    return [Case(name, "GET", path, cookie, count=count) for name, path in rows]


def page_100() -> tuple[int, str]:
    """Return number and cursor of the hundredth page, or of the last one of a short queue."""
    who, moment = actor("leitstelle"), now()
    page, cursor = 1, None
    while page < 100 and (following := worklist(who, Filters(), cursor, now=moment).next):
        page, cursor = page + 1, following
    return page, str(cursor or Cursor(0, "incident", 0))


def signed_in(username: str) -> str:
    """Return the session cookie of a demo user."""
    user = apps.get_model("accounts", "User").objects.get(username=username)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return f"sessionid={store.session_key}"


def post_cases(port: int, count: int) -> list[Case]:
    """Return the public form, sent over 1, 8 and 32 connections."""
    path = reverse("portal:report")
    _, head, page = fetch(port, path)
    cookie = _first(rb"set-cookie: (csrftoken=[^;]+)", head)
    maker = form_maker(
        token=_first(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page),
        stamp=_first(rb'name="stamp"[^>]*value="([^"]+)"', page),
    )
    time.sleep(STAMP_SECONDS)
    return [
        Case("Hinweis absenden (mit Protokolleintrag)", "POST", path, cookie, n, count, maker)
        for n in (1, 8, 32)
    ]


def _first(pattern: bytes, text: bytes) -> str:
    found = re.search(pattern, text, re.IGNORECASE)
    if found is None:
        raise RuntimeError(f"the form lacks {pattern!r}")
    return found[1].decode()


def form_maker(*, token: str, stamp: str) -> Callable[[], bytes]:
    """Return a maker of form bodies, each with an identity of its own."""

    def make() -> bytes:
        client_id = uuid.uuid4()
        return urlencode(
            {
                "csrfmiddlewaretoken": token,
                "client_id": str(client_id),
                "stamp": stamp,
                "category": "sperrmuell",
                "text": f"Ein Sofa und drei Matratzen stehen auf dem Gehweg ({client_id.hex}).",
                "latitude": "51.5148",
                "longitude": "7.4687",
                "address": "Platz von Leeds",
                "kind": "hint",
            }
        ).encode()

    return make
