"""Whatever is done to a bag on its way: the program of the recipient refuses it."""

import codecs
import io
import json
import os
import random
import shutil
import stat
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from streife.accounts.rules import Actor, Role
from streife.evidence import actions as vault
from streife.evidence.export import offline_verifier
from streife.evidence.export.bag import Bag, part_of
from streife.journal import actions as journal
from streife.kernel import clock
from tests.exporting import Handed, handed, unpacked, verify
from tests.mutating import mutations
from tests.vaulting import make_dock, take_in

Actors = Callable[[Role | str], Actor]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_var_committed")]


@pytest.fixture
def given(actor_for: Actors, tmp_path: Path) -> Handed:
    """A small recording with six lines of custody, handed out."""
    now = clock.now()
    people = {"custodian": actor_for(Role.CUSTODIAN), "leader": actor_for(Role.SHIFT_LEADER)}
    recording = take_in(os.urandom(5000), dock=make_dock(now), now=now)
    for _ in range(2):
        vault.begin_viewing(
            ident=recording.ident,
            purpose="review",
            reason="Prüfung im Test",
            actor=people["custodian"],
            now=now,
        )
    return handed(recording, tmp_path / "empfang", now=now, **people)


@pytest.fixture
def root(given: Handed, tmp_path: Path) -> Path:
    return unpacked(given.bag, tmp_path / "offen")


