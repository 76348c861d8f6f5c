"""What an import did, row by row: for the page, the terminal and a CSV file."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from streife.kernel.texts import german, said
from streife.staff.importing.rows import REASONS, REMARKS, Problem, Row

DONE = ("stored", "completed", "unchanged")
COLUMNS = (
    german("Zeile"),
    german("Person"),
    german("übernommen"),
    german("Spalte"),
    german("Grund"),
    german("stand da"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report; a row with three problems has three."""

    number: int
    label: str
    taken: bool
    column: str
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is to be said about a file: each row read is in `lines`."""

    lines: Sequence[Line]
    remarks: Sequence[str]
    counts: Counter[str]

    @property
    def refused(self) -> list[Line]:
        """The lines of rows that were not taken."""
        return [line for line in self.lines if not line.taken]

    @property
    def refused_rows(self) -> int:
        """How many rows were not taken."""
        return len({line.number for line in self.refused})

    def as_csv(self) -> str:
        """Return the report as a table for Excel; nothing in it is run as a formula."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow([said(name) for name in COLUMNS])
        yes, no = said(german("ja")), said(german("nein"))
        for line in self.lines:
            row = [line.number, line.label, yes if line.taken else no, line.column, line.reason]
            writer.writerow([_harmless(str(cell)) for cell in [*row, line.excerpt]])
        for remark in self.remarks:
            writer.writerow(["", "", "", "", remark, ""])
        return "\ufeff" + out.getvalue()  # Excel knows UTF-8 by its mark


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def report_of(
    rows: Sequence[Row],
    outcomes: Sequence[tuple[str, Problem | None]],
    remarks: Sequence[tuple[str, str]],
) -> Report:
    """Return the report; `outcomes` belong to the rows with a draft, in their order."""
    rest = iter(outcomes)
    lines, counts = [], Counter[str]()
    for row in rows:
        code, problem = next(rest) if row.draft is not None else ("", None)
        problems = [problem] if problem is not None else row.problems
        if not problems:
            counts[code] += 1
            lines.append(Line(row.number, row.label, True, "", said(REASONS[code]), ""))
            continue
        counts["refused"] += 1
        lines += [
            Line(row.number, row.label, False, one.column, _why(one), one.excerpt)
            for one in problems
        ]
    return Report(lines, [said(REMARKS[code], {"what": what}) for code, what in remarks], counts)


def _why(problem: Problem) -> str:
    return problem.message or said(REASONS[problem.code])
