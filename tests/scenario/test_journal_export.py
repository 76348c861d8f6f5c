"""The export: checked by its own program without Streife, every change in any file found."""

import shutil
import subprocess
import sys
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from streife.journal import actions, keeping, queries
from streife.journal.models import Verification
from streife.journal.tlog.checkpoint import check_proof
from streife.kernel.actors import Operator
from tests.journal_making import attack, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
DPO = Operator("user:9")


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the verifier of the export by itself: no Django, no project, no environment."""
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "pruefen.py"), *arguments],
        capture_output=True,
        check=False,
        env={},
        cwd=folder.parent,
    )
    assert done.stderr == b"", done.stderr.decode()
    return done.returncode, done.stdout.decode()


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("journal", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def folder(now: datetime, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> Path:
    """An export of two years with one erased body."""
    write(4, now=now.replace(year=2025))
    entries = write(9, now=now)
    actions.erase_body(entry_id=entries[2].id, reason="frist", actor=DPO, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        actions.checkpoint(now=now)
    write(2, now=now, body={"text": "Zeile\u2028und „Zeichen“ 😀"})
    target = tmp_path / "export"
    with django_capture_on_commit_callbacks(execute=True):
        command("export", str(target))
    return target


def key_of(folder: Path) -> str:
    return (folder / "schluessel.txt").read_text().strip()


def test_an_untouched_export_is_in_order(folder: Path) -> None:
    code, text = run(folder, "--schluessel", key_of(folder))
    assert code == 0, text
    assert "IN ORDNUNG" in text
    assert "davon Inhalt gelöscht: 1" in text


def test_without_a_given_key_the_program_asks_to_compare_it(folder: Path) -> None:
    code, text = run(folder)
    assert code == 0
    assert key_of(folder) in text
    assert "bitte mit dem vergleichen" in text


def test_every_line_of_every_file_is_protected(folder: Path, tmp_path: Path) -> None:
    """One run of the program a file, in-process for each line (the program is plain Python)."""
    from streife.journal.offline_verifier import Broken, Check, parse_key  # noqa: PLC0415 (heavy)

    key = parse_key(key_of(folder))
    tried = 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == "schluessel.txt":
            continue
        original = path.read_bytes()
        lines = original.split(b"\n")
        for number, line in enumerate(lines):
            if not line:
                continue
            middle = len(line) // 2
            mutations = [
                line[:middle] + bytes([line[middle] ^ 1]) + line[middle + 1 :],
                None,  # the line is gone
                line + b" ",
            ]
            for changed in mutations:
                rest = lines[:number] + ([] if changed is None else [changed]) + lines[number + 1 :]
                path.write_bytes(b"\n".join(rest))
                check = Check(folder, key)
                try:
                    check.run()
                except Broken as error:
                    check.defect(str(error))
                assert check.defects, (path.name, number, changed)
                tried += 1
        path.write_bytes(original)
    assert tried > 500
    assert run(folder)[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('\\"line\\":3', '\\"line\\":4', "Inhalt von Eintrag 3 wurde verändert"),
        ("user:1", "user:2", "Prüfpunkt über"),
        ('\\"number\\":3', '\\"number\\":5', "müsste Nummer 3 stehen"),
    ],
)
def test_what_was_changed_in_an_entry_is_said(old: str, new: str, named: str, folder: Path) -> None:
    path = folder / "2026" / "eintraege.jsonl"
    lines = path.read_text().split("\n")
    assert old in lines[3]
    lines[3] = lines[3].replace(old, new)
    path.write_text("\n".join(lines))
    code, text = run(folder)
    assert code == 1
    assert named in text
    assert "nach dem Export verändert" in text


def test_swapped_lines_are_said(folder: Path) -> None:
    path = folder / "2026" / "eintraege.jsonl"
    lines = path.read_text().split("\n")
    lines[3], lines[4] = lines[4], lines[3]
    path.write_text("\n".join(lines))
    code, text = run(folder)
    assert code == 1
    assert "hier müsste Nummer 3 stehen, es ist 4" in text


def test_a_cut_end_is_said(folder: Path) -> None:
    path = folder / "2026" / "eintraege.jsonl"
    path.write_text("".join(line + "\n" for line in path.read_text().split("\n")[:-3]))
    code, text = run(folder)
    assert code == 1
    assert "der letzte Prüfpunkt ist über" in text


def test_a_missing_an_added_and_a_linked_file_are_said(folder: Path) -> None:
    (folder / "LIESMICH.txt").unlink()
    (folder / "mehr.txt").write_text("x")
    (folder / "2026" / "link").symlink_to("/etc/hostname")
    code, text = run(folder)
    assert code == 1
    assert "LIESMICH.txt: die Datei fehlt" in text
    assert "mehr.txt: die Datei gehört nicht zum Export" in text
    assert "2026/link: Verknüpfungen" in text


def test_a_whole_year_taken_out_is_said(folder: Path) -> None:
    shutil.rmtree(folder / "2025")
    assert run(folder)[0] == 1


def test_an_export_made_anew_with_another_key_fails_against_the_known_key(
    folder: Path, tmp_path: Path, settings: Any
) -> None:
    known = key_of(folder)
    settings.VAR_DIR = tmp_path / "forger"
    forged = keeping.verifier_for(keeping.base_origin()).to_text()
    (folder / "schluessel.txt").write_text(forged + "\n")
    code, text = run(folder, "--schluessel", known)
    assert code == 1
    assert "Datei wurde nach dem Export verändert" in text
    code, text = run(folder)
    assert code == 1
    assert "fremden Schlüssel" in text


@pytest.mark.parametrize("content", ["", "x", "a+b+c", "a+00000000+AAAA", "\xff"])
def test_an_unreadable_key_is_not_a_verdict(content: str, folder: Path) -> None:
    (folder / "schluessel.txt").write_bytes(content.encode("latin-1"))
    code, text = run(folder)
    assert code == 2
    assert "NICHT PRÜFBAR" in text


def test_the_command_checks_and_keeps_the_result(folder: Path) -> None:
    text = command("verify")
    assert "vollständig und unverändert" in text
    assert "davon Inhalt gelöscht: 1" in text
    assert Verification.objects.get().defects == []
    attack("journal_body", "UPDATE journal_body SET content = '{}'")
    with pytest.raises(CommandError, match="nicht in Ordnung"):
        command("verify")


def test_the_command_signs_and_proves(folder: Path, now: datetime) -> None:
    assert "Nichts Neues" in command("checkpoint")
    text = command("proof", "3", "--year", "2026")
    origin = keeping.origin_of(2026)
    leaf = bytes(queries.entry_at(2026, 3).leaf_hash)
    verifier = keeping.verifier_for(origin)
    assert check_proof(text, leaf_hash=leaf, verifier=verifier, origin=origin) == 3
    with pytest.raises(CommandError, match="gibt es nicht"):
        command("proof", "999", "--year", "2026")


def test_the_command_does_not_write_over_things(folder: Path) -> None:
    with pytest.raises(CommandError, match="nicht leer"):
        command("export", str(folder))


def test_one_year_can_be_exported_alone(
    folder: Path, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    target = tmp_path / "one"
    with django_capture_on_commit_callbacks(execute=True):
        command("export", str(target), "--year", "2025")
    code, text = run(target)
    assert code == 0, text
    assert "Einträge: 4" in text
    with pytest.raises(CommandError, match="kein Protokoll"):
        command("export", str(tmp_path / "none"), "--year", "1990")
