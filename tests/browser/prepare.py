"""Fills the database of the browser tests by the same actions as a real office, then tells JSON.

Run by `conftest.py` in a process of its own, because the browser's process has no database. The
last line of the output holds the ids that addresses need and a session for each role.
"""

import io
import json
import sys
from contextlib import redirect_stdout
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from streife.accounts.models import User  # noqa: E402
from streife.accounts.rules import Role  # noqa: E402
from tests.factories import user_with  # noqa: E402


def session_of(user: User) -> str:
    """Return the key of a session in which the user is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def prepare() -> dict[str, Any]:
    """Return the facts about the office that was made."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("import_places")
    people = {role.value: user_with(role) for role in set(Role) - {Role.PUBLIC, Role.SYSTEM}}
    return {
        "sessions": {role: session_of(user) for role, user in people.items()},
        "ids": {},
    }


if __name__ == "__main__":
    with redirect_stdout(io.StringIO()):
        facts = prepare()
    sys.stdout.write(json.dumps(facts) + "\n")
