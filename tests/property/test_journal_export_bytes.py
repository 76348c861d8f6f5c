"""Whatever happens to a file of an exported record, its own program finds a defect."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from streife.journal import actions, keeping
from streife.journal.offline_verifier import Check, Key, main, parse_key
from streife.kernel.actors import Operator
from tests.journal_making import write
from tests.mutating import mutations

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(
    now: datetime, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> Path:
    """An export of two years with an erased body and letters that Unicode spells twice."""
    settings.VAR_DIR = tmp_path / "var"
    write(2, now=now.replace(year=2025))
    entries = write(3, now=now, body={"text": "Zeile\u2028und „Zeichen“ über 😀"})
    actions.erase_body(entry_id=entries[1].id, reason="frist", actor=Operator("user:9"), now=now)
    target = tmp_path / "export"
    with django_capture_on_commit_callbacks(execute=True):
        actions.checkpoint(now=now)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("journal", "export", str(target))
    return target


def key_of(folder: Path) -> Key:
    return parse_key((folder / "schluessel.txt").read_text())


def defects(folder: Path, key: Key) -> list[str]:
    check = Check(folder, key)
    check.run()
    return check.defects


def test_every_changed_byte_line_or_letter_of_every_file_is_a_defect(folder: Path) -> None:
    key = key_of(folder)
    assert defects(folder, key) == []
    accepted, tried = [], 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        good = path.read_bytes()
        for label, changed in mutations(good):
            path.write_bytes(changed)
            tried += 1
            if not defects(folder, key):
                accepted.append((path.name, label))
        path.write_bytes(good)
    assert accepted == []
    assert tried > 1000
    assert defects(folder, key) == []


def test_a_line_under_the_list_of_files_is_a_defect_whoever_signed_it(folder: Path) -> None:
    """The line with the signature once more, or that of a stranger, says nothing; out with it."""
    key, path = key_of(folder), folder / "inhalt.txt"
    good = path.read_text()
    signature = good.splitlines()[-1]
    for more in (signature, signature.replace(" ", " x", 1), "— fremd.example/ AAAAAAAA"):
        path.write_text(f"{good}{more}\n")
        assert any("mehr als eine Signatur" in text for text in defects(folder, key)), more
    path.write_text(good)
    # Twice in the list itself, signed by whoever holds the key.
    text = good.partition("\n\n")[0] + "\n"
    twice = f"{text}{text.splitlines()[-1]}\n"
    path.write_text(keeping.sign(twice, keeping.base_origin()))
    assert any("zweimal" in text for text in defects(folder, key))


def test_empty_folders_pipes_and_links_do_not_belong_into_an_export(folder: Path) -> None:
    key = key_of(folder)
    (folder / "leer").mkdir()
    assert any("leer: leere Ordner" in text for text in defects(folder, key))
    (folder / "leer").rmdir()
    os.mkfifo(folder / "rohr")
    assert any("rohr: leere Ordner und Geräte" in text for text in defects(folder, key))
    (folder / "rohr").unlink()
    (folder / "2027").symlink_to(folder / "2026")
    assert any("Verknüpfungen" in text for text in defects(folder, key))


def test_a_key_that_was_touched_is_no_verdict_or_another_key(folder: Path) -> None:
    """Without a key from elsewhere the shipped one counts; then it has to be the right one."""
    path = folder / "schluessel.txt"
    good = path.read_bytes()
    for label, changed in mutations(good):
        path.write_bytes(changed)
        assert main([str(folder)]) in {1, 2}, label
