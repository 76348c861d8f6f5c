"""The second factor against replay: codes once, passkeys for this origin and this challenge."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)
from pytest_django import Settings

from streife.accounts.models import User
from streife.accounts.rules import Role
from streife.journal import queries as journal
from tests.factories import user_with

pytestmark = pytest.mark.django_db
PASSWORD = "bado-kefi-nura-somi-leta"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOST = "streife.example"
ORIGIN = f"https://{HOST}"


@pytest.fixture
def desk() -> User:
    cache.clear()
    user = user_with(Role.DESK)
    user.set_password(PASSWORD)
    user.save()
    return user


def a_client() -> Client:
    return Client(SERVER_NAME=HOST)


def sign_in(client: Client) -> str:
    data = {"login": "desk", "password": PASSWORD}
    return str(client.post(reverse("account_login"), data, secure=True).headers["Location"])


# Codes of an app -------------------------------------------------------------------------------


def code_at(moment: float) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(SECRET, int(moment) // 30)))


def opens(code: str) -> bool:
    """Say whether password and code let a fresh browser in."""
    client = Client()
    client.post(reverse("account_login"), {"login": "desk", "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code})
    return client.get("/konto/").status_code == 200


@pytest.mark.parametrize("later", [0, 20, 31, 45])
def test_a_code_opens_once_for_as_long_as_it_is_valid(
    desk: User, later: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    totp.TOTP.activate(desk, SECRET)
    begin = time.time() // 30 * 30 + 1
    monkeypatch.setattr(time, "time", lambda: begin)
    code = code_at(begin + 30)  # of a telephone that is fast: valid from now on for 90 seconds
    assert opens(code)
    monkeypatch.setattr(time, "time", lambda: begin + later)
    assert totp.validate_totp_code(SECRET, code)  # it would still be right
    assert not opens(code)
    assert not opens(f"{code[:3]} {code[3:]}")
    last = journal.entries_of(f"user:{desk.pk}").last()
    assert last is not None
    assert (last.act, last.body.content) == ("accounts.sign_in_failed", {"step": "second_factor"})


def test_the_next_code_opens_again_and_an_old_one_does_not(
    desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    totp.TOTP.activate(desk, SECRET)
    begin = time.time()
    monkeypatch.setattr(time, "time", lambda: begin)
    assert opens(code_at(begin))
    monkeypatch.setattr(time, "time", lambda: begin + 30)
    assert opens(code_at(begin + 30))
    assert not opens(code_at(begin - 60))


def test_the_code_that_set_the_app_up_opens_nothing(desk: User) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "desk", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert Authenticator.objects.filter(user=desk, type="totp").exists()
    assert not opens(code)


# Passkeys --------------------------------------------------------------------------------------


@dataclass
class Passkey:
    """A software authenticator: signs what it is told to, as a stolen page would tell it."""

    origin: str = ORIGIN
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = b"a passkey of the test"
    rp_id: str = HOST

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _data(self, credential: bytes = b"") -> AuthenticatorData:
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        if credential:
            flags |= AuthenticatorData.FLAG.AT
        made: AuthenticatorData = AuthenticatorData.create(
            sha256(self.rp_id.encode()), flags, 0, credential
        )
        return made

    def register(self, challenge: str) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(Aaguid(bytes(16)), self.id, public)
        attestation = AttestationObject.create("none", self._data(credential), {})
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", challenge),
            attestationObject=attestation,
        ) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def sign(self, challenge: str, user: User) -> dict[str, Any]:
        client_data, data = self._client_data("webauthn.get", challenge), self._data()
        signature = self.key.sign(data + client_data.hash, ec.ECDSA(hashes.SHA256()))
        handle = user_pk_to_url_str(user).encode()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=signature,
            userHandle=handle,
        )

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        response = {name: websafe_encode(bytes(part)) for name, part in parts.items()}
        name = websafe_encode(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


@pytest.fixture
def _strict(settings: Settings) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # as under any https address
    settings.ALLOWED_HOSTS = [HOST]


def add(client: Client, passkey: Passkey, *, challenge: str = "") -> bool:
    """Set the passkey up for whoever is signed in; say whether it was taken."""
    address = reverse("mfa_add_webauthn")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD}, secure=True)
    client.get(address, secure=True)
    challenge = challenge or client.session["mfa.webauthn.state"]["challenge"]
    answer = json.dumps(passkey.register(challenge))
    data = {"name": "Mein Passkey", "passwordless": "on", "credential": answer}
    client.post(address, data, secure=True)
    return bool(Authenticator.objects.filter(type="webauthn").exists())


def challenge_for(client: Client) -> str:
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}, secure=True)
    return str(client.session["mfa.webauthn.state"]["challenge"])


def lets_in(client: Client, answer: dict[str, Any]) -> bool:
    client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(answer)}, secure=True)
    return client.get("/konto/", secure=True).status_code == 200


@pytest.fixture
def passkey(desk: User, _strict: None) -> Passkey:
    client, made = a_client(), Passkey()
    sign_in(client)
    assert add(client, made)
    return made


def test_a_passkey_opens_without_a_password(desk: User, passkey: Passkey) -> None:
    client = a_client()
    assert lets_in(client, passkey.sign(challenge_for(client), desk))
    last = journal.entries_of(f"user:{desk.pk}").last()
    assert last is not None
    assert last.act == "accounts.signed_in"


@pytest.mark.parametrize(
    "origin",
    [
        "https://streife.example.evil.example",
        "https://evil.example",
        "http://streife.example",
        "https://xstreife.example",
    ],
)
def test_what_was_signed_on_another_page_opens_nothing(
    desk: User, passkey: Passkey, origin: str
) -> None:
    client = a_client()
    passkey.origin = origin
    assert not lets_in(client, passkey.sign(challenge_for(client), desk))


def test_a_signature_for_another_service_opens_nothing(desk: User, passkey: Passkey) -> None:
    client = a_client()
    passkey.rp_id = "evil.example"
    assert not lets_in(client, passkey.sign(challenge_for(client), desk))


def test_an_answer_opens_once_and_only_to_its_own_challenge(desk: User, passkey: Passkey) -> None:
    first, second = a_client(), a_client()
    answer = passkey.sign(challenge_for(first), desk)
    challenge_for(second)
    assert not lets_in(second, answer)  # overheard, and played to another session
    assert lets_in(first, answer)
    first.post(reverse("account_logout"), secure=True)
    assert not lets_in(first, answer)  # no challenge waits any more
    challenge_for(first)
    assert not lets_in(first, answer)


def test_another_key_with_the_same_name_opens_nothing(desk: User, passkey: Passkey) -> None:
    client = a_client()
    assert not lets_in(client, Passkey().sign(challenge_for(client), desk))
    other = user_with(Role.ADMIN)
    client = a_client()
    assert not lets_in(client, passkey.sign(challenge_for(client), other))


@pytest.mark.usefixtures("_strict")
def test_a_passkey_is_not_taken_from_another_page_or_for_another_challenge(desk: User) -> None:
    client = a_client()
    sign_in(client)
    assert not add(client, Passkey(origin="https://evil.example"))
    assert not add(client, Passkey(), challenge=websafe_encode(bytes(32)))
    assert add(client, Passkey())


def test_a_passkey_is_offered_as_second_factor_only_to_who_has_one(
    desk: User, passkey: Passkey
) -> None:
    offer = "Mit Passkey bestätigen"
    totp.TOTP.activate(desk, SECRET)
    client = a_client()
    page = reverse("mfa_authenticate")
    assert sign_in(client) == page
    assert offer in client.get(page, secure=True).content.decode()
    Authenticator.objects.filter(type="webauthn").delete()
    client = a_client()
    assert sign_in(client) == page
    assert offer not in client.get(page, secure=True).content.decode()


# A lost telephone ------------------------------------------------------------------------------


def reset(admin: Client, user: User) -> Any:
    return admin.post(reverse("accounts:reset_second_factor", args=[user.pk]))


def test_whoever_lost_the_telephone_gets_back_in_and_the_finder_is_out(
    client_for: Callable[[str], Client], desk: User, settings: Settings
) -> None:
    totp.TOTP.activate(desk, SECRET)
    Authenticator.objects.create(user=desk, type="recovery_codes", data={"seed": "x"})
    found = Client()  # the telephone, signed in
    found.force_login(desk, backend="allauth.account.auth_backends.AuthenticationBackend")
    admin = client_for("admin")
    page = admin.get(reverse("accounts:user", args=[desk.pk])).content.decode()
    assert "Zweiten Faktor zurücksetzen" in page
    answer = reset(admin, desk)
    assert answer.status_code == 200
    password = answer.context["first"]["password"]
    assert not Authenticator.objects.filter(user=desk).exists()
    assert found.get(reverse("accounts:profile")).status_code == 302
    settings.STREIFE_REQUIRE_MFA = True
    own = Client()
    data = {"login": "desk", "password": password}
    assert own.post(reverse("account_login"), data).status_code == 302
    asked = own.get(reverse("start"))
    assert asked.headers["Location"] == reverse("mfa_index")  # to set up a new one
    last = journal.entries_of(f"user:{desk.pk}").filter(act="accounts.second_factor_reset").get()
    assert last.actor != f"user:{desk.pk}"


def test_nobody_takes_the_own_second_factor_off_by_the_administration(
    client_for: Callable[[str], Client], desk: User
) -> None:
    admin = client_for("admin")
    user = User.objects.get(username="admin")
    totp.TOTP.activate(user, SECRET)
    page = admin.get(reverse("accounts:user", args=[user.pk])).content.decode()
    assert "Zweiten Faktor zurücksetzen" not in page
    assert reset(admin, user).status_code == 409
    assert Authenticator.objects.filter(user=user).exists()
    assert reset(admin, desk).status_code == 409  # has none
    totp.TOTP.activate(desk, SECRET)
    assert reset(client_for("shift_leader"), desk).status_code == 403
    assert Authenticator.objects.filter(user=desk).exists()
