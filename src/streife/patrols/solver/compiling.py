"""Compiles the inner loops with numba and keeps the machine code where this process may write.

numba notices a change of the file a function stands in, but not of the functions it calls in other
files. So the code lies in a folder named after the text of the whole solver: it is never stale, and
`make` can build it at set-up (`python -m streife.patrols.solver.warm`).
"""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

_CONFIG = cast(Any, numba.config)
_HERE = Path(__file__).parent


def _digest() -> str:
    text = hashlib.sha256(numba.__version__.encode())
    for path in sorted(_HERE.glob("*.py")):
        text.update(path.read_bytes())
    return text.hexdigest()[:16]


def _folder() -> Path:
    """Where machine code lies: as NUMBA_CACHE_DIR says, else beside the source, else temporary."""
    given = _CONFIG.CACHE_DIR
    for base in (given, str(_HERE / "__pycache__")):
        folder = Path(base) / f"patrols-{_digest()}" if base else None
        if folder is None:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            if any(folder.glob("**/*.nbi")):
                return folder  # Read-only and built at set-up: exactly what we need.
    return Path(tempfile.gettempdir()) / f"streife-patrols-{_digest()}"


_CONFIG.CACHE_DIR = str(_folder())


def _decorator(**options: bool) -> Callable[[F], F]:
    njit = cast(Any, numba.njit)  # numba does not declare `_nrt`.
    return cast(Any, njit(cache=True, error_model="numpy", boundscheck=False, **options))


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays; later processes load the code.

    It must make no arrays: then it needs no reference counts, which would cost many times the
    arithmetic of the inner loops. Room to work in stands in `State.order` and in `Desk`.
    """
    return _decorator(_nrt=False)(function)


def inlined(function: F) -> F:
    """The same for small functions of inner loops: their code is put where they are called."""
    return _decorator(_nrt=False, forceinline=True)(function)
