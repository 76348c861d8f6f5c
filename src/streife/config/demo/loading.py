"""All stages of the demo, each recognisable by its rows: a second run is quick."""

from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic

from django.core.management import call_command

from streife.config.demo import evidence, month, outfit, patrols, people, staffing, today, year
from streife.places.queries import data_version
from streife.triage.models import CatalogueVersion

Say = Callable[[str], None]
Stage = Callable[[datetime], int]
SIZE = 3000
# What is made, in this order, and what is said when something was new.
PEOPLE = (
    (people.make_officers, "{} erfundene Einsatz- und Nachwuchskräfte"),
    (staffing.make_terms, "{} Verträge, dazu Abwesenheiten, Schultage und Sprachen"),
    (month.ensure_month, "Der Dienstplan des Monats: {} Dienste, gerechnet und veröffentlicht"),
)
DUTY = (
    (today.ensure_today, "Die Schicht von jetzt: {} Streifen"),
    (outfit.make_outfit, "{} Stücke Ausstattung, mit Ausgaben und Prüfungen"),
    (patrols.ensure_patrols, "Der Streifenplan von heute: {} Halte, veröffentlicht"),
    (evidence.ensure_evidence, "Die Verwahrung: {} gezeichnete Aufnahmen, drei Asservate"),
)


def load(*, now: datetime, say: Say, size: int = SIZE) -> None:
    """Bring the database to a demo city; what is there already stays."""
    started = monotonic()
    if data_version() is None:
        say("Dortmund: Gebiete, Plätze, Anlaufstellen, Zonen")
        call_command("import_places", verbosity=0, stdout=_Quiet())
    if not CatalogueVersion.objects.exists():
        say("Anlässe und Zuständigkeiten")
        year.load_catalogue(now)
    call_command("import_status_scheme", verbosity=0, stdout=_Quiet())
    call_command("import_roster", verbosity=0, stdout=_Quiet())
    people.make_users(now)
    _stages(PEOPLE, now, say)
    if not year.is_loaded():
        say(f"Ein Jahr mit {size} synthetischen Hinweisen")
        year.load_year(size=size, now=now, say=say)
    _stages(DUTY, now, say)
    say(f"Bereit nach {monotonic() - started:.1f} s")


def _stages(stages: Iterable[tuple[Stage, str]], now: datetime, say: Say) -> None:
    for stage, text in stages:
        if new := stage(now):
            say(text.format(new))


class _Quiet:
    """Takes what the import commands say; the demo has its own lines."""

    def write(self, text: str) -> None:
        """Take a line."""

    def flush(self) -> None:
        """Nothing is kept."""
