"""Reads about users."""

from typing import TYPE_CHECKING

from django.db.models import Q

from streife.accounts.models import Grant
from streife.accounts.rules import PUBLIC, Actor, Role
from streife.kernel.clock import now

if TYPE_CHECKING:
    from django.http import HttpRequest

    from streife.accounts.models import User


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
