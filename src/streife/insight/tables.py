"""The figures as tables with stable columns, for download."""

import csv
from collections.abc import Callable, Iterable
from io import StringIO

from streife.insight.figures import Figures, Row
from streife.insight.sentences import outcome_name, weekdays

Line = tuple[object, ...]


def _rows(rows: Iterable[Row]) -> Iterable[Line]:
    for row in rows:
        few = "<5" if row.complaints is None else row.complaints
        yield row.code, row.name, row.reports, few, row.incidents


_COUNTS = ("schluessel", "name", "hinweise", "davon_anzeigen", "vorgaenge")

TABLES: dict[str, tuple[Line, Callable[[Figures], Iterable[Line]]]] = {
    "aufgabenfelder": (_COUNTS, lambda figures: _rows(figures.by_field)),
    "bezirke": (_COUNTS, lambda figures: _rows(figures.by_quarter)),
    "stunden": (
        ("wochentag", "name", "stunde", "hinweise"),
        lambda figures: (
            (day + 1, weekdays()[day], hour, count)
            for day, hours in enumerate(figures.hours)
            for hour, count in enumerate(hours)
        ),
    ),
    "monate": (
        ("monat", "hinweise", "hinweise_vorjahr"),
        lambda figures: (
            (f"{month.start:%Y-%m}", month.reports, "" if month.before is None else month.before)
            for month in figures.months
        ),
    ),
    "ergebnisse": (
        ("schluessel", "name", "vorgaenge"),
        lambda figures: (
            (row.code, outcome_name(row.code), row.incidents) for row in figures.by_outcome
        ),
    ),
}


def as_csv(name: str, figures: Figures) -> str:
    """Return a table as CSV with semicolons and a byte-order mark, as German offices open it.

    :raises KeyError: there is no such table
    """
    header, lines = TABLES[name]
    target = StringIO()
    target.write("\ufeff")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow((*header, "synthetisch_enthalten"))
    synthetic = "ja" if figures.synthetic_reports else "nein"
    for line in lines(figures):
        writer.writerow((*(_harmless(cell) for cell in line), synthetic))
    return target.getvalue()


def _harmless(cell: object) -> object:
    """Keep a spreadsheet from reading a name as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell
