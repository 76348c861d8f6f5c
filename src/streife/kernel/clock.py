"""The only place that reads the clock; views, tasks and commands call it, rules never do."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
YEARS = range(1900, 2200)  # of days that anybody writes here; what is outside was mistyped
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # Linux: another one after each start


@dataclass(frozen=True, slots=True)
class Course:
    """How long this machine has run: nobody can set that, unlike the time of day.

    `boot` names the start it is counted from; empty where the system does not tell.
    """

    boot: str
    since_boot: timedelta


def course() -> Course:
    """Return how long this machine has run, sleep included, since which start."""
    try:
        boot = BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return Course("", timedelta(seconds=time.monotonic()))
    nanoseconds = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return Course(boot, timedelta(microseconds=nanoseconds // 1000))


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Return `moment` as wall-clock time in Germany."""
    return moment.astimezone(BERLIN)
