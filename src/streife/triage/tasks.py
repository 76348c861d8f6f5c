"""Work after the transaction: proposals, search, answers. Arguments are ids; safe to run twice."""

from django_tasks import task

from streife.accounts.rules import system
from streife.incidents import actions as incidents
from streife.incidents.queries import hand_overs_of, reports_of, visible_to
from streife.incidents.rules import Outcome
from streife.incidents.rules import Status as Stand
from streife.kernel.clock import local, now
from streife.reports.actions import answer_report, move_report
from streife.reports.queries import report_for
from streife.reports.rules import Status
from streife.triage import queries
from streife.triage.actions import index_words, propose_for_report
from streife.triage.rules import answer_text

ACTOR = system("triage")


@task()
def propose(report_id: int) -> None:
    """Make the proposal for a report and let the search know its words."""
    propose_for_report(report_id=report_id, actor=ACTOR, now=now())
    index_words(report_id=report_id, actor=ACTOR)


@task()
def index_incident(incident_id: int) -> None:
    """Let the search know an incident."""
    incidents.index_incident(incident_id=incident_id, actor=ACTOR)


@task()
def answer_reports(incident_id: int) -> int:
    """Tell every reporter of a closed incident what came of it; return how many were told."""
    moment = now()
    incident = visible_to(ACTOR).get(pk=incident_id)
    if not incident.outcome:
        return 0  # opened again before this ran
    text = _text(incident_id, Outcome(incident.outcome), incident.category_code)
    told = 0
    for report_id in reports_of(ACTOR, incident_id):
        report = report_for(ACTOR, report_id)
        if report.status in (Status.ACCEPTED, Status.FORWARDED):
            answer_report(report_id=report_id, text=text, actor=ACTOR, now=moment)
            told += 1
    return told


def _text(incident_id: int, outcome: Outcome, category_code: str) -> str:
    today = local(now()).date()
    names = {row.code: row.public_name for row in queries.categories(on=today)}
    handed = hand_overs_of(ACTOR, incident_id).last()
    body = queries.body_names(on=today).get(handed.body_code, "") if handed else ""
    name = names.get(category_code, "Ihr Anliegen")
    return answer_text(outcome, category_name=name, body_name=body)


@task()
def take_up_reports(incident_id: int) -> int:
    """Let reports of an incident that is open again count as being dealt with; return how many.

    It was reopened after an answer, or another body sent it back. If it has been closed or given
    away since, that counts: of a closed one nothing is taken up, of one that is with another body
    only what was answered.
    """
    moment = now()
    stands = Stand(visible_to(ACTOR).get(pk=incident_id).status)
    if stands is Stand.CLOSED:
        return 0
    known = (
        {Status.ANSWERED} if stands is Stand.HANDED_OVER else {Status.ANSWERED, Status.FORWARDED}
    )
    moved = 0
    for report_id in reports_of(ACTOR, incident_id):
        if report_for(ACTOR, report_id).status in known:
            move_report(report_id=report_id, to=Status.ACCEPTED, actor=ACTOR, now=moment)
            moved += 1
    return moved


@task()
def tidy_search() -> None:
    """Take erased words out of the full-text index."""
    incidents.tidy_search(actor=ACTOR)
