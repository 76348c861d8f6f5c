"""The only place that reads the clock; views, tasks and commands call it, rules never do."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
YEARS = range(1900, 2200)  # of days that anybody writes here; what is outside was mistyped


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Return `moment` as wall-clock time in Germany."""
    return moment.astimezone(BERLIN)
