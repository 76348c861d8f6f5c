"""An Excel file as rows of cells, streamed: what a file says never decides what reading it takes.

Read as a whole, openpyxl makes a cell for every place of a merged or linked range; five kilobytes
with one merged block of columns keep a process busy for hours. Streamed, a range is only text.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from streife.kernel.errors import Refused
from streife.staff.importing.raw import (
    FORMULA,
    MERGED,
    MOST_COLUMNS,
    MOST_ROWS,
    RawRow,
    Table,
    too_large,
    too_many,
)

LARGEST_UNPACKED = 60 * 1024 * 1024  # an Excel file is a zip: five megabytes may unpack to more
MOST_TAGS = 3_000_000  # of XML in all; five thousand full rows have less than half
MOST_MERGED = 2 * MOST_ROWS * MOST_COLUMNS  # places; Excel lets none be merged twice
MOST_SHEET_ROWS = 100_000  # with the empty ones
LOOKED_AT = 50  # rows, to tell an empty sheet from one to read
MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""")
MAC_LATE = 1462  # days from Excel's day 0 (Windows) to 1 January 1904, day 0 of old Macs


def excel_table(content: bytes) -> Table:
    """Return the rows of the first sheet that has any.

    :raises Refused: `file-damaged`, `file-too-large`, `file-too-many-rows`
    """
    import openpyxl  # noqa: PLC0415 (0.1 s that most processes never need)

    broken = openpyxl.utils.exceptions.InvalidFileException
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_size(packed)
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, rich_text=False)
            visible = [sheet for sheet in book.worksheets if _is_filled(sheet)]
            if not visible:
                return Table([], [])
            merged = _merged(packed.read(visible[0]._worksheet_path.lstrip("/")))
            rows = list(_rows(visible[0], merged))
    except (zipfile.BadZipFile, broken, KeyError, ValueError, EOFError, SyntaxError) as error:
        # SyntaxError: what the XML parsers of Python and of lxml raise
        raise Refused(
            "Die Excel-Datei ist beschädigt und lässt sich nicht öffnen. Bitte speichern Sie sie "
            "neu.",
            "file-damaged",
            field="file",
        ) from error
    late = MAC_LATE if book.epoch == openpyxl.utils.datetime.CALENDAR_MAC_1904 else 0
    return Table(rows, [("other-sheet", sheet.title) for sheet in visible[1:]], late)


def _check_size(packed: zipfile.ZipFile) -> None:
    """Pass only what unpacks to little and has few elements, whatever they are."""
    if sum(info.file_size for info in packed.infolist()) > LARGEST_UNPACKED:
        raise too_large()
    tags = 0
    for info in packed.infolist():
        with packed.open(info) as part:
            while block := part.read(1 << 20):
                tags += block.count(b"<")
                if tags > MOST_TAGS:
                    raise too_large()


def _is_filled(sheet: Any) -> bool:
    rows = sheet.iter_rows(max_row=LOOKED_AT, max_col=MOST_COLUMNS, values_only=True)
    return any(cell is not None for row in rows for cell in row)


def _rows(sheet: Any, merged: set[tuple[int, int]]) -> Iterator[RawRow]:
    """Yield the rows up to the last with something in it; Excel counts formatted ones, too."""
    waiting: list[RawRow] = []
    sheet.reset_dimensions()  # what the file says of its size need not be so
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > MOST_SHEET_ROWS:
            raise too_many()
        known = cells[:MOST_COLUMNS]
        odd = {n: MERGED for n in range(MOST_COLUMNS) if (number, n + 1) in merged}
        odd |= {n: FORMULA for n, cell in enumerate(known) if cell.data_type in ("f", "e")}
        waiting.append(RawRow(number, [cell.value for cell in known], odd))
        if any(cell.value is not None for cell in known):
            if number > MOST_ROWS + 20:
                raise too_many()
            yield from waiting
            waiting = []


def _merged(xml: bytes) -> set[tuple[int, int]]:
    """Return the places of merged cells, as far as rows and columns are read.

    :raises Refused: `file-too-large`
    """
    from openpyxl.utils import column_index_from_string  # noqa: PLC0415 (as above)

    found: set[tuple[int, int]] = set()
    seen = 0
    for first, top, last, bottom in MERGE.findall(xml):
        low, high = (column_index_from_string(one.decode()[:3]) for one in (first, last))
        rows = range(int(top[:7]), min(int(bottom[:7]), MOST_ROWS) + 1)
        columns = range(low, min(high, MOST_COLUMNS) + 1)
        seen += len(rows) * len(columns)
        if seen > MOST_MERGED:
            raise too_large()
        found.update((row, column) for row in rows for column in columns)
    return found
