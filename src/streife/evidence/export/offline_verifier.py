"""Prüft eine Ausgabe von Beweismitteln ohne Streife: nur Python ab 3.9 und `cryptography` ab 42.

Aufruf:  python3 pruefen.py AUSGABE --vertrauen VERTRAUEN [--frueher PRÜFPUNKT] [--zeugen ANZAHL]

AUSGABE ist die ZIP-Datei (nach dem Entschlüsseln mit age) oder der entpackte Ordner. VERTRAUEN ist
die Datei mit den öffentlichen Schlüsseln, die die Behörde auf einem zweiten Weg übergibt: was in
der Ausgabe selbst liegt, zählt nie als Vertrauen. Mit --frueher wird ein Prüfpunkt aus einer
älteren Ausgabe verglichen.

Ergebnis als Rückgabewert: 0 alles in Ordnung, 1 Fehler gefunden, 2 nicht prüfbar. Das Programm
schickt nichts ins Netz und schreibt nichts.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import stat
import struct
import sys
import unicodedata
import zipfile
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple  # noqa: UP035 (Python 3.9)

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BLOCK = 1 << 20
FORMAT = "Streife-Ausgabe 1"
CONTENTS, TAG_LIST, PAYLOAD_LIST = "inhalt.txt", "tagmanifest-sha256.txt", "manifest-sha256.txt"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ROOT_FILES = {
    "bagit.txt", "bag-info.txt", "LIESMICH.txt", "pruefen.py", CONTENTS, TAG_LIST, PAYLOAD_LIST,
}  # fmt: skip
IDENT = "[0-7][0-9A-HJKMNP-TV-Z]{25}"
# Nur das darf in der Ausgabe liegen; eine Datei mit Schlüsseln hat hier keinen Platz.
PAYLOAD = re.compile(
    f"data/(original|geschnitten|geschwaerzt)/{IDENT}\\.[a-z0-9]{{1,5}}"
    f"|data/begleitschein/{IDENT}\\.note|data/verwahrung/{IDENT}\\.jsonl"
    "|data/verwahrung/deckblatt\\.pdf|data/nachweise/[0-9]{4}-[0-9]{1,18}\\.tlog-proof"
    "|data/wachstum/[0-9]{4}-[0-9]{1,18}\\.json|data/zeitstempel/[0-9]{4}-[0-9]{1,18}\\.tsr"
    "|data/case\\.jsonld"
)
FORMS = ("original", "geschnitten", "geschwaerzt")
EXPORTED, REDACTED = "evidence.exported", "dock/schwaerzung"
ENVELOPE = ["act", "actor", "at", "commitment", "number", "subject"]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 (Python 3.9)
SIGNATURE = re.compile("— ([^\\s+]+) ([A-Za-z0-9+/=]+)")
DECIMAL = re.compile("0|[1-9][0-9]{0,18}")
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_2 = "1.2.840.113549.1.9.16.2.47"
DIGESTS = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}


class Broken(Exception):
    """Etwas ist nicht so, wie es sein muss; der Text sagt, was."""


# ------------------------------------------------------------------------- Schlüssel und Vertrauen


class Key(NamedTuple):
    """Ein öffentlicher Ed25519-Schlüssel unter einem Namen; `kind` 1 signiert, 4 bezeugt."""

    name: str
    kind: int
    raw: bytes

    def key_id(self, name: str) -> bytes:
        material = name.encode() + b"\n" + bytes([self.kind]) + self.raw
        return hashlib.sha256(material).digest()[:4]

    def accepts(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def decode(text: str) -> bytes:
    """Liest Base64 in genau einer Schreibweise."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Broken(f"kein Base64: {text[:40]!r}") from error
    if base64.b64encode(raw).decode() != text:
        raise Broken(f"unübliches Base64: {text[:40]!r}")
    return raw


def parse_key(text: str, kind: int) -> Key:
    """Liest NAME+KENNUNG+SCHLÜSSEL."""
    parts = text.split("+", 2)
    raw = decode(parts[2]) if len(parts) == 3 else b""
    if len(raw) != 33 or raw[0] != kind:
        raise Broken("der Schlüssel hat nicht die Form NAME+KENNUNG+SCHLÜSSEL")
    key = Key(parts[0], kind, raw[1:])
    if key.key_id(key.name).hex() != parts[1]:
        raise Broken("die Kennung passt nicht zum Schlüssel")
    return key


class Trust:
    """Wem geglaubt wird: aus der Datei, die auf einem zweiten Weg kam."""

    def __init__(self, text: str) -> None:
        self.journal: Optional[Key] = None  # noqa: UP045 (Python 3.9)
        self.docks: List[Key] = []  # noqa: UP006 (Python 3.9)
        self.witnesses: List[Key] = []  # noqa: UP006 (Python 3.9)
        self.roots: List[x509.Certificate] = []  # noqa: UP006 (Python 3.9)
        self.policy = ""
        self.least_witnesses = 0
        self.stamp_demanded = False
        for number, line in enumerate(text.splitlines(), 1):
            word, _, rest = line.strip().partition(" ")
            if not word or word.startswith("#"):
                continue
            try:
                self._take(word, rest.strip())
            except (Broken, ValueError) as error:
                raise Broken(f"Vertrauensdatei, Zeile {number}: {error}") from error
        if self.journal is None:
            raise Broken("die Vertrauensdatei nennt keinen Schlüssel des Protokolls")

    def _take(self, word: str, rest: str) -> None:
        if word == "protokoll":
            self.journal = parse_key(rest, 1)
        elif word == "dock":
            self.docks.append(parse_key(rest, 1))
        elif word == "zeuge":
            self.witnesses.append(parse_key(rest, 4))
        elif word == "zeitstempel-wurzel":
            self.roots.append(x509.load_der_x509_certificate(decode(rest)))
        elif word == "zeitstempel-richtlinie":
            self.policy = rest
        elif word == "zeitstempel" and rest == "verlangt":
            self.stamp_demanded = True
        elif word == "zeugen-mindestens" and DECIMAL.fullmatch(rest):
            self.least_witnesses = int(rest)
        else:
            raise Broken(f"unbekannte Angabe {word!r}")


def split_note(note: str) -> Tuple[str, List[Tuple[str, bytes]]]:  # noqa: UP006 (Python 3.9)
    """Zerlegt eine signierte Notiz (C2SP signed-note) in Text und Signaturen."""
    head, blank, tail = note.rpartition("\n\n")
    control = any(sign < " " and sign != "\n" for sign in note)
    if not blank or not head or not tail.endswith("\n") or control:
        raise Broken("keine signierte Notiz")
    found = []
    for line in tail[:-1].split("\n"):
        match = SIGNATURE.fullmatch(line)
        if match is None:
            raise Broken("die Signaturzeile ist beschädigt")
        found.append((match[1], decode(match[2])))
    return head + "\n", found


def open_note(note: str, keys: Sequence[Key], *, name: str = "", alone: bool = False) -> str:
    """Gibt den Text zurück, wenn einer der Schlüssel ihn signiert hat; `alone`: und sonst niemand.

    Unter einem Verzeichnis steht genau eine Signatur: jede weitere Zeile kam später dazu.
    """
    text, signatures = split_note(note)
    if alone and len(signatures) != 1:
        raise Broken("mehr als eine Signatur")
    signed = False
    for signer, raw in signatures:
        for key in keys:
            known = name or key.name
            if signer != known or raw[:4] != key.key_id(known):
                continue
            if not key.accepts(text.encode(), raw[4:]):
                raise Broken("die Signatur stimmt nicht: gefälscht oder verändert")
            signed = True
    if not signed:
        raise Broken("mit keinem bekannten Schlüssel signiert")
    return text


# --------------------------------------------------------------------------------- Baum (RFC 9162)


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Besteht nur, wenn das Blatt an dieser Stelle im Baum steht."""
    if not 0 <= index < size:
        raise Broken("die Nummer liegt außerhalb des Baums")
    position, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Broken("der Beweis ist zu lang")
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or current != root:
        raise Broken("der Beweis führt nicht zum Prüfpunkt")


def check_growth(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Besteht nur, wenn der größere Baum mit allen Blättern des kleineren beginnt."""
    if not 0 < old_size <= size:
        raise Broken("der frühere Prüfpunkt ist größer als der spätere")
    if old_size == size:
        if proof or old_root != root:
            raise Broken("zwei verschiedene Köpfe für dieselbe Anzahl (gespaltene Sicht)")
        return
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        raise Broken("der Beweis fehlt")
    if _walk(path, old_size - 1, size - 1) != (old_root, root):
        raise Broken("das Protokoll wurde zwischen beiden Prüfpunkten umgeschrieben")


def _walk(path: Sequence[bytes], position: int, last: int) -> Tuple[bytes, bytes]:  # noqa: UP006 (Python 3.9)
    """Gibt die beiden Köpfe zurück, zu denen ein Beweis des Wachstums führt."""
    while position & 1:
        position, last = position >> 1, last >> 1
    old_head = head = path[0]
    for node in path[1:]:
        if last == 0:
            raise Broken("der Beweis ist zu lang")
        if position & 1 or position == last:
            old_head, head = node_hash(node, old_head), node_hash(node, head)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            head = node_hash(head, node)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise Broken("der Beweis ist zu kurz")
    return old_head, head


class Head(NamedTuple):
    """Was ein Prüfpunkt sagt."""

    origin: str
    size: int
    root: bytes


def parse_head(text: str) -> Head:
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not DECIMAL.fullmatch(lines[1]):
        raise Broken("kein Prüfpunkt")
    root = decode(lines[2])
    if len(root) != 32:
        raise Broken("die Wurzel hat nicht 32 Bytes")
    return Head(lines[0], int(lines[1]), root)


# ------------------------------------------------------------------------------ Dateien der Ausgabe


