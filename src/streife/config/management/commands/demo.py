"""`manage.py demo`: everything a newcomer needs, then the address and the sign-ins."""

import argparse
import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from streife.config.demo import people, server
from streife.config.demo.loading import SIZE, load
from streife.kernel.clock import now


class Command(BaseCommand):
    """Loads the demo city if it is not there, then serves until Ctrl-C."""

    help = "Richtet die Demostadt ein, startet Server und Hintergrundarbeit, zeigt die Anmeldungen."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take size, port and number of server processes."""
        parser.add_argument("--size", type=int, default=SIZE, help="Zahl der Hinweise")
        parser.add_argument("--port", type=int, default=server.usual_port())
        parser.add_argument("--workers", type=int, default=1)

    def handle(self, *, size: int, port: int, workers: int, **_: object) -> None:
        """Load, start, print.

        :raises CommandError: the port is taken
        """
        if not server.port_is_free(port):
            raise CommandError(
                f"Auf Port {port} läuft schon etwas, vielleicht eine andere Demo. "
                f"Beenden Sie sie oder nehmen Sie einen anderen: make demo PORT={port + 1}"
            )
        call_command("migrate", verbosity=0)
        load(now=now(), size=size, say=self._say)
        code = server.run(port=port, workers=workers, ready=lambda: self._print_signins(port))
        self._say("Beendet.")
        if code:
            sys.exit(code)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _print_signins(self, port: int) -> None:
        rows = people.signins()
        wide = max(len(row.role) for row in rows)
        name = max(len(row.name) for row in rows)
        self._say(f"\nStreife läuft: http://localhost:{port}/   (Ende mit Strg+C)")
        self._say(f"Dienst:        http://localhost:{port}/start/\n")
        self._say(f"{'Rolle':<{wide}}  {'Name':<{name}}  {'Benutzername':<12}  Passwort")
        for row in rows:
            self._say(f"{row.role:<{wide}}  {row.name:<{name}}  {row.username:<12}  {row.password}")
        self._say(
            f"\nAlle Personen und Hinweise sind erfunden. Passwörter: {people.signins_path()}"
        )
