"""The computed need as a file: `compute_need` writes it every hour, processes only read it.

A city with 250,000 reports needs some seconds of work; a page must not wait for them after a
restart. A file that is old, broken or made with other settings is simply not used.
"""

import hashlib
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from django.conf import settings

from streife.patrols.queries.need_files import Files
from streife.patrols.queries.need_reading import Told
from streife.patrols.rules.forecast import Grid
from streife.patrols.rules.need import Need

VALID = timedelta(hours=2)
TOLD = ("cells", "fields", "received", "happened", "own")
Arrays = dict[str, np.ndarray[Any, Any]]


def path() -> Path:
    """Return where the file lies."""
    return Path(settings.VAR_DIR) / "need" / "need.npz"


def mark_of(read: Files, version: object) -> str:
    """Return a checksum of everything else that the need depends on."""
    text = repr((read.weights, read.recipe, str(version)))
    return hashlib.sha256(text.encode()).hexdigest()


def save(*, need: Need, given: Told, recent: np.ndarray[Any, Any], at: datetime, mark: str) -> None:
    """Write the file; readers see the old one or the new one, never half of one."""
    grid = need.grid
    arrays: Arrays = {
        "mark": np.array(mark), "at": np.array(at.timestamp()), "recent": recent,
        "cells": grid.cells, "degrees": grid.degrees, "metres": grid.metres,
        "middle": np.array(grid.middle), "weights": need.weights,
        "expected": need.expected.astype(np.float32), "profile": need.profile.astype(np.float32),
        "hood": need.hood,
    }  # fmt: skip
    arrays |= {f"told_{name}": getattr(given, name) for name in TOLD}
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, suffix=".tmp", delete=False) as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(target)


def load(*, now: datetime, mark: str) -> tuple[Need, Told, np.ndarray[Any, Any], datetime] | None:
    """Return what was computed, None if it is not there, too old, broken or of other settings."""
    try:
        with path().open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if str(file["mark"]) != mark:
                return None
            at = datetime.fromtimestamp(float(file["at"]), UTC)
            if not timedelta(0) <= now - at <= VALID:
                return None
            middle = file["middle"]
            grid = Grid(
                file["cells"], file["degrees"], file["metres"], (float(middle[0]), float(middle[1]))
            )
            need = Need(grid, file["weights"], file["expected"], file["profile"], file["hood"])
            given = Told(*(file[f"told_{name}"] for name in TOLD))
            return need, given, file["recent"], at
    # RuntimeError: a bit that tipped may say that the archive is encrypted, or of another kind.
    except (OSError, KeyError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile):
        return None
