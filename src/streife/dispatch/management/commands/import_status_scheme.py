"""`manage.py import_status_scheme`: status scheme and figures of the recommendation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.dispatch.actions import import_recommendation, import_scheme
from streife.kernel.clock import now
from streife.kernel.errors import Refused


class Command(BaseCommand):
    """Brings in both files; a second run changes nothing."""

    help = "Spielt Statusschema und Empfehlungsgrenzen ein; ein zweiter Lauf ändert nichts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take another folder than the one of the demo city."""
        parser.add_argument("--folder", type=Path, default=settings.ROOT / "data" / "dispatch")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, say what happened."""
        folder: Path = options["folder"]
        actor, moment = system("import"), now()
        try:
            scheme = import_scheme(
                content=_read(folder / "status_scheme.yaml"), actor=actor, now=moment
            )
            limits = import_recommendation(
                content=_read(folder / "recommendation.yaml"), actor=actor, now=moment
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(
            f"Statusschema: {scheme.written} neu oder geändert, {scheme.unchanged} unverändert; "
            f"Empfehlung: {limits.written} neu oder geändert, {limits.unchanged} unverändert."
        )


def _read(path: Path) -> Any:
    """Return the content of a YAML file.

    :raises CommandError: missing or no YAML
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"Die Datei {path} ist nicht lesbar.") from error
    except yaml.YAMLError as error:
        raise CommandError(f"Die Datei {path} ist kein YAML: {error}") from error
