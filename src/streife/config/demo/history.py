"""Writes the synthetic year as its actions would have left it, table by table.

Playing 3,000 reports through the actions one by one takes minutes; a newcomer waits for this.
`tests/scenario/test_demo_history.py` plays the same cases through the actions and compares.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from streife.config.demo.cases import Case
from streife.config.demo.courses import Courses, Matter
from streife.config.demo.lines import Lines, Who
from streife.incidents import queries as incidents
from streife.incidents.models import Field, Incident, IncidentReport, NumberSeries
from streife.incidents.rules import Outcome, Status, due_at, number_text, queue_rank
from streife.kernel.clock import local
from streife.places.rules import Whereabouts
from streife.reports import periods, references
from streife.reports.models import Contact, Report
from streife.reports.queries import retention
from streife.reports.rules import Kind, checked_text, purpose_of
from streife.reports.rules import Status as ReportStatus
from streife.reports.writing import clean_line
from streife.triage import queries as catalogue
from streife.triage.rules import CategoryRow, DecisionKind, answer_text

SOURCE = "demo"
NOBODY = "Danke für Ihren Hinweis. Das fällt leider nicht in die Zuständigkeit der Stadt."
TAKEN = "Wir kümmern uns darum."
RESPONSIBLE = "Zuständig nach Anlass"
PERSON = {"name": "Erfundene Person", "email": "person@example.org", "address": "Musterweg 1"}
_STAND = {
    DecisionKind.OPEN: ReportStatus.ACCEPTED,
    DecisionKind.MERGE: ReportStatus.ACCEPTED,
    DecisionKind.FORWARD: ReportStatus.FORWARDED,
    DecisionKind.REJECT: ReportStatus.REJECTED,
}


@dataclass(slots=True)
class Year:
    """What is written: cases inside the city with their places, and what came of them."""

    cases: Sequence[Case]
    places: dict[int, Whereabouts]
    courses: Courses
    words: "Words"
    who: Who
    lines: Lines = field(default_factory=Lines)
    reports: dict[int, Report] = field(default_factory=dict)  # by case
    incidents: dict[int, Incident] = field(default_factory=dict)  # by the case that opened it

    def incident_of(self, matter: Matter) -> Incident:
        """Return the incident of a matter."""
        return self.incidents[matter.case.number]


@dataclass
class Words:
    """The catalogue of the day on which the demo is loaded."""

    now: datetime

    @cached_property
    def matters(self) -> dict[str, CategoryRow]:
        """Categories by code."""
        return {row.code: row for row in catalogue.categories(on=local(self.now).date())}

    @cached_property
    def bodies(self) -> dict[str, str]:
        """Short names of bodies by code."""
        return catalogue.body_names(on=local(self.now).date())

    @cached_property
    def outcomes(self) -> dict[str, str]:
        """Outcome of each measure."""
        return {row.code: row.outcome.value for row in incidents.measures(on=self.now.date())}

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Fields of work by code."""
        return {row.code: row for row in Field.objects.all()}

    def outcome_of(self, matter: Matter) -> str:
        """Return what came of a matter, empty while it is open."""
        if matter.ended_at is None:
            return ""
        return Outcome.HANDED_OVER if matter.handed_to else self.outcomes[matter.case.measure]

    def answer_to(self, matter: Matter) -> str:
        """Return what its reporters are told."""
        return answer_text(
            Outcome(self.outcome_of(matter)),
            category_name=self.matters[matter.case.code].public_name,
            body_name=self.bodies.get(matter.handed_to, ""),
        )


def write_reports(year: Year) -> None:
    """Store every report where it stands now, with contacts, and record the receipts."""
    numbers: set[str] = set()
    while len(numbers) < len(year.cases):
        numbers.add(references.new_reference())
    rows = [_report(year, case, numbers.pop()) for case in year.cases]
    stored = Report.objects.bulk_create(rows)
    year.reports = {case.number: row for case, row in zip(year.cases, stored, strict=True)}
    named = [row for row in stored if row.kind == Kind.COMPLAINT]
    Contact.objects.bulk_create([_contact(row) for row in named])
    for row in stored:
        year.lines.add(
            "reports.received",
            f"report:{row.pk}",
            year.who.desk,
            row.received_at,
            kind=row.kind,
            channel=row.channel,
            category=row.category_code,
            photos=0,
            contact=row.kind == Kind.COMPLAINT,
        )


