"""Which of our categories a foreign subject belongs to; the table is data."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from streife.reports.writing import clean_line


@dataclass(frozen=True, slots=True)
class Mapping:
    """One source's table: the first pattern found in the subject wins."""

    default: str
    patterns: Sequence[tuple[str, str]]  # folded part of the subject, our category code

    def category(self, subject: str) -> tuple[str, bool]:
        """Return our category code and whether the subject was known.

        Names decide, never codes: one city's service "010" was scrap bicycles in 2016 and
        playgrounds in 2023.
        """
        folded = clean_line(subject).casefold()
        for pattern, code in self.patterns:
            if pattern in folded:
                return code, True
        return self.default, False


def read_mapping(path: Path, format_name: str) -> Mapping:
    """Return the table of one format from the YAML file."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))[format_name]
    return Mapping(
        default=table["default"],
        patterns=[
            (pattern.casefold(), code)
            for code, patterns in table["categories"].items()
            for pattern in patterns
        ],
    )
