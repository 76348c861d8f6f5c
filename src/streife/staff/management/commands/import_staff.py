"""`manage.py import_staff FILE`: people from CSV or Excel, row by row, with a report."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.kernel.errors import Refused
from streife.staff import actions
from streife.staff.importing.raw import LARGEST_FILE, too_large
from streife.staff.importing.report import report_of
from streife.staff.importing.rows import REASONS, rows_of
from streife.staff.importing.table import read_table


class Command(BaseCommand):
    """Takes good rows in and names every bad one with its reason in a report file."""

    help = "Personal aus CSV oder Excel einlesen"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, where the reasons go, and whether to look only."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--report", type=Path, help="Berichtsdatei (CSV), Vorgabe: unter var/")
        parser.add_argument("--check", action="store_true", help="nur prüfen, nichts ändern")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, print the sums and write the report; a file of no use ends it at once."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"Die Datei {path} gibt es nicht.")
        report: Path = options["report"] or settings.VAR_DIR / f"import-{path.stem}.csv"
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise too_large()
            rows, remarks = rows_of(read_table(path.name, path.read_bytes()))
        except Refused as refused:
            raise CommandError(refused.message) from refused
        drafts = [row.draft for row in rows if row.draft is not None]
        run = actions.check_people if options["check"] else actions.import_people
        outcomes = run(drafts=drafts, actor=system("import"), now=now())
        found = report_of(rows, outcomes, remarks)
        report.touch(mode=0o600)  # names stand in it
        report.write_text(found.as_csv(), encoding="utf-8")
        for code, count in sorted(found.counts.items()):
            words = "nicht übernommen" if code == "refused" else REASONS[code]
            self.stdout.write(f"{count:>6}  {words}")
        for remark in found.remarks:
            self.stdout.write(remark)
        self.stdout.write(f"Bericht: {report}")
