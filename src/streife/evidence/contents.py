"""Opening the content of a recording; only actions that have recorded it call this."""

from streife.evidence import keys, stores
from streife.evidence.envelope import Envelope, EnvelopeError
from streife.evidence.models import ItemPicture, Preview, Recording


def open_content(recording: Recording) -> Envelope:
    """Return the opened envelope, bound to this very recording.

    :raises Refused: `key-destroyed`, `kek-missing`, `key-damaged`
    :raises EnvelopeError: altered, cut off, or another recording's envelope
    :raises OSError: the store has no such envelope, or does not answer
    """
    data_key = keys.key_store().get(recording.kid)
    envelope = Envelope(stores.store().open(recording.path), data_key)
    preamble = envelope.preamble
    told = (preamble.header.ident, preamble.header.kid, preamble.digest.hex())
    if told != (recording.ident, recording.kid, recording.header_sha256):
        raise EnvelopeError("the envelope of another recording", "header")
    if envelope.size != recording.size:
        raise EnvelopeError("another length than was recorded", "truncated")
    return envelope


def open_unlisted(kept: Preview | ItemPicture) -> Envelope:
    """Return the opened envelope of what is no recording: a preview, a photo of a thing.

    :raises Refused: `key-destroyed`, `kek-missing`, `key-damaged`
    :raises EnvelopeError: altered, cut off, or another envelope
    :raises OSError: the store has no such envelope, or does not answer
    """
    envelope = Envelope(stores.store().open(kept.path), keys.key_store().get(kept.kid))
    if envelope.preamble.digest.hex() != kept.header_sha256:
        raise EnvelopeError("another envelope than was stored", "header")
    return envelope
