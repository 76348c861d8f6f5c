"""`manage.py remind_staff`: qualifications that end soon, and what nobody needs any more."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.staff import actions
from streife.staff.rules import Kept


class Command(BaseCommand):
    """Runs every day (config/schedule.py); a second run on the same day does nothing."""

    help = "An ablaufende Befähigungen erinnern, nicht mehr nötige Personaldaten löschen"

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it and say how much it was."""
        actor, moment = system("schedule"), now()
        new = actions.remind(actor=actor, now=moment)
        gone = actions.tidy_birth_dates(actor=actor, now=moment)
        away = actions.tidy_absences(keep=settings.ABSENCE_RETENTION, actor=actor, now=moment)
        left = actions.tidy_officers(actor=actor, now=moment)
        ended = actions.tidy_ended(actor=actor, now=moment)
        self.stdout.write(
            f"{new} neue Erinnerungen, {gone} Geburtsdaten und {away} alte Abwesenheiten gelöscht, "
            f"dazu {ended[Kept.CONTRACT]} alte Verträge und {ended[Kept.QUALIFICATION]} alte "
            f"Befähigungen; bei {left} Ausgeschiedenen alles, was sagt, wer es war"
        )
