"""Who may do what: the table of permissions, walked row by row."""

import pytest

from streife.accounts.passwords import readable_password
from streife.accounts.rules import (
    FAR_REACHING,
    GRANTABLE,
    PERMISSIONS,
    PUBLIC,
    Actor,
    Role,
    system,
)
from streife.kernel.errors import NotPermitted
from tests.factories import plain_actor

PAIRS = [(role, permission) for role in Role for permission in sorted(PERMISSIONS)]


@pytest.mark.parametrize(("role", "permission"), PAIRS)
def test_an_actor_passes_exactly_where_the_table_says_so(role: Role, permission: str) -> None:
    actor = plain_actor(role)
    allowed = role in PERMISSIONS[permission]
    assert actor.may(permission) is allowed
    if allowed:
        actor.require(permission)
    else:
        with pytest.raises(NotPermitted) as refused:
            actor.require(permission)
        assert refused.value.code == "not-permitted"
        assert refused.value.status == 403


def test_the_public_may_report_and_look_at_places_and_nothing_else() -> None:
    assert {name for name in PERMISSIONS if PUBLIC.may(name)} == {
        "reports.receive",
        "reports.use_own_link",
        "places.view",
    }


def test_nobody_without_a_role_may_do_anything() -> None:
    nobody = Actor("user:1", frozenset(), "Niemand", user_id=1)
    assert not any(nobody.may(permission) for permission in PERMISSIONS)


def test_an_unknown_permission_is_a_bug() -> None:
    with pytest.raises(KeyError):
        PUBLIC.may("no.such")


def test_roles_add_up() -> None:
    both = Actor("user:1", frozenset({Role.OFFICER, Role.HEAD}))
    assert both.may("field.work")
    assert both.may("insight.view")


def test_only_people_are_given_roles() -> None:
    assert Role.SYSTEM not in GRANTABLE
    assert Role.PUBLIC not in GRANTABLE
    assert set(GRANTABLE) >= FAR_REACHING


def test_the_software_acts_under_a_name() -> None:
    assert system("import").ref == "system:import"
    assert system("import").may("reports.import")


def test_first_passwords_are_readable_and_never_the_same() -> None:
    made = {readable_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 24 and one.count("-") == 4 for one in made)
