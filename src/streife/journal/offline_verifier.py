"""Prüft einen Protokoll-Export ohne Streife: nur Python ab 3.9 und das Paket `cryptography`.

Aufruf:  python3 pruefen.py [ORDNER] [--schluessel NAME+KENNUNG+SCHLÜSSEL]

Ergebnis als Rückgabewert: 0 alles in Ordnung, 1 Mängel gefunden, 2 nicht prüfbar.

Geprüft wird nach RFC 9162 (Baum) und C2SP signed-note / tlog-checkpoint (Signaturen). Das Programm
schickt nichts ins Netz und schreibt nichts. Den Schlüssel bitte auf einem zweiten Weg erfragen: wer
den Export fälscht, kann auch den beiliegenden Schlüssel tauschen.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple  # noqa: UP035 (Python 3.9)

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_FILE, CONTENTS, ENTRIES, CHECKPOINTS = (
    "schluessel.txt",
    "inhalt.txt",
    "eintraege.jsonl",
    "pruefpunkte.jsonl",
)
ERASED, DROPPED = "journal.body_erased", "journal.year_dropped"
ENVELOPE = ["act", "actor", "at", "commitment", "number", "subject"]
MOST_DEFECTS = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 (Python 3.9)
SIGNATURE = re.compile("— ([^\\s+]+) ([A-Za-z0-9+/=]+)")


class Broken(Exception):
    """Ein Teil des Exports ist nicht so, wie er sein muss; der Text sagt, was."""


class Key(NamedTuple):
    """Ein öffentlicher Ed25519-Schlüssel und der Name des Protokolls."""

    name: str
    raw: bytes

    def key_id(self, name: str) -> bytes:
        return hashlib.sha256(name.encode() + b"\n\x01" + self.raw).digest()[:4]

    def text(self) -> str:
        raw = base64.b64encode(b"\x01" + self.raw).decode()
        return f"{self.name}+{self.key_id(self.name).hex()}+{raw}"


def decode(text: str) -> bytes:
    """Liest Base64 in genau einer Schreibweise."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Broken(f"kein Base64: {text[:40]!r}") from error
    if base64.b64encode(raw).decode() != text:
        raise Broken(f"unübliches Base64: {text[:40]!r}")
    return raw


def parse_key(text: str) -> Key:
    """Liest NAME+KENNUNG+SCHLÜSSEL."""
    parts = text.strip("\n").split("+", 2)
    if len(parts) != 3:
        raise Broken("der Schlüssel hat nicht die Form NAME+KENNUNG+SCHLÜSSEL")
    raw = decode(parts[2])
    key = Key(parts[0], raw[1:])
    if len(raw) != 33 or raw[:1] != b"\x01" or key.key_id(parts[0]).hex() != parts[1]:
        raise Broken("die Kennung passt nicht zum Schlüssel")
    return key


def open_note(note: str, name: str, key: Key, *, alone: bool = False) -> str:
    """Gibt den Text zurück, wenn der Schlüssel ihn unter diesem Namen signiert hat.

    `alone`: und sonst niemand. Unter einem Verzeichnis steht genau eine Signatur.
    """
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not head or not tail.endswith("\n") or "\r" in note:
        raise Broken("keine signierte Notiz")
    signed = False
    if alone and tail.count("\n") != 1:
        raise Broken("mehr als eine Signatur")
    for line in tail[:-1].split("\n"):
        match = SIGNATURE.fullmatch(line)
        if match is None:
            raise Broken("die Signaturzeile ist beschädigt")
        raw = decode(match[2])
        if match[1] != name or raw[:4] != key.key_id(name):
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(raw[4:], (head + "\n").encode())
        except InvalidSignature as error:
            raise Broken("die Signatur stimmt nicht: gefälscht oder verändert") from error
        signed = True
    if not signed:
        raise Broken("mit einem fremden Schlüssel signiert")
    return head + "\n"


class Tree:
    """Der rechte Rand des wachsenden Baums nach RFC 9162."""

    def __init__(self) -> None:
        self.size = 0
        self.nodes: List[bytes] = []  # noqa: UP006 (Python 3.9)

    def append(self, data: bytes) -> None:
        node, full = hashlib.sha256(b"\x00" + data).digest(), self.size
        while full & 1:
            node = hashlib.sha256(b"\x01" + self.nodes.pop() + node).digest()
            full >>= 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.nodes:
            return hashlib.sha256(b"").digest()
        node = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node


