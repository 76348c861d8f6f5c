"""One pass over a file: read, hash, grow the chunk tree, encrypt, write; four things at a time.

hashlib and AES-GCM release Python's lock, so threads use all cores. Buffers go round in two rings
of fixed size: memory does not depend on the file. What a thread cannot do stops all of them; a
half-written envelope is never returned.
"""

import hashlib
import mmap
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Protocol

from streife.evidence.envelope.format import CHUNK, TAG, Cipher, Header, chunks_of, new_salt
from streife.evidence.envelope.tree import ChunkTree

BLOCK = 2 * CHUNK  # what is read, and what is written, at a time
READ_SLOTS = 4
WRITE_SLOTS = 10  # one more for each writer: sealing goes on while the disk is being synced

Read = Callable[[memoryview], int]
# A buffer's number, how much of it counts, and where that belongs in the envelope.
Job = tuple[int, int, int]


class SourceChanged(Exception):
    """The file is shorter or longer than it said: still being written, or the cable is out."""


class Sink(Protocol):
    """Where an envelope goes, block by block."""

    @property
    def writers(self) -> int:
        """How many threads may write at a time; with one, blocks come in order."""
        ...

    def write(self, offset: int, block: memoryview) -> None:
        """Take a block: `BLOCK` bytes, the last one maybe fewer; page-aligned memory.

        The memory is used again afterwards.

        :raises OSError: it could not be stored; nothing is retried
        """
        ...


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a pass found: the plaintext's hashes, and what the envelope is bound to; hex."""

    size: int
    sha256: str
    tree: str
    stored_size: int
    header_sha256: str


@dataclass(slots=True)
class _Ring:
    """Buffers that go round."""

    buffers: list[memoryview]
    free: "SimpleQueue[int]" = field(default_factory=SimpleQueue)

    @classmethod
    def of(cls, slots: int, length: int) -> "_Ring":
        ring = cls([memoryview(mmap.mmap(-1, length)) for _ in range(slots)])
        for slot in range(slots):
            ring.free.put(slot)
        return ring


class _Pass:
    """The state of one pass; a method per thread."""

    def __init__(self, *, size: int, sink: Sink, preamble: bytes, cipher: Cipher) -> None:
        self.size, self.sink, self.cipher = size, sink, cipher
        self.last = chunks_of(size) - 1
        self.whole, self.tree = hashlib.sha256(), ChunkTree()
        self.reads = _Ring.of(READ_SLOTS, BLOCK)
        # A chunk begins before a block's end and reaches beyond it: room for one more.
        self.writes = _Ring.of(WRITE_SLOTS + sink.writers, BLOCK + CHUNK + TAG)
        self.to_hash: SimpleQueue[Job | None] = SimpleQueue()
        self.to_seal: SimpleQueue[Job | None] = SimpleQueue()
        self.to_write: SimpleQueue[Job | None] = SimpleQueue()
        self.users = [0] * READ_SLOTS
        self.lock = threading.Lock()
        self.errors: list[BaseException] = []
        self.stored = 0
        self.slot = self.writes.free.get()
        self.writes.buffers[self.slot][: len(preamble)] = preamble
        self.filled = len(preamble)

    def run(self, read: Read) -> None:
        """Read on this thread, everything else on others; raise what any of them met."""
        writers = self.sink.writers
        threads = [
            threading.Thread(target=self._guard, args=(queue, work), daemon=True)
            for queue, work in (
                (self.to_hash, self._hash),
                (self.to_seal, self._seal),
                *((self.to_write, self._write),) * writers,
            )
        ]
        for thread in threads:
            thread.start()
        try:
            self._read_all(read)
        except BaseException as error:
            self.errors.insert(0, error)
        self.to_hash.put(None)
        self.to_seal.put(None)
        threads[0].join()
        threads[1].join()
        if not self.errors:
            self.to_write.put((self.slot, self.filled, self.stored))
            self.stored += self.filled
        for _ in range(writers):
            self.to_write.put(None)
        for thread in threads[2:]:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def _guard(
        self, queue: "SimpleQueue[Job | None]", work: Callable[[int, int, int], None]
    ) -> None:
        """Work off a queue; after an error only hand the buffers back, so that nobody waits."""
        while (job := queue.get()) is not None:
            if not self.errors:
                try:
                    work(*job)
                except BaseException as error:  # handed to the caller's thread, see run
                    self.errors.append(error)
            if queue is self.to_write:
                self.writes.free.put(job[0])
            else:
                self._give_back(job[0])

    def _give_back(self, slot: int) -> None:
        with self.lock:
            self.users[slot] -= 1
            idle = not self.users[slot]
        if idle:
            self.reads.free.put(slot)

    def _read_all(self, read: Read) -> None:
        left = self.size
        while left and not self.errors:
            slot = self.reads.free.get()
            want = min(BLOCK, left)
            view = self.reads.buffers[slot][:want]
            self._fill(read, view)
            self.users[slot] = 2
            self.to_hash.put((slot, want, 0))
            self.to_seal.put((slot, want, 0))
            left -= want
        if not self.size:
            slot = self.reads.free.get()
            self.users[slot] = 1
            self.to_seal.put((slot, 0, 0))
        if not self.errors and read(memoryview(bytearray(1))):
            raise SourceChanged("longer than it said")

    @staticmethod
    def _fill(read: Read, view: memoryview) -> None:
        done = 0
        while done < len(view):
            count = read(view[done:])
            if not count:
                raise SourceChanged("shorter than it said")
            done += count

    def _hash(self, slot: int, length: int, _: int) -> None:
        self.whole.update(self.reads.buffers[slot][:length])

    def _seal(self, slot: int, length: int, _: int) -> None:
        block = self.reads.buffers[slot]
        for begin in range(0, max(length, 1), CHUNK):
            chunk = block[begin : min(begin + CHUNK, length)]
            number = self.tree.size
            if length:
                self.tree.add(chunk)
            out = self.writes.buffers[self.slot][self.filled : self.filled + len(chunk) + TAG]
            self.filled += self.cipher.seal_into(number, chunk, number == self.last, out)
            if self.filled >= BLOCK:
                self._turn()

    def _turn(self) -> None:
        """Hand a full block to the writer; what reaches beyond it begins the next one."""
        following = self.writes.free.get()
        rest = self.filled - BLOCK
        self.writes.buffers[following][:rest] = self.writes.buffers[self.slot][BLOCK : self.filled]
        self.to_write.put((self.slot, BLOCK, self.stored))
        self.stored += BLOCK
        self.slot, self.filled = following, rest

    def _write(self, slot: int, length: int, offset: int) -> None:
        if length:
            self.sink.write(offset, self.writes.buffers[slot][:length])


def seal(*, read: Read, size: int, sink: Sink, header: Header, data_key: bytes) -> Sealed:
    """Encrypt `size` bytes from `read` into `sink` and return their hashes.

    `read` fills a buffer like `readinto` and returns how much, 0 at the end. A fresh salt is taken,
    so the same file never gives the same envelope twice.

    :raises SourceChanged: `read` gave fewer or more bytes than `size`
    :raises OSError: reading or storing failed
    """
    salt = new_salt()
    preamble = header.preamble(salt)
    digest = hashlib.sha256(preamble).digest()
    line = _Pass(size=size, sink=sink, preamble=preamble, cipher=Cipher(data_key, salt, digest))
    line.run(read)
    return Sealed(
        size=size,
        sha256=line.whole.hexdigest(),
        tree=line.tree.root().hex(),
        stored_size=line.stored,
        header_sha256=digest.hex(),
    )
