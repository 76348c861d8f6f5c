"""A CSV or Excel file as rows of cells, with what is odd about each; no meaning yet.

Formulas and merged cells are named, not guessed: what Excel shows may be old or belong to a
neighbour. CSV may be UTF-8 (with a mark or without), UTF-16 with its mark, or ISO-8859-1.
"""

import csv
import io
from pathlib import PurePath

from streife.kernel.errors import Refused
from streife.staff.importing.excel import excel_table
from streife.staff.importing.raw import (
    FORMULA,
    LARGEST_FILE,
    MOST_COLUMNS,
    MOST_ROWS,
    RawRow,
    Table,
    too_large,
    too_many,
)

OLD_EXCEL = b"\xd0\xcf\x11\xe0"


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
    table = excel_table(content) if content.startswith(b"PK") else _csv(content)
    if not any(not row.empty for row in table.rows):
        raise Refused("In der Datei steht keine Zeile.", "file-empty", field="file")
    if PurePath(name).suffix.lower() == ".xlsx" and not content.startswith(b"PK"):
        table.remarks.append(("named-excel", ""))
    return table


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
                raise too_many()
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