def spelled(value: Any) -> str:
    """Schreibt einen Wert in der einen Schreibweise, die gehasht wurde."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse_line(line: str) -> Any:
    """Liest eine Zeile und verlangt die eine Schreibweise (keine doppelten Schlüssel)."""
    try:
        value = json.loads(line)
        if spelled(value) != line:
            raise Broken("nicht in der vorgeschriebenen Schreibweise")
    except (ValueError, RecursionError) as error:
        raise Broken("kein JSON") from error
    return value


def lines_of(path: Path) -> Iterator[str]:
    """Liefert die Zeilen einer Datei, eine nach der anderen im Speicher."""
    with path.open("rb") as file:
        for raw in file:
            try:
                text = raw.decode()
            except UnicodeDecodeError as error:
                raise Broken(f"{path.name}: kein UTF-8") from error
            if not text.endswith("\n"):
                raise Broken(f"{path.name}: die letzte Zeile ist abgeschnitten")
            yield text[:-1]


class Check:
    """Eine Prüfung mit allem, was sie gefunden hat."""

    def __init__(self, folder: Path, key: Key) -> None:
        self.folder = folder
        self.key = key
        self.entries = 0
        self.erased = 0
        self.defects: List[str] = []  # noqa: UP006 (Python 3.9)
        self.bodiless: Set[str] = set()  # noqa: UP006 (Python 3.9)
        self.bodied: Set[str] = set()  # noqa: UP006 (Python 3.9)
        self.erasures: Set[str] = set()  # noqa: UP006 (Python 3.9)
        self.dropped: Set[str] = set()  # noqa: UP006 (Python 3.9)
        self.complete = True

    def defect(self, text: str) -> None:
        if len(self.defects) < MOST_DEFECTS:
            self.defects.append(text)

    def run(self) -> None:
        listed = self.check_contents()
        years = sorted({name.split("/")[0] for name in listed if "/" in name})
        for year in years:
            if re.fullmatch(r"[0-9]{4}", year):
                self.check_year(int(year))
        self.check_erasures(years)

    # Inhaltsverzeichnis ------------------------------------------------------------------------

    def check_contents(self) -> Set[str]:  # noqa: UP006 (Python 3.9)
        """Vergleicht jede Datei mit dem signierten Verzeichnis und duldet keine weitere."""
        present = self.present_files()
        try:
            note = (self.folder / CONTENTS).read_bytes().decode()
            text = open_note(note, self.key.name, self.key, alone=True)
        except (OSError, UnicodeDecodeError, Broken) as error:
            self.defect(f"{CONTENTS}: {error}")
            return present
        listed: Dict[str, str] = {}  # noqa: UP006 (Python 3.9)
        first, *lines = text[:-1].split("\n")
        for line in lines:
            digest, _, name = line.partition("  ")
            if name in listed:
                self.defect(f"{CONTENTS}: {name} steht zweimal darin")
            listed[name] = digest
        self.complete = first == "Streife-Protokoll-Export 1 vollständig"
        for name in sorted(set(listed) - present):
            self.defect(f"{name}: die Datei fehlt")
        for name in sorted(present - set(listed) - {CONTENTS}):
            self.defect(f"{name}: die Datei gehört nicht zum Export")
        for name in sorted(present & set(listed)):
            if file_digest(self.folder / name) != listed[name]:
                self.defect(f"{name}: die Datei wurde nach dem Export verändert")
        return present & set(listed)

    def present_files(self) -> Set[str]:  # noqa: UP006 (Python 3.9)
        found = set()
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder).as_posix()
            if path.is_symlink():
                self.defect(f"{name}: Verknüpfungen gehören nicht in einen Export")
            elif path.is_file():
                found.add(name)
            elif not path.is_dir() or not any(path.iterdir()):
                self.defect(f"{name}: leere Ordner und Geräte gehören nicht in einen Export")
        return found

    # Ein Jahr ----------------------------------------------------------------------------------

    def check_year(self, year: int) -> None:
        heads = self.read_heads(year)
        path = self.folder / str(year) / ENTRIES
        if not path.exists():
            self.dropped.add(f"journal:{year}")
            return
        tree = Tree()
        try:
            for line in lines_of(path):
                try:
                    tree.append(self.check_entry(year, tree.size, line))
                except Broken as error:
                    self.defect(f"{year}, Zeile {tree.size + 1}: {error}")
                    tree.append(line.encode())  # hält die Zählung; der Kopf passt dann nicht mehr
                self.compare(year, tree, heads)
        except Broken as error:
            self.defect(f"{year}: {error}")
        self.entries += tree.size
        last = max(heads, default=-1)
        if last != tree.size:
            self.defect(
                f"{year}: {tree.size} Einträge liegen vor, der letzte Prüfpunkt ist über "
                f"{max(last, 0)} signiert (Einträge entfernt oder angefügt)"
            )

    def read_heads(self, year: int) -> Dict[int, bytes]:  # noqa: UP006 (Python 3.9)
        """Liest die signierten Köpfe: Größe → Wurzel."""
        heads: Dict[int, bytes] = {}  # noqa: UP006 (Python 3.9)
        origin = f"{self.key.name}/{year}"
        try:
            for number, line in enumerate(lines_of(self.folder / str(year) / CHECKPOINTS), 1):
                try:
                    size, root = parse_head(
                        open_note(parse_line(line)["note"], origin, self.key), origin
                    )
                    if heads.setdefault(size, root) != root:
                        raise Broken(f"zwei verschiedene Köpfe für {size} Einträge")
                except (Broken, KeyError, TypeError) as error:
                    self.defect(f"{year}, Prüfpunkt {number}: {error}")
        except (OSError, Broken) as error:
            self.defect(f"{year}, Prüfpunkte: {error}")
        return heads

    def compare(self, year: int, tree: Tree, heads: Dict[int, bytes]) -> None:  # noqa: UP006 (Python 3.9)
        expected = heads.get(tree.size)
        if expected is not None and tree.root() != expected:
            before = max((size for size in heads if size < tree.size), default=0)
            self.defect(
                f"{year}: der Prüfpunkt über {tree.size} Einträge passt nicht; zwischen Nummer "
                f"{before} und {tree.size - 1} wurde etwas verändert, entfernt oder umgestellt"
            )

    def check_entry(self, year: int, number: int, line: str) -> bytes:
        """Prüft Umschlag und Inhalt und gibt die Bytes des Blatts zurück."""
        value = parse_line(line)
        if not isinstance(value, dict) or sorted(value) != ["body", "leaf", "salt"]:
            raise Broken("unbekannter Aufbau")
        envelope = parse_line(value["leaf"])
        if not isinstance(envelope, dict) or sorted(envelope) != ENVELOPE:
            raise Broken("unbekannter Aufbau des Umschlags")
        if envelope["number"] != number:
            raise Broken(f"hier müsste Nummer {number} stehen, es ist {envelope['number']}")
        if (EPOCH + timedelta(milliseconds=envelope["at"], hours=1)).year != year:
            raise Broken(f"Eintrag {number} trägt einen Zeitpunkt außerhalb des Jahres")
        name = f"journal:{year}/{number}"
        if value["body"] is None and value["salt"] is None:
            self.bodiless.add(name)
            self.erased += 1
        else:
            self.check_body(number, value, envelope["commitment"])
        if envelope["act"] == ERASED:
            self.erasures.add(envelope["subject"])
        if envelope["act"] == DROPPED:
            self.dropped.discard(envelope["subject"])
        return str(value["leaf"]).encode()

    def check_body(self, number: int, value: Dict[str, Any], commitment: str) -> None:  # noqa: UP006 (Python 3.9)
        try:
            salt = bytes.fromhex(value["salt"])
            body = value["body"].encode()
        except (TypeError, ValueError, AttributeError) as error:
            raise Broken(f"der Inhalt von Eintrag {number} ist beschädigt") from error
        if hashlib.sha256(b"\x01" + salt + body).hexdigest() != commitment:
            self.defect(f"Der Inhalt von Eintrag {number} wurde verändert.")

    def check_erasures(self, years: List[str]) -> None:  # noqa: UP006 (Python 3.9)
        """Jeder fehlende Inhalt braucht einen Löschvermerk, jedes fehlende Jahr einen Eintrag."""
        for name in sorted(self.bodiless - self.erasures) if self.complete else ():
            self.defect(f"{name}: der Inhalt fehlt, ohne dass seine Löschung vermerkt ist")
        for name in sorted(self.dropped) if self.complete else ():
            self.defect(f"{name}: das Jahr fehlt, ohne dass seine Löschung vermerkt ist")
        if not years:
            self.defect("der Export enthält kein Jahr")


def parse_head(text: str, origin: str) -> Tuple[int, bytes]:  # noqa: UP006 (Python 3.9)
    """Liest Name, Größe und Wurzel eines Prüfpunkts."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[0] != origin or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
        raise Broken("kein Prüfpunkt dieses Protokolls")
    root = decode(lines[2])
    if len(root) != 32:
        raise Broken("die Wurzel hat nicht 32 Bytes")
    return int(lines[1]), root