def check(bag: Path, given: Handed, *more: str) -> tuple[int, str]:
    """Run the program in this process: the same code, much quicker."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(said):
        status = offline_verifier.main([str(bag), "--vertrauen", str(given.trust), *more])
    said.flush()
    return status, said.buffer.getvalue().decode()  # type: ignore[attr-defined]


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_case_51_one_flipped_bit_in_any_file_is_refused(given: Handed, root: Path) -> None:
    assert check(root, given)[0] == 0
    chance = random.Random(51)
    for path in files(root):
        good = path.read_bytes()
        places = {0, len(good) - 1, *(chance.randrange(len(good)) for _ in range(6))}
        for place in places:
            bad = bytearray(good)
            bad[place] ^= 1 << chance.randrange(8)
            path.write_bytes(bad)
            status, said = check(root, given)
            assert status == 1, (path.name, place, said)
            assert "FEHLER" in said
        path.write_bytes(good)
    assert check(root, given)[0] == 0


def test_case_51_a_file_removed_added_renamed_cut_or_lengthened_is_refused(
    given: Handed, root: Path
) -> None:
    for path in files(root):
        good = path.read_bytes()
        for change in ("removed", "renamed", "cut", "longer"):
            other = path.with_name(f"x{path.name}")
            if change == "removed":
                path.unlink()
            elif change == "renamed":
                path.rename(other)
            else:
                path.write_bytes(good[:-1] if change == "cut" else good + b"\n")
            status, said = check(root, given)
            assert status == 1, (path.name, change, said)
            other.unlink(missing_ok=True)
            path.write_bytes(good)
    assert check(root, given)[0] == 0


@pytest.mark.parametrize(
    "name",
    [
        "fremd.txt",
        "fetch.txt",
        "vertrauen.txt",
        "data/fremd.bin",
        "data/original/01ARZ3NDEKTSV4RRFFQ69G5FAV.mp4",
        "data/nachweise/2026-999.tlog-proof",
        "data/verwahrung/01ARZ3NDEKTSV4RRFFQ69G5FAV.jsonl",
        "data/schluessel/dock.txt",
        ".versteckt",
    ],
)
def test_case_51_nothing_unlisted_may_lie_in_the_bag(name: str, given: Handed, root: Path) -> None:
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    status, said = check(root, given)
    assert status == 1
    assert " 1  FEHLER" in said


def test_case_51_links_and_empty_folders_are_refused(
    given: Handed, root: Path, tmp_path: Path
) -> None:
    target = tmp_path / "draussen"
    media = next((root / "data" / "original").iterdir())
    shutil.move(media, target)
    media.symlink_to(target)
    assert "Verknüpfungen gehören nicht in eine Ausgabe" in check(root, given)[1]
    media.unlink()
    shutil.move(target, media)
    (root / "leer").mkdir()
    assert "leere Ordner" in check(root, given)[1]


def rezipped(
    given: Handed, target: Path, change: Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]
) -> Path:
    """Write the archive again, its entries changed."""
    with zipfile.ZipFile(given.bag) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.infolist()]
    change(entries)
    with zipfile.ZipFile(target, "w") as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return target


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_case_51_an_archive_with_two_entries_of_one_name_or_odd_names_is_refused(
    given: Handed, tmp_path: Path
) -> None:
    with zipfile.ZipFile(given.bag) as archive:
        top = archive.infolist()[0].filename.partition("/")[0]
        media = archive.infolist()[0].filename

    def with_entry(name: str, **how: Any) -> Callable[[list[Any]], None]:
        def change(entries: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
            extra = zipfile.ZipInfo(name)
            for key, value in how.items():
                setattr(extra, key, value)
            entries.append((extra, b"anderes"))

        return change

    names = {
        "twice": with_entry(media),
        "case": with_entry(f"{top}/BAGIT.txt"),
        "unicode": with_entry(f"{top}/bagit\uff0etxt"),
        "dots": with_entry(f"{top}/data/../../boese.txt"),
        "absolute": with_entry("/etc/boese.txt"),
        "backslash": with_entry(f"{top}/data\\boese.txt"),
        "drive": with_entry(f"{top}/C:boese.txt"),
        "folder": with_entry(f"{top}/leer/"),
        "link": with_entry(f"{top}/link", external_attr=(stat.S_IFLNK | 0o777) << 16),
        "other root": with_entry("anderer/boese.txt"),
        "packed": with_entry(f"{top}/gepackt.txt", compress_type=zipfile.ZIP_DEFLATED),
    }
    assert check(rezipped(given, tmp_path / "gleich.zip", lambda entries: None), given)[0] == 0
    for label, change in names.items():
        status, said = check(rezipped(given, tmp_path / "boese.zip", change), given)
        assert status == 1, (label, said)


def test_case_51_bytes_that_belong_to_no_file_are_refused(given: Handed, tmp_path: Path) -> None:
    good = given.bag.read_bytes()
    bad = tmp_path / "boese.zip"
    for content in (b"MZ" + good, good + b"x", good[:-30], b"", good[:100]):
        bad.write_bytes(content)
        assert check(bad, given)[0] == 1
    with zipfile.ZipFile(given.bag) as archive:
        offset = archive.infolist()[3].header_offset
    bad.write_bytes(good[:offset] + b"versteckt" + good[offset:])
    assert check(bad, given)[0] == 1


def retag(root: Path) -> None:
    """Make the list anew that nobody signs, as anybody can."""
    lines = [
        f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in files(root)
        if path.parent == root and path.name != "tagmanifest-sha256.txt"
    ]
    (root / "tagmanifest-sha256.txt").write_text("".join(lines))


def test_case_51_every_changed_line_or_letter_of_a_list_is_refused_also_with_a_new_tagmanifest(
    given: Handed, root: Path
) -> None:
    """All other files are held by the hash in `inhalt.txt`: of them the whole-file changes."""
    accepted, tried = [], 0
    for path in files(root):
        good, is_list = path.read_bytes(), path.suffix == ".txt" and path.parent == root
        for label, changed in mutations(good):
            if not is_list and "line" in label:
                continue
            path.write_bytes(changed)
            if path.name != "tagmanifest-sha256.txt":
                retag(root)
            tried += 1
            if check(root, given)[0] == 0:
                accepted.append((path.name, label))
            if not is_list and tried % 7:
                break  # one or two of each kind of file, another one each time
        path.write_bytes(good)
        retag(root)
    assert accepted == []
    assert tried > 400
    assert check(root, given)[0] == 0


def test_case_51_a_second_line_of_signature_under_the_list_is_refused(
    given: Handed, root: Path
) -> None:
    path = root / "inhalt.txt"
    good = path.read_text()
    for more in (good.splitlines()[-1], "— fremd.example/ AAAAAAAA"):
        path.write_text(f"{good}{more}\n")
        retag(root)
        status, said = check(root, given)
        assert (status, "mehr als eine Signatur" in said) == (1, True)


def test_case_51_what_a_zip_file_says_twice_it_says_alike(given: Handed, tmp_path: Path) -> None:
    """Another program reads the head of a file, ours the list: a flipped byte makes them differ.

    Free are only fields without content: which program wrote it, when, and with which rights.
    """
    good = given.bag.read_bytes()
    with zipfile.ZipFile(given.bag) as archive:
        entries = archive.infolist()
        start = archive.start_dir
    bad = tmp_path / "boese.zip"
    first = entries[0]
    local = range(first.header_offset, first.header_offset + 30 + len(first.filename) + 20)
    behind = first.header_offset + len(local) + first.compress_size
    places = [*local, *range(behind, behind + 24), *range(start, len(good))]
    accepted = set()
    for place in places:
        content = bytearray(good)
        content[place] ^= 0x01
        bad.write_bytes(content)
        if check(bad, given)[0] == 0:
            accepted.add(place)
    free = {*range(4, 6), *range(10, 14)}  # version to read it with, time, date
    assert {place - first.header_offset for place in accepted & set(local)} <= free
    assert not accepted & set(range(behind, behind + 24))
    at = start
    for entry in entries:
        fields = {place - at for place in accepted if at <= place < at + 46 + len(entry.filename)}
        # Versions, time, date, disk, kind of text, rights.
        assert fields <= {*range(4, 8), *range(12, 16), *range(34, 42)}, entry.filename
        at += 46 + len(entry.orig_filename.encode()) + len(entry.extra)
    assert not [place for place in accepted if place >= at], "the end has nothing free"


def test_case_51_the_long_forms_of_a_large_bag_are_read_as_strictly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond 2 GiB Python writes long sizes and a second end; here it does so from 60 bytes on."""
    parts = [part_of("data/original/a.mp4", b"x" * 100), part_of("data/b.jsonl", b"{}")]
    bag = Bag("ausgabe", parts, {"LIESMICH.txt": b"-"}, {}, clock.now(), lambda text: text)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 60)
    good = b"".join(bag.stream())
    monkeypatch.undo()
    path = tmp_path / "gross.zip"
    path.write_bytes(good)
    archive = offline_verifier.Archive(path)
    assert archive.names[0] == "data/original/a.mp4"
    start = archive.zip.start_dir
    archive.close()
    end = len(good) - 98
    assert good[end : end + 4] == b"PK\x06\x06"
    free = {*range(end + 12, end + 16)}  # versions
    for place in range(end, len(good)):
        content = bytearray(good)
        content[place] ^= 0x01
        path.write_bytes(content)
        if place not in free:
            with pytest.raises(offline_verifier.Broken):
                offline_verifier.Archive(path)
    for hidden in (good[:end] + b"x" + good[end:], good[:start] + b"x" + good[start:]):
        path.write_bytes(hidden)
        with pytest.raises(offline_verifier.Broken):
            offline_verifier.Archive(path)


def test_case_51_a_name_or_content_hidden_in_the_extra_fields_of_a_zip_is_refused(
    given: Handed, tmp_path: Path
) -> None:
    def with_extra(extra: bytes) -> Callable[[list[Any]], None]:
        def change(entries: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
            entries[2][0].extra = extra

        return change

    # Info-ZIP's "Unicode path": unzip writes the file under this name instead.
    path = b"\x01" + b"\0" * 4 + b"boese.txt"
    for extra in (b"up" + bytes([len(path), 0]) + path, b"\xfe\xca\x04\x00inhx", b"\x01\0"):
        status, said = check(rezipped(given, tmp_path / "boese.zip", with_extra(extra)), given)
        assert status == 1, said


def reseal(root: Path) -> None:
    """Make lists and signature again, as whoever holds the log's key could."""
    listed = {
        path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in files(root)
        if path.name not in {"inhalt.txt", "tagmanifest-sha256.txt", "manifest-sha256.txt"}
    }

    def lines(part: bool) -> str:
        return "".join(
            f"{value}  {name}\n"
            for name, value in sorted(listed.items())
            if name.startswith("data/") is part
        )

    (root / "manifest-sha256.txt").write_text(lines(True))
    name = "manifest-sha256.txt"
    listed[name] = sha256((root / name).read_bytes()).hexdigest()
    text = "".join(f"{value}  {name}\n" for name, value in sorted(listed.items()))
    (root / "inhalt.txt").write_text(journal.sign_text(f"Streife-Ausgabe 1\n{text}"))
    listed["inhalt.txt"] = sha256((root / "inhalt.txt").read_bytes()).hexdigest()
    (root / "tagmanifest-sha256.txt").write_text(lines(False))


def custody(root: Path) -> Path:
    return next((root / "data" / "verwahrung").glob("*.jsonl"))


@pytest.mark.parametrize("left_out", [0, 1, 3, -1])
def test_case_53_a_line_of_custody_left_out_is_seen_even_if_the_office_does_it(
    left_out: int, given: Handed, root: Path
) -> None:
    path = custody(root)
    lines = path.read_text().splitlines(keepends=True)
    gone = json.loads(json.loads(lines[left_out])["leaf"])
    del lines[left_out]
    path.write_text("".join(lines))
    (root / "data" / "nachweise" / f"2026-{gone['number']}.tlog-proof").unlink()
    reseal(root)
    status, said = check(root, given)
    assert status == 1
    assert "11  FEHLER  Verwahrung lückenlos" in said
    for step in range(1, 11):  # everything else is as it must be: only the chain shows it
        assert f"{step:2}  FEHLER" not in said


def test_case_53_lines_swapped_or_doubled_are_seen(given: Handed, root: Path) -> None:
    path = custody(root)
    lines = path.read_text().splitlines(keepends=True)
    for changed in ([lines[1], lines[0], *lines[2:]], [lines[0], *lines]):
        path.write_text("".join(changed))
        reseal(root)
        assert "11  FEHLER" in check(root, given)[1]


def test_case_52_the_proof_of_another_entry_or_log_is_refused(given: Handed, root: Path) -> None:
    proofs = sorted((root / "data" / "nachweise").iterdir())
    first, second = proofs[0].read_text(), proofs[1].read_text()
    proofs[0].write_text(second)
    reseal(root)
    assert " 6  FEHLER" in check(root, given)[1]
    proofs[0].write_text(first.replace("\nindex 1\n", "\nindex 2\n"))
    reseal(root)
    assert " 6  FEHLER" in check(root, given)[1]
    proofs[0].write_text(first.replace("protokoll/2026", "protokoll/2025"))
    reseal(root)
    assert " 7  FEHLER" in check(root, given)[1]
    proofs[0].write_text(first)
    reseal(root)
    assert check(root, given)[0] == 0


def test_case_52_another_office_and_a_missing_witness_are_refused(
    given: Handed, tmp_path: Path
) -> None:
    text = given.trust.read_text()
    assert "0 von mindestens 1 Zeugen" in check(given.bag, given, "--zeugen", "1")[1]
    given.trust.write_text(text.replace("localhost:8000/protokoll", "anderswo/protokoll"))
    assert check(given.bag, given)[0] == 2  # the id no longer fits the key
    lines = [line for line in text.splitlines() if not line.startswith("dock dock/wache")]
    given.trust.write_text("\n".join(lines) + "\n")
    status, said = check(given.bag, given)
    assert status == 1
    assert " 3  FEHLER  Begleitschein" in said
    given.trust.write_text("unsinn\n")
    assert "Vertrauensdatei, Zeile 1" in check(given.bag, given)[1]
    given.trust.write_text(text + "zeitstempel verlangt\n")
    assert "ein Zeitstempel ist verlangt und fehlt" in check(given.bag, given)[1]


def test_case_54_a_copy_cannot_be_called_an_original_and_no_other_file_be_put_in(
    given: Handed, root: Path
) -> None:
    media = next((root / "data" / "original").iterdir())
    good = media.read_bytes()
    media.write_bytes(os.urandom(5000))
    reseal(root)
    said = check(root, given)[1]
    assert " 4  FEHLER  Begleitschein passt zur Aufnahme" in said
    assert "11  FEHLER" in said
    media.write_bytes(good)
    (root / "data" / "geschwaerzt").mkdir()
    media.rename(root / "data" / "geschwaerzt" / media.name)
    media.parent.rmdir()
    reseal(root)
    assert "als Original bezeichnet oder umgekehrt" in check(root, given)[1]


def test_case_55_a_trust_file_that_went_through_windows_is_read(given: Handed) -> None:
    """A byte order mark and other line ends change no key."""
    plain = given.trust.read_bytes()
    given.trust.write_bytes(codecs.BOM_UTF8 + plain.replace(b"\n", b"\r\n"))
    try:
        assert verify(given.bag, given.trust)[0] == 0
    finally:
        given.trust.write_bytes(plain)


PYTHONS = sorted(Path("/root/.pyenv/versions").glob("3.*/bin/python"))


def test_case_55_the_program_is_read_by_every_python_from_3_9_on(given: Handed) -> None:
    """Compiled by each that is here; run where `cryptography` is there."""
    tried = 0
    for python in PYTHONS:
        version = tuple(map(int, python.parent.parent.name.split(".")[:2]))
        if version < (3, 9):
            continue
        tried += 1
        status, said = verify(given.bag, given.trust, python=str(python))
        assert "SyntaxError" not in said
        assert status == 0 or "No module named 'cryptography'" in said, said
    if not tried:
        pytest.skip("only one Python here")
