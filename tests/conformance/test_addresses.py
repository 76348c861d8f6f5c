"""No address is open by oversight, and no page sends a request to anybody else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

ROOT = Path(__file__).resolve().parents[2]

# Whoever is not signed in may open these, and nothing else. `account_…` and the like are allauth's.
PUBLIC = {
    "start",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_request_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_trust",
    "mfa_signup_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
    "journal:tiles",  # heads and hashes, published for whoever wants to check
    "places:basemap",
    "places:spots",
    "places:zones",
    "roster:feed",  # the secret in the address is the permission
}
# `ui:` shows patterns with invented words, `portal:` is what everybody is meant to use.
PUBLIC_PACKAGES = ("portal:", "ui:", "javascript-catalog", "set_language")

EXAMPLES: dict[str, Any] = {
    "IntConverter": 1,
    "StringConverter": "beispiel",
    "SlugConverter": "beispiel",
    "PathConverter": "beispiel",
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
}


def _walk(patterns: list[Any], space: str = "", prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Yield the full name and an example address of everything in the table of addresses."""
    for entry in patterns:
        address = prefix + _example(entry)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, inner, address)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name or address}", address


def _example(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        kind = next(k for k, known in get_converters().items() if type(known) is type(converter))
        example = EXAMPLES.get(type(converter).__name__, getattr(converter, "example", "1"))
        text = text.replace(f"<{kind}:{name}>", str(example)).replace(f"<{name}>", str(example))
    text = re.sub(r"\(\?P<\w+>[^)]*\)", "1", text)
    return text.replace("^", "").replace("\\Z", "").replace("$", "")


ADDRESSES = sorted(set(_walk(get_resolver().url_patterns)))


def _is_public(name: str) -> bool:
    return name in PUBLIC or name.startswith(PUBLIC_PACKAGES)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), [a for a in ADDRESSES if not _is_public(a[0])])
def test_whoever_is_not_signed_in_is_refused(name: str, address: str) -> None:
    client = Client(raise_request_exception=True)
    answers = [client.get(address), client.post(address)]
    nothing_shown = {301, 401, 403, 404, 405}
    sign_in = resolve_url(settings.LOGIN_URL)
    for answer in answers:
        to_sign_in = answer.status_code == 302 and answer["Location"].startswith(sign_in)
        assert to_sign_in or answer.status_code in nothing_shown, (name, answer.status_code)
    assert [a.status_code for a in answers] != [405, 405], name


def test_the_public_list_names_only_addresses_that_exist() -> None:
    """Otherwise a later address of the same name would be open from its first day."""
    optional = {name for name in PUBLIC if name.startswith(("account_", "mfa_", "socialaccount_"))}
    assert not PUBLIC - optional - {name for name, _ in ADDRESSES}


HOST = re.compile(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
# A link that a person follows is no request; a namespace is a name; localhost is this machine.
LINK = re.compile(r"<a\b[^>]*>", re.IGNORECASE | re.DOTALL)
COMMENT = re.compile(
    r"/\*.*?\*/|<!--.*?-->|\{#.*?#\}|^\s*//.*?$|^\s*\*.*?$", re.DOTALL | re.MULTILINE
)
NAMES_ONLY = {"www.w3.org"}


def _sent_to_browsers() -> Iterator[Path]:
    for folder, kinds in (
        ("src/streife", ("html", "css", "js", "svg")),
        ("frontend", ("ts", "css")),
    ):
        for kind in kinds:
            for path in sorted((ROOT / folder).rglob(f"*.{kind}")):
                if "dist" not in path.parts and ".test." not in path.name:
                    yield path


def test_nothing_that_reaches_a_browser_names_another_host() -> None:
    found = {
        str(path.relative_to(ROOT)): sorted(hosts)
        for path in _sent_to_browsers()
        if (
            hosts := set(HOST.findall(COMMENT.sub("", LINK.sub("", path.read_text())))) - NAMES_ONLY
        )
    }
    assert not found


def test_no_template_holds_a_script_or_a_style_that_the_policy_would_block() -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\sstyle=|\son[a-z]+=\""
    )
    offenders = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "src").rglob("*.html"))
        if inline.search(COMMENT.sub("", path.read_text()))
    ]
    assert not offenders
