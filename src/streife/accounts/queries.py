"""Reads about users."""

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, Q, QuerySet

from streife.accounts.models import ROLE_NAMES, Grant, User
from streife.accounts.rules import PUBLIC, Actor, Role
from streife.kernel.clock import now
from streife.kernel.errors import NotFound

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = [
    "ROLE_NAMES",
    "actor_from",
    "actor_of",
    "has_second_factor",
    "history_of",
    "user_for",
    "users",
    "with_second_factor",
]


def actor_of(user: "User") -> Actor:
    """Return the actor of a signed-in user with the roles valid now (one query)."""
    moment = now()
    roles = Grant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=moment), user=user, valid_from__lte=moment
    ).values_list("role", flat=True)
    return Actor(
        f"user:{user.pk}", frozenset(Role(role) for role in roles), str(user), user_id=user.pk
    )


def actor_from(request: "HttpRequest") -> Actor:
    """Return who acts in this request; nobody signed in is the public."""
    if not request.user.is_authenticated:
        return PUBLIC
    cached: Actor | None = getattr(request, "streife_actor", None)
    if cached is None:
        cached = actor_of(request.user)
        request.streife_actor = cached  # type: ignore[attr-defined]  # one look-up per request
    return cached


def users(actor: Actor) -> QuerySet[User]:
    """Return all users with their open grants as `open_grants`, by name; for `accounts.manage`."""
    if not actor.may("accounts.manage"):
        return User.objects.none()
    return User.objects.order_by("-is_active", "display_name", "username").prefetch_related(
        Prefetch(
            "grants",
            queryset=Grant.objects.filter(valid_to__isnull=True).order_by("role"),
            to_attr="open_grants",
        )
    )


def user_for(actor: Actor, user_id: int) -> User:
    """Return one user with `open_grants`.

    :raises NotFound: there is none, or the actor may not see them
    """
    user = users(actor).filter(pk=user_id).first()
    if user is None:
        raise NotFound("Dieses Benutzerkonto gibt es nicht.", "no-such-user")
    return user


def history_of(actor: Actor, user_id: int) -> QuerySet[Grant]:
    """Return every grant a user ever held, latest first; for `accounts.manage`."""
    if not actor.may("accounts.manage"):
        return Grant.objects.none()
    return Grant.objects.filter(user_id=user_id).order_by("-valid_from", "-id")


def has_second_factor(user_id: int) -> bool:
    """Say whether a user set up an authenticator app or a passkey."""
    return bool(
        Authenticator.objects.filter(
            user_id=user_id, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        ).exists()
    )


def with_second_factor() -> frozenset[int]:
    """Return the ids of all users who set up an authenticator app or a passkey."""
    return frozenset(
        Authenticator.objects.filter(
            type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        ).values_list("user_id", flat=True)
    )
