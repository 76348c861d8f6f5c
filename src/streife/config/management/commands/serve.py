"""`manage.py serve`: the production server (granian, ASGI)."""

import argparse

from django.core.management.base import BaseCommand
from granian import Granian
from granian.constants import Interfaces


class Command(BaseCommand):
    """Serves the pages until it is told to end."""

    help = "Startet den Server (granian)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take address, port and number of processes."""
        parser.add_argument("--address", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1)

    def handle(self, *, address: str, port: int, workers: int, **_: object) -> None:
        """Serve."""
        Granian(
            "streife.config.asgi:application",
            address=address,
            port=port,
            interface=Interfaces.ASGINL,
            workers=workers,
            websockets=False,
            log_enabled=True,
            log_dictconfig={"loggers": {"_granian": {"level": "WARNING"}}},
            respawn_failed_workers=True,
        ).serve()
