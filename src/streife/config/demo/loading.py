"""All stages of the demo, each recognisable by its rows: a second run is quick."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from django.core.management import call_command

from streife.config.demo import evidence, patrols, people, today, year
from streife.places.queries import data_version
from streife.triage.models import CatalogueVersion

Say = Callable[[str], None]
SIZE = 3000


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
    people.make_users(now)
    if new := people.make_officers(now):
        say(f"{new} erfundene Einsatz- und Nachwuchskräfte")
    if not year.is_loaded():
        say(f"Ein Jahr mit {size} synthetischen Hinweisen")
        year.load_year(size=size, now=now, say=say)
    if units := today.ensure_today(now):
        say(f"Die Schicht von jetzt: {units} Streifen")
    if stops := patrols.ensure_patrols(now):
        say(f"Der Streifenplan von heute: {stops} Halte, veröffentlicht")
    if recordings := evidence.ensure_evidence(now):
        say(f"Die Verwahrung: {recordings} gezeichnete Aufnahmen, drei Asservate")
    say(f"Bereit nach {monotonic() - started:.1f} s")


class _Quiet:
    """Takes what the import commands say; the demo has its own lines."""

    def write(self, text: str) -> None:
        """Take a line."""

    def flush(self) -> None:
        """Nothing is kept."""
