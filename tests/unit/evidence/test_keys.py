"""Cases 40, 41 and 45: keys are wrapped elsewhere, destroyed for good, and do not come back."""

import os
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from django.conf import settings

from streife.evidence.keys import FileWrapping, KeyStore, Wrapping
from streife.evidence.keys.module import ModuleWrapping
from streife.kernel.errors import Refused
from tests.programs import missing, need

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
)


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleWrapping:
    """Return a key inside SoftHSM2, with a token of its own."""
    need("softhsm2-util", "softhsm2")
    library = next((path for path in LIBRARIES if Path(path).exists()), None)
    if library is None:
        missing("SoftHSM2 is not installed (apt-get install softhsm2)")
    folder = tmp_path_factory.mktemp("softhsm")
    config = folder / "softhsm2.conf"
    (folder / "tokens").mkdir()
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(config)  # noqa: TID251 (the module reads it itself)
    subprocess.run(
        [
            *("softhsm2-util", "--init-token", "--free", "--label", "streife"),
            *("--pin", "1234", "--so-pin", "5678"),
        ],
        check=True,
        capture_output=True,
    )
    return ModuleWrapping(library, "streife", "1234")


@pytest.fixture(params=["file", "module"])
def wrapping(request: pytest.FixtureRequest, tmp_path: Path) -> Wrapping:
    """Return each kind of key over all keys."""
    if request.param == "file":
        return FileWrapping(tmp_path / "kek")
    found: Wrapping = request.getfixturevalue("module")
    return found


@pytest.fixture
def store(wrapping: Wrapping, tmp_path: Path) -> KeyStore:
    """Return an empty store of keys."""
    return KeyStore(tmp_path / "keys", wrapping)


def code(caught: pytest.ExceptionInfo[Refused]) -> str:
    return caught.value.code


def wait_for(path: Path) -> None:
    end = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} never came"
        time.sleep(0.01)


def raw_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_key_comes_back_and_only_under_its_own_name(store: KeyStore, wrapping: Wrapping) -> None:
    key = os.urandom(32)
    store.put("A", key, NOW)
    assert store.get("A") == key
    generation, wrapped = wrapping.wrap(key, "A")
    assert key not in wrapped
    with pytest.raises(Refused) as caught:
        wrapping.unwrap(generation, wrapped, "B")
    assert code(caught) == "key-damaged"
    broken = bytes([wrapped[0] ^ 1]) + wrapped[1:]
    with pytest.raises(Refused) as caught:
        wrapping.unwrap(generation, broken, "A")
    assert code(caught) == "key-damaged"


def test_case_45_whoever_has_the_database_of_keys_has_no_key(
    store: KeyStore, tmp_path: Path
) -> None:
    """The key over all keys lies elsewhere: an administrator of the database cannot decrypt."""
    key = os.urandom(32)
    store.put("A", key, NOW)
    assert key not in raw_bytes(tmp_path / "keys")
    stolen = KeyStore(tmp_path / "keys", FileWrapping(tmp_path / "elsewhere"))
    with pytest.raises(Refused) as caught:
        stolen.get("A")
    assert code(caught) in {"kek-missing", "key-damaged"}


def test_case_40_a_destroyed_key_is_nowhere_in_the_file(store: KeyStore, tmp_path: Path) -> None:
    for kid in "ABCDEFGH":
        store.put(kid, os.urandom(32), NOW)
    with store._open() as rows:
        wrapped = rows.execute("SELECT wrapped FROM wrapped_key WHERE kid = 'C'").fetchone()[0]
    assert wrapped in raw_bytes(tmp_path / "keys")
    store.destroy("C")
    assert wrapped not in raw_bytes(tmp_path / "keys")
    assert [path.name for path in (tmp_path / "keys").iterdir() if "-" in path.name] == []
    with pytest.raises(Refused) as caught:
        store.get("C")
    assert code(caught) == "key-destroyed"
    store.destroy("C")
    with pytest.raises(Refused):
        store.put("C", os.urandom(32), NOW)
    assert store.kids() == set("ABDEFGH")