def _report(year: Year, case: Case, number: str) -> Report:
    place = year.places[case.number]
    row = Report(
        reference=number,
        client_id=case.client_id,
        secret_hash=references.hash_of(references.secret_of(case.client_id)),
        kind=case.kind,
        channel=case.channel,
        status=ReportStatus.RECEIVED,
        category_code=case.code,
        text=checked_text(case.text),
        latitude=case.point.latitude,
        longitude=case.point.longitude,
        cell=case.point.cell,
        address=clean_line(case.address),
        quarter_id=place.quarter_id,
        district_id=place.district_id,
        received_at=case.received_at,
        synthetic=True,
        source=SOURCE,
        source_id=str(case.client_id),
    )
    decided = year.courses.decided.get(case.number)
    if decided is not None:
        row.status = _STAND[decided[1]]
    if row.status == ReportStatus.REJECTED and decided is not None:
        row.answered_at, row.answer = decided[0], NOBODY
    matter = year.courses.matter_of.get(case.number)
    if matter is not None and matter.ended_at is not None:
        row.status = ReportStatus.ANSWERED
        row.answered_at, row.answer = matter.ended_at, year.words.answer_to(matter)
    return row


def _contact(report: Report) -> Contact:
    purpose = purpose_of(Kind(report.kind))
    return Contact(
        report=report,
        **PERSON,
        purpose=purpose,
        erase_after=periods.erase_after(
            purpose,
            received_on=local(report.received_at).date(),
            answered_on=local(report.answered_at).date() if report.answered_at else None,
            retention=retention(),
        ),
    )


def write_incidents(year: Year) -> None:
    """Store every matter where it stands now, with its reports and hand-overs."""
    last: dict[int, int] = {}
    rows = []
    for matter in year.courses.matters:
        series = local(matter.opened_at).year
        last[series] = last.get(series, 0) + 1
        rows.append(_incident(year, matter, number_text(series, last[series])))
    NumberSeries.objects.bulk_create([NumberSeries(year=y, last=n) for y, n in last.items()])
    stored = Incident.objects.bulk_create(rows)
    year.incidents = {
        matter.case.number: row for matter, row in zip(year.courses.matters, stored, strict=True)
    }
    links = [
        IncidentReport(incident=year.incident_of(m), report=year.reports[case], linked_at=linked)
        for m in year.courses.matters
        for case, linked in m.reports
    ]
    IncidentReport.objects.bulk_create(sorted(links, key=lambda link: link.linked_at))


def _incident(year: Year, matter: Matter, number: str) -> Incident:
    case, words = matter.case, year.words
    report, kind = year.reports[case.number], words.matters[case.code]
    place = report.address.split(",")[0].strip()
    status = Status.HANDED_OVER if matter.handed_to else Status.OPEN
    return Incident(
        number=number,
        field=words.fields[kind.field_code],
        category_code=case.code,
        title=", ".join(filter(None, (kind.name, place)))[:160],
        priority=kind.priority,
        status=status if matter.ended_at is None else Status.CLOSED,
        latitude=case.point.latitude,
        longitude=case.point.longitude,
        cell=case.point.cell,
        address=report.address,
        quarter_id=report.quarter_id,
        district_id=report.district_id,
        opened_at=report.received_at,
        due_at=due_at(report.received_at, kind.target_minutes),
        queue_rank=None if matter.ended_at else queue_rank(kind.priority, report.received_at),
        closed_at=matter.ended_at,
        outcome=words.outcome_of(matter),
        measure="" if matter.handed_to or matter.ended_at is None else case.measure,
        synthetic=True,
    )
