"""The record holds no personal data, and nobody follows a colleague through it unseen."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.db import transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory

from streife.accounts.models import Grant
from streife.desk.views.stream import may_follow_still
from streife.journal import actions, live
from streife.journal.models import Entry
from tests.committed import empty_journal
from tests.factories import LONG_AGO

Clients = Callable[[str], Client]


def record(subject: str, act: str, now: datetime) -> Entry:
    with transaction.atomic():
        return actions.append(act=act, subject=subject, actor="user:7", now=now, body={})


@pytest.mark.django_db
def test_the_head_does_not_follow_a_person_by_searching_for_the_subject(
    client_for: Clients, now: datetime
) -> None:
    entry = record("user:7", "accounts.signed_in", now)
    matter = record("incident:7", "incidents.logged", now)
    head = client_for("head")
    assert head.get("/protokoll/?subject=user:7&reason=complaint").status_code == 403
    listed = head.get("/protokoll/?act=accounts.").content.decode()
    assert f"{entry.log_id}/{entry.number}</a>" not in listed
    assert head.get(f"/protokoll/{entry.log_id}/{entry.number}/").status_code == 403
    assert head.get(f"/protokoll/{matter.log_id}/{matter.number}/").status_code == 200


@pytest.mark.django_db
def test_looking_for_a_person_as_subject_needs_a_reason_and_is_recorded(
    client_for: Clients, now: datetime
) -> None:
    entry = record("user:7", "accounts.signed_in", now)
    dpo = client_for("dpo")
    assert dpo.get("/protokoll/?subject=user:7").status_code == 422
    page = dpo.get("/protokoll/?subject=user:7&reason=audit")
    assert f"{entry.log_id}/{entry.number}</a>" in page.content.decode()
    noted = Entry.objects.get(act="journal.person_searched")
    assert noted.subject == "user:7"


@pytest.fixture
def _emptied(transactional_db: None) -> Iterator[None]:
    yield
    empty_journal()


@pytest.mark.usefixtures("_emptied")
def test_boards_hear_nothing_about_sign_ins_and_roles(now: datetime) -> None:
    first = record("user:7", "accounts.signed_in", now)
    record("incident:7", "incidents.logged", now)
    record("user:8", "accounts.role_granted", now)

    async def play() -> str:
        stream = live.event_stream(first.id - 1, heartbeat_seconds=0.05)
        parts = [await anext(stream) for _ in range(3)]
        await stream.aclose()  # type: ignore[attr-defined]  # an async generator
        return "".join(parts)

    heard = asyncio.run(play())
    assert "incident:7" in heard
    assert "user:" not in heard
    assert "accounts." not in heard


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["role", "account", "session", "password"])
def test_an_open_stream_ends_with_role_account_session_or_password(
    client_for: Clients, end: str
) -> None:
    client = client_for("dispatcher")
    request: HttpRequest = RequestFactory().get("/leitstelle/strom/")
    request.session = client.session
    user = get_user(request)
    assert may_follow_still(request)
    if end == "role":
        Grant.objects.filter(user_id=user.pk).update(valid_to=LONG_AGO + timedelta(days=1))
    elif end == "account":
        type(user).objects.filter(pk=user.pk).update(is_active=False)
    elif end == "session":
        client.post("/konto/abmelden/")
    else:
        user.set_password("ganz-neues-passwort-77")
        user.save()
    assert not may_follow_still(request)


@pytest.mark.django_db
def test_what_a_resident_wrote_stands_nowhere_in_the_record(client_for: Clients) -> None:
    """One report with a word of its own in every field, through every hand."""
    from tests.reporting import fields, load_catalogue, load_city  # noqa: PLC0415 (imports the city)

    load_city()
    load_catalogue()
    words = {
        "text": "Wortgeheim", "address": "Ortgeheim", "name": "Namegeheim", "home": "Hausgeheim",
        "phone": "0231 7654321", "email": "mailgeheim@example.org",
    }  # fmt: skip
    sent = fields(**words, kind="complaint", witness_confirmed="on")
    link = Client().post("/hinweis/", sent)["Location"]
    desk = client_for("dispatcher")
    page = f"/leitstelle/eingang/{link.split('/')[2]}/"
    desk.post(f"{page}kontakt/", {"reason": "question_back"})
    desk.post(f"{page}entscheiden/", {"kind": "reject", "reason": "Grundgeheim"})
    Client().post(f"{link.split('?')[0]}widerspruch/", {"text": "Widerspruchgeheim"})
    desk.post(
        f"{page}entscheiden/",
        {"kind": "open", "category_code": "sperrmuell", "priority": "3", "reason": "Grundgeheim"},
    )
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"reports.received", "reports.contact_read", "reports.objected"} <= acts
    for entry in Entry.objects.select_related("body"):
        said = json.dumps(entry.body.content, ensure_ascii=False) + entry.subject + entry.actor
        assert "geheim" not in said.casefold()
        assert "7654321" not in said
        assert settings.SECRET_KEY not in said
