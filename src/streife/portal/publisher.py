"""Who answers for these pages: data of the city, marked where the authority has to fill it in."""

from collections.abc import Mapping
from functools import cache

import yaml
from django.conf import settings


@cache
def publisher() -> Mapping[str, str]:
    """Return the lines of `portal.yaml` of the city, none without the file."""
    path = settings.DATA_DIR / "portal.yaml"
    if not path.is_file():
        return {}
    lines: Mapping[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return lines
