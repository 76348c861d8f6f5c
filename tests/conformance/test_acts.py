"""Every act that the code records has words for its readers, and so has every key of a body."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from streife.accounts.rules import PERMISSIONS
from streife.journal.words import ACTS, KEYS, SUBJECTS

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "streife"
NAMES = [path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()]
ACT = re.compile(rf"({'|'.join(NAMES)})\.[a-z]+(_[a-z]+)*")
# Other things that are written with a point: a cache, a file.
NO_ACTS = frozenset({"journal.check", "portal.figures", "portal.yaml"})
RECORDING = frozenset({"record", "append", "add", "job", "Line", "_note", "_record", "note"})
WHERE = "please add a line to src/streife/journal/words.py"


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts and path.name not in {"words.py", "sentences.py"}:
            yield path.relative_to(PACKAGE), ast.parse(path.read_text(encoding="utf-8"))


def used_acts() -> set[str]:
    return {
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ACT.fullmatch(node.value)
        and node.value not in PERMISSIONS
        and node.value not in NO_ACTS
    }


def calls() -> Iterator[ast.Call]:
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in RECORDING and any(k.arg in {"act", "body"} for k in node.keywords):
                    yield node


def test_every_act_has_words() -> None:
    used = used_acts()
    assert len(used) > 50
    assert used - set(ACTS) == set(), WHERE


def test_no_words_are_left_over() -> None:
    assert set(ACTS) - used_acts() == set()


def test_acts_are_written_out() -> None:
    """An act that is put together at run time could not be found by these tests."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                assert not re.match(rf"({'|'.join(NAMES)})\.$", start), f"{path}:{node.lineno}"


def test_every_key_of_a_body_has_words() -> None:
    keys = {
        key.value
        for call in calls()
        for keyword in call.keywords
        if keyword.arg == "body"
        for part in ast.walk(keyword.value)
        if isinstance(part, ast.Dict)
        for key in part.keys
        if isinstance(key, ast.Constant)
    }
    assert len(keys) > 30
    assert keys - set(KEYS) == set(), WHERE


def test_every_subject_has_a_word() -> None:
    kinds = {
        str(part.value).partition(":")[0]
        for call in calls()
        for keyword in call.keywords
        if keyword.arg == "subject"
        for part in ast.walk(keyword.value)
        if isinstance(part, ast.Constant) and ":" in str(part.value)
    }
    assert len(kinds) > 6
    assert kinds - set(SUBJECTS) == set(), WHERE


@pytest.mark.parametrize("table", [ACTS, KEYS, SUBJECTS])
def test_words_differ_from_codes_and_from_each_other(table: dict[str, str]) -> None:
    assert all(text and text[0] != "{" for text in table.values())
    assert not {code for code, text in table.items() if code == text}


def _decorators(node: ast.FunctionDef) -> list[str]:
    return [ast.unparse(one) for one in node.decorator_list]


def test_entries_that_are_written_last_are_written_inside_the_transaction() -> None:
    """Decorators apply from below: the other way round it fails, but in no test (all roll back)."""
    found = 0
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = _decorators(node)
                for place, name in enumerate(names):
                    if name.endswith("record_last()"):
                        found += 1
                        above = [other.removesuffix("()") for other in names[:place]]
                        assert "transaction.atomic" in above, f"{path}:{node.name}"
    assert found > 3
