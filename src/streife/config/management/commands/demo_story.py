"""`manage.py demo_story`: plays one report through all roles while the pages are open."""

import argparse
from time import sleep

from django.core.management.base import BaseCommand, CommandError

from streife.config.demo import year
from streife.config.demo.story import Story, steps
from streife.config.demo.today import ensure_today
from streife.kernel.clock import now
from streife.kernel.errors import Refused


class Command(BaseCommand):
    """Plays the story against the demo's database."""

    help = "Spielt einen Hinweis durch alle Rollen, Schritt für Schritt."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the length of the pauses."""
        parser.add_argument("--fast", action="store_true", help="ohne Pausen")
        parser.add_argument("--pause", type=float, default=6.0, help="Sekunden je Schritt")

    def handle(self, *, fast: bool, pause: float, **_: object) -> None:
        """Play.

        :raises CommandError: no demo, or somebody at the pages was faster
        """
        if not year.is_loaded():
            raise CommandError("Es ist keine Demo geladen. Bitte zuerst: make demo")
        ensure_today(now())
        try:
            for number, line in enumerate(steps(Story(clock=now)), start=1):
                self.stdout.write(f"{number}. {line}")
                self.stdout.flush()
                if not fast:
                    sleep(pause)
        except Refused as refused:
            raise CommandError(f"Hier war jemand schneller: {refused.message}") from refused
