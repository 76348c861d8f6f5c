"""Every word of the screen and its name in the code stand in docs/glossary.md, no other."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps

PAGE = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
EXISTING, RESERVED = "## Words in use", "## Words reserved"
MODEL_NAME = re.compile(r"`([a-z_]+\.[A-Z]\w+)`")


class Row(NamedTuple):
    """One line of a table: words of the screen, names in the code, meaning."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    meaning: str


def _rows(heading: str) -> list[Row]:
    section = PAGE.read_text().split(heading, 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    cells = [
        [cell.strip().replace("\\", "") for cell in line.strip("| ").split(" | ")] for line in lines
    ]
    return [
        Row(tuple(re.split(r",\s*", words)), tuple(MODEL_NAME.findall(names)), meaning)
        for words, names, meaning in cells
    ]


def _models() -> dict[str, str]:
    return {
        f"{model._meta.app_label}.{model.__name__}": str(model._meta.verbose_name)
        for model in apps.get_models()
        if model.__module__.startswith("streife.")
    }


@pytest.mark.parametrize("name", sorted(_models()))
def test_a_model_stands_there_under_the_word_it_shows(name: str) -> None:
    words = [word for row in _rows(EXISTING) if name in row.names for word in row.words]
    assert words, f"{name} ({_models()[name]}) is missing in docs/glossary.md"
    assert _models()[name] in words


def test_a_word_in_use_has_a_model() -> None:
    named = {name for row in _rows(EXISTING) for name in row.names}
    assert not named - _models().keys()


def test_a_reserved_word_has_no_model_yet() -> None:
    """When its package arrives, the row moves up."""
    named = {name for row in _rows(RESERVED) for name in row.names}
    assert not named & _models().keys()


def test_every_row_says_what_it_means() -> None:
    assert not [row for row in _rows(EXISTING) + _rows(RESERVED) if not row.meaning]
