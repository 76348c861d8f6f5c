"""Users and roles: made, granted, ended, and always on record."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from streife.accounts import actions, queries
from streife.accounts.models import Grant, User
from streife.accounts.rules import Actor, Role, system
from streife.journal import queries as journal
from streife.kernel.errors import NotFound, NotPermitted, Refused
from tests.factories import user_with

ActorFor = Callable[[str], Actor]
PASSWORD = "bado-kefi-nura-somi-leta"


def make(actor: Actor, now: datetime, username: str = "e.beispiel", **more: object) -> User:
    values = {"display_name": "Erika Beispiel", "password": PASSWORD} | more
    return actions.create_user(username=username, **values, actor=actor, now=now)


def acts(user: User) -> list[str]:
    return [entry.act for entry in journal.entries_of(f"user:{user.pk}")]


def test_a_new_user_has_the_roles_and_is_on_record(actor_for: ActorFor, now: datetime) -> None:
    since = now - timedelta(days=365)  # roles count by the real clock
    user = make(actor_for("admin"), since, roles=[Role.DESK, Role.HEAD])
    assert queries.actor_of(user).roles == {Role.DESK, Role.HEAD}
    assert user.check_password(PASSWORD)
    assert acts(user) == ["accounts.user_created", *["accounts.role_granted"] * 2]
    entries = journal.entries_of(f"user:{user.pk}")
    assert not any("Beispiel" in str(entry.body.content) for entry in entries)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN, Role.SYSTEM}])
def test_nobody_else_manages_accounts(actor_for: ActorFor, now: datetime, role: Role) -> None:
    actor, user = actor_for(role), user_with(Role.DESK, username="someone")
    common = {"actor": actor, "now": now}
    with pytest.raises(NotPermitted):
        make(actor, now)
    with pytest.raises(NotPermitted):
        actions.grant_role(user_id=user.pk, role=Role.ADMIN, **common)
    with pytest.raises(NotPermitted):
        actions.revoke_role(user_id=user.pk, role=Role.DESK, **common)
    with pytest.raises(NotPermitted):
        actions.deactivate_user(user_id=user.pk, **common)
    with pytest.raises(NotPermitted):
        actions.reactivate_user(user_id=user.pk, **common)
    with pytest.raises(NotPermitted):
        actions.reset_password(user_id=user.pk, password=PASSWORD, **common)
    assert acts(user) == []
    assert not queries.users(actor)
    assert not queries.history_of(actor, user.pk)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"username": "ADMIN"}, "username-taken"),
        ({"password": "kurz"}, "password-weak"),
        ({"password": "e.beispiel12"}, "password-weak"),
        ({"roles": [Role.SYSTEM]}, "role-not-grantable"),
        ({"roles": [Role.PUBLIC]}, "role-not-grantable"),
        ({"roles": [Role.DESK, Role.DESK]}, "role-held"),
    ],
)
def test_a_refused_user_leaves_nothing_behind(
    actor_for: ActorFor, now: datetime, more: dict[str, object], code: str
) -> None:
    admin = actor_for("admin")
    before = User.objects.count()
    with pytest.raises(Refused) as refused:
        make(admin, now, **more)
    assert refused.value.code == code
    assert User.objects.count() == before


def test_a_user_without_password_signs_in_over_oidc_only(
    actor_for: ActorFor, now: datetime
) -> None:
    assert not make(actor_for("admin"), now, password=None).has_usable_password()


def test_an_ended_role_stays_on_record_and_can_be_given_again(
    actor_for: ActorFor, now: datetime
) -> None:
    admin = actor_for("admin")
    user = make(admin, now - timedelta(days=1), roles=[Role.DESK])
    actions.revoke_role(user_id=user.pk, role=Role.DESK, actor=admin, now=now)
    assert Grant.objects.get(user=user).valid_to == now
    with pytest.raises(NotFound):
        actions.revoke_role(user_id=user.pk, role=Role.DESK, actor=admin, now=now)
    actions.grant_role(user_id=user.pk, role=Role.DESK, actor=admin, now=now)
    assert queries.history_of(admin, user.pk).count() == 2
    assert acts(user)[-2:] == ["accounts.role_revoked", "accounts.role_granted"]


def test_the_last_administrator_stays(actor_for: ActorFor, now: datetime) -> None:
    admin = actor_for("admin")
    assert admin.user_id
    for act in (
        lambda: actions.revoke_role(
            user_id=admin.user_id, role=Role.ADMIN, actor=system("test"), now=now
        ),
        lambda: actions.deactivate_user(user_id=admin.user_id, actor=system("test"), now=now),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "last-admin"
    with pytest.raises(Refused) as own:
        actions.deactivate_user(user_id=admin.user_id, actor=admin, now=now)
    assert own.value.code == "own-account"
    make(admin, now, roles=[Role.ADMIN])
    actions.revoke_role(user_id=admin.user_id, role=Role.ADMIN, actor=system("test"), now=now)


def test_a_locked_user_has_no_role_and_gets_none(actor_for: ActorFor, now: datetime) -> None:
    admin = actor_for("admin")
    user = make(admin, now, roles=[Role.DESK])
    actions.deactivate_user(user_id=user.pk, actor=admin, now=now + timedelta(seconds=1))
    assert queries.actor_of(user).roles == frozenset()
    with pytest.raises(Refused) as refused:
        actions.grant_role(user_id=user.pk, role=Role.DESK, actor=admin, now=now)
    assert refused.value.code == "user-inactive"
    actions.reactivate_user(user_id=user.pk, actor=admin, now=now)
    assert User.objects.get(pk=user.pk).is_active


def test_an_unknown_user_is_not_found(actor_for: ActorFor, now: datetime) -> None:
    with pytest.raises(NotFound):
        queries.user_for(actor_for("admin"), 0)
    with pytest.raises(NotFound):
        actions.deactivate_user(user_id=0, actor=actor_for("admin"), now=now)


def test_a_failed_sign_in_never_records_what_was_typed(db: None, now: datetime) -> None:
    actions.note_failed_sign_in(username="mein-passwort-123", step="password", now=now)
    entry = journal.entries_of("user:unknown").get()
    assert "mein-passwort" not in str(entry.body.content) + entry.actor


def test_the_command_makes_the_first_administrator(db: None) -> None:
    out = StringIO()
    call_command("create_user", "chef", "--role", "admin", "--generate", stdout=out)
    user = User.objects.get(username="chef")
    assert queries.actor_of(user).roles == {Role.ADMIN}
    assert user.check_password(out.getvalue().split("Passwort: ")[1].strip())
    with pytest.raises(CommandError):
        call_command("create_user", "chef", "--role", "admin", "--generate", stdout=out)
