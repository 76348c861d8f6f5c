"""Reads about users and about who asks."""

from ipaddress import IPv6Address, ip_address, ip_network

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest

from streife.accounts.models import ROLE_NAMES, Grant, User
from streife.accounts.rules import PUBLIC, Actor, Role
from streife.kernel.clock import now
from streife.kernel.errors import NotFound

__all__ = [
    "ROLE_NAMES",
    "actor_again",
    "actor_from",
    "actor_of",
    "connection_of",
    "has_second_factor",
    "history_of",
    "user_for",
    "users",
    "with_second_factor",
]


_HOME_BITS = 56  # of an IPv6 address: what one subscriber has


def actor_of(user: "User") -> Actor:
    """Return the actor of a signed-in user with the roles valid now (one query)."""
    moment = now()
    roles = Grant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=moment), user=user, valid_from__lte=moment
    ).values_list("role", flat=True)
    return Actor(
        f"user:{user.pk}", frozenset(Role(role) for role in roles), str(user), user_id=user.pk
    )


def actor_from(request: HttpRequest) -> Actor:
    """Return who acts in this request; nobody signed in is the public."""
    if not request.user.is_authenticated:
        return PUBLIC
    cached: Actor | None = getattr(request, "streife_actor", None)
    if cached is None:
        cached = actor_of(request.user)
        request.streife_actor = cached  # type: ignore[attr-defined]  # one look-up per request
    return cached


def actor_again(request: HttpRequest) -> Actor:
    """Return who acts by the session as it is now: an answer may be sent for an hour.

    Whoever signed out, lost the account or changed the password meanwhile is the public.
    """
    again = HttpRequest()
    again.session = type(request.session)(request.session.session_key)
    user = get_user(again)
    return actor_of(user) if user.is_authenticated else PUBLIC


def connection_of(request: HttpRequest) -> str:
    """Return the network connection a request came from, for counting; "" if nothing names one.

    Only what an own proxy wrote is believed: the header named by `CLIENT_ADDRESS_HEADER` (its last
    entry), or the entry of `X-Forwarded-For` written by the outermost of
    `ALLAUTH_TRUSTED_PROXY_COUNT` proxies. An IPv6 connection is its /56: that is what a home gets
    (RIPE-690 section 4.2), so a subscriber could take a new /64 for every request 256 times.
    """
    text = _named_by_proxy(request) or str(request.META.get("REMOTE_ADDR") or "")
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ip_network(f"{address}/{_HOME_BITS}", strict=False).network_address)
    return str(address)


def _named_by_proxy(request: HttpRequest) -> str:
    if settings.CLIENT_ADDRESS_HEADER:
        return request.headers.get(settings.CLIENT_ADDRESS_HEADER, "").rsplit(",", 1)[-1].strip()
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    entries = request.headers.get("X-Forwarded-For", "").split(",")
    return entries[-proxies].strip() if 0 < proxies <= len(entries) else ""


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


def user_named(username: str) -> int | None:
    """Return the id of the user who signs in with this name, if any.

    For an action of another package that asked its own permission.
    """
    found = User.objects.filter(username__iexact=username.strip(), is_active=True)
    return found.values_list("pk", flat=True).first()


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
