"""What the page shows, as plain values. No Django."""

from dataclasses import dataclass, field
from datetime import date

from streife.insight.rules import Period


@dataclass(frozen=True, slots=True)
class Filters:
    """What is counted: days, field of work, district, and whether synthetic rows count too."""

    period: Period
    field_code: str = ""
    district_code: str = ""
    synthetic: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a figure; `complaints` is None where fewer than five people told us."""

    code: str
    name: str
    reports: int
    incidents: int = 0
    complaints: int | None = 0
    share: float = 0.0  # of the largest line, 0 … 1
    icon: str = ""


@dataclass(slots=True)
class Figures:
    """Everything the page shows."""

    filters: Filters
    reports: int
    incidents: int
    reports_before: int
    synthetic_reports: int
    in_time: int
    missed: int
    minutes_median: int | None
    minutes_ninth: int | None
    measured: int
    backlog: "Backlog"
    by_field: list[Row]
    by_quarter: list[Row]
    by_outcome: list[Row]
    hours: list[list[int]]  # 7 weekdays × 24 hours, Monday first
    months: list["Month"] = field(default_factory=list)

    @property
    def due(self) -> int:
        """Incidents of which it is known whether they were in time."""
        return self.in_time + self.missed


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits at this moment, whatever the period."""

    waiting_reports: int
    live_incidents: int
    overdue_incidents: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month and the same month a year before (None: no data that far back)."""

    start: date
    reports: int
    before: int | None
