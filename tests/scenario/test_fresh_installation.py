"""An installation that has nothing yet: its recurring work runs through without complaint."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_the_first_round_of_recurring_work_needs_nothing_to_be_there(
    settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    refused = StringIO()
    call_command("run_schedule", "--once", stdout=StringIO(), stderr=refused)
    assert refused.getvalue() == ""
