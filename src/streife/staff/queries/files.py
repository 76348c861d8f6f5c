"""What `data/staff` says, read once a process."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.conf import settings

from streife.kernel.errors import Refused
from streife.staff.rules.qualifications import QualificationKind, Validity, validities_of
from streife.staff.rules.retention import Kept, Period, periods_of
from streife.staff.rules.strength import Published, published_of

T = TypeVar("T")


def validities() -> Mapping[QualificationKind, Validity]:
    """Return how long qualifications last.

    :raises Refused: `staff-bad-file`
    """
    return _validities(Path(settings.STAFF_DIR))


def published_strength() -> Published:
    """Return the numbers the city published.

    :raises Refused: `staff-bad-file`
    """
    return _strength(Path(settings.STAFF_DIR))


def periods() -> Mapping[Kept, Period]:
    """Return how long what has ended is kept.

    :raises Refused: `staff-bad-file`
    """
    return _periods(Path(settings.STAFF_DIR))


@cache
def _periods(folder: Path) -> Mapping[Kept, Period]:
    return _read(folder / "retention.yaml", periods_of)


@cache
def _validities(folder: Path) -> Mapping[QualificationKind, Validity]:
    return _read(folder / "qualifications.yaml", validities_of)


@cache
def _strength(folder: Path) -> Published:
    return _read(folder / "strength.yaml", published_of)


def _read(path: Path, parse: Callable[[Mapping[str, Any]], T]) -> T:
    try:
        return parse(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(
            "Die Datei %(path)s ist nicht lesbar. Bitte prüfen Sie sie.",
            "staff-bad-file",
            values={"path": str(path)},
        ) from error
