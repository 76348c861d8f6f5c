"""Whoever checks what we hand out may sit before any system: the programs need nothing of Linux."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "streife"
VERIFIERS = [
    SOURCE / "evidence" / "export" / "offline_verifier.py",
    SOURCE / "journal" / "offline_verifier.py",
]
# Modules of the standard library that are missing, or do less, outside of Unix.
UNIX_ONLY = {
    "crypt", "curses", "fcntl", "grp", "mmap", "multiprocessing", "os", "pty", "pwd", "readline",
    "resource", "signal", "spwd", "subprocess", "syslog", "termios", "tty",
}  # fmt: skip
TEXT = {"read_text", "write_text"}


def nodes(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", VERIFIERS, ids=lambda path: path.parent.name)
def test_a_verifier_imports_what_every_system_has(path: Path) -> None:
    names = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    assert names - set(sys.stdlib_module_names) == {"cryptography"}
    assert names & UNIX_ONLY == set()


@pytest.mark.parametrize("path", VERIFIERS, ids=lambda path: path.parent.name)
def test_a_verifier_reads_bytes_or_says_in_which_letters(path: Path) -> None:
    """Without that Windows would read UTF-8 as its own code page, and end lines in its own way."""
    calls = [node for node in nodes(path) if isinstance(node, ast.Call)]
    seen = 0
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if isinstance(call.func, ast.Name):
            assert call.func.id not in {"open", "print"}, "paths open, `say` writes UTF-8"
        if name in TEXT:
            seen += 1
            assert "encoding" in {keyword.arg for keyword in call.keywords}, ast.unparse(call)
    assert seen


@pytest.mark.parametrize("path", VERIFIERS, ids=lambda path: path.parent.name)
def test_a_verifier_uses_the_grammar_of_python_3_9(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    for node in nodes(path):  # what the parser lets pass: new methods and functions
        assert not (isinstance(node, ast.Attribute) and node.attr in {"UTC", "batched", "pairwise"})
