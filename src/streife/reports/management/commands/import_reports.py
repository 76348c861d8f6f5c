"""`manage.py import_reports --format open311|berlin FILE`: foreign reports, row by row."""

import csv
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.reports.actions import import_reports
from streife.reports.importing.mapping import read_mapping
from streife.reports.importing.rowing import FORMATS, rows_of
from streife.reports.importing.rows import REASONS, Row

_BATCH = 500
_COLUMNS = ("Zeile", "Kennung", "übernommen", "Grund", "Erklärung", "Auszug")


class Command(BaseCommand):
    """Takes good rows in and names every bad one with its reason in a report file."""

    help = "Hinweise einer anderen Stadt einlesen"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, its format and where the reasons go."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, choices=sorted(FORMATS))
        parser.add_argument("--source", default="", help="Name der Quelle, Vorgabe: das Format")
        parser.add_argument("--report", type=Path, help="Berichtsdatei (CSV), Vorgabe: neben var/")
        parser.add_argument(
            "--anywhere", action="store_true", help="auch Stellen außerhalb der Stadt übernehmen"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and print the sums; every row read is in exactly one of them."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"Die Datei {path} gibt es nicht.")
        report: Path = options["report"] or settings.VAR_DIR / f"import-{path.stem}.csv"
        moment = now()
        rows = rows_of(
            path,
            format_name=options["format"],
            source=(options["source"] or options["format"])[:40],
            mapping=read_mapping(settings.IMPORT_MAPPING, options["format"]),
            now=moment,
        )
        with report.open("w", encoding="utf-8", newline="") as out:
            sums = self._import(rows, out, anywhere=options["anywhere"])
        for name, count in sorted(sums.items()):
            explanation = REASONS.get(name, "")
            self.stdout.write(f"{count:>8}  {name}  {explanation}".rstrip())
        self.stdout.write(f"Bericht: {report}")

    def _import(self, rows: Iterator[Row], out: TextIO, *, anywhere: bool) -> Counter[str]:
        sums: Counter[str] = Counter({"rows": 0, "stored": 0})
        writer = csv.writer(out)
        writer.writerow(_COLUMNS)
        while batch := list(islice(rows, _BATCH)):
            drafts = [row.draft for row in batch if row.draft]
            outcomes = iter(
                import_reports(drafts=drafts, anywhere=anywhere, actor=system("import"), now=now())
            )
            for row in batch:
                outcome = next(outcomes) if row.draft else row.problem
                stored = outcome == "stored"
                sums["rows"] += not row.problem.startswith("file-")
                sums[outcome] += 1
                reasons = row.notes if stored else (outcome,)
                sums.update(row.notes if stored else ())
                writer.writerows(_lines(row, reasons, stored=stored))
        return sums


def _lines(row: Row, reasons: Iterable[str], *, stored: bool) -> Iterator[list[str]]:
    for code in reasons:
        yield [
            str(row.number),
            _safe(row.source_id),
            "ja" if stored else "nein",
            code,
            REASONS[code],
            _safe(row.excerpt),
        ]


def _safe(cell: str) -> str:
    """Return the cell so that no spreadsheet takes foreign text for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell
