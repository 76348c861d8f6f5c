"""Keys: over everything, of each recording, of each dock."""

from streife.evidence.keys.choosing import wrapping
from streife.evidence.keys.docks import dock_name, make_dock_key, sign_as_dock
from streife.evidence.keys.store import KeyStore, key_destroyed, key_store
from streife.evidence.keys.wrapping import FileWrapping, Wrapping

__all__ = [
    "FileWrapping",
    "KeyStore",
    "Wrapping",
    "dock_name",
    "key_destroyed",
    "key_store",
    "make_dock_key",
    "sign_as_dock",
    "wrapping",
]
