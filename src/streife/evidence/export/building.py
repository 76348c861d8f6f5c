"""Making the file for a recipient: recorded first, then streamed through age to the disk.

Nothing of the recording lies on the disk in clear, and nothing is whole in memory.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pyrage
from django.conf import settings

from streife.evidence.contents import open_content
from streife.evidence.envelope import EnvelopeError
from streife.evidence.export import offline_verifier
from streife.evidence.export.bag import Bag, Damaged, Part, Pull, part_of
from streife.evidence.export.casework import case_of
from streife.evidence.export.cover import cover_of
from streife.evidence.export.custody import custody_part, growth_parts, proof_parts
from streife.evidence.models import HandOver, Recording
from streife.evidence.rules import handing_over as rules
from streife.journal import actions as journal
from streife.journal.queries import entries_of
from streife.kernel.errors import Refused

README = """Herausgabe {ident}
für {recipient}, Aktenzeichen {reference}

data/{folder:<20}  die Aufnahme ({what})
data/begleitschein    was die Dockstation beim Auslesen unterschrieben hat
data/verwahrung       jede Handlung an der Aufnahme, eine Zeile je Eintrag, und das Deckblatt
data/nachweise        je Zeile der Beweis, dass sie im Protokoll steht (c2sp.org/tlog-proof)
data/wachstum         Beweise, dass das Protokoll seit früheren Prüfpunkten nur gewachsen ist
data/zeitstempel      Zeitstempel nach RFC 3161, wenn es welche gibt
data/case.jsonld      dasselbe für Auswerteprogramme (CASE/UCO)

Prüfen:  python3 pruefen.py AUSGABE.zip --vertrauen VERTRAUEN.txt
Nötig:   Python ab 3.9 und das Paket „cryptography“ ab 42; kein Netz.

VERTRAUEN.txt enthält die öffentlichen Schlüssel und liegt mit Absicht nicht bei. Holen Sie die
Datei und am besten auch pruefen.py bei der Behörde selbst, oder vergleichen Sie dessen SHA-256:
{program}

