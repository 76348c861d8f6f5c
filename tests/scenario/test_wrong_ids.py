"""Addresses with numbers and words that were never given out: an answer in words, never a bug."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from streife.accounts.rules import Role

pytestmark = pytest.mark.django_db
PARTS = re.compile(r"<(?:(\w+):)?\w+>")
WRONG = {
    "int": ("0", str(2**63), "9" * 30),  # no row, no number of the database, none at all
    "uuid": ("00000000-0000-0000-0000-000000000000",) * 3,
    "str": ("x", "😀" * 50, "'--"),
}


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        elif PARTS.search(route) and "^" not in route and not route.startswith("konto/"):
            yield route


# Together they may do everything, so no address is closed to all of them.
ROLES = (Role.SHIFT_LEADER, Role.OFFICER, Role.CUSTODIAN, Role.DPO, Role.ADMIN)


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_what_was_never_given_out_is_answered_in_words(
    role: Role, client_for: Callable[[Role], Client]
) -> None:
    client = client_for(role)
    for route in _addresses(get_resolver().url_patterns):
        for turn in range(3):
            path = PARTS.sub(lambda part, turn=turn: _wrong(part, turn), route)
            for answer in (client.get(f"/{path}"), client.post(f"/{path}")):
                assert answer.status_code < 500, f"{answer.status_code} for {role} at /{path}"


def _wrong(part: re.Match[str], turn: int) -> str:
    return WRONG.get(part[1] or "str", WRONG["str"])[turn]
