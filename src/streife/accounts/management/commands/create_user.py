"""`manage.py create_user NAME --role admin`: the first administrator of an installation."""

import argparse
import getpass
import sys

from django.core.management.base import BaseCommand, CommandError

from streife.accounts import actions
from streife.accounts.passwords import readable_password
from streife.accounts.rules import GRANTABLE, Role, system
from streife.kernel.clock import now
from streife.kernel.errors import Refused


class Command(BaseCommand):
    """Makes a user with roles; the password is typed, piped in, or made and printed."""

    help = "Make a user with roles; the password is typed, or made and printed"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take name and roles."""
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="the person's name on the screen")
        parser.add_argument(
            "--role",
            action="append",
            required=True,
            choices=[role.value for role in GRANTABLE],
            help="may be given several times",
        )
        parser.add_argument(
            "--generate", action="store_true", help="make a password and print it once"
        )

    def handle(
        self, *, username: str, name: str, role: list[str], generate: bool, **_: object
    ) -> None:
        """Make the user.

        :raises CommandError: name taken, password too weak
        """
        if generate:
            password = readable_password()
        elif sys.stdin.isatty():
            password = getpass.getpass(f"Passwort für {username}: ")
        else:
            password = sys.stdin.readline().rstrip("\n")
        try:
            user = actions.create_user(
                username=username,
                display_name=name or username,
                password=password,
                roles=[Role(one) for one in role],
                actor=system("create_user"),
                now=now(),
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"Benutzerkonto {user.username} angelegt ({', '.join(role)}).")
        if generate:
            self.stdout.write(f"Passwort: {password}")
