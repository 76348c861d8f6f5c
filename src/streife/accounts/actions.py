"""Making users, granting and ending roles, and the record of who signed in."""

from collections.abc import Sequence
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from streife.accounts.models import Grant, User
from streife.accounts.rules import GRANTABLE, Actor, Role
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused


@transaction.atomic
def create_user(
    *,
    username: str,
    display_name: str,
    password: str | None,
    actor: Actor,
    now: datetime,
    roles: Sequence[Role] = (),
) -> User:
    """Make a user with roles and return it; without a password they sign in over OIDC only.

    :raises NotPermitted: without `accounts.manage`
    :raises Refused: `username-taken`, `password-weak`, `role-not-grantable`
    """
    actor.require("accounts.manage")
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(
            "Diesen Benutzernamen gibt es schon. Bitte wählen Sie einen anderen.",
            "username-taken",
            field="username",
        )
    user = User(username=username, display_name=display_name, date_joined=now)
    _set_password(user, password)
    user.save()
    journal.record(act="accounts.user_created", subject=f"user:{user.pk}", actor=actor.ref, now=now)
    for role in roles:
        grant_role(user_id=user.pk, role=role, actor=actor, now=now)
    return user


@transaction.atomic
def grant_role(*, user_id: int, role: Role, actor: Actor, now: datetime) -> Grant:
    """Give a user a role from now on; it counts with their next click.

    :raises NotPermitted: without `accounts.manage`
    :raises NotFound: no such user
    :raises Refused: `role-not-grantable`, `role-held`, `user-inactive`
    """
    actor.require("accounts.manage")
    user = _locked(user_id)
    if role not in GRANTABLE:
        raise Refused("Diese Rolle kann niemand erhalten.", "role-not-grantable", field="role")
    if not user.is_active:
        raise Refused("Dieses Konto ist gesperrt. Bitte entsperren Sie es zuerst.", "user-inactive")
    if user.grants.filter(role=role, valid_to__isnull=True).exists():
        raise Refused("Diese Rolle ist schon vergeben.", "role-held", field="role")
    grant = Grant.objects.create(user=user, role=role, valid_from=now)
    journal.record(
        act="accounts.role_granted",
        subject=f"user:{user.pk}",
        actor=actor.ref,
        now=now,
        body={"role": role},
    )
    return grant


@transaction.atomic
def revoke_role(*, user_id: int, role: Role, actor: Actor, now: datetime) -> None:
    """End a role now; it no longer counts from the next click on.

    :raises NotPermitted: without `accounts.manage`
    :raises NotFound: no such user, or the user does not hold the role
    :raises Refused: `last-admin`
    """
    actor.require("accounts.manage")
    user = _locked(user_id)
    grant = user.grants.filter(role=role, valid_to__isnull=True).first()
    if grant is None:
        raise NotFound("Diese Rolle ist nicht vergeben.", "role-not-held")
    if role is Role.ADMIN:
        _check_other_admin(user)
    grant.valid_to = now
    grant.save(update_fields=["valid_to"])
    journal.record(
        act="accounts.role_revoked",
        subject=f"user:{user.pk}",
        actor=actor.ref,
        now=now,
        body={"role": role},
    )


@transaction.atomic
def deactivate_user(*, user_id: int, actor: Actor, now: datetime) -> None:
    """Lock a user out at once and end all their roles.

    :raises NotPermitted: without `accounts.manage`
    :raises NotFound: no such user
    :raises Refused: `own-account`, `last-admin`
    """
    actor.require("accounts.manage")
    user = _locked(user_id)
    if actor.user_id == user.pk:
        raise Refused("Das eigene Konto können Sie nicht sperren.", "own-account")
    if user.grants.filter(role=Role.ADMIN, valid_to__isnull=True).exists():
        _check_other_admin(user)
    user.grants.filter(valid_to__isnull=True).update(valid_to=now)
    user.is_active = False
    user.save(update_fields=["is_active"])
    journal.record(
        act="accounts.user_deactivated", subject=f"user:{user.pk}", actor=actor.ref, now=now
    )


