"""Writing the record to a folder that anybody can check without Streife."""

import hashlib
import json
import shutil
from pathlib import Path

from streife.journal import keeping, offline_verifier, queries, rules
from streife.journal.models import Checkpoint, Log
from streife.journal.tlog.cosignature import with_cosignatures
from streife.kernel.canonical import canonical_json
from streife.kernel.errors import Refused

VERIFIER = "pruefen.py"
README = """Protokoll von Streife: Export zum Prüfen

{name}
Öffentlicher Schlüssel (bitte auf einem zweiten Weg bei der Behörde erfragen):
{key}

Prüfen:  python3 pruefen.py --schluessel 'SCHLÜSSEL'
Nötig:   Python ab 3.9 und das Paket „cryptography“; kein Netz, keine Datenbank.

Je Jahr ein Ordner:
  eintraege.jsonl    eine Zeile je Eintrag: leaf (Umschlag, genau so gehasht), body (Inhalt), salt
  pruefpunkte.jsonl  signierte Köpfe des Baums (C2SP tlog-checkpoint, Ed25519)
inhalt.txt           signiertes Verzeichnis aller Dateien mit SHA-256

Blattwert = SHA-256(0x00, leaf). Bindung = SHA-256(0x01, salt, body). Baum nach RFC 9162.
Wo body und salt leer sind, wurde der Inhalt gelöscht; das Blatt und alle Beweise bleiben gültig.
"""


def export(folder: Path, *, year: int | None = None) -> int:
    """Write all years (or one) up to their last checkpoints and return the number of entries.

    :raises Refused: `folder-not-empty`, `year-unknown`, `no-checkpoint`
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused("Der Ordner ist nicht leer. Bitte einen neuen angeben.", "folder-not-empty")
    logs = [log for log in queries.logs() if year in (None, log.year)]
    if not logs:
        raise Refused("Für dieses Jahr gibt es kein Protokoll.", "year-unknown")
    folder.mkdir(parents=True, exist_ok=True)
    count = sum(_write_year(folder / str(log.year), log) for log in logs)
    key = keeping.verifier_for(keeping.base_origin()).to_text()
    readme = README.format(name=keeping.base_origin(), key=key)
    (folder / "LIESMICH.txt").write_text(readme, encoding="utf-8")
    (folder / offline_verifier.KEY_FILE).write_text(f"{key}\n", encoding="utf-8")
    shutil.copyfile(offline_verifier.__file__, folder / VERIFIER)
    _write_contents(folder, complete=year is None)
    return count


def _write_year(folder: Path, log: Log) -> int:
    folder.mkdir()
    found = Checkpoint.objects.filter(log=log).order_by("size")
    rows = list(found.prefetch_related("cosignatures"))
    if not rows and log.size:
        raise Refused("Bitte zuerst einen Prüfpunkt setzen.", "no-checkpoint")
    notes = "".join(canonical_json({"note": _cosigned(row)}) + "\n" for row in rows)
    (folder / offline_verifier.CHECKPOINTS).write_text(notes, encoding="utf-8", newline="\n")
    if log.dropped_at is not None:
        return 0
    size = rows[-1].size if rows else 0
    count = 0
    path = folder / offline_verifier.ENTRIES
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in queries.raw_rows(log.year):
            if row[1] >= size:
                break
            leaf = rules.leaf_data(
                number=row[1],
                at_ms=rules.milliseconds_of(row[2]),
                act=row[3],
                actor=row[4],
                subject=row[5],
                commitment=bytes(row[6]),
            ).decode()
            salt = None if row[8] is None else bytes(row[8]).hex()
            line = {"body": row[9], "leaf": leaf, "salt": salt}
            file.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n")
            count += 1
    return count


def _cosigned(row: Checkpoint) -> str:
    """Return a head with what witnesses signed on it; who knows their keys can check those, too."""
    note = keeping.renewed(row.log_id, row.note)
    return with_cosignatures(note, [one.line for one in row.cosignatures.all()])


def _write_contents(folder: Path, *, complete: bool) -> None:
    lines = [f"Streife-Protokoll-Export 1 {'vollständig' if complete else 'Auszug'}"]
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(f"{digest}  {path.relative_to(folder).as_posix()}")
    note = keeping.sign("\n".join(lines) + "\n", keeping.base_origin())
    (folder / offline_verifier.CONTENTS).write_text(note, encoding="utf-8", newline="\n")
