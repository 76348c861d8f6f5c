"""An installation that has nothing yet: its recurring work runs through without complaint."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from streife.accounts.actions import note_sign_out
from streife.kernel.clock import now
from streife.reports.models import Sender

pytestmark = pytest.mark.django_db


def test_the_first_round_of_recurring_work_needs_nothing_to_be_there(
    settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    refused = StringIO()
    call_command("run_schedule", "--once", stdout=StringIO(), stderr=refused)
    assert refused.getvalue() == ""


def test_a_row_that_breaks_keeps_no_other_from_running(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "tiles").write_text("no folder")
    settings.JOURNAL_TILES = str(tmp_path / "tiles" / "public")
    note_sign_out(user_id=1, now=now())  # something to publish
    Sender.objects.create(key="a" * 64, hour=1, count=1)  # what a row far behind it erases
    refused = StringIO()
    with pytest.raises(CommandError, match="journal tiles"):
        call_command("run_schedule", "--once", stdout=StringIO(), stderr=refused)
    assert "NotADirectoryError" in refused.getvalue()
    assert not Sender.objects.exists()