def test_case_41_a_backup_put_back_brings_no_deleted_key_to_life(
    store: KeyStore, tmp_path: Path
) -> None:
    keys = {kid: os.urandom(32) for kid in "ABC"}
    for kid, key in keys.items():
        store.put(kid, key, NOW)
    backup = store.backup(NOW)
    store.destroy("A")  # known here
    store.path.unlink()
    assert store.restore(backup, {"B"}) == 1  # B: known to the main database only
    assert store.kids() == {"C"}
    assert store.get("C") == keys["C"]
    for kid in "AB":
        with pytest.raises(Refused):
            store.get(kid)
    # Even the whole folder of keys put back by hand: the main database's word still counts.
    assert store.restore(backup, {"A", "B", "C"}) == 0
    assert store.kids() == set()


def test_case_41_whoever_copies_the_old_file_back_by_hand_is_not_served(
    store: KeyStore, tmp_path: Path
) -> None:
    store.put("A", os.urandom(32), NOW)
    shutil.copy(store.path, tmp_path / "old")
    store.destroy("A")
    shutil.copy(tmp_path / "old", store.path)
    with pytest.raises(Refused) as caught:
        store.get("A")
    assert code(caught) == "key-destroyed"


def test_backups_of_keys_live_at_most_48_hours(store: KeyStore) -> None:
    store.put("A", os.urandom(32), NOW)
    old = store.backup(NOW)
    young = store.backup(NOW + timedelta(hours=24))
    assert store.tidy_backups(NOW + timedelta(hours=48)) == 0
    assert store.tidy_backups(NOW + timedelta(hours=48, seconds=1)) == 1
    assert not old.exists()
    assert young.exists()


def test_rotation_touches_no_footage_and_retires_the_old_key(
    store: KeyStore, wrapping: Wrapping, tmp_path: Path
) -> None:
    keys = {f"K{n}": os.urandom(32) for n in range(5)}
    for kid, key in keys.items():
        store.put(kid, key, NOW)
    before = wrapping.current()
    stolen, wrapped = wrapping.wrap(keys["K0"], "K0")
    assert store.rewrap(NOW) == 5
    assert wrapping.current() != before
    assert {kid: store.get(kid) for kid in keys} == keys
    with pytest.raises(Refused) as caught:
        wrapping.unwrap(stolen, wrapped, "K0")
    assert code(caught) == "kek-missing"


def held_up(folder: Path, kid: str) -> None:
    """Put a key in a process that is held up between wrapping and writing."""

    class HeldUp(FileWrapping):
        def wrap(self, data_key: bytes, kid: str) -> tuple[str, bytes]:
            done = super().wrap(data_key, kid)
            (folder / "wrapped").touch()
            end = time.monotonic() + 1.0
            while time.monotonic() < end and not (folder / "rotated").exists():
                time.sleep(0.01)
            return done

    wrapping = HeldUp(folder / "kek")
    KeyStore(folder / "keys", wrapping).put(kid, kid.encode() * 32, NOW)


def put_many(folder: Path, name: str) -> None:
    """Put fifty keys, one after the other."""
    store = KeyStore(folder / "keys", FileWrapping(folder / "kek"))
    for number in range(50):
        store.put(f"{name}{number}", name.encode() * 32, NOW)


def test_a_recording_that_comes_in_while_keys_are_rotated_keeps_its_key(tmp_path: Path) -> None:
    """The other process has wrapped its key, not yet written it, when the rotation begins."""
    store = KeyStore(tmp_path / "keys", FileWrapping(tmp_path / "kek"))
    store.put("O", b"O" * 32, NOW)
    other = get_context("spawn").Process(target=held_up, args=(tmp_path, "N"))
    other.start()
    wait_for(tmp_path / "wrapped")
    store.rewrap(NOW)
    (tmp_path / "rotated").touch()
    other.join(timeout=30)
    assert other.exitcode == 0
    assert {kid: store.get(kid) for kid in "ON"} == {kid: kid.encode() * 32 for kid in "ON"}


