"""What `data/patrols` says, read once a process: weights, dwell times, obligations, forecast."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.conf import settings

from streife.kernel.errors import Refused
from streife.patrols.rules.forecast import Recipe
from streife.patrols.rules.need_settings import (
    Dwelling,
    Obligation,
    Weights,
    dwelling_of,
    obligation_of,
    recipe_of,
    weights_of,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Files:
    """All of them, checked."""

    weights: Weights
    dwelling: Dwelling
    obligations: tuple[Obligation, ...]
    recipe: Recipe


def files() -> Files:
    """Return the files of this installation.

    :raises Refused: `patrols-bad-file`, one is missing or says something impossible
    """
    return _files(Path(settings.PATROLS_DIR))


def forget_files() -> None:
    """Read the files again at the next call."""
    _files.cache_clear()


@cache
def _files(folder: Path) -> Files:
    return Files(
        _read(folder / "weights.yaml", weights_of),
        _read(folder / "dwell.yaml", dwelling_of),
        _read(folder / "obligations.yaml", _obligations),
        _read(folder / "forecast.yaml", recipe_of),
    )


def _obligations(content: dict[str, Any]) -> tuple[Obligation, ...]:
    return tuple(obligation_of(row) for row in content.get("obligations") or ())


def _read(path: Path, parse: Callable[[dict[str, Any]], T]) -> T:
    try:
        return parse(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(
            "Die Datei %(path)s der Streifenplanung ist nicht lesbar: %(why)s",
            "patrols-bad-file",
            values={"path": path.name, "why": str(error)},
        ) from error
