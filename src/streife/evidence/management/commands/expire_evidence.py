"""`manage.py expire_evidence`: warns, secures, deletes what is due, ends what was interrupted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.evidence.actions import expire_due
from streife.kernel.clock import course, now


class Command(BaseCommand):
    """Safe to run as often as one likes; late after a stop it catches up."""

    help = "Löscht Aufnahmen, deren zwei Wochen um sind, und warnt vorher."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and say what was done; a brake that holds is an error aloud."""
        done = expire_due(actor=system("evidence"), now=now(), course=course())
        self.stdout.write(
            f"{done.deleted} gelöscht, dazu {done.pictures} Fotos von Asservaten,"
            f" {done.held} vorläufig gesichert, {done.warned} Hinweise."
        )
        if done.paused:
            raise CommandError(
                "Das Löschen ist angehalten: Es war ungewöhnlich viel fällig, oder die Uhr dieses"
                " Rechners ist gesprungen. Die Schichtleitung oder Dienststellenleitung muss es"
                " auf der Seite „Freigaben“ ansehen."
            )
