"""What several stories begin with."""

from datetime import datetime

import pytest

from streife.evidence.models import Dock
from tests.vaulting import make_dock


@pytest.fixture
def dock(now: datetime) -> Dock:
    """Return the dock of a station; without a folder nothing is watched."""
    return make_dock(now)