class Folder:
    """Ein entpackter Ordner."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: List[str] = []  # noqa: UP006 (Python 3.9)
        for found in sorted(path.rglob("*")):
            name = found.relative_to(path).as_posix()
            if found.is_symlink():
                raise Broken(f"{name}: Verknüpfungen gehören nicht in eine Ausgabe")
            if found.is_dir():
                if not any(found.iterdir()):
                    raise Broken(f"{name}: leere Ordner gehören nicht in eine Ausgabe")
            elif found.is_file():
                self.names.append(name)
            else:
                raise Broken(f"{name}: keine gewöhnliche Datei")

    def open(self, name: str) -> IO[bytes]:
        return (self.path / name).open("rb")

    def close(self) -> None:
        """Hat nichts offen."""


class Archive:
    """Die ZIP-Datei selbst: nichts vor, zwischen und hinter den verzeichneten Dateien."""

    def __init__(self, path: Path) -> None:
        self.file: Any = path.open("rb")
        try:
            self._read()
        except BaseException:
            self.file.close()
            raise

    def _read(self) -> None:
        try:
            self.zip = zipfile.ZipFile(self.file)
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise Broken(f"keine ZIP-Datei: {error}") from error
        entries = self.zip.infolist()
        roots = {entry.filename.partition("/")[0] for entry in entries}
        if len(roots) != 1:
            raise Broken("die Ausgabe hat nicht genau einen Ordner")
        self.root = roots.pop() + "/"
        at = 0
        for entry in sorted(entries, key=lambda one: one.header_offset):
            at = self._check(entry, at)
        if at != self.zip.start_dir or self.zip.comment or not self._ends_well(entries):
            raise Broken("die ZIP-Datei enthält Bytes, die zu keiner Datei gehören")
        self.names = [entry.filename[len(self.root) :] for entry in entries]

    def _ends_well(self, entries: List[zipfile.ZipInfo]) -> bool:  # noqa: UP006 (Python 3.9)
        """Das Verzeichnis ist so lang, wie es sagt, und dahinter steht nur sein Ende."""
        start = self.zip.start_dir
        self.file.seek(start)
        for entry in entries:
            name = entry.orig_filename.encode()
            head = self.file.read(46)
            lengths = (len(name), len(entry.extra), 0)
            if len(head) != 46 or head[:4] != b"PK\x01\x02":
                return False
            if struct.unpack("<HHH", head[28:34]) != lengths:
                return False
            if self.file.read(len(name) + len(entry.extra)) != name + entry.extra:
                return False
        listed = self.file.tell() - start
        end = self.file.read(99)
        if len(end) == 98:  # dazu die Fassung für große Dateien
            numbers = (44, 0, 0, len(entries), len(entries), listed, start)
            where = (0, start + listed, 1)
            if (
                end[:4] != b"PK\x06\x06"
                or struct.unpack("<Q4xLLQQQQ", end[4:56]) != numbers
                or end[56:60] != b"PK\x06\x07"
                or struct.unpack("<LQL", end[60:76]) != where
            ):
                return False
            end = end[76:]
        if len(end) != 22 or end[:4] != b"PK\x05\x06":
            return False
        count = min(len(entries), 0xFFFF)
        short = (0, 0, count, count, min(listed, 0xFFFFFFFF), min(start, 0xFFFFFFFF), 0)
        return struct.unpack("<HHHHLLH", end[4:]) == short

    def _check(self, entry: zipfile.ZipInfo, at: int) -> int:
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG) or entry.is_dir():
            raise Broken(f"{entry.filename}: keine gewöhnliche Datei")
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & ~0x808:
            raise Broken(f"{entry.filename}: verdichtet oder verschlüsselt")
        if entry.compress_size != entry.file_size or entry.comment or not _sizes(entry.extra):
            raise Broken(f"{entry.filename}: unübliche Angaben")
        if entry.header_offset != at:
            raise Broken("die ZIP-Datei enthält Bytes, die zu keiner Datei gehören")
        self.file.seek(at)
        local = self.file.read(30)
        if len(local) != 30 or local[:4] != b"PK\x03\x04":
            raise Broken(f"{entry.filename}: der Kopf fehlt")
        name_length, extra_length = struct.unpack("<HH", local[26:30])
        name, extra = self.file.read(name_length), self.file.read(extra_length)
        if not name.decode("utf-8", "replace") == entry.orig_filename == entry.filename:
            raise Broken(f"{entry.filename}: zwei verschiedene Namen")
        # Andere Programme lesen den Kopf der Datei statt des Verzeichnisses: beide sagen dasselbe.
        if not _agrees(entry, local, extra):
            raise Broken(f"{entry.filename}: Kopf und Verzeichnis sagen Verschiedenes")
        end: int = at + 30 + name_length + extra_length + entry.compress_size
        return end + self._descriptor(entry, end) if entry.flag_bits & 8 else end

    def _descriptor(self, entry: zipfile.ZipInfo, at: int) -> int:
        """Gibt die Länge der Angaben hinter einer Datei zurück, wenn sie stimmen."""
        self.file.seek(at)
        raw = self.file.read(24)
        for form in ("<4sLQQ", "<4sLLL"):
            length = struct.calcsize(form)
            wanted = (b"PK\x07\x08", entry.CRC, entry.compress_size, entry.file_size)
            if len(raw) >= length and struct.unpack(form, raw[:length]) == wanted:
                return length
        raise Broken(f"{entry.filename}: unübliche Angaben")

    def open(self, name: str) -> IO[bytes]:
        return self.zip.open(self.root + name)

    def close(self) -> None:
        self.zip.close()
        self.file.close()


def _sizes(extra: bytes) -> bool:
    """Nur die langen Größenangaben dürfen zusätzlich dastehen; alles andere könnte Inhalt sein."""
    if not extra:
        return True
    if len(extra) < 4:
        return False
    kind, length = struct.unpack("<HH", extra[:4])
    return bool(kind == 1 and length == len(extra) - 4 and length in (8, 16, 24))


def _agrees(entry: zipfile.ZipInfo, local: bytes, extra: bytes) -> bool:
    flags, method = struct.unpack("<HH", local[6:10])
    crc, *short = struct.unpack("<LLL", local[14:26])
    later = bool(entry.flag_bits & 8)  # dann stehen Prüfsumme und Größe hinter der Datei
    if flags != entry.flag_bits or method != zipfile.ZIP_STORED:
        return False
    if crc != entry.CRC and not (later and crc == 0):
        return False
    sizes = [entry.compress_size, entry.file_size]
    if not extra:
        return short == sizes or (later and short == [0, 0])
    if not _sizes(extra) or len(extra) != 20 or short != [0xFFFFFFFF] * 2:
        return False
    long = list(struct.unpack("<QQ", extra[4:]))
    return long == sizes or (later and long == [0, 0])


def check_names(names: Sequence[str]) -> None:
    """Duldet nur einfache Namen, jeden einmal, auch ohne Groß- und Kleinschreibung."""
    seen: Dict[str, str] = {}  # noqa: UP006 (Python 3.9)
    for name in names:
        parts = name.split("/")
        if "\\" in name or ":" in name or any(part in {"", ".", ".."} for part in parts):
            raise Broken(f"{name!r}: ein Name, der aus dem Ordner hinausführt")
        if not name.isascii() or not name.isprintable():
            raise Broken(f"{name!r}: ein Name mit unüblichen Zeichen")
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded in seen:
            raise Broken(f"{name!r}: diesen Namen gibt es zweimal ({seen[folded]!r})")
        seen[folded] = name


# --------------------------------------------------------------------------- Zeitstempel (RFC 3161)


class Element(NamedTuple):
    """Ein DER-Element: Kennzeichen, Anfang, Anfang des Inhalts, Ende."""

    tag: int
    start: int
    content: int
    end: int


class Der:
    """Liest DER, gerade genug für einen Zeitstempel."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def at(self, start: int, limit: int) -> Element:
        if start + 2 > limit:
            raise Broken("der Zeitstempel ist abgeschnitten")
        length, content = self.raw[start + 1], start + 2
        if length & 0x80:
            digits = length & 0x7F
            if not 0 < digits <= 4:
                raise Broken("der Zeitstempel ist beschädigt")
            length = int.from_bytes(self.raw[content : content + digits], "big")
            content += digits
        if content + length > limit:
            raise Broken("der Zeitstempel ist abgeschnitten")
        return Element(self.raw[start], start, content, content + length)

    def whole(self) -> Element:
        found = self.at(0, len(self.raw))
        if found.end != len(self.raw):
            raise Broken("hinter dem Zeitstempel steht etwas")
        return found

    def inside(self, parent: Element) -> List[Element]:  # noqa: UP006 (Python 3.9)
        found, start = [], parent.content
        while start < parent.end:
            found.append(self.at(start, parent.end))
            start = found[-1].end
        return found

    def value(self, element: Element) -> bytes:
        return self.raw[element.content : element.end]

    def bytes(self, element: Element) -> bytes:
        return self.raw[element.start : element.end]

    def oid(self, element: Element) -> str:
        if element.tag != 0x06 or element.content == element.end:
            raise Broken("der Zeitstempel ist beschädigt")
        numbers, value = [], 0
        for byte in self.value(element):
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2) if numbers else 0
        return ".".join(str(number) for number in [first, numbers[0] - 40 * first, *numbers[1:]])


