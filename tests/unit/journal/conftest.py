"""A journal with a key folder of its own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_key(settings: Any, tmp_path: Path) -> None:
    """Give every test its own signing key and last heads."""
    settings.VAR_DIR = tmp_path / "var"
