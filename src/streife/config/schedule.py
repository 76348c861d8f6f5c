"""Recurring work: one row each. Every row is a management command that is safe to run twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Recurring:
    """A command and how often it runs."""

    command: tuple[str, ...]
    every: timedelta


SCHEDULE = (
    Recurring(("end_shifts",), timedelta(minutes=5)),
    Recurring(("end_swaps",), timedelta(minutes=5)),
    # What was written since the last signed head could still be altered unseen: keep it short.
    Recurring(("journal", "checkpoint"), timedelta(minutes=5)),
    Recurring(("journal", "witness"), timedelta(minutes=5)),
    Recurring(("journal", "tiles"), timedelta(minutes=5)),  # where STREIFE_TILES names a folder
    Recurring(("journal", "stamp"), timedelta(hours=1)),  # one a day; asks again after a failure
    Recurring(("journal", "verify"), timedelta(hours=24)),
    # Where presence counts: a page must not wait for it.
    Recurring(("compute_need",), timedelta(hours=1)),
    Recurring(("dock_watch", "--once"), timedelta(minutes=1)),
    # § 15c Abs. 4 PolG NRW: two weeks, not two weeks and a day.
    Recurring(("expire_evidence",), timedelta(hours=1)),
    Recurring(("resume_redactions",), timedelta(minutes=5)),
    Recurring(("resume_tasks",), timedelta(minutes=5)),  # mail and answers to residents
    Recurring(("tidy_hand_overs",), timedelta(hours=1)),
    Recurring(("evidence_keys", "backup"), timedelta(hours=12)),
    Recurring(("reconcile_evidence",), timedelta(hours=24)),
    Recurring(("tidy_reports",), timedelta(hours=24)),
    Recurring(("tidy_patrols",), timedelta(hours=24)),
    Recurring(("remind_staff",), timedelta(hours=24)),
    Recurring(("tidy_roster",), timedelta(hours=24)),
    Recurring(("tidy_equipment",), timedelta(hours=24)),
    Recurring(("tidy_tasks",), timedelta(hours=24)),
    Recurring(("tidy_cache",), timedelta(hours=1)),
    Recurring(("clearsessions",), timedelta(hours=24)),
)


def due(row: Recurring, last: datetime | None, now: datetime) -> bool:
    """Say whether a row should run: never run since start counts as due."""
    return last is None or now - last >= row.every
