"""`manage.py dock_watch`: takes in what lies complete in the folders of the docks."""

import argparse
from time import sleep

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from streife.accounts.rules import system
from streife.evidence.actions import watch_round
from streife.evidence.models import Dock
from streife.evidence.rules import shown_name
from streife.kernel.clock import now

SECONDS = 10


class Command(BaseCommand):
    """One round for the schedule, or round after round until it is told to end."""

    help = "Übernimmt Aufnahmen aus den Ordnern der Dockstationen."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Offer a single round, one dock, and wiping."""
        parser.add_argument("--once", action="store_true", help="ein Durchgang, dann Ende")
        parser.add_argument("--dock", default="", help="nur diese Dockstation (Kürzel)")
        parser.add_argument(
            "--wipe", action="store_true", help="Dateien löschen, sobald sie sicher verwahrt sind"
        )

    def handle(self, *, once: bool, dock: str, wipe: bool, **_: object) -> None:
        """Run."""
        while True:
            docks = Dock.objects.filter(retired_at=None).exclude(folder="")
            chosen = list(docks.filter(code=dock) if dock else docks)
            if dock and not chosen:
                raise CommandError(f"Keine Dockstation „{dock}“ mit Ordner.")
            for row in chosen:
                self._round(row, wipe)
            if once:
                return
            close_old_connections()
            sleep(SECONDS)

    def _round(self, dock: Dock, wipe: bool) -> None:
        for read in watch_round(dock=dock, actor=system("evidence"), now=now(), wipe=wipe):
            what = read.problem or ("schon verwahrt" if read.repeated else "verwahrt")
            self.stdout.write(f"{dock.code} {shown_name(read.name)}: {what} {read.ident}".rstrip())
