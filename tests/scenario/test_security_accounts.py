"""Attacks on sign-in and on the rights of people who were signed in; each of them fails."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from time_machine import travel

from streife.accounts.models import User
from streife.accounts.queries import connection_of
from streife.accounts.rules import Role
from streife.config import settings as installed
from streife.kernel.clock import now
from tests.factories import user_with

ClientFor = Callable[[str], Client]
PASSWORD = "bado-kefi-nura-somi-leta"
SIGN_IN = "/konto/anmelden/?next=/leitstelle/"


@pytest.fixture
def dispatcher(db: None) -> User:
    user = user_with(Role.DISPATCHER)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, password: str = PASSWORD, **extra: str) -> bool:
    client.post("/konto/anmelden/", {"login": "dispatcher", "password": password}, **extra)  # type: ignore[arg-type]
    return "_auth_user_id" in client.session


def test_strangers_who_type_a_name_all_night_do_not_lock_its_owner_out(dispatcher: User) -> None:
    own = Client()
    assert sign_in(own)
    own.post("/konto/abmelden/")
    for number in range(8):
        assert not sign_in(Client(), "falsch", REMOTE_ADDR=f"192.0.2.{number}")
    assert not sign_in(Client(), REMOTE_ADDR="192.0.2.99")  # the name is throttled for strangers
    assert sign_in(own)


def test_a_known_browser_is_throttled_too(dispatcher: User) -> None:
    own = Client()
    assert sign_in(own)
    own.post("/konto/abmelden/")
    for _ in range(5):
        assert not sign_in(own, "falsch")
    assert not sign_in(own)


@pytest.fixture
def _installed_cache(db: None) -> Iterator[None]:
    """Count attempts as a real installation does: in its table, with its size."""
    with override_settings(CACHES=installed.CACHES):
        yield
        cache.clear()


@pytest.mark.usefixtures("_installed_cache")
def test_counters_of_thousands_of_others_push_no_throttle_out_of_the_table(
    dispatcher: User,
) -> None:
    for _ in range(5):
        assert not sign_in(Client(), "falsch")
    # As a botnet leaves them, or a morning on which everybody signs in.
    others = "allauth:rl:allauth.account:login_failed:5/300.0/key:"
    for number in range(700):
        cache.set(f"{others}{2**256 - 1 - number:x}", [1], 300)
    assert not sign_in(Client(), REMOTE_ADDR="192.0.2.99")


@pytest.mark.usefixtures("_installed_cache")
def test_counters_that_are_over_do_not_lie_about(dispatcher: User) -> None:
    sign_in(Client(), "falsch", REMOTE_ADDR="192.0.2.99")
    assert "192.0.2.99" in " ".join(kept_counters())
    call_command("tidy_cache", stdout=io.StringIO())
    assert "192.0.2.99" in " ".join(kept_counters())  # it still counts
    with travel(now() + timedelta(minutes=6), tick=False):
        call_command("tidy_cache", stdout=io.StringIO())
    assert not kept_counters()


def kept_counters() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM streife_cache")
        return [row[0] for row in cursor.fetchall()]


def test_the_mark_of_a_browser_serves_only_its_own_person_and_cannot_be_forged(
    dispatcher: User, db: None
) -> None:
    other = user_with(Role.DESK)
    other.set_password(PASSWORD)
    other.save()
    colleague = Client()
    colleague.post("/konto/anmelden/", {"login": "desk", "password": PASSWORD})
    colleague.post("/konto/abmelden/")
    forger = Client()
    forger.cookies["streife_device"] = f"{dispatcher.pk}:abc"
    for number in range(5):
        sign_in(Client(), "falsch", REMOTE_ADDR=f"192.0.2.{number}")
    assert not sign_in(colleague, REMOTE_ADDR="192.0.2.50")
    assert not sign_in(forger, REMOTE_ADDR="192.0.2.51")


def test_the_mark_of_a_browser_is_out_of_reach_for_scripts(dispatcher: User) -> None:
    own = Client()
    sign_in(own)
    cookie = own.cookies["streife_device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert own.cookies["sessionid"]["httponly"]
    assert own.cookies["sessionid"]["samesite"] == "Lax"


@override_settings(STREIFE_REQUIRE_MFA=True)
@pytest.mark.parametrize("address", ["benutzer/", "benutzer/{}/", "benutzer/{}/passwort/"])
def test_without_the_demanded_second_factor_nobody_administers_users(
    client_for: ClientFor, dispatcher: User, address: str
) -> None:
    admin = client_for("admin")
    before = User.objects.get(pk=dispatcher.pk).password
    for answer in (
        admin.get("/konto/" + address.format(dispatcher.pk)),
        admin.post("/konto/" + address.format(dispatcher.pk), {"username": "boese"}),
    ):
        assert answer.status_code == 302
        assert answer.headers["Location"] == reverse("mfa_index")
    assert User.objects.get(pk=dispatcher.pk).password == before


@override_settings(STREIFE_REQUIRE_MFA=True)
def test_the_second_factor_can_be_set_up_and_one_can_leave_without_it(
    client_for: ClientFor,
) -> None:
    admin = client_for("admin")
    for name in ("accounts:profile", "mfa_index", "account_change_password", "account_logout"):
        assert admin.get(reverse(name)).status_code == 200, name
    user = User.objects.get(username="admin")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert admin.get("/konto/benutzer/").status_code == 200


def test_a_revoked_role_and_a_locked_account_count_at_once(
    client_for: ClientFor, dispatcher: User
) -> None:
    working, admin = client_for("dispatcher"), client_for("admin")
    assert working.get("/leitstelle/").status_code == 200
    admin.post(f"/konto/benutzer/{dispatcher.pk}/rolle/dispatcher/ende/")
    assert working.get("/leitstelle/").status_code == 403
    admin.post(f"/konto/benutzer/{dispatcher.pk}/rolle/", {"role": "dispatcher"})
    assert working.get("/leitstelle/").status_code == 200
    admin.post(f"/konto/benutzer/{dispatcher.pk}/sperren/")
    assert working.get("/leitstelle/").headers["Location"] == SIGN_IN
    assert working.get("/konto/").status_code == 302


def test_a_new_password_by_the_administrator_ends_every_session(
    client_for: ClientFor, dispatcher: User
) -> None:
    stolen, admin = client_for("dispatcher"), client_for("admin")
    assert stolen.get("/leitstelle/").status_code == 200
    admin.post(f"/konto/benutzer/{dispatcher.pk}/passwort/")
    assert stolen.get("/leitstelle/").headers["Location"] == SIGN_IN


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_after_signing_in(dispatcher: User, target: str) -> None:
    answer = Client().post(
        "/konto/anmelden/", {"login": "dispatcher", "password": PASSWORD, "next": target}
    )
    assert answer.headers["Location"] == reverse("start")
    answer = Client().post("/sprache/setlang/", {"language": "en", "next": target})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("headers", "proxies", "header", "expected"),
    [
        ({}, 0, "", "192.0.2.1"),
        ({"X-Forwarded-For": "203.0.113.9"}, 0, "", "192.0.2.1"),  # nobody asked us to believe it
        ({"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}, 1, "", "203.0.113.9"),
        ({"X-Forwarded-For": "6.6.6.6, 203.0.113.9, 10.0.0.2"}, 2, "", "203.0.113.9"),
        ({"X-Forwarded-For": "203.0.113.9"}, 2, "", "192.0.2.1"),
        ({"X-Real-Ip": "6.6.6.6, 203.0.113.9"}, 0, "X-Real-Ip", "203.0.113.9"),
        ({"X-Real-Ip": "2001:db8:1:2:aaaa::1"}, 0, "X-Real-Ip", "2001:db8:1::"),
        ({"X-Real-Ip": "2001:db8:1:ff:aaaa::1"}, 0, "X-Real-Ip", "2001:db8:1::"),  # the same home
        ({"X-Real-Ip": "2001:db8:1:100::1"}, 0, "X-Real-Ip", "2001:db8:1:100::"),
        ({"X-Real-Ip": "::ffff:203.0.113.9"}, 0, "X-Real-Ip", "203.0.113.9"),
    ],
)
def test_a_connection_is_what_our_own_proxy_says_and_nothing_a_visitor_claims(
    headers: dict[str, str], proxies: int, header: str, expected: str
) -> None:
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=proxies, CLIENT_ADDRESS_HEADER=header):
        assert connection_of(request) == expected
