"""Each dock's own signing key (Ed25519), beside the other keys and never in the database."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from streife.evidence.keys.files import write_whole
from streife.journal.rules import Verifier, sign_note
from streife.kernel.errors import Refused


def _path(code: str) -> Path:
    return Path(settings.VAR_DIR) / "evidence" / "docks" / f"{code}.ed25519"


def make_dock_key(code: str) -> str:
    """Make a dock's key (or keep the one it has) and return the public one as name+id+base64."""
    write_whole(_path(code), Ed25519PrivateKey.generate().private_bytes_raw(), replace=False)
    key = _key(code)
    return Verifier(dock_name(code), key.public_key().public_bytes_raw()).to_text()


def dock_name(code: str) -> str:
    """Return the name under which a dock signs."""
    return f"dock/{code}"


def _key(code: str) -> Ed25519PrivateKey:
    path = _path(code)
    if not path.is_file():
        raise Refused(
            "Der Schlüssel der Dockstation fehlt. Bitte aus der Sicherung zurückspielen oder die"
            " Dockstation neu anlegen.",
            "dock-key-missing",
        )
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def sign_as_dock(code: str, text: str) -> str:
    """Return a text as a note signed by the dock.

    :raises Refused: `dock-key-missing`
    """
    return sign_note(text, dock_name(code), _key(code))
