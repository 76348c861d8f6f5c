"""Things that tests start from, made by actions where there are any."""

from datetime import UTC, datetime

from streife.accounts.models import Grant, User
from streife.accounts.rules import Actor, Role

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def user_with(role: Role | str, *, username: str = "") -> User:
    """Return the user `username` (default: the role's name) who holds the role since long ago."""
    role = Role(role)
    user, _ = User.objects.get_or_create(
        username=username or role.value,
        defaults={"display_name": f"Test {username or role.value}"},
    )
    Grant.objects.get_or_create(user=user, role=role.value, defaults={"valid_from": LONG_AGO})
    return user


def plain_actor(role: Role | str) -> Actor:
    """Return an actor with the role that no database knows, for tests of rules."""
    role = Role(role)
    return Actor(f"test:{role.value}", frozenset({role}), role.value)