class Stamp:
    """Ein Zeitstempel, noch nicht geprüft."""

    def __init__(self, raw: bytes) -> None:
        try:
            self._read(raw)
        except (IndexError, ValueError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
            raise Broken(f"der Zeitstempel ist beschädigt ({error})") from error

    def _read(self, raw: bytes) -> None:
        der = Der(raw)
        status, content = der.inside(der.whole())[:2]
        if der.value(der.inside(status)[0]) not in (b"\x00", b"\x01"):
            raise Broken("die Zeitstempelstelle hat abgelehnt")
        kind, signed = der.inside(content)
        if der.oid(kind) != SIGNED_DATA:
            raise Broken("kein Zeitstempel")
        parts = der.inside(der.inside(signed)[0])
        inner_kind, inner = der.inside(parts[2])
        if der.oid(inner_kind) != TST_INFO:
            raise Broken("kein Zeitstempel")
        self.info = der.value(der.inside(inner)[0])
        self.certificates = [
            x509.load_der_x509_certificate(der.bytes(one))
            for part in parts
            if part.tag == 0xA0
            for one in der.inside(part)
        ]
        (signer,) = der.inside(parts[-1])
        self._read_signer(der, der.inside(signer))
        self._read_info()

    def _read_signer(self, der: Der, parts: List[Element]) -> None:  # noqa: UP006 (Python 3.9)
        sid = der.inside(parts[1])
        self.issuer, serial = der.bytes(sid[0]), der.value(sid[1])
        self.serial = int.from_bytes(serial, "big")
        self.digest: Any = DIGESTS.get(der.oid(der.inside(parts[2])[0]))
        if self.digest is None or parts[3].tag != 0xA0:
            raise Broken("der Zeitstempel ist mit einem veralteten Verfahren signiert")
        self.signed = b"\x31" + der.bytes(parts[3])[1:]
        self.attributes: Dict[str, Any] = {}  # noqa: UP006 (Python 3.9)
        for attribute in der.inside(parts[3]):
            name, values = der.inside(attribute)
            self.attributes[der.oid(name)] = (der, der.inside(values)[0])
        self.signature = der.value(parts[5])

    def _read_info(self) -> None:
        der = Der(self.info)
        parts = der.inside(der.whole())
        self.policy = der.oid(parts[1])
        algorithm, imprint = der.inside(parts[2])
        self.imprint_digest = DIGESTS.get(der.oid(der.inside(algorithm)[0]))
        self.imprint = der.value(imprint)
        text = der.value(parts[4]).decode("ascii")
        if not re.fullmatch("[0-9]{14}(\\.[0-9]{1,6})?Z", text):
            raise Broken("die Zeit im Zeitstempel ist unleserlich")
        self.moment = datetime.strptime(text[:14] + "+0000", "%Y%m%d%H%M%S%z")

    def check(self, text: bytes, trust: Trust) -> datetime:
        """Prüft den Zeitstempel über diesen Text, die Kette zu seiner eigenen Zeit."""
        if self.imprint_digest is None or _digest(self.imprint_digest, text) != self.imprint:
            raise Broken("der Zeitstempel gilt einem anderen Prüfpunkt")
        if trust.policy and self.policy != trust.policy:
            raise Broken("der Zeitstempel folgt einer anderen Richtlinie")
        leaf = self._leaf()
        self._check_signature(leaf)
        self._check_chain(leaf, trust)
        return self.moment

    def _leaf(self) -> x509.Certificate:
        for one in self.certificates:
            if one.serial_number == self.serial and one.issuer.public_bytes() == self.issuer:
                break
        else:
            raise Broken("das Zertifikat der Zeitstempelstelle fehlt")
        try:
            if one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                raise Broken("ein Zertifikat für Zertifikate darf keine Zeitstempel signieren")
        except x509.ExtensionNotFound:
            pass
        try:
            usage = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        except x509.ExtensionNotFound as error:
            raise Broken("das Zertifikat ist nicht für Zeitstempel") from error
        if not usage.critical or list(usage.value) != [x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]:
            raise Broken("das Zertifikat ist nicht allein für Zeitstempel")
        return one

    def _check_signature(self, leaf: x509.Certificate) -> None:
        der, kind = self.attributes.get(CONTENT_TYPE, (None, None))
        if der is None or der.oid(kind) != TST_INFO:
            raise Broken("der Zeitstempel signiert etwas anderes")
        der, digest = self.attributes.get(MESSAGE_DIGEST, (None, None))
        if der is None or der.value(digest) != _digest(self.digest, self.info):
            raise Broken("der Zeitstempel wurde verändert")
        der, chosen = self.attributes.get(SIGNING_CERTIFICATE_2, (None, None))
        if der is not None:
            fingerprint = leaf.fingerprint(hashes.SHA256())
            if fingerprint not in der.bytes(chosen):
                raise Broken("der Zeitstempel nennt ein anderes Zertifikat")
        key = leaf.public_key()
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(self.signature, self.signed, padding.PKCS1v15(), self.digest())
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(self.signature, self.signed, ec.ECDSA(self.digest()))
            else:
                raise Broken("der Zeitstempel ist mit einem unbekannten Verfahren signiert")
        except InvalidSignature as error:
            raise Broken("die Signatur des Zeitstempels stimmt nicht") from error

    def _check_chain(self, leaf: x509.Certificate, trust: Trust) -> None:
        current = leaf
        for _ in range(8):
            if not current.not_valid_before_utc <= self.moment <= current.not_valid_after_utc:
                raise Broken("ein Zertifikat galt zur Zeit des Zeitstempels nicht")
            if any(current == root for root in trust.roots):
                return
            issuer = self._issuer(current, trust)
            if issuer is None:
                break
            current = issuer
        raise Broken("der Zeitstempel kommt von keiner Stelle, der vertraut wird")

    def _issuer(self, current: x509.Certificate, trust: Trust) -> Any:
        for one in [*trust.roots, *self.certificates]:
            if one.subject != current.issuer or one == current:
                continue
            try:
                current.verify_directly_issued_by(one)
                if one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                    return one
            except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
                continue
        return None


def _digest(algorithm: Any, data: bytes) -> bytes:
    found = hashes.Hash(algorithm())
    found.update(data)
    return found.finalize()


# ----------------------------------------------------------------------------------------- Prüfung


def spelled(value: Any) -> str:
    """Schreibt einen Wert in der einen Schreibweise, die gehasht wurde."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse_json(line: str) -> Any:
    """Liest JSON und verlangt die eine Schreibweise (keine doppelten Schlüssel)."""
    try:
        value = json.loads(line)
        if spelled(value) != line:
            raise Broken("nicht in der vorgeschriebenen Schreibweise")
    except (ValueError, RecursionError) as error:
        raise Broken("kein JSON") from error
    return value


class Line(NamedTuple):
    """Eine Zeile der Verwahrung."""

    year: int
    number: int
    at: datetime
    act: str
    leaf: bytes
    body: Optional[Dict[str, Any]]  # noqa: UP006, UP045 (Python 3.9)


STEPS = (
    "Ausgabe vollständig, nichts zusätzlich, sichere Namen",
    "SHA-256 jeder Datei",
    "Begleitschein von einer bekannten Dockstation",
    "Begleitschein passt zur Aufnahme",
    "Zeilen der Verwahrung unverändert",
    "Zeilen der Verwahrung stehen im Protokoll",
    "Prüfpunkte vom bekannten Protokoll signiert",
    "Zeugen haben bestätigt",
    "Zeitstempel",
    "Protokoll seit früheren Prüfpunkten nur gewachsen",
    "Verwahrung lückenlos",
)


class Check:
    """Eine Prüfung, Schritt für Schritt; ein Fehler hält die späteren nicht auf."""

    def __init__(self, bag: Any, trust: Trust, *, least: int, earlier: Optional[str]) -> None:  # noqa: UP045 (Python 3.9)
        self.bag = bag
        self.trust = trust
        self.least = least
        self.earlier = earlier
        self.hashes: Dict[str, str] = {}  # noqa: UP006 (Python 3.9)
        self.digests: Dict[str, str] = {}  # noqa: UP006 (Python 3.9)
        self.lines: Dict[str, List[Line]] = {}  # noqa: UP006 (Python 3.9)
        self.heads: Dict[str, Head] = {}  # noqa: UP006 (Python 3.9)
        self.notes: Dict[str, Tuple[Head, str]] = {}  # noqa: UP006 (Python 3.9)
        self.manifests: Dict[str, Dict[str, Any]] = {}  # noqa: UP006 (Python 3.9)
        self.remarks: List[str] = []  # noqa: UP006 (Python 3.9)
        self.failed = 0

    def run(self) -> int:
        """Führt alle Schritte aus und gibt die Zahl der Fehler zurück."""
        steps = (
            self.check_contents, self.check_hashes, self.check_manifests, self.check_files,
            self.check_lines, self.check_proofs, self.check_heads, self.check_witnesses,
            self.check_stamps, self.check_growth, self.check_chain,
        )  # fmt: skip
        for number, (name, step) in enumerate(zip(STEPS, steps), 1):  # noqa: B905 (Python 3.9)
            try:
                remark = step()
            except Broken as error:
                self.failed += 1
                say(f"{number:2}  FEHLER  {name}: {error}")
            except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
                # Was hier liegt, hat vielleicht jemand gebaut, um das Programm zu stören.
                self.failed += 1
                say(f"{number:2}  FEHLER  {name}: unlesbar ({type(error).__name__})")
            else:
                say(f"{number:2}  {remark or 'OK      ' + name}")
        return self.failed

    def files(self, folder: str) -> List[str]:  # noqa: UP006 (Python 3.9)
        return sorted(name for name in self.bag.names if name.startswith(f"data/{folder}/"))

    def read(self, name: str, most: int = 64 << 20) -> bytes:
        try:
            with self.bag.open(name) as file:
                raw = file.read(most + 1)
        except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError) as error:
            raise Broken(f"{name} fehlt oder ist unlesbar") from error
        if len(raw) > most:
            raise Broken(f"{name} ist zu groß")
        return bytes(raw)

    def text(self, name: str) -> str:
        try:
            return self.read(name).decode()
        except UnicodeDecodeError as error:
            raise Broken(f"{name}: kein UTF-8") from error

    # 1 und 2: die Dateien

    def check_contents(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        names = list(self.bag.names)
        check_names(names)
        for name in names:
            if name not in ROOT_FILES and not PAYLOAD.fullmatch(name):
                raise Broken(f"{name} gehört nicht in eine Ausgabe")
        missing = sorted(ROOT_FILES - set(names))
        if missing:
            raise Broken(f"{missing[0]} fehlt")
        if self.read("bagit.txt") != BAGIT:
            raise Broken("bagit.txt ist verändert")
        self.media()
        self.hashes = listed = self.listing()
        present = set(names) - {CONTENTS, TAG_LIST}
        for name in sorted(present - set(listed)):
            raise Broken(f"{name} steht nicht im signierten Verzeichnis")
        for name in sorted(set(listed) - present):
            raise Broken(f"{name} fehlt")
        return None

    def listing(self) -> Dict[str, str]:  # noqa: UP006 (Python 3.9)
        """Liest das Verzeichnis, das mit dem Schlüssel des Protokolls signiert ist."""
        keys = [self.trust.journal] if self.trust.journal else []
        text = open_note(self.text(CONTENTS), keys, alone=True)
        lines = text.splitlines()
        if lines[0] != FORMAT:
            raise Broken("unbekannte Fassung der Ausgabe")
        return dict(_listing(lines[1:]))

    def check_hashes(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        found = {name: self.digest(name) for name in sorted(self.bag.names) if name != TAG_LIST}
        for name, digest in found.items():
            if name != CONTENTS and self.hashes.get(name) != digest:
                raise Broken(f"{name} wurde nach der Ausgabe verändert")
        for name, part in ((PAYLOAD_LIST, True), (TAG_LIST, False)):
            expected = "".join(
                f"{digest}  {path}\n"
                for path, digest in found.items()
                if path.startswith("data/") is part
            )
            if self.text(name) != expected:
                raise Broken(f"{name} passt nicht zu den Dateien")
        return None

    def digest(self, name: str) -> str:
        if name in self.digests:
            return self.digests[name]
        found = hashlib.sha256()
        try:
            with self.bag.open(name) as file:
                for block in iter(lambda: file.read(BLOCK), b""):
                    found.update(block)
        except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise Broken(f"{name} ist unlesbar ({error})") from error
        self.digests[name] = found.hexdigest()
        return self.digests[name]

    # 3 und 4: der Begleitschein

    def check_manifests(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        names = self.files("begleitschein")
        if not names:
            raise Broken("der Begleitschein fehlt")
        for name in names:
            note = self.text(name)
            value = parse_json(split_note(note)[0][:-1])
            ident = name.rpartition("/")[2][: -len(".note")]
            if not isinstance(value, dict) or value.get("id") != ident:
                raise Broken(f"{name} gehört zu einer anderen Aufnahme")
            # Eine geschwärzte Kopie entsteht nicht am Dock: sie hat einen eigenen Schlüssel.
            derived = bool(value.get("derived_from"))
            open_note(note, [key for key in self.trust.docks if (key.name == REDACTED) is derived])
            self.manifests[ident] = value
        return None

    def media(self) -> str:
        found = [name for folder in FORMS for name in self.files(folder)]
        if len(found) != 1:
            raise Broken("die Ausgabe enthält nicht genau eine Aufnahme")
        return found[0]

    def check_files(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        name = self.media()
        ident = name.rpartition("/")[2].partition(".")[0]
        value = self.manifests.get(ident)
        if value is None:
            raise Broken("zu dieser Aufnahme gibt es keinen gültigen Begleitschein")
        if value.get("sha256") != self.digest(name):
            raise Broken("die Aufnahme ist nicht die, für die der Begleitschein gilt")
        form = name.split("/")[1]
        if form != form_of(value):
            raise Broken("eine Kopie ist als Original bezeichnet oder umgekehrt")
        return None if form == "original" else f"OK      {STEPS[3]} (Kopie: {form})"

    # 5 bis 7: Verwahrung und Protokoll

    def check_lines(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        names = [name for name in self.files("verwahrung") if name.endswith(".jsonl")]
        expected = {f"data/verwahrung/{ident}.jsonl" for ident in self.manifests}
        if not names or set(names) != expected:
            raise Broken("die Zeilen der Verwahrung fehlen")
        for name in names:
            ident = name.rpartition("/")[2][: -len(".jsonl")]
            text = self.text(name)
            if not text.endswith("\n"):
                raise Broken(f"{name}: die letzte Zeile ist abgeschnitten")
            for number, line in enumerate(text[:-1].split("\n"), 1):
                try:
                    self.lines.setdefault(ident, []).append(_custody_line(line, ident))
                except Broken as error:
                    raise Broken(f"{ident}, Zeile {number}: {error}") from error
        return None

    def check_proofs(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        wanted = {
            f"data/nachweise/{line.year}-{line.number}.tlog-proof": line
            for lines in self.lines.values()
            for line in lines
        }
        if not wanted or set(wanted) != set(self.files("nachweise")):
            raise Broken("Nachweise fehlen oder gehören zu anderen Einträgen")
        for name, line in wanted.items():
            index, proof, note = _parse_proof(self.text(name))
            head = parse_head(split_note(note)[0])
            if index != line.number:
                raise Broken(f"{name} beweist einen anderen Eintrag")
            try:
                check_inclusion(leaf_hash(line.leaf), index, head.size, proof, head.root)
            except Broken as error:
                raise Broken(f"{name}: {error}") from error
            self.notes[name] = (head, note)
        return None

    def check_heads(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        if not self.notes:
            raise Broken("es gibt keinen Prüfpunkt")
        journal = self.trust.journal
        for name, (head, note) in self.notes.items():
            year = name.rpartition("/")[2][:4]
            origin = f"{journal.name}/{year}"  # type: ignore[union-attr]
            if head.origin != origin:
                raise Broken(f"{name}: Prüfpunkt eines anderen Protokolls ({head.origin})")
            open_note(note, [journal], name=origin)  # type: ignore[list-item]
            known = self.heads.setdefault(year, head)
            if known != head:
                raise Broken(f"{year}: verschiedene Prüfpunkte in einer Ausgabe")
        return None

    # 8 bis 10: andere Stellen

    def check_witnesses(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        for name, (head, note) in self.notes.items():
            moments = self.witnessed(note)
            if len(moments) < self.least:
                raise Broken(
                    f"{name}: {len(moments)} von mindestens {self.least} Zeugen haben den "
                    f"Prüfpunkt über {head.size} Einträge bestätigt"
                )
            year = int(name.rpartition("/")[2][:4])
            lines = [line for chain in self.lines.values() for line in chain]
            made = [line.at for line in lines if line.year == year]
            last = max(made, default=EPOCH)
            if any(moment < last - timedelta(minutes=10) for moment in moments.values()):
                raise Broken("ein Zeuge hat bestätigt, bevor der letzte Eintrag geschrieben wurde")
        if not self.notes:
            raise Broken("es gibt keinen Prüfpunkt")
        if not self.least:
            return "ENTFÄLLT Zeugen: keiner verlangt"
        return None

    def witnessed(self, note: str) -> Dict[str, datetime]:  # noqa: UP006 (Python 3.9)
        text, signatures = split_note(note)
        found = {}
        for signer, raw in signatures:
            for key in self.trust.witnesses:
                if signer != key.name or raw[:4] != key.key_id(key.name):
                    continue
                time = int.from_bytes(raw[4:12], "big")
                if not key.accepts(f"cosignature/v1\ntime {time}\n{text}".encode(), raw[12:]):
                    raise Broken(f"die Bestätigung von {signer} ist gefälscht")
                found[signer] = EPOCH + timedelta(seconds=time)
        return found

    def check_stamps(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        names = self.files("zeitstempel")
        if not names:
            if self.trust.stamp_demanded:
                raise Broken("ein Zeitstempel ist verlangt und fehlt")
            return "ENTFÄLLT Zeitstempel: keiner enthalten"
        if not self.trust.roots:
            raise Broken("die Vertrauensdatei nennt keine Zeitstempelstelle")
        moments = []
        for name in names:
            old = self.growth(name.replace("zeitstempel", "wachstum")[: -len(".tsr")] + ".json")[0]
            text = split_note(old)[0]
            moments.append(Stamp(self.read(name)).check(text.encode(), self.trust))
        return f"OK      Zeitstempel vom {max(moments):%d.%m.%Y, %H:%M:%S} UTC"

    def growth(self, name: str) -> Tuple[str, str, List[bytes]]:  # noqa: UP006 (Python 3.9)
        value = parse_json(self.text(name))
        if not isinstance(value, dict) or sorted(value) != ["new", "old", "proof"]:
            raise Broken(f"{name}: unbekannter Aufbau")
        return value["old"], value["new"], [decode(node) for node in value["proof"]]

    def check_growth(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        known: Dict[Tuple[str, int], Head] = {}  # noqa: UP006 (Python 3.9)
        for name in self.files("wachstum"):
            old_note, new_note, proof = self.growth(name)
            year = name.rpartition("/")[2][:4]
            origin = f"{self.trust.journal.name}/{year}"  # type: ignore[union-attr]
            old = parse_head(open_note(old_note, [self.trust.journal], name=origin))  # type: ignore[list-item]
            new = parse_head(open_note(new_note, [self.trust.journal], name=origin))  # type: ignore[list-item]
            if new != self.heads.get(year, new) or {old.origin, new.origin} != {origin}:
                raise Broken(f"{name} führt zu einem anderen Prüfpunkt")
            check_growth(old.size, old.root, new.size, new.root, proof)
            known[old.origin, old.size] = old
        for head in self.heads.values():
            known[head.origin, head.size] = head
        if self.earlier is None:
            return "OK      Protokoll nur gewachsen" + (
                f" ({len(self.files('wachstum'))} frühere Prüfpunkte)" if known else ""
            )
        return self._check_earlier(known)

    def _check_earlier(self, known: Dict[Tuple[str, int], Head]) -> str:  # noqa: UP006 (Python 3.9)
        note = self.earlier or ""
        head = parse_head(split_note(note)[0])
        open_note(note, [self.trust.journal], name=head.origin)  # type: ignore[list-item]
        found = known.get((head.origin, head.size))
        if found is None:
            raise Broken(
                f"über {head.origin} mit {head.size} Einträgen sagt diese Ausgabe nichts; bitte "
                "bei der Behörde den Beweis des Wachstums anfordern"
            )
        if found != head:
            raise Broken(
                "Ihr früherer Prüfpunkt und diese Ausgabe widersprechen sich: das Protokoll wurde "
                "umgeschrieben oder es gibt zwei Fassungen"
            )
        return "OK      Protokoll seit Ihrem früheren Prüfpunkt nur gewachsen"

    # 11: lückenlos

    def check_chain(self) -> Optional[str]:  # noqa: UP045 (Python 3.9)
        if not self.lines:
            raise Broken("es gibt keine Zeilen der Verwahrung")
        for ident, lines in self.lines.items():
            _check_order(ident, lines)
            last = lines[-1].body or {}
            if lines[-1].act != EXPORTED or not last:
                raise Broken(f"{ident}: die letzte Zeile ist nicht diese Ausgabe")
            before = hashlib.sha256(b"".join(leaf_hash(line.leaf) for line in lines[:-1]))
            if last.get("lines") != len(lines) - 1 or last.get("checksum") != before.hexdigest():
                raise Broken(
                    f"{ident}: es fehlen Zeilen; vorhanden sind {len(lines) - 1} von "
                    f"{last.get('lines')} vor der Ausgabe"
                )
        name = self.media()
        ident = name.rpartition("/")[2].partition(".")[0]
        exported = self.lines[ident][-1].body if ident in self.lines else None
        if exported is None or exported.get("sha256") != self.digest(name):
            raise Broken("das Protokoll hat eine andere Datei als ausgegeben vermerkt")
        count = sum(len(lines) for lines in self.lines.values())
        return f"OK      Verwahrung lückenlos ({count} Zeilen)"


def form_of(manifest: Dict[str, Any]) -> str:  # noqa: UP006 (Python 3.9)
    """Gibt zurück, was die Aufnahme nach ihrem Begleitschein ist."""
    if not manifest.get("derived_from"):
        return "original"
    operator = str((manifest.get("operation") or {}).get("operator", ""))
    return "geschnitten" if operator.startswith("request:") else "geschwaerzt"


def _check_order(ident: str, lines: Sequence[Line]) -> None:
    places = [(line.year, line.number) for line in lines]
    if places != sorted(set(places)):
        raise Broken(f"{ident}: Zeilen sind vertauscht oder doppelt")
    for number, line in enumerate(lines, 1):
        nth = (line.body or {}).get("nth")
        if line.body is not None and nth != number:
            raise Broken(f"{ident}: nach Zeile {number - 1} fehlt eine (es folgt Nummer {nth})")


def _listing(lines: Sequence[str]) -> Iterator[Tuple[str, str]]:  # noqa: UP006 (Python 3.9)
    for line in lines:
        digest, blank, name = line.partition("  ")
        if not blank or not re.fullmatch("[0-9a-f]{64}", digest):
            raise Broken("das Verzeichnis ist beschädigt")
        yield name, digest


def _custody_line(line: str, ident: str) -> Line:
    value = parse_json(line)
    if not isinstance(value, dict) or sorted(value) != ["body", "leaf", "salt", "year"]:
        raise Broken("unbekannter Aufbau")
    envelope = parse_json(value["leaf"])
    if not isinstance(envelope, dict) or sorted(envelope) != ENVELOPE:
        raise Broken("unbekannter Aufbau des Umschlags")
    if envelope["subject"] != f"recording:{ident}":
        raise Broken("gehört zu einem anderen Gegenstand")
    body = None
    if value["body"] is not None or value["salt"] is not None:
        try:
            salt, text = bytes.fromhex(value["salt"]), value["body"]
            bound = hashlib.sha256(b"\x01" + salt + text.encode()).hexdigest()
        except (TypeError, ValueError, AttributeError) as error:
            raise Broken("der Inhalt ist beschädigt") from error
        if len(salt) != 16 or bound != envelope["commitment"]:
            raise Broken("der Inhalt wurde verändert")
        body = parse_json(text)
    at = EPOCH + timedelta(milliseconds=envelope["at"])
    return Line(
        value["year"], envelope["number"], at, envelope["act"], value["leaf"].encode(), body
    )


def _parse_proof(text: str) -> Tuple[int, List[bytes], str]:  # noqa: UP006 (Python 3.9)
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) < 2 or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Broken("kein tlog-proof@v1")
    word, _, number = lines[1].partition(" ")
    if word != "index" or not DECIMAL.fullmatch(number):
        raise Broken("der Nachweis nennt keine Nummer")
    proof = [decode(line) for line in lines[2:]]
    if any(len(node) != 32 for node in proof):
        raise Broken("ein Wert im Nachweis hat nicht 32 Bytes")
    return int(number), proof, note


def say(text: str) -> None:
    """Schreibt eine Zeile; auch auf Konsolen, die keine Umlaute können."""
    sys.stdout.buffer.write((text + "\n").encode())
    sys.stdout.flush()


def read_trust(path: Path, bag: Path) -> Trust:
    """Liest die Vertrauensdatei; aus der Ausgabe selbst wird keine genommen."""
    inside = bag.is_dir() and bag.resolve() in path.resolve().parents
    if inside:
        raise Broken("die Vertrauensdatei liegt in der Ausgabe selbst und zählt deshalb nicht")
    try:
        return Trust(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise Broken(f"die Vertrauensdatei ist unlesbar: {error}") from error


def read_earlier(path: Path) -> str:
    """Liest einen Prüfpunkt aus einer Datei, auch aus einem tlog-proof."""
    text = path.read_text(encoding="utf-8-sig")
    return text.partition("\n\n")[2] if text.startswith("c2sp.org/tlog-proof") else text


def main(arguments: Optional[List[str]] = None) -> int:  # noqa: UP006, UP045 (Python 3.9)
    """Prüft und berichtet; gibt den Rückgabewert zurück."""
    parser = argparse.ArgumentParser(description="Prüft eine Ausgabe von Beweismitteln.")
    parser.add_argument("ausgabe", type=Path, help="ZIP-Datei oder entpackter Ordner")
    parser.add_argument("--vertrauen", type=Path, required=True, help="Schlüssel der Behörde")
    parser.add_argument("--frueher", type=Path, help="Prüfpunkt aus einer älteren Ausgabe")
    parser.add_argument("--zeugen", type=int, help="so viele Zeugen müssen bestätigt haben")
    given = parser.parse_args(arguments)
    try:
        trust = read_trust(given.vertrauen, given.ausgabe)
        earlier = read_earlier(given.frueher) if given.frueher else None
    except (Broken, OSError, UnicodeDecodeError) as error:
        say(f"NICHT PRÜFBAR: {error}")
        return 2
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    say(f"Prüfprogramm SHA-256: {own}")
    least = trust.least_witnesses if given.zeugen is None else given.zeugen
    try:
        bag: Any = Folder(given.ausgabe) if given.ausgabe.is_dir() else Archive(given.ausgabe)
    except (Broken, OSError) as error:
        say(f" 1  FEHLER  {STEPS[0]}: {error}")
        say("NICHT IN ORDNUNG: die Ausgabe ist verändert oder unvollständig.")
        return 1
    with closing(bag):
        failed = Check(bag, trust, least=least, earlier=earlier).run()
    if failed:
        say(f"NICHT IN ORDNUNG: {failed} Schritte sind fehlgeschlagen.")
        return 1
    say("IN ORDNUNG: Aufnahme und Verwahrung sind vollständig und unverändert.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
