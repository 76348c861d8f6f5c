"""`manage.py train_categories`: make the model that proposes categories, from shipped data."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streife.kernel.clock import local, now
from streife.triage import queries, training


class Command(BaseCommand):
    """Trains and stores; needs the catalogue in the database and no network."""

    help = "Lernt den Kategorievorschlag aus mitgelieferten Hinweisen und den Stichwörtern."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Allow skipping when there is a model already."""
        parser.add_argument("--if-missing", action="store_true", help="nur wenn noch keines da ist")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, store and say with how much."""
        folder = Path(settings.VAR_DIR) / "models"
        if options["if_missing"] and (folder / "categories.npz").exists():
            self.stdout.write("Modell ist da.")
            return
        rows = queries.categories(on=local(now()).date())
        if not rows:
            raise CommandError("Bitte zuerst den Katalog einlesen: manage.py import_catalogue")
        data = Path(settings.DATA_DIR).parent
        examples = training.berlin_examples(
            data / "berlin" / "reports_2023-10.json", data / "catalogue" / "berlin_mapping.yaml"
        )
        known = {row.code for row in rows}
        examples = [example for example in examples if example.code in known]
        words = training.keyword_examples(rows)
        training.train([*examples, *words]).save(folder)
        self.stdout.write(f"gelernt aus {len(examples)} Hinweisen und {len(words)} Stichwörtern")