@transaction.atomic
def reactivate_user(*, user_id: int, actor: Actor, now: datetime) -> None:
    """Let a locked user sign in again, without any role until one is granted.

    :raises NotPermitted: without `accounts.manage`
    :raises NotFound: no such user
    """
    actor.require("accounts.manage")
    user = _locked(user_id)
    user.is_active = True
    user.save(update_fields=["is_active"])
    journal.record(
        act="accounts.user_reactivated", subject=f"user:{user.pk}", actor=actor.ref, now=now
    )


@transaction.atomic
def reset_password(*, user_id: int, password: str, actor: Actor, now: datetime) -> None:
    """Give a user a new password; all their sessions end with the old one.

    :raises NotPermitted: without `accounts.manage`
    :raises NotFound: no such user
    :raises Refused: `password-weak`
    """
    actor.require("accounts.manage")
    user = _locked(user_id)
    _set_password(user, password)
    user.save(update_fields=["password"])
    journal.record(
        act="accounts.password_reset", subject=f"user:{user.pk}", actor=actor.ref, now=now
    )


@transaction.atomic
def reset_second_factor(*, user_id: int, password: str, actor: Actor, now: datetime) -> None:
    """Take app, passkeys and recovery codes off an account whose owner has lost them.

    With them goes the password, which was often kept on the same telephone, and every session.
    Nobody does this to the own account: a password that was overheard would be enough then.

    :raises NotPermitted: without `accounts.manage`
    :raises NotFound: no such user
    :raises Refused: `own-account`, `no-second-factor`, `password-weak`
    """
    actor.require("accounts.manage")
    user = _locked(user_id)
    if actor.user_id == user.pk:
        raise Refused(
            "Den eigenen zweiten Faktor setzt eine andere Person mit Administrationsrechten "
            "zurück.",
            "own-account",
        )
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Refused("Dieses Konto hat keinen zweiten Faktor.", "no-second-factor")
    _set_password(user, password)
    user.save(update_fields=["password"])
    journal.record(
        act="accounts.second_factor_reset", subject=f"user:{user.pk}", actor=actor.ref, now=now
    )


@transaction.atomic
def note_sign_in(*, user_id: int, methods: Sequence[str], now: datetime) -> None:
    """Record that a user signed in, and by which means (`password`, `mfa`, …)."""
    journal.record(
        act="accounts.signed_in",
        subject=f"user:{user_id}",
        actor=f"user:{user_id}",
        now=now,
        body={"methods": list(methods)},
    )


@transaction.atomic
def note_sign_out(*, user_id: int, now: datetime) -> None:
    """Record that a user signed out."""
    journal.record(
        act="accounts.signed_out", subject=f"user:{user_id}", actor=f"user:{user_id}", now=now
    )


@transaction.atomic
def note_failed_sign_in(*, username: str, step: str, now: datetime) -> None:
    """Record a failed sign-in by the id of the account that was tried.

    What was typed is never kept: people type passwords into the field for the name.
    """
    user_id = User.objects.filter(username__iexact=username).values_list("pk", flat=True).first()
    journal.record(
        act="accounts.sign_in_failed",
        subject=f"user:{user_id or 'unknown'}",
        actor="public",
        now=now,
        body={"step": step},
    )


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("Dieses Benutzerkonto gibt es nicht.", "no-such-user")
    return user


def _set_password(user: User, password: str | None) -> None:
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refused(" ".join(error.messages), "password-weak", field="password") from error
    user.set_password(password)


def _check_other_admin(user: User) -> None:
    """Pass only if somebody else can still administer: the last one would lock everybody out."""
    others = Grant.objects.select_for_update().filter(
        Q(valid_to__isnull=True), role=Role.ADMIN, user__is_active=True
    )
    if not others.exclude(user=user).exists():
        raise Refused(
            "Das ist das letzte Konto mit Administrationsrechten. "
            "Bitte geben Sie zuerst jemand anderem diese Rolle.",
            "last-admin",
        )
