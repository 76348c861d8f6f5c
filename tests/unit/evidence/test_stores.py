"""The same contract on a folder and on an S3-compatible server (moto, on loopback)."""

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from streife.evidence.envelope import CHUNK, Envelope, Header, seal, sealed_size
from streife.evidence.stores import LocalStore, Store
from streife.evidence.stores.s3 import S3Store

ROOT = Path(__file__).resolve().parents[3]
HEADER = Header("01JDX4Q7M0000000000000000A", "01JDX4Q7M0000000000000000B", "video/mp4", "2026")
PREAMBLE = len(HEADER.preamble(bytes(32)))
KEY = bytes(32)
NAME = "0a/01jdx4q7m0000000000000000a.evf1"


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, Any]]:
    """Return the options of a bucket with versions on a real server on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {
        "bucket_name": "beweise",
        "endpoint_url": f"http://{host}:{port}",
        "access_key": "invented",
        "secret_key": "invented",
        "region_name": "eu-central-1",
    }
    client = S3Store(options)._client
    client.create_bucket(
        Bucket="beweise", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    client.put_bucket_versioning(Bucket="beweise", VersioningConfiguration={"Status": "Enabled"})
    yield options
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store of each kind."""
    if request.param == "folder":
        (tmp_path / "files").mkdir()
        yield LocalStore(tmp_path / "files")
        return
    made = S3Store(request.getfixturevalue("s3"))
    yield made
    for name, _ in list(made.listing()):
        made.remove(name)
    made.sweep()


def keep(store: Store, content: bytes, *, name: str = NAME) -> int:
    size = sealed_size(len(content), PREAMBLE)
    writer = store.create(name, size)
    seal(read=_reader(content), size=len(content), sink=writer, header=HEADER, data_key=KEY)
    writer.commit()
    return size


def _reader(content: bytes) -> Any:
    left = memoryview(content)

    def read(buffer: memoryview) -> int:
        nonlocal left
        count = min(len(buffer), len(left))
        buffer[:count] = left[:count]
        left = left[count:]
        return count

    return read


@pytest.mark.parametrize("size", [1, CHUNK, 2 * CHUNK - 100, 2 * CHUNK + 1, 19 * CHUNK + 12345])
def test_what_was_kept_is_read_from_any_place(store: Store, size: int) -> None:
    content = os.urandom(size)
    stored = keep(store, content)
    assert list(store.listing()) == [(NAME, stored)]
    source = store.open(NAME)
    assert source.size == stored
    envelope = Envelope(source, KEY)
    assert b"".join(envelope.parts()) == content
    assert b"".join(envelope.parts(size // 2, size)) == content[size // 2 :]
    assert source.read_at(stored, 10) == b""


def test_nobody_sees_an_envelope_before_it_is_whole(store: Store) -> None:
    writer = store.create(NAME, 5 * CHUNK)
    writer.write(0, memoryview(bytearray(2 * CHUNK)))
    assert list(store.listing()) == []
    with pytest.raises(FileNotFoundError):
        store.open(NAME)
    writer.abort()
    assert list(store.listing()) == []


def test_what_is_shorter_than_it_said_is_never_committed(store: Store) -> None:
    writer = store.create(NAME, 5 * CHUNK)
    writer.write(0, memoryview(bytearray(2 * CHUNK)))
    with pytest.raises(OSError, match="another length"):
        writer.commit()
    writer.abort()


def test_case_40_removed_is_gone_with_all_versions_and_twice_is_harmless(store: Store) -> None:
    keep(store, b"first")
    if isinstance(store, S3Store):
        keep(store, b"second, over the first")
    store.remove(NAME)
    store.remove(NAME)
    assert list(store.listing()) == []
    if isinstance(store, S3Store):
        left = store._client.list_object_versions(Bucket="beweise", Prefix=NAME)
        assert not left.get("Versions")
        assert not left.get("DeleteMarkers")


def test_case_43_nothing_is_locked_against_early_deletion(store: Store) -> None:
    """Object lock would keep what the law wants gone at once (Kernbereich)."""
    keep(store, b"content")
    if isinstance(store, S3Store):
        answer = store._client.head_object(Bucket="beweise", Key=NAME)
        assert "ObjectLockMode" not in answer
    store.remove(NAME)
    with pytest.raises(FileNotFoundError):
        store.open(NAME)


def test_an_upload_that_was_interrupted_is_swept(store: Store) -> None:
    writer = store.create(NAME, 40 * CHUNK)
    for number in range(10):
        writer.write(number * 2 * CHUNK, memoryview(bytearray(2 * CHUNK)))
    if isinstance(store, LocalStore):
        assert store.sweep() == 0  # its writer lives
        os.close(writer._handle)  # type: ignore[attr-defined]  # as if its process had died
        writer._handle = -1  # type: ignore[attr-defined]
    assert store.sweep() == 1
    assert store.sweep() == 0


def test_names_that_lead_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "files")
    for name in ("../x/y", "/etc/passwd", "a/../../b", "plain"):
        with pytest.raises(ValueError, match="not a name"):
            store.create(name, 1)


def test_links_are_not_followed(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "files")
    (tmp_path / "files" / "0a").mkdir(parents=True)
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "files" / "0a" / "link.evf1").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic links"):
        store.open("0a/link.evf1")


