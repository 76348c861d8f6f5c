"""What every kind of file comes down to: rows of cells, what is odd in them, when to stop."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from streife.kernel.errors import Refused

LARGEST_FILE = 5 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
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
    """All rows of a file, and remarks about the file as a whole (codes of `REMARKS`).

    `late_days`: how many days later its day 0 is than that of Excel for Windows.
    """

    rows: list[RawRow]
    remarks: list[tuple[str, str]]
    late_days: int = 0


def too_large() -> Refused:
    """Return the refusal of a file that is too large."""
    return Refused(
        "Die Datei ist größer als 5 MB. So viele Personen hat kein Dienst; bitte teilen Sie sie "
        "auf oder prüfen Sie, ob es die richtige ist.",
        "file-too-large",
        field="file",
    )


def too_many() -> Refused:
    """Return the refusal of a file with too many rows."""
    return Refused(
        "Die Datei hat mehr als %(most)s Zeilen. Bitte teilen Sie sie auf.",
        "file-too-many-rows",
        field="file",
        values={"most": MOST_ROWS},
    )
