"""`manage.py fit_forecast`: fit the forecast's weights on the city's own reports."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.patrols.actions.fitting import keep_fit
from streife.patrols.queries.fitting import fitted


class Command(BaseCommand):
    """Compares and says so; writes only with `--write`, and only what is better."""

    help = "Passt die Vorhersage an die eigenen Hinweise an und vergleicht sie mit der jetzigen."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take whether to write."""
        parser.add_argument(
            "--write", action="store_true", help="schreiben, wenn die neuen Gewichte besser treffen"
        )

    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        """Fit, print, perhaps write.

        :raises CommandError: too little history, not better, or not writable
        """
        moment = now()
        try:
            found = fitted(moment)
            self.stdout.write(
                f"{found.reports} Hinweise aus {found.weeks} Wochen; verglichen an den letzten "
                f"{found.held_out_weeks} Wochen, die beim Anpassen nicht gesehen wurden.\n"
                "Getroffene Hinweise auf 1 bis 5 % der Fläche, im Mittel:\n"
                f"  angepasst        {_percent(found.new_hits)}\n"
                f"  jetzt in Gebrauch {_percent(found.old_hits)}\n"
                f"  Zählung, letztes Jahr {_percent(found.counting_hits)}"
            )
            if write:
                day = local(moment).date()
                source = f"eigene Hinweise, {found.weeks} Wochen bis {day:%d.%m.%Y}"
                path = keep_fit(found=found, source=source, actor=system("fitting"), now=moment)
                self.stdout.write(f"Geschrieben: {path}. Jetzt `manage.py compute_need` aufrufen.")
        except Refused as refused:
            raise CommandError(refused.message) from refused


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