def test_case_10_no_room_is_an_error_before_a_byte_is_written(tmp_path: Path) -> None:
    """The kernel itself refuses: a limit on the size of files, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (CHUNK, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            LocalStore(tmp_path / "files").create(NAME, 3 * CHUNK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert caught.value.errno == errno.EFBIG
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_case_10_a_failed_fsync_is_never_a_success(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "files")
    writer = store.create(NAME, CHUNK)
    writer.write(0, memoryview(bytearray(CHUNK)))
    pipe, end = os.pipe()
    os.dup2(end, writer._handle)  # a pipe cannot be synced: the kernel answers EINVAL
    with pytest.raises(OSError, match="Invalid argument"):
        writer.commit()
    writer.abort()
    os.close(pipe)
    os.close(end)
    assert list(store.listing()) == []


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {src!r})
from streife.evidence.envelope import Header, seal, sealed_size
from streife.evidence.stores.local import LocalStore
header = Header("A", "B", "video/mp4", "2026")
size = 64 << 20
length = sealed_size(size, len(header.preamble(bytes(32))))
writer = LocalStore(Path({root!r})).create("0a/x.evf1", length)
file = open("/dev/zero", "rb", buffering=0)
print("begun", flush=True)
left = size
def read(buffer):
    global left
    count = file.readinto(buffer[:min(len(buffer), left)]) if left else 0
    left -= count
    return count
seal(read=read, size=size, sink=writer, header=header, data_key=bytes(32))
print("sealed", flush=True)
sys.stdin.readline()
writer.commit()
print("done", flush=True)
"""


@pytest.mark.parametrize("wait", [0.0, 0.01, 0.03, 0.06, "sealed"])
def test_case_10_killed_at_any_byte_leaves_no_half_file(tmp_path: Path, wait: float | str) -> None:
    root = tmp_path / "files"
    root.mkdir()
    script = KILLED.format(src=str(ROOT / "src"), root=str(root))
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "streife.config.settings"},  # noqa: TID251
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "begun\n"
    if wait == "sealed":
        assert process.stdout.readline() == "sealed\n"
    else:
        time.sleep(float(wait))
    process.kill()
    process.wait()
    process.stdout.close()
    process.stdin.close()
    store = LocalStore(root)
    assert list(store.listing()) == []
    assert store.sweep() == 1
    assert [path for path in root.rglob("*") if path.is_file()] == []
    keep(store, b"the next round takes it whole", name="0a/x.evf1")
