"""What the journal asks other offices: a witness to sign its head, an authority for the time."""

from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from streife.journal.tlog import witness as protocol
from streife.journal.tlog.cosignature import Cosignature, Cosigner, cosignatures_of
from streife.journal.tlog.note import NoteError

SECONDS = 10
LARGEST_ANSWER = 1_000_000


class Unanswered(Exception):
    """Nobody answered, or not as the protocol wants; the message says how, for the log."""


class Readable(Protocol):
    """Something bytes can be read from."""

    def read(self, amount: int, /) -> bytes:
        """Return at most so many bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP status and what came with it."""

    status: int
    kind: str
    body: bytes


def post(url: str, body: bytes, *, kind: str) -> Reply:
    """Send bytes and return the answer, whatever its status.

    :raises Unanswered: no connection, no answer in time, or far too much of it
    """
    if not url.startswith(("https://", "http://")):
        raise Unanswered(f"not an address of the web: {url}")
    request = Request(url, data=body, headers={"Content-Type": kind}, method="POST")  # noqa: S310 (checked above)
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 (checked above)
            return _reply(answer.status, answer.headers.get_content_type(), answer)
    except HTTPError as error:
        with error:
            return _reply(error.code, error.headers.get_content_type(), error)
    except (URLError, HTTPException, OSError) as error:
        raise Unanswered(str(error)) from error


def _reply(status: int, kind: str, answer: Readable) -> Reply:
    body = answer.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        raise Unanswered("the answer is too large")
    return Reply(status, kind, body)


class Split(Exception):
    """The witness holds a head that ours does not extend: one of the two was rewritten."""


class Behind(Exception):
    """The witness holds `size` leaves where the caller named another size."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the witness holds {size}")
        self.size = size


def ask_witness(
    url: str, cosigner: Cosigner, *, old_size: int, proof: Sequence[bytes], note: str
) -> Cosignature:
    """Return what the witness signed on this checkpoint.

    :raises Behind: it holds another size than `old_size`
    :raises Split: what it holds does not lead to this checkpoint
    :raises Unanswered: no answer, or none by the protocol
    """
    body = protocol.Request(old_size, proof, note).to_text().encode()
    address = f"{url.rstrip('/')}/add-checkpoint"
    reply = post(address, body, kind="text/plain; charset=utf-8")
    text = reply.body.decode(errors="replace")
    if reply.status == 409 and reply.kind == protocol.SIZE_TYPE:
        held = text.strip()
        if not held.isascii() or not held.isdecimal() or len(held) > 19:
            raise Unanswered(f"a size was expected: {held[:40]!r}")
        if int(held) == old_size:
            raise Split("two heads of one size")
        raise Behind(int(held))
    if reply.status in {409, 422}:
        raise Split(text.strip()[:200])
    if reply.status != 200:
        raise Unanswered(f"{reply.status} {text.strip()[:200]}")
    try:
        found = cosignatures_of(note + text, [cosigner])
    except NoteError as error:
        raise Unanswered(str(error)) from error
    if not found:
        raise Unanswered("the answer holds no signature of the key we know")
    return found[0]
