"""Facts about reports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportReceived:
    """A report was stored."""

    report_id: int


@dataclass(frozen=True, slots=True)
class ReportAnswered:
    """The resident was told what happened."""

    report_id: int


@dataclass(frozen=True, slots=True)
class ContactErased:
    """The contact data of a report are gone."""

    report_id: int