Die Unversehrtheit ist ab dem Auslesen an der Dockstation bewiesen, nicht ab der Aufnahme.
"""


WHAT = {
    rules.Form.ORIGINAL: "Original, unverändert",
    rules.Form.CUT: "geschnittene Kopie, kein Original",
    rules.Form.REDACTED: "geschwärzte Kopie, kein Original",
}


@dataclass(frozen=True, slots=True)
class Built:
    """The encrypted file, and what stands in the bag."""

    size: int
    sha256: str
    bag_sha256: str
    heads: Mapping[str, int]


def folder() -> Path:
    """Return where encrypted files wait for their recipients."""
    path = Path(settings.VAR_DIR) / "evidence" / "ausgaben"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(hand_over: HandOver) -> Path:
    """Return where the file for a recipient lies."""
    return folder() / f"{hand_over.ident.lower()}.zip.age"


def chain_of(recording: Recording) -> list[Recording]:
    """Return the recording and what it was derived from, the recording first."""
    found = [recording]
    while found[-1].derived_from is not None:
        found.append(found[-1].derived_from)
    return found


def build(
    hand_over: HandOver,
    closing: Mapping[str, int],
    *,
    earlier: Iterable[Mapping[str, int]],
    now: datetime,
) -> Built:
    """Write the file; `closing` names the last custody entry (id) of each recording.

    :raises Damaged: the recording is not what was kept
    :raises Refused: `recipient-key-malformed`, `key-destroyed`, what signing refuses
    :raises OSError, EnvelopeError: the vault could not be read or written
    """
    entries = [
        entry
        for ident, last in closing.items()
        for entry in entries_of(f"recording:{ident}")
        .filter(id__lte=last)
        .order_by("log_id", "number")
    ]
    chains: dict[str, list[journal.Proven]] = {ident: [] for ident in closing}
    # All at once, so that all lead to one head of each year.
    for entry, line in zip(entries, journal.prove_entries(entries, now=now), strict=True):
        chains[entry.subject.partition(":")[2]].append(line)
    heads = _heads(chains)
    growths = [
        growth
        for year, _size in heads.items()
        for growth in journal.prove_growths(
            int(year), [old[year] for old in earlier if year in old]
        )
    ]
    bag = _bag(hand_over, chains, growths, now)
    return _encrypt(hand_over, bag, heads)


def _heads(chains: Mapping[str, Sequence[journal.Proven]]) -> dict[str, int]:
    """Return the size of the head that the proofs of each year lead to."""
    found: dict[str, int] = {}
    for lines in chains.values():
        for line in lines:
            found[str(line.year)] = int(line.proof.partition("\n\n")[2].split("\n")[1])
    return found


def _bag(
    hand_over: HandOver,
    chains: Mapping[str, Sequence[journal.Proven]],
    growths: Iterable[journal.Growth],
    now: datetime,
) -> Bag:
    recording = hand_over.recording
    program = Path(offline_verifier.__file__).read_bytes()
    readme = README.format(
        ident=hand_over.ident,
        recipient=hand_over.recipient,
        reference=hand_over.reference,
        folder=rules.form_of(recording.operation).value,
        what=WHAT[rules.form_of(recording.operation)],
        program=hashlib.sha256(program).hexdigest(),
    )
    return Bag(
        folder=f"herausgabe-{hand_over.ident.lower()}",
        payload=list(_payload(hand_over, chains, growths)),
        tags={"LIESMICH.txt": readme.encode(), "pruefen.py": program},
        info={
            "Source-Organization": _one_line(f"{settings.CITY_NAME}, Ordnungsdienst"),
            "External-Identifier": hand_over.ident,
            "Bagging-Date": f"{now:%Y-%m-%d}",
        },
        moment=now,
        sign=journal.sign_text,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _payload(
    hand_over: HandOver,
    chains: Mapping[str, Sequence[journal.Proven]],
    growths: Iterable[journal.Growth],
) -> Iterator[Part]:
    recording = hand_over.recording
    form = rules.form_of(recording.operation)
    yield Part(
        f"data/{form.value}/{recording.ident}.{_ending(recording.name)}",
        lambda: open_content(recording).parts(),
        recording.sha256,
    )
    for one in chain_of(recording):
        note = one.manifest.encode()
        yield part_of(f"data/begleitschein/{one.ident}.note", note)
        yield custody_part(one.ident, chains[one.ident])
    yield part_of("data/verwahrung/deckblatt.pdf", cover_of(hand_over, chains))
    yield from proof_parts(line for lines in chains.values() for line in lines)
    yield from growth_parts(growths)
    yield part_of("data/case.jsonld", case_of(recording, chains, hand_over.reference))


def _ending(name: str) -> str:
    found = re.search(r"\.([a-z0-9]{1,5})$", name.lower())
    return found[1] if found else "bin"


def recipient_of(key: str) -> pyrage.x25519.Recipient | pyrage.ssh.Recipient:
    """Return the recipient as age takes it.

    :raises Refused: `recipient-key-malformed`
    """
    text = rules.check_recipient_key(key)
    kind = pyrage.x25519.Recipient if text.startswith("age1") else pyrage.ssh.Recipient
    try:
        return kind.from_str(text)
    except pyrage.RecipientError as error:
        raise Refused(
            "Der öffentliche Schlüssel ist unvollständig oder vertippt. Bitte noch einmal aus der"
            " Nachricht der empfangenden Stelle kopieren.",
            "recipient-key-malformed",
            field="recipient_key",
        ) from error


def _encrypt(hand_over: HandOver, bag: Bag, heads: Mapping[str, int]) -> Built:
    """Write the encrypted bag under its name only when all of it lies on the disk."""
    final = path_of(hand_over)
    part = final.with_suffix(f".{secrets.token_hex(8)}.part")  # a run that died may come back
    plain = hashlib.sha256()
    broken: list[Exception] = []

    def watched() -> Iterator[bytes]:
        try:
            for piece in bag.stream():
                plain.update(piece)
                yield piece
        except (Damaged, EnvelopeError, OSError) as error:
            broken.append(error)  # age would turn it into an error of its own
            raise

    try:
        with open(part, "wb", opener=_private) as file:
            writer = _Hashing(file)
            pyrage.encrypt_io(Pull(watched()), writer, [recipient_of(hand_over.recipient_key)])
            file.flush()
            os.fsync(file.fileno())
        part.replace(final)
    except pyrage.EncryptError as error:
        raise broken[0] if broken else OSError(str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return Built(writer.size, writer.digest.hexdigest(), plain.hexdigest(), heads)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class _Hashing:
    """Passes on to a file and hashes what passes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, block: bytes) -> int:
        self.digest.update(block)
        self.size += len(block)
        return self._file.write(block)

    def flush(self) -> None:
        self._file.flush()
