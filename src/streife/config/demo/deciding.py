"""The decisions of the synthetic year and the ends of its matters: rows and entries."""

from datetime import datetime

from streife.config.demo.courses import Matter
from streife.config.demo.history import NOBODY, RESPONSIBLE, TAKEN, Year
from streife.config.demo.people import DEMO
from streife.incidents.models import HandOver
from streife.incidents.rules import Outcome
from streife.kernel.clock import local
from streife.reports.rules import Status as ReportStatus
from streife.triage import queries as catalogue
from streife.triage.models import Decision, Proposal
from streife.triage.rules import DecisionKind


def write_decisions(year: Year) -> None:
    """Store proposals, decisions and hand-overs, and record how each matter began."""
    decisions: list[Decision] = []
    proposals: list[Proposal] = []
    bodies = _bodies(year)
    for number, (moment, kind) in year.courses.decided.items():
        report = year.reports[number]
        matter = year.courses.matter_of.get(number)
        incident = year.incident_of(matter) if matter else None
        code = report.category_code
        proposals.append(_proposal(year, number, bodies[code], moment))
        decisions.append(
            Decision(
                report=report,
                kind=kind,
                category_code=code,
                priority=year.words.matters[code].priority,
                body_code=bodies[code],
                incident=incident,
                as_proposed=kind in {DecisionKind.OPEN, DecisionKind.FORWARD},
                reason=NOBODY if kind is DecisionKind.REJECT else "",
                decided_by=year.who.dispatcher.ref,
                decided_at=moment,
            )
        )
    Proposal.objects.bulk_create(proposals)
    Decision.objects.bulk_create(decisions)
    handed = _write_hand_overs(year)
    for decision in decisions:
        _record_decision(year, decision, handed)


def _bodies(year: Year) -> dict[str, str]:
    day = local(year.words.now).date()
    codes = {case.code for case in year.cases}
    return {code: catalogue.responsible_body(code, area_ids=[], on=day).code for code in codes}


def _proposal(year: Year, number: int, body: str, moment: datetime) -> Proposal:
    """Return a proposal of that day: the model of today was not there yet."""
    report = year.reports[number]
    return Proposal(
        report=report,
        category_code=report.category_code,
        category_score=0.8,
        priority=year.words.matters[report.category_code].priority,
        body_code=body,
        reasons=["synthetisch"],
        made_at=moment,
    )


def _write_hand_overs(year: Year) -> dict[int, HandOver]:
    """Store what was given to other bodies; return it by incident."""
    rows = [
        HandOver(
            incident=year.incident_of(matter),
            body_code=matter.handed_to,
            reason=RESPONSIBLE,
            handed_at=matter.opened_at,
            answer=TAKEN if matter.ended_at else "",
            accepted=True if matter.ended_at else None,
            answered_at=matter.ended_at,
        )
        for matter in year.courses.matters
        if matter.handed_to
    ]
    return {row.incident_id: row for row in HandOver.objects.bulk_create(rows)}


def _record_decision(year: Year, made: Decision, handed: dict[int, HandOver]) -> None:
    """Record a decision with what it did, in the order in which the action does it."""
    report, moment = f"report:{made.report_id}", made.decided_at
    add, who = year.lines.add, year.who.dispatcher
    rejected = made.kind == DecisionKind.REJECT
    status = ReportStatus.REJECTED if rejected else ReportStatus.ACCEPTED
    add("reports.moved", report, who, moment, status=status.value)
    if made.incident is not None:
        subject = f"incident:{made.incident.pk}"
        if made.kind == DecisionKind.MERGE:
            add("incidents.report_added", subject, who, moment, report=made.report_id)
        else:
            add(
                "incidents.opened",
                subject,
                who,
                moment,
                number=made.incident.number,
                category=made.incident.category_code,
                priority=made.incident.priority,
                reports=[made.report_id],
            )
        if made.kind == DecisionKind.FORWARD:
            hand_over = handed[made.incident.pk]
            body = {"body": hand_over.body_code, "hand_over": hand_over.pk}
            add("incidents.handed_over", subject, who, moment, **body)
            add("reports.moved", report, who, moment, status=ReportStatus.FORWARDED.value)
    add(
        "triage.decided",
        report,
        who,
        moment,
        kind=made.kind,
        category=made.category_code,
        incident=made.incident_id,
        as_proposed=made.as_proposed,
    )


def record_endings(year: Year) -> None:
    """Record how matters were closed and their reporters answered."""
    handed = dict(
        HandOver.objects.filter(incident__in=year.incidents.values()).values_list(
            "incident_id", "pk"
        )
    )
    for matter in year.courses.matters:
        if matter.ended_at is not None:
            _record_ending(year, matter, matter.ended_at, handed)


def _record_ending(year: Year, matter: Matter, moment: datetime, handed: dict[int, int]) -> None:
    incident, add = year.incident_of(matter), year.lines.add
    subject, who = f"incident:{incident.pk}", year.who.dispatcher
    if matter.handed_to:
        add(
            "incidents.hand_over_answered",
            subject,
            who,
            moment,
            body=matter.handed_to,
            accepted=True,
            hand_over=handed[incident.pk],
        )
    outcome = Outcome(incident.outcome).value
    add("incidents.closed", subject, who, moment, outcome=outcome, measure=incident.measure)
    for case, _ in matter.reports:
        answered = ReportStatus.ANSWERED.value
        add("reports.answered", f"report:{year.reports[case].pk}", DEMO, moment, status=answered)
