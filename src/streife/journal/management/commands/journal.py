"""`manage.py journal`: check, sign, export and prove the record."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.formats import number_format

from streife.journal import actions, exporting, keeping, publishing, queries, rules
from streife.journal.rules import Outcome
from streife.journal.tlog.checkpoint import write_proof
from streife.kernel.actors import Operator
from streife.kernel.clock import now
from streife.kernel.errors import Refused

CONSOLE = Operator("system:console")
SAID = {
    Outcome.SIGNED: "bestätigt",
    Outcome.UNANSWERED: "keine Antwort; der nächste Lauf fragt noch einmal",
    Outcome.AHEAD: "WIDERSPRUCH: der Zeuge hat schon mehr Einträge bestätigt, als hier stehen",
    Outcome.SPLIT: "WIDERSPRUCH: der Zeuge hat ein anderes Protokoll gesehen",
}


def count(number: int) -> str:
    """Return a number the way people here write it."""
    return number_format(number, use_l10n=True, force_grouping=True)


class Command(BaseCommand):
    """A verb for each task; exit code 1 means that something is wrong with the record."""

    help = (
        "Das Protokoll prüfen (verify), signieren (checkpoint), ausgeben (export), beweisen (proof)"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("verify", help="jeden Eintrag und jeden Prüfpunkt prüfen")
        verbs.add_parser("checkpoint", help="Prüfpunkte für alle gewachsenen Jahre setzen")
        verbs.add_parser(
            "accept-restore", help="nach absichtlich eingespielter Sicherung weiter signieren"
        )
        verbs.add_parser("rotate-key", help="von jetzt an mit einem neuen Schlüssel signieren")
        verbs.add_parser("witness", help="neue Prüfpunkte von den Zeugen bestätigen lassen")
        verbs.add_parser("stamp", help="den neuesten Prüfpunkt mit einem Zeitstempel versehen")
        tiles = verbs.add_parser("tiles", help="die Bäume als Dateien veröffentlichen")
        tiles.add_argument("folder", type=Path, nargs="?", default=None, metavar="ORDNER")
        tiles.add_argument(
            "--with-entries",
            action="store_true",
            help="auch die Einträge (Handlung, Gegenstand, Kontonummer): nur für die Aufsicht",
        )
        export = verbs.add_parser("export", help="in einen Ordner schreiben, samt Prüfprogramm")
        export.add_argument("folder", type=Path, metavar="ORDNER")
        export.add_argument("--year", type=int, default=None, metavar="JAHR")
        proof = verbs.add_parser("proof", help="beweisen, dass ein Eintrag im Protokoll steht")
        proof.add_argument("number", type=int, metavar="NUMMER")
        proof.add_argument("--year", type=int, default=None, metavar="JAHR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb; refusals become one German line and exit code 1."""
        try:
            getattr(self, options["verb"].replace("-", "_"))(options)
        except Refused as refused:
            raise CommandError(refused.message) from refused

    def verify(self, options: dict[str, Any]) -> None:
        """Check everything and name every defect."""
        total = queries.number_of_entries()
        show = self.stderr.isatty()

        def progress(done: int) -> None:
            if show:
                self.stderr.write(f"\r{count(done)} von {count(total)} …", ending="")
                self.stderr.flush()

        result = actions.verify(actor=CONSOLE, now=now(), progress=progress)
        if show:
            self.stderr.write("\r", ending="")
        seconds = number_format(result.duration_ms / 1000, decimal_pos=1)
        self.stdout.write(
            f"{count(result.entries)} Einträge in {seconds} s geprüft, "
            f"davon Inhalt gelöscht: {count(result.erased)}"
        )
        for defect in result.defects:
            self.stdout.write(f"MANGEL [{defect['kind']}] {defect['text']}")
        if result.defects:
            raise CommandError(f"Das Protokoll ist nicht in Ordnung: {len(result.defects)} Mängel.")
        self.stdout.write(self.style.SUCCESS("Das Protokoll ist vollständig und unverändert."))

    def checkpoint(self, options: dict[str, Any]) -> None:
        """Sign what is new."""
        made = actions.checkpoint(now=now())
        for row in made:
            self.stdout.write(f"Prüfpunkt {row.log_id}: {count(row.size)} Einträge signiert")
        if not made:
            self.stdout.write("Nichts Neues; die letzten Prüfpunkte gelten weiter.")

    def rotate_key(self, options: dict[str, Any]) -> None:
        """Exchange the signing key, and sign with the new one at once."""
        text = actions.rotate_key(actor=CONSOLE, now=now())
        actions.checkpoint(now=now())
        self.stdout.write(f"Neuer Schlüssel (Zeugen und Empfängern mitteilen): {text}")

    def witness(self, options: dict[str, Any]) -> None:
        """Ask the witnesses; a witness that objects is an error."""
        objected = []
        for asked in actions.ask_witnesses(now=now()):
            self.stdout.write(f"{asked.witness}, {asked.log_id}: {SAID[Outcome(asked.outcome)]}")
            if asked.outcome in {Outcome.AHEAD, Outcome.SPLIT}:
                objected.append(asked.witness)
        if objected:
            raise CommandError("Ein Zeuge widerspricht. Bitte „manage.py journal verify“ aufrufen.")

    def stamp(self, options: dict[str, Any]) -> None:
        """Have the newest head stamped, at most once a day."""
        made = actions.stamp(now=now())
        if made is not None:
            self.stdout.write(f"Zeitstempel über {count(made.checkpoint.size)} Einträge erhalten.")

    def tiles(self, options: dict[str, Any]) -> None:
        """Write the static tiles."""
        folder = options["folder"] or settings.JOURNAL_TILES
        if not folder:
            self.stdout.write("Kein Ordner angegeben und STREIFE_TILES ist leer: nichts zu tun.")
            return
        entries = options["with_entries"]
        if options["folder"] is None:
            entries = settings.JOURNAL_TILES_ENTRIES
        done = publishing.publish(Path(folder), with_entries=entries)
        self.stdout.write(
            f"{count(done.leaves)} Einträge veröffentlicht, {count(done.files)} Dateien neu."
        )

    def accept_restore(self, options: dict[str, Any]) -> None:
        """Record what a restored backup lost, and go on."""
        lost = actions.accept_restore(actor=CONSOLE, now=now())
        for year in lost:
            self.stdout.write(f"{year}: Verlust vermerkt; der alte Kopf liegt neben dem Schlüssel.")
        if not lost:
            self.stdout.write("Die Datenbank passt zu den letzten Prüfpunkten; nichts zu tun.")

    def export(self, options: dict[str, Any]) -> None:
        """Record the export, sign, write."""
        if options["folder"].exists() and any(options["folder"].iterdir()):
            raise CommandError("Der Ordner ist nicht leer. Bitte einen neuen angeben.")
        with transaction.atomic():
            actions.record(
                act=rules.EXPORTED,
                subject=f"journal:{options['year'] or 'all'}",
                actor=CONSOLE.ref,
                now=now(),
            )
        actions.checkpoint(now=now())
        written = exporting.export(options["folder"], year=options["year"])
        key = keeping.verifier_for(keeping.base_origin()).to_text()
        self.stdout.write(f"{count(written)} Einträge nach {options['folder']} geschrieben.")
        self.stdout.write(f"Prüfen: python3 {options['folder']}/{exporting.VERIFIER}")
        self.stdout.write(f"Schlüssel (auf zweitem Weg mitteilen): {key}")

    def proof(self, options: dict[str, Any]) -> None:
        """Write a `tlog-proof@v1` of one entry."""
        year = options["year"] or rules.year_of(now())
        proof = queries.prove(year, options["number"])
        self.stdout.write(
            write_proof(
                index=proof.entry.number,
                proof=proof.siblings,
                checkpoint=queries.cosigned_note(proof.checkpoint),
            ),
            ending="",
        )
