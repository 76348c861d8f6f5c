"""Signing in at the city's own provider, played with a real one on this machine's loopback."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from streife.accounts.models import User
from streife.accounts.rules import Role
from streife.journal import queries as journal
from tests.factories import user_with

pytestmark = pytest.mark.django_db
PEOPLE = (
    {"sub": "0815", "preferred_username": "desk", "name": "Test desk"},
    {"sub": "4711", "preferred_username": "fremd"},
    {"sub": "ohne-namen"},
)


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Run the provider in a process of its own and return its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [part for row in PEOPLE for part in ("--user-claims", json.dumps(row))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), *people]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/.well-known/openid-configuration", process)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("the provider did not start")


@pytest.fixture(autouse=True)
def _configured(provider: str, settings: Settings) -> None:
    """Configure the provider as an installation does by its environment."""
    cache.clear()
    app = {
        "provider_id": "stadt",
        "name": "Anmeldung der Stadt",
        "client_id": "streife",
        "secret": "geheim",
        "settings": {"server_url": provider},
    }
    known = django_settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": known | {"APPS": [app]}}


@pytest.fixture
def desk() -> User:
    return user_with(Role.DESK)


def begin(client: Client) -> str:
    """Choose the city's sign-in and return the address at the provider."""
    answer = client.post(reverse("openid_connect_login", args=["stadt"]))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def agree(address: str, sub: str) -> str:
    """Sign in at the provider and return the path that leads back to us."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    assert (back.scheme, back.netloc) == ("http", "testserver")
    return f"{back.path}?{back.query}"


def signed_in(client: Client) -> bool:
    return client.get("/konto/").status_code == 200


def acts(user: User) -> list[str]:
    return [entry.act for entry in journal.entries_of(f"user:{user.pk}")]


def test_the_button_is_on_the_page_of_sign_in() -> None:
    assert "Anmeldung der Stadt" in Client().get("/konto/anmelden/").content.decode()


def test_whoever_has_an_account_here_is_let_in_and_it_is_on_record(desk: User) -> None:
    client = Client()
    address = begin(client)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]  # PKCE, RFC 7636
    assert asked["state"][0]
    assert not signed_in(client)
    answer = client.get(agree(address, "0815"))
    assert answer.status_code == 302
    assert signed_in(client)
    assert acts(desk) == ["accounts.signed_in"]
    assert SocialAccount.objects.get().user == desk
    again = Client()
    again.get(agree(begin(again), "0815"))
    assert signed_in(again)
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("sub", ["4711", "ohne-namen"])
def test_whoever_has_none_is_told_so_and_none_is_made(desk: User, sub: str) -> None:
    client = Client()
    answer = client.get(agree(begin(client), sub))
    assert answer.status_code == 403
    assert "Konten legt die Administration an" in answer.content.decode()
    assert not signed_in(client)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("joined", [False, True])
def test_a_locked_account_stays_locked(desk: User, joined: bool) -> None:
    if joined:
        client = Client()
        client.get(agree(begin(client), "0815"))
    desk.is_active = False
    desk.save()
    client = Client()
    client.get(agree(begin(client), "0815"), follow=True)
    assert not signed_in(client)


def test_an_answer_that_this_browser_did_not_ask_for_opens_nothing(desk: User) -> None:
    """Somebody sends a colleague a link that would sign them in as somebody else."""
    attacker, victim = Client(), Client()
    back = agree(begin(attacker), "0815")
    victim.get(back)
    assert not signed_in(victim)
    begin(victim)
    victim.get(back)
    assert not signed_in(victim)
    forged = back.replace("state=", "state=x")
    attacker.get(forged)
    assert not signed_in(attacker)


def test_an_answer_opens_once(desk: User) -> None:
    client = Client()
    back = agree(begin(client), "0815")
    client.get(back)
    assert signed_in(client)
    client.post("/konto/abmelden/")
    client.get(back)
    assert not signed_in(client)


def test_an_invented_code_opens_nothing(desk: User) -> None:
    client = Client()
    back = agree(begin(client), "0815")
    code = parse_qs(urlsplit(back).query)["code"][0]
    answer: Any = client.get(back.replace(code, "erfunden"))
    assert answer.status_code in {200, 302, 401, 403}
    assert not signed_in(client)