def test_keys_are_rotated_beside_two_docks_without_losing_one(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys", FileWrapping(tmp_path / "kek"))
    docks = [get_context("spawn").Process(target=put_many, args=(tmp_path, n)) for n in "AB"]
    for dock in docks:
        dock.start()
    rotations = 0
    while any(dock.is_alive() for dock in docks):
        store.rewrap(NOW)
        rotations += 1
        for kid in store.kids():
            assert store.get(kid) == kid[0].encode() * 32
    for dock in docks:
        dock.join()
        assert dock.exitcode == 0
    assert rotations > 1
    assert len(store.kids()) == 100
    assert {kid: store.get(kid)[:1] for kid in store.kids()} == {
        f"{n}{number}": n.encode() for n in "AB" for number in range(50)
    }


def test_keys_read_while_they_are_rotated_are_there(store: KeyStore, wrapping: Wrapping) -> None:
    """Whoever has read the row before a rotation finds its generation gone, and reads again."""
    store.put("A", b"A" * 32, NOW)

    class Late(KeyStore):
        def _wrapped(self, kid: str) -> tuple[str, bytes]:
            row = super()._wrapped(kid)
            if not rotated:
                rotated.append(store.rewrap(NOW))
            return row

    rotated: list[int] = []
    assert Late(store.path.parent, wrapping).get("A") == b"A" * 32
    assert rotated == [1]


def gone(wrapping: Wrapping, generation: str) -> bool:
    with pytest.raises(Refused) as caught:
        wrapping.unwrap(generation, bytes(64), "A")
    return code(caught) == "kek-missing"


def test_an_interrupted_rotation_is_finished_by_the_next(
    store: KeyStore, wrapping: Wrapping
) -> None:
    """All is wrapped anew, the old key over all keys not yet destroyed: and then the power went."""
    store.put("A", b"A" * 32, NOW)
    first = wrapping.current()

    class PowerCut(KeyStore):
        def _retire_unnamed(self) -> None:
            raise OSError("no power")

    with pytest.raises(OSError, match="no power"):
        PowerCut(store.path.parent, wrapping).rewrap(NOW)
    assert not gone(wrapping, first)
    second = wrapping.current()
    assert store.rewrap(NOW) == 1
    assert gone(wrapping, first)
    assert gone(wrapping, second)
    assert store.get("A") == b"A" * 32


def test_twice_in_one_second_and_with_a_clock_set_back_the_newest_is_the_newest(
    store: KeyStore, wrapping: Wrapping
) -> None:
    store.put("A", b"A" * 32, NOW)
    for now in (NOW, NOW, NOW - timedelta(days=1), NOW + timedelta(days=1)):
        before = wrapping.current()
        assert store.rewrap(now) == 1
        assert store._wrapped("A")[0] == wrapping.current() > before
        assert gone(wrapping, before)


def test_rotating_nothing_destroys_no_key_of_another_installation(
    store: KeyStore, wrapping: Wrapping, tmp_path: Path
) -> None:
    """A module that two share: only what these rows were wrapped under is destroyed."""
    other = KeyStore(tmp_path / "other", wrapping)
    other.put("A", b"A" * 32, NOW)
    assert store.rewrap(NOW) == 0
    assert other.get("A") == b"A" * 32


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    wrapping = FileWrapping(tmp_path / "kek")
    generation, wrapped = wrapping.wrap(os.urandom(32), "A")
    path = tmp_path / "kek" / f"{generation}.kek"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(Refused) as caught:
        wrapping.unwrap(generation, wrapped, "A")
    assert code(caught) == "kek-open"


def test_a_key_over_all_keys_is_made_once_even_by_two(tmp_path: Path) -> None:
    assert FileWrapping(tmp_path).current() == FileWrapping(tmp_path).current()
    assert Path(settings.VAR_DIR).name == "var"