def file_digest(path: Path) -> str:
    """Gibt SHA-256 einer Datei zurück."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def say(text: str) -> None:
    """Schreibt eine Zeile; auch auf Konsolen, die keine Umlaute können."""
    sys.stdout.buffer.write((text + "\n").encode())
    sys.stdout.flush()


def main(arguments: Optional[List[str]] = None) -> int:  # noqa: UP006, UP045 (Python 3.9)
    """Prüft und berichtet; gibt den Rückgabewert zurück."""
    parser = argparse.ArgumentParser(description="Prüft einen Protokoll-Export.")
    parser.add_argument("ordner", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--schluessel", default="", help="auf zweitem Weg erfragter Schlüssel")
    given = parser.parse_args(arguments)
    try:
        shipped = parse_key((given.ordner / KEY_FILE).read_text(encoding="utf-8-sig"))
        key = parse_key(given.schluessel) if given.schluessel else shipped
    except (OSError, UnicodeDecodeError, Broken) as error:
        say(f"NICHT PRÜFBAR: {KEY_FILE}: {error}")
        return 2
    check = Check(given.ordner, key)
    check.run()
    say(f"Schlüssel: {key.text()}")
    if not given.schluessel:
        say("  aus dem Export selbst; bitte mit dem vergleichen, den die Behörde Ihnen nennt.")
    say(f"Einträge: {check.entries}, davon Inhalt gelöscht: {check.erased}")
    for text in check.defects:
        say(f"MANGEL: {text}")
    if check.defects:
        say(f"NICHT IN ORDNUNG: {len(check.defects)} Mängel.")
        return 1
    say("IN ORDNUNG: Das Protokoll ist vollständig und unverändert.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
