"""Recurring work: every row can really be called, and what the law wants is among them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import get_commands, load_command_class

from streife.config.schedule import SCHEDULE, Recurring, due

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("row", SCHEDULE, ids=lambda row: " ".join(row.command))
def test_every_row_is_a_command_that_takes_these_arguments(row: Recurring) -> None:
    name, *arguments = row.command
    application = get_commands()[name]
    command = load_command_class(str(application), name)
    given = command.create_parser("manage.py", name).parse_args(arguments)
    assert set(arguments) <= {str(value) for value in vars(given).values()} | {
        option for option in arguments if option.startswith("--")
    }


def test_positions_go_with_the_shift_and_the_record_is_signed_within_five_minutes() -> None:
    every = {row.command: row.every for row in SCHEDULE}
    assert every["end_shifts",] <= timedelta(minutes=5)
    assert every["journal", "checkpoint"] <= timedelta(minutes=5)


def test_data_whose_time_is_over_goes_and_the_record_is_checked_every_night() -> None:
    every = {row.command: row.every for row in SCHEDULE}
    for command in ("tidy_reports", "tidy_roster", "remind_staff", "tidy_equipment"):
        assert every[command,] <= timedelta(hours=24)
    assert every["journal", "verify"] <= timedelta(hours=24)


def test_a_row_runs_at_the_start_and_then_only_when_its_time_has_come() -> None:
    row = Recurring(("end_shifts",), timedelta(minutes=5))
    assert due(row, None, NOW)
    assert not due(row, NOW - timedelta(minutes=4), NOW)
    assert due(row, NOW - timedelta(minutes=5), NOW)
