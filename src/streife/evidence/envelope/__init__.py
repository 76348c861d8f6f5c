"""The file format of the vault; plain Python, nothing of Django."""

from streife.evidence.envelope.format import (
    CHUNK,
    TAG,
    Cipher,
    EnvelopeError,
    Header,
    Preamble,
    chunks_of,
    new_salt,
    sealed_size,
)
from streife.evidence.envelope.pipeline import Sealed, SourceChanged, seal
from streife.evidence.envelope.reading import BytesSource, Envelope, Source
from streife.evidence.envelope.tree import ChunkTree, leaf_of

__all__ = [
    "CHUNK",
    "TAG",
    "BytesSource",
    "ChunkTree",
    "Cipher",
    "Envelope",
    "EnvelopeError",
    "Header",
    "Preamble",
    "Sealed",
    "Source",
    "SourceChanged",
    "chunks_of",
    "leaf_of",
    "new_salt",
    "seal",
    "sealed_size",
]
