"""Compiles the inner loop with numba and keeps the machine code where this process may write.

The code lies in a folder named after the text of the functions, so it is never stale.
"""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

_HERE = Path(__file__).parent


def _folder(given: str) -> str:
    """Return where machine code lies: NUMBA_CACHE_DIR, else beside the source, else temporary."""
    text = hashlib.sha256(numba.__version__.encode())
    text.update((_HERE / "pricing.py").read_bytes())
    name = f"roster-{text.hexdigest()[:16]}"
    for base in (given, str(_HERE / "__pycache__")):
        folder = Path(base) / name if base else None
        if folder is None:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return str(folder)
        except OSError:
            if any(folder.glob("**/*.nbi")):
                return str(folder)  # Read-only and built at set-up.
    return str(Path(tempfile.gettempdir()) / f"streife-{name}")


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays; later processes load the code."""
    config = cast(Any, numba.config)
    before = config.CACHE_DIR
    config.CACHE_DIR = _folder(before)
    try:
        njit = cast(Any, numba.njit)
        return cast(F, njit(cache=True, error_model="numpy", nogil=True)(function))
    finally:
        config.CACHE_DIR = before
