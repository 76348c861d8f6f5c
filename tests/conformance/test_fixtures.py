"""The test bench itself."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.test import Client

from streife.accounts.rules import PUBLIC, Actor, Role


def test_an_actor_holds_exactly_the_role_asked_for(actor_for: Callable[[str], Actor]) -> None:
    for role in set(Role) - {Role.PUBLIC}:
        assert actor_for(role).roles == {role}
    assert actor_for("public") is PUBLIC
    assert actor_for("desk") is actor_for("desk")


def test_a_client_is_signed_in_as_its_role(client_for: Callable[[str], Client]) -> None:
    assert "_auth_user_id" in client_for("head").session
    assert "_auth_user_id" not in client_for("public").session


def test_a_test_run_never_touches_the_files_of_the_installation() -> None:
    assert Path(settings.VAR_DIR).name.startswith("streife-test-")
    assert settings.STATIC_ROOT.is_dir()
