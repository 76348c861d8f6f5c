"""Which key over all keys an installation has."""

from functools import cache
from pathlib import Path

from django.conf import settings

from streife.evidence.keys.wrapping import FileWrapping, Wrapping


@cache
def _module(library: str, token: str, pin: str) -> "Wrapping":
    # Read only where a module is set: most installations have none.
    from streife.evidence.keys.module import ModuleWrapping  # noqa: PLC0415

    return ModuleWrapping(library, token, pin)


def wrapping() -> Wrapping:
    """Return what wraps keys here: a PKCS#11 module if one is set, else files."""
    if settings.EVIDENCE_PKCS11_LIBRARY:
        return _module(
            settings.EVIDENCE_PKCS11_LIBRARY,
            settings.EVIDENCE_PKCS11_TOKEN,
            settings.EVIDENCE_PKCS11_PIN,
        )
    return FileWrapping(Path(settings.VAR_DIR) / "evidence" / "kek")
