"""A CSV or Excel file as rows of cells, with what is odd about each; no meaning yet.

Formulas and merged cells are named, not guessed: what Excel shows may be old or belong to a
neighbour. CSV may be UTF-8 (with a mark or without), UTF-16 with its mark, or ISO-8859-1.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from streife.kernel.errors import Refused

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 60 * 1024 * 1024  # an Excel file is a zip: five megabytes may unpack to more
MOST_ROWS = 5_000
MOST_SHEET_ROWS = 100_000  # with the empty ones
MOST_COLUMNS = 60
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
MERGED, FORMULA = "merged", "formula"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file: its number there, its cells, odd things by column."""

    number: int
    cells: Sequence[Any]
    odd: dict[int, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Say whether nothing stands in it."""
        return all(cell is None or str(cell).strip() == "" for cell in self.cells)


@dataclass(slots=True)
class Table:
    """All rows of a file, and remarks about the file as a whole (codes of `REMARKS`)."""

    rows: list[RawRow]
    remarks: list[tuple[str, str]]


def read_table(name: str, content: bytes) -> Table:
    """Return the rows of a file.

    :raises Refused: `file-empty`, `file-too-large`, `file-old-excel`, `file-damaged`,
        `file-no-text`, `file-too-many-rows`
    """
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Refused(
            "Die Datei ist leer. Bitte wählen Sie die Datei mit den Personen.", "file-empty",
            field="file",
        )  # fmt: skip
    if len(content) > LARGEST_FILE:
        raise too_large()
    if content.startswith(OLD_EXCEL):
        raise Refused(
            "Das ist eine alte oder verschlüsselte Excel-Datei. Bitte speichern Sie sie als .xlsx "
            "ohne Kennwort oder als CSV.",
            "file-old-excel",
            field="file",
        )
    table = _excel(content) if content.startswith(b"PK") else _csv(content)
    if not any(not row.empty for row in table.rows):
        raise Refused("In der Datei steht keine Zeile.", "file-empty", field="file")
    if PurePath(name).suffix.lower() == ".xlsx" and not content.startswith(b"PK"):
        table.remarks.append(("named-excel", ""))
    return table


def too_large() -> Refused:
    """Return the refusal of a file that is too large."""
    return Refused(
        "Die Datei ist größer als 5 MB. So viele Personen hat kein Dienst; bitte teilen Sie sie "
        "auf oder prüfen Sie, ob es die richtige ist.",
        "file-too-large",
        field="file",
    )


def _too_many() -> Refused:
    return Refused(
        "Die Datei hat mehr als %(most)s Zeilen. Bitte teilen Sie sie auf.",
        "file-too-many-rows",
        field="file",
        values={"most": MOST_ROWS},
    )


def _damaged() -> Refused:
    return Refused(
        "Die Excel-Datei ist beschädigt und lässt sich nicht öffnen. Bitte speichern Sie sie neu.",
        "file-damaged",
        field="file",
    )


def _excel(content: bytes) -> Table:
    import openpyxl  # noqa: PLC0415 (0.1 s that most processes never need)

    broken = openpyxl.utils.exceptions.InvalidFileException
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(info.file_size for info in packed.infolist()) > LARGEST_UNPACKED:
                raise too_large()
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=False, rich_text=False)
    except (zipfile.BadZipFile, broken, KeyError, ValueError, EOFError) as error:
        raise _damaged() from error
    sheets = [sheet for sheet in book.worksheets if sheet.max_row and sheet.calculate_dimension()]
    visible = [sheet for sheet in sheets if any(True for _ in _filled(sheet))]
    if not visible:
        return Table([], [])
    remarks = [("other-sheet", sheet.title) for sheet in visible[1:]]
    return Table(list(_excel_rows(visible[0])), remarks)


def _filled(sheet: "Worksheet") -> Iterator[Any]:
    return (
        cell
        for row in sheet.iter_rows(max_row=50, max_col=MOST_COLUMNS, values_only=True)
        for cell in row
        if cell is not None
    )


def _excel_rows(sheet: "Worksheet") -> Iterator[RawRow]:
    last = _last_row(sheet)
    merged: dict[tuple[int, int], str] = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1):
            for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1):
                merged[row, column] = MERGED
    width = min(sheet.max_column, MOST_COLUMNS)
    for number, cells in enumerate(sheet.iter_rows(max_row=last, max_col=width), start=1):
        odd = {column - 1: MERGED for column in range(1, width + 1) if (number, column) in merged}
        odd |= {n: FORMULA for n, cell in enumerate(cells) if cell.data_type in ("f", "e")}
        yield RawRow(number, [cell.value for cell in cells], odd)


def _last_row(sheet: "Worksheet") -> int:
    """Return the last row with something in it: Excel counts empty rows that were only formatted.

    :raises Refused: `file-too-many-rows`
    """
    last = 0
    if sheet.max_row <= MOST_SHEET_ROWS:
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, start=1):
            if any(cell is not None for cell in cells):
                last = number
    if sheet.max_row > MOST_SHEET_ROWS or last > MOST_ROWS + 20:
        raise _too_many()
    return last


def _csv(content: bytes) -> Table:
    text, remarks = _decoded(content)
    if "\x00" in text:
        raise Refused(
            "Das ist keine Textdatei. Bitte speichern Sie die Tabelle als CSV oder .xlsx.",
            "file-no-text",
            field="file",
        )
    lines = [line for line in text.splitlines()[:30] if line.strip()]
    delimiter = max(";\t,|", key=lambda sign: sum(line.count(sign) for line in lines))
    rows: list[RawRow] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if len(rows) > MOST_ROWS + 20:
                raise _too_many()
            odd = {n: FORMULA for n, cell in enumerate(cells) if cell.lstrip()[:1] in ("=", "@")}
            rows.append(RawRow(reader.line_num, cells[:MOST_COLUMNS], odd))
    except csv.Error as error:
        raise Refused(
            "Ab Zeile %(line)s ist die Datei keine Tabelle mehr. Bitte speichern Sie sie neu als "
            "CSV.",
            "file-no-text",
            field="file",
            values={"line": reader.line_num},
        ) from error
    return Table(rows, remarks)


def _decoded(content: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Return the text, and a remark if it was not UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), [("encoding", "UTF-16")]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        # Windows writes the signs between 128 and 159 that ISO-8859-1 leaves out.
        return content.decode("cp1252", errors="replace"), [("encoding", "ISO-8859-1")]
