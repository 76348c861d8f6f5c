"""Signing in, being throttled, second factors, and the administration of users over the pages."""

import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from streife.accounts.models import User
from streife.accounts.rules import Role
from streife.journal import queries as journal
from tests.factories import user_with

ClientFor = Callable[[str], Client]
PASSWORD = "bado-kefi-nura-somi-leta"
LOGIN = {"login": "desk", "password": PASSWORD}


@pytest.fixture
def desk(db: None) -> User:
    user = user_with(Role.DESK)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, **changes: str) -> object:
    return client.post(reverse("account_login"), LOGIN | changes)


def confirm(client: Client) -> None:
    """Give the password once more, as the service asks before it changes a way to sign in."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def acts(user: User) -> list[str]:
    return [entry.act for entry in journal.entries_of(f"user:{user.pk}")]


def test_name_and_password_open_the_service_and_are_on_record(client: Client, desk: User) -> None:
    client.get("/konto/anmelden/")
    client.cookies["sessionid"] = "chosen-by-somebody-else"
    response = sign_in(client)
    assert response.status_code == 302
    assert response.url == reverse("start")
    assert client.cookies["sessionid"].value != "chosen-by-somebody-else"
    assert 11 * 3600 < client.session.get_expiry_age() <= 12 * 3600
    assert acts(desk) == ["accounts.signed_in"]
    assert journal.entries_of(f"user:{desk.pk}").get().body.content == {"methods": ["password"]}
    assert client.get("/konto/").status_code == 200


def test_signing_out_needs_a_post_and_is_on_record(client: Client, desk: User) -> None:
    sign_in(client)
    assert "Möchten Sie sich abmelden?" in client.get("/konto/abmelden/").content.decode()
    assert client.get("/konto/").status_code == 200
    client.post("/konto/abmelden/")
    assert client.get("/konto/").status_code == 302
    assert acts(desk) == ["accounts.signed_in", "accounts.signed_out"]


def test_a_wrong_password_says_what_to_do_and_keeps_the_name(client: Client, desk: User) -> None:
    response = sign_in(client, password="falsch")
    page = response.content.decode()
    assert "Benutzername oder Passwort stimmen nicht" in page
    assert 'value="desk"' in page
    assert "falsch" not in page
    assert acts(desk) == ["accounts.sign_in_failed"]


def test_an_unknown_name_is_answered_like_a_wrong_password(client: Client, desk: User) -> None:
    page = sign_in(client, login="niemand").content.decode()
    assert "Benutzername oder Passwort stimmen nicht" in page


@pytest.fixture
def _database_cache(db: None) -> Iterator[None]:
    """Throttle as a real installation does: in the table that the migration made."""
    backend = "django.core.cache.backends.db.DatabaseCache"
    with override_settings(CACHES={"default": {"BACKEND": backend, "LOCATION": "streife_cache"}}):
        yield
        cache.clear()


@pytest.mark.usefixtures("_database_cache")
def test_the_sixth_attempt_is_refused_in_german_even_with_the_right_password(
    client: Client, desk: User
) -> None:
    for _ in range(5):
        sign_in(client, password="falsch")
    page = sign_in(Client(), password=PASSWORD).content.decode()  # another browser
    assert "zu viele Versuche" in page
    assert "fünf Minuten" in page
    assert "accounts.signed_in" not in acts(desk)


def test_too_many_posts_from_one_address_get_the_german_429(client: Client, desk: User) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"}):
        sign_in(client, password="falsch")
        response = sign_in(client, password="falsch")
    assert response.status_code == 429
    assert "zu viele Versuche" in response.content.decode()


def test_a_locked_account_is_told_so(client: Client, desk: User) -> None:
    desk.is_active = False
    desk.save()
    response = client.post(reverse("account_login"), LOGIN, follow=True)
    assert "Dieses Konto ist gesperrt" in response.content.decode()
    assert client.get("/konto/").status_code == 302


@pytest.mark.parametrize("name", ["account_signup", "socialaccount_signup"])
def test_nobody_signs_up(client: Client, db: None, name: str) -> None:
    response = client.post(reverse(name), {"username": "neu", "password1": PASSWORD}, follow=True)
    assert not User.objects.exists()
    if name == "account_signup":
        assert "Konten legt die Administration an" in response.content.decode()


def test_an_app_guards_the_next_sign_in(client: Client, desk: User) -> None:
    sign_in(client)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "data:image/svg+xml" in page
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert "Ersatzcodes" in codes.content.decode()
    other = Client()
    assert sign_in(other).url == reverse("mfa_authenticate")
    assert other.get("/konto/").status_code == 302
    wrong = other.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Der Code stimmt nicht" in wrong.content.decode()
    assert acts(desk)[-1] == "accounts.sign_in_failed"
    recovery = codes.context["unused_codes"][0]
    other.post(reverse("mfa_authenticate"), {"code": recovery})
    assert other.get("/konto/").status_code == 200
    methods = journal.entries_of(f"user:{desk.pk}").last().body.content["methods"]
    assert methods == ["password", "mfa:recovery_codes"]


def code_of(secret: str) -> str:
    counter = int(time.time()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_far_reaching_roles_are_reminded_of_the_second_factor(client: Client, db: None) -> None:
    head = user_with(Role.HEAD)
    head.set_password(PASSWORD)
    head.save()
    sign_in(client, login="head")
    assert "richten Sie" in client.get("/konto/").content.decode()


def test_a_city_can_demand_the_second_factor(client: Client, desk: User) -> None:
    with override_settings(STREIFE_REQUIRE_MFA=True):
        sign_in(client)
        assert client.get(reverse("start")).url == reverse("mfa_index")
        page = client.get(reverse("mfa_index"))
        assert page.status_code == 200
        assert "zuerst einen zweiten Faktor" in page.content.decode()


PAGES = [
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "accounts:profile",
    "account_logout",
]


@pytest.mark.parametrize("name", PAGES)
def test_every_account_page_is_german_and_has_one_heading(
    client: Client, desk: User, name: str
) -> None:
    sign_in(client)
    confirm(client)
    page = client.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    for english in ("Sign ", "Password", "Authenticator", "Two-Factor", "Security"):
        assert english not in page
    assert "onclick=" not in page
    assert ' style="' not in page


def test_reauthentication_asks_for_the_password_in_german(client: Client, desk: User) -> None:
    sign_in(client)
    response = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Sind Sie es wirklich?" in response.content.decode()


def test_an_administrator_makes_grants_revokes_and_locks(client_for: ClientFor) -> None:
    admin = client_for("admin")
    page = admin.post(
        reverse("accounts:users"),
        {"display_name": "Deniz Muster", "username": "d.muster", "role": "desk"},
    ).content.decode()
    user = User.objects.get(username="d.muster")
    password = page.split("<code>")[1].split("</code>")[0]
    assert user.check_password(password)
    theirs = Client()
    sign_in(theirs, login="d.muster", password=password)
    assert theirs.get(reverse("accounts:users")).status_code == 403
    admin.post(reverse("accounts:grant", args=[user.pk]), {"role": "admin"})
    assert theirs.get(reverse("accounts:users")).status_code == 200  # with the next click
    admin.post(reverse("accounts:revoke", args=[user.pk, "admin"]))
    assert theirs.get(reverse("accounts:users")).status_code == 403
    assert "Administration" in admin.get(reverse("accounts:user", args=[user.pk])).content.decode()
    admin.post(reverse("accounts:deactivate", args=[user.pk]))
    assert theirs.get(reverse("accounts:profile")).status_code == 302
    admin.post(reverse("accounts:reactivate", args=[user.pk]))
    fresh = admin.post(reverse("accounts:reset_password", args=[user.pk])).content.decode()
    assert User.objects.get(pk=user.pk).check_password(fresh.split("<code>")[1].split("<")[0])
    assert [act for act in acts(user) if act.startswith("accounts.role")] == [
        "accounts.role_granted",
        "accounts.role_granted",
        "accounts.role_revoked",
    ]


def test_a_refused_user_form_keeps_what_was_typed(client_for: ClientFor) -> None:
    admin = client_for("admin")
    response = admin.post(
        reverse("accounts:users"),
        {"display_name": "Zweite Person", "username": "admin", "role": "desk"},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "Diesen Benutzernamen gibt es schon" in page
    assert "Zweite Person" in page


def test_an_unknown_role_is_refused(client_for: ClientFor) -> None:
    admin, user = client_for("admin"), user_with(Role.DESK)
    given = admin.post(reverse("accounts:grant", args=[user.pk]), {"role": "kaiser"})
    assert given.status_code == 422
    assert admin.post(reverse("accounts:revoke", args=[user.pk, "kaiser"])).status_code == 404


def test_no_role_is_chosen_before_somebody_chooses_one(client_for: ClientFor) -> None:
    admin, user = client_for("admin"), user_with(Role.DESK)
    page = admin.get(reverse("accounts:user", args=[user.pk])).content.decode()
    first, *others = page.split('<select name="role"')[1].split("</select>")[0].split("<option")[1:]
    assert 'value="" selected>Bitte wählen' in first
    assert others
    assert not [one for one in others if "selected" in one]
    refused = admin.post(reverse("accounts:grant", args=[user.pk]), {"role": ""})
    assert refused.status_code == 422
    assert user.grants.count() == 1


@pytest.mark.parametrize("role", ["desk", "officer", "head", "dpo", "dispatcher", "shift_leader"])
def test_only_administrators_open_the_user_pages(client_for: ClientFor, role: str) -> None:
    client, other = client_for(role), user_with(Role.ADMIN)
    assert client.get(reverse("accounts:users")).status_code == 403
    assert client.get(reverse("accounts:user", args=[other.pk])).status_code == 403
    for name in ("grant", "deactivate", "reactivate", "reset_password"):
        address = reverse(f"accounts:{name}", args=[other.pk])
        assert client.post(address, {"role": "desk"}).status_code == 403
        assert client.get(address).status_code == 405
