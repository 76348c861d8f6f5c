"""Plays the synthetic year through the real actions, in the order of time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import transaction

from streife.accounts.rules import Actor
from streife.config.demo.cases import Case, make_cases
from streife.config.demo.people import DEMO, actor
from streife.incidents import actions as incidents
from streife.incidents.models import Incident, SearchEntry
from streife.incidents.queries import incidents_of_reports
from streife.incidents.rules import Outcome, Status
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.events import wire
from streife.kernel.wording import tokens
from streife.places.queries import whereabouts
from streife.reports import actions as reports
from streife.reports.models import Report
from streife.reports.rules import ContactDraft, Kind, ReportDraft
from streife.triage import actions as triage
from streife.triage import queries as catalogue
from streife.triage.models import Proposal
from streife.triage.reading import read_catalogue
from streife.triage.rules import DecisionDraft, DecisionKind, answer_text

Say = Callable[[str], None]
SEED = 20261122
NOBODY = "Danke für Ihren Hinweis. Das fällt leider nicht in die Zuständigkeit der Stadt."


@dataclass
class Play:
    """The state of a run: what comes next, and who acts."""

    desk: Actor
    dispatcher: Actor
    now: datetime
    report_ids: dict[int, int] = field(default_factory=dict)
    steps: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    ticket: count = field(default_factory=count)  # type: ignore[type-arg]  # generic for the checker only

    def at(self, moment: datetime, step: Callable[[datetime], None]) -> None:
        """Do something at a moment; what lies ahead of now never happens."""
        if moment <= self.now:
            heapq.heappush(self.steps, (moment, next(self.ticket), step))


def load_catalogue(now: datetime) -> None:
    """Bring in the catalogue as if it had been valid since before the first report."""
    start = date(now.year - 2, 1, 1)
    read = read_catalogue(Path(settings.DATA_DIR).parent / "catalogue")
    triage.import_catalogue(catalogue=replace(read, valid_from=start), actor=DEMO, now=now)


def is_loaded() -> bool:
    """Say whether the year is there (it comes in one transaction, so it is there whole)."""
    return Report.objects.filter(source="demo").exists()


def load_year(*, size: int, now: datetime, say: Say, seed: int = SEED) -> None:
    """Play the year; nothing is left behind if it fails."""
    cases = make_cases(size=size, seed=seed, now=now)
    play = Play(actor("buero"), actor("leitstelle"), now)
    for case in cases:
        play.at(case.received_at, _receiving(play, case))
    from streife.config.wiring import REACTIONS  # noqa: PLC0415 (restored below)

    # Reactions look at the clock of today (mails, proposals); the past does without.
    wire({})
    try:
        with transaction.atomic():
            _run(play, size, say)
            _index()
    finally:
        wire(REACTIONS)
    _propose(play, cases, say)


def _run(play: Play, size: int, say: Say) -> None:
    shown = 0
    while play.steps:
        moment, _, step = heapq.heappop(play.steps)
        step(moment)
        if len(play.report_ids) >= shown + 500:
            shown = len(play.report_ids)
            say(f"  {shown} von {size} Hinweisen, {local(moment):%d.%m.%Y}")


def _index() -> None:
    """Let the search know the year in one go; with reactions it would be one task a row."""
    reports_words = Report.objects.filter(source="demo").values_list(
        "id", "reference", "text", "address"
    )
    incident_words = Incident.objects.filter(synthetic=True).values_list(
        "id", "number", "title", "address"
    )
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(kind=kind, target_id=row[0], tokens=" ".join(tokens(" ".join(row[1:]))))
            for kind, rows in (("report", reports_words), ("incident", incident_words))
            for row in rows
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def _receiving(play: Play, case: Case) -> Callable[[datetime], None]:
    def step(moment: datetime) -> None:
        if whereabouts(case.point, on=local(moment).date()) is None:
            return  # drawn across the city's border
        named = case.kind is Kind.COMPLAINT
        received = reports.receive_report(
            draft=ReportDraft(
                client_id=case.client_id,
                kind=case.kind,
                channel=case.channel,
                category_code=case.code,
                text=case.text,
                point=case.point,
                address=case.address,
                contact=ContactDraft(
                    name="Erfundene Person", email="person@example.org", address="Musterweg 1"
                )
                if named
                else None,
                witness_confirmed=named,
                synthetic=True,
                source="demo",
                source_id=str(case.client_id),
            ),
            actor=play.desk,
            now=moment,
        )
        play.report_ids[case.number] = received.report_id
        if case.decided_at is not None:
            play.at(max(case.decided_at, moment), _deciding(play, case))

    return step


def _deciding(play: Play, case: Case) -> Callable[[datetime], None]:
    def step(moment: datetime) -> None:
        report_id = play.report_ids[case.number]
        on = local(moment).date()
        matter = catalogue.category(case.code, on=on)
        body = catalogue.responsible_body(case.code, area_ids=[], on=on)
        _proposed(report_id, matter.priority, body.code, case.code, moment)
        twin = _live_twin(play, case)
        draft = DecisionDraft(DecisionKind.OPEN if body.own else DecisionKind.FORWARD)
        if twin is not None:
            draft = DecisionDraft(DecisionKind.MERGE, incident_id=twin)
        elif case.decision is DecisionKind.REJECT:
            draft = DecisionDraft(DecisionKind.REJECT, reason=NOBODY)
        made = triage.decide(report_id=report_id, decision=draft, actor=play.dispatcher, now=moment)
        if draft.kind in {DecisionKind.OPEN, DecisionKind.FORWARD} and made.incident_id:
            minutes = matter.target_minutes * case.closing_share
            if draft.kind is DecisionKind.FORWARD:
                minutes = max(minutes, 180)
            ending = _closing if body.own else _answering
            play.at(moment + timedelta(minutes=minutes), ending(play, case, made.incident_id))

    return step


def _proposed(report_id: int, priority: int, body: str, code: str, moment: datetime) -> None:
    """Put a proposal of that day beside the decision: the model of today was not there yet."""
    Proposal.objects.create(
        report_id=report_id,
        category_code=code,
        category_score=0.8,
        priority=priority,
        body_code=body,
        reasons=["synthetisch"],
        made_at=moment,
        queue_rank=priority * 10**16,
    )


def _live_twin(play: Play, case: Case) -> int | None:
    """Return the open incident of the first report about the same matter."""
    first = play.report_ids.get(case.twin_of) if case.twin_of is not None else None
    if first is None:
        return None
    known = incidents_of_reports(play.dispatcher, [first]).get(first)
    return known.pk if known is not None and known.status != Status.CLOSED else None


def _closing(play: Play, case: Case, incident_id: int) -> Callable[[datetime], None]:
    def step(moment: datetime) -> None:
        closed = incidents.close_incident(
            incident_id=incident_id, measure=case.measure, actor=play.dispatcher, now=moment
        )
        _tell(play, case, closed, moment)

    return step


def _answering(play: Play, case: Case, incident_id: int) -> Callable[[datetime], None]:
    def step(moment: datetime) -> None:
        closed = incidents.answer_hand_over(
            incident_id=incident_id,
            accepted=True,
            answer="Wir kümmern uns darum.",
            actor=play.dispatcher,
            now=moment,
        )
        _tell(play, case, closed, moment)

    return step


def _tell(play: Play, case: Case, incident: Incident, moment: datetime) -> None:
    """Answer every reporter at the moment of the closing, as the wiring does today."""
    names = catalogue.category_names(on=local(moment).date())
    text = answer_text(Outcome(incident.outcome), category_name=names[case.code], body_name="")
    for report_id in incident.links.values_list("report_id", flat=True):
        try:
            reports.answer_report(report_id=report_id, text=text, actor=DEMO, now=moment)
        except Refused as refused:
            if refused.code != "illegal-move":  # answered already
                raise


def _propose(play: Play, cases: list[Case], say: Say) -> None:
    """Let today's software propose for what still waits."""
    waiting = [case for case in cases if case.decided_at is None and case.number in play.report_ids]
    say(f"  {len(waiting)} Hinweise warten auf eine Entscheidung, Vorschläge werden gemacht")
    for case in waiting:
        triage.propose_for_report(
            report_id=play.report_ids[case.number], actor=DEMO, now=case.received_at
        )
