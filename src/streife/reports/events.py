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
class ReportObjected:
    """The resident says that the answer is not true; the report waits for triage again."""

    report_id: int


@dataclass(frozen=True, slots=True)
class ResidentAwaitsMail:
    """There is something to tell a resident who left an e-mail address.

    `occasion` is `received`, `answered` or `link`.
    """

    report_id: int
    occasion: str


@dataclass(frozen=True, slots=True)
class ContactErased:
    """The contact data of a report are gone."""

    report_id: int


@dataclass(frozen=True, slots=True)
class ReportTextErased:
    """A text of a report is gone; whatever was made of its words has to go too."""

    report_id: int
