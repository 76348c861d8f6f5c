"""The report for the staff council as Excel or CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from streife.kernel.texts import german, said, writable
from streife.roster.queries.council import CouncilReport
from streife.roster.rules.covering import clocks_on
from streife.roster.rules.distribution import Bin
from streife.roster.sentences import clock_text

OCCASIONS = {
    "hand": german("von Hand"),
    "swap": german("Tausch"),
    "sick": german("Krankmeldung"),
    "back": german("wieder im Dienst"),
    "left": german("Austritt oder Vertragsende"),
    "software": german("Neu gerechnet"),
    "undo": german("Zurückgenommen"),
    "various": german("verschiedene Anlässe"),
}
Row = Sequence[Any]


def sheets_of(report: CouncilReport) -> dict[str, list[Row]]:
    """Return the tables by title, the first row of each is its head."""
    return {
        _("Plan"): list(_plan(report)),
        _("Besetzung"): list(_cover(report)),
        _("Ausnahmen"): [
            (_("Regel"), _("Norm"), _("Tag"), _("Grund")),
            *((said(one.rule), one.norm, one.day, one.reason) for one in report.lifted),
        ],
        _("Verteilung"): list(_spread(report)),
        _("Änderungen"): [
            (_("Anlass"), _("Zahl"), _("davon weniger als vier Tage vorher")),
            *(
                (said(OCCASIONS.get(one.occasion, one.occasion)), one.count, one.short)
                for one in report.changes
            ),
        ],
    }


def _plan(report: CouncilReport) -> Iterable[Row]:
    wall = report.wall
    yield (_("Name"), _("in Ausbildung"), *(f"{day:%d.%m.%Y}" for day in wall.days))
    for row in wall.rows:
        letters = [kind.letter if kind else "" for kind in row.duties]
        yield (row.name, _("ja") if row.apprentice else "", *letters)


def _cover(report: CouncilReport) -> Iterable[Row]:
    yield (_("Tag"), _("Schicht"), _("eingeteilt"), _("nötig"), _("besser"))
    for day in report.wall.days:
        for one in report.wall.cover[day]:
            yield (f"{day:%d.%m.%Y}", said(one.kind.name), one.planned, one.least, one.wanted)
        for fewest in clocks_on(report.wall.by_clock, day):
            clock = clock_text(fewest.clock)
            yield (f"{day:%d.%m.%Y}", clock, fewest.planned, fewest.least, fewest.wanted)


def _spread(report: CouncilReport) -> Iterable[Row]:
    yield (_("Was"), _("von"), _("bis"), _("Menschen"))
    tables: tuple[tuple[str, tuple[Bin, ...]], ...] = (
        (_("Nächte je Einsatzkraft"), report.nights),
        (_("Wochenenden mit Dienst je Einsatzkraft"), report.weekends),
        (_("Stunden über oder unter dem Soll am Ende"), report.balance_hours),
    )
    for name, bins in tables:
        if not bins:
            yield (name, "", "", _("unter 5: wird nicht genannt"))
        for one in bins:
            yield (name, one.low, one.high, one.people)


def excel_of(report: CouncilReport) -> bytes:
    """Return all tables as one Excel file."""
    import openpyxl  # noqa: PLC0415 (0.1 s that most processes never need)

    book = openpyxl.Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    for title, rows in sheets_of(report).items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_harmless(cell) for cell in row])
        for cell in sheet[1]:
            cell.font = openpyxl.styles.Font(bold=True)
        sheet.freeze_panes = "B2"
        for column in range(1, min(sheet.max_column, 5) + 1):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = 24
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(rows: Iterable[Row]) -> str:
    """Return one table as CSV that Excel opens right."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(cell: Any) -> Any:
    """Return a cell that no table program runs as a formula, with nothing that none can hold."""
    if not isinstance(cell, str):
        return cell
    cell = writable(cell)
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell
