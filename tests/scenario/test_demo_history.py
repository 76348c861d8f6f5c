"""The demo's year is written in bulk, and says what the actions would have said."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models, transaction

from streife.config.demo import duty, people, today, year
from streife.config.demo.cases import NEVER, Case, make_cases
from streife.config.demo.courses import Job, Matter, Standing, follow
from streife.config.demo.duty import Patrol, Watch
from streife.config.demo.history import NOBODY, PERSON, SOURCE, TAKEN, Year
from streife.config.demo.lines import Who
from streife.config.demo.people import DEMO, actor
from streife.config.demo.shifts import plan_shift
from streife.config.wiring import REACTIONS
from streife.dispatch import actions as dispatch
from streife.dispatch.models import Assignment, Member, Unit
from streife.incidents import actions as incidents
from streife.incidents.models import HandOver, Incident, IncidentReport, NumberSeries
from streife.insight.figures import Filters
from streife.insight.queries import figures
from streife.insight.rules import Period
from streife.journal.models import Body, Entry
from streife.kernel.events import wire
from streife.patrols.models import PatrolTeam
from streife.places.models import Area
from streife.reports import actions as reports
from streife.reports.models import Contact, Report
from streife.reports.rules import ContactDraft, Kind, ReportDraft
from streife.roster.models import Duty, Shift
from streife.triage import actions as triage
from streife.triage.models import Decision, Proposal
from streife.triage.rules import DecisionDraft, DecisionKind

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SIZE = 140
MODELS = (
    Report, Contact, Incident, IncidentReport, Proposal, Decision, HandOver, NumberSeries,
    Shift, Duty, Unit, Member, Assignment, PatrolTeam,
)  # fmt: skip
# Drawn at random, or what a recommendation of that day would have said.
OTHERWISE = {"id", "reference", "proposal", "rank"}
NAMED = {
    "report": Report, "reports": Report, "incident": Incident, "unit": Unit, "shift": Shift,
    "assignment": Assignment, "hand_over": HandOver,
}  # fmt: skip


@pytest.fixture
def planned(db: None) -> Iterator[tuple[Year, list[Watch]]]:
    call_command("import_places", verbosity=0)
    year.load_catalogue(NOW)
    call_command("import_status_scheme", verbosity=0)
    people.signins_path().unlink(missing_ok=True)
    people.make_users(NOW)
    people.make_officers(NOW)
    who = Who(actor("buero"), actor("leitstelle"), actor("schicht"))
    cases = [
        replace(case, closing_share=NEVER) if case.number % 20 == 0 else case
        for case in make_cases(size=SIZE, seed=5, now=NOW)
    ]
    imagined = year.imagine(cases, who, now=NOW)
    wire({})
    yield imagined, duty.plan(imagined.courses.matters, area_name(imagined), NOW)
    wire(REACTIONS)


def area_name(imagined: Year) -> Callable[[Matter], str]:
    return lambda matter: imagined.places[matter.case.number].operational_name


def test_what_is_written_at_once_is_what_the_actions_would_have_left(
    planned: tuple[Year, list[Watch]],
) -> None:
    imagined, watches = planned
    kinds = {kind for _, kind in imagined.courses.decided.values()}
    assert kinds == set(DecisionKind)
    assert {bool(m.ended_at) for m in imagined.courses.matters if m.handed_to} == {True, False}
    assert {bool(m.job) for m in imagined.courses.matters if not m.handed_to} == {True, False}
    assert any(case.kind is Kind.COMPLAINT for case in imagined.cases)

    written = seen_after(lambda: year.write(imagined, say=lambda line: None))
    played = seen_after(lambda: play(imagined, watches))
    for part, rows in played.items():
        assert written[part] == rows, part
    assert len(written["Assignment"]) > 10
    assert sum(len(lines) for lines in written["journal"].values()) > 8 * SIZE


def test_the_figures_know_how_long_patrols_took(planned: tuple[Year, list[Watch]]) -> None:
    year.write(planned[0], say=lambda line: None)
    whole = Period((NOW - timedelta(days=370)).date(), NOW.date())
    shown = figures(actor("leitung"), Filters(period=whole), now=NOW)
    assert shown.measured > 10
    assert shown.minutes_median is not None
    assert 5 <= shown.minutes_median <= 24 * 60


def test_a_job_lies_between_opening_and_end(planned: tuple[Year, list[Watch]]) -> None:
    for _, watches in [planned]:
        for watch in watches:
            for patrol in watch.patrols:
                assert_one_after_the_other(watch, patrol)


def assert_one_after_the_other(watch: Watch, patrol: Patrol) -> None:
    before = watch.row.starts_at
    for matter, job in patrol.work:
        moments = [before, job.assigned_at, job.accepted_at, job.on_scene_at, job.ended_at]
        assert moments == sorted(moments)
        assert matter.opened_at <= job.assigned_at
        assert matter.ended_at == job.ended_at
        before = job.ended_at


def test_the_same_cases_go_the_same_way() -> None:
    cases = make_cases(size=60, seed=3, now=NOW)
    standings = {case.code: Standing("kod", True, 60) for case in cases}
    one, two = (follow(cases, standings, now=NOW) for _ in range(2))
    assert one == two


def seen_after(act: Callable[[], object]) -> dict[str, Any]:
    """Do it, look at every table, and undo it."""
    with transaction.atomic():
        act()
        seen = {model.__name__: rows_of(model) for model in MODELS}
        seen["journal"] = journal()
        transaction.set_rollback(True)
    return seen


NAMES: dict[type[models.Model], Callable[[Any], str]] = {
    Report: lambda row: row.source_id,
    Incident: lambda row: row.number,
    Shift: lambda row: row.starts_at.isoformat(),
    Unit: lambda row: f"{row.call_sign} {name_of(row.shift)}",
    Assignment: lambda row: f"{name_of(row.unit)} {row.incident.number}",
    HandOver: lambda row: f"hand-over of {row.incident.number}",
}


def name_of(row: models.Model | None) -> str:
    """Return what a row is called, whatever its id."""
    if row is None:
        return ""
    return NAMES[type(row)](row) if type(row) in NAMES else str(row.pk)


def rows_of(model: type[models.Model]) -> list[dict[str, Any]]:
    rows = [
        {
            field.name: name_of(getattr(row, field.name))
            if field.is_relation
            else getattr(row, field.name)
            for field in model._meta.concrete_fields
            if field.name not in OTHERWISE
        }
        for row in model._default_manager.all()
    ]
    return sorted(rows, key=str)


def journal() -> dict[str, list[Any]]:
    """Return the entries since the reports began, by subject, in their order."""
    found: dict[str, list[Any]] = {}
    bodies = dict(Body.objects.values_list("entry_id", "content"))
    for entry in Entry.objects.order_by("log_id", "number"):
        kind, _, number = entry.subject.partition(":")
        if kind not in NAMED:
            continue
        subject = name_of(NAMED[kind].objects.get(pk=number))  # type: ignore[attr-defined]  # of models
        line = (entry.at, entry.act, entry.actor, named(entry.act, bodies[entry.pk]))
        found.setdefault(f"{kind} {subject}", []).append(line)
    return found


def named(act: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body with names for ids."""

    def name(key: str, value: Any) -> Any:
        if isinstance(value, list) and key in NAMED:
            return [name(key, one) for one in value]
        if value is None or key not in NAMED:
            return value
        return name_of(NAMED[key].objects.get(pk=value))  # type: ignore[attr-defined]  # of models

    return {key: name(key, value) for key, value in body.items() if key not in OTHERWISE}


def play(imagined: Year, watches: list[Watch]) -> None:
    """Do everything by the actions, in the order of time."""
    stage = Stage(imagined)
    steps: list[tuple[datetime, Callable[[datetime], object]]] = []
    for case in imagined.cases:
        steps.append((case.received_at, lambda at, c=case: stage.receive(c, at)))  # type: ignore[misc]
        if case.number in imagined.courses.decided:
            moment = imagined.courses.decided[case.number][0]
            steps.append((moment, lambda at, c=case: stage.decide(c, at)))  # type: ignore[misc]
    for matter in imagined.courses.matters:
        if matter.ended_at is not None and matter.job is None:
            steps.append((matter.ended_at, lambda at, m=matter: stage.end(m, at)))  # type: ignore[misc]
    for watch in watches:
        steps += stage.watch(watch)
    for moment, step in sorted(steps, key=lambda pair: pair[0]):
        step(moment)


class Stage:
    """Plays single steps by the real actions."""

    def __init__(self, imagined: Year) -> None:
        self.year, self.who = imagined, imagined.who
        self.reports: dict[int, int] = {}
        self.incidents: dict[int, int] = {}
        self.units: dict[int, int] = {}

    def receive(self, case: Case, at: datetime) -> None:
        named = case.kind is Kind.COMPLAINT
        draft = ReportDraft(
            client_id=case.client_id,
            kind=case.kind,
            channel=case.channel,
            category_code=case.code,
            text=case.text,
            point=case.point,
            address=case.address,
            contact=ContactDraft(**PERSON) if named else None,
            witness_confirmed=named,
            synthetic=True,
            source=SOURCE,
            source_id=str(case.client_id),
        )
        received = reports.receive_report(draft=draft, actor=self.who.desk, now=at)
        self.reports[case.number] = received.report_id

    def decide(self, case: Case, at: datetime) -> None:
        kind = self.year.courses.decided[case.number][1]
        report_id, words = self.reports[case.number], self.year.words
        body = year.catalogue.responsible_body(case.code, area_ids=[], on=at.date())
        Proposal.objects.create(
            report_id=report_id,
            category_code=case.code,
            category_score=0.8,
            priority=words.matters[case.code].priority,
            body_code=body.code,
            reasons=["synthetisch"],
            made_at=at,
            queue_rank=1,
        )
        draft = DecisionDraft(kind)
        if kind is DecisionKind.MERGE:
            matter = self.year.courses.matter_of[case.number]
            draft = DecisionDraft(kind, incident_id=self.incidents[matter.case.number])
        elif kind is DecisionKind.REJECT:
            draft = DecisionDraft(kind, reason=NOBODY)
        made = triage.decide(report_id=report_id, decision=draft, actor=self.who.dispatcher, now=at)
        if kind in {DecisionKind.OPEN, DecisionKind.FORWARD} and made.incident_id:
            self.incidents[case.number] = made.incident_id

    def end(self, matter: Matter, at: datetime) -> None:
        incident_id = self.incidents[matter.case.number]
        if matter.handed_to:
            incidents.answer_hand_over(
                incident_id=incident_id,
                accepted=True,
                answer=TAKEN,
                actor=self.who.dispatcher,
                now=at,
            )
        else:
            incidents.close_incident(
                incident_id=incident_id,
                measure=matter.case.measure,
                actor=self.who.dispatcher,
                now=at,
            )
        self.tell(matter, at)

    def tell(self, matter: Matter, at: datetime) -> None:
        for number, _ in matter.reports:
            reports.answer_report(
                report_id=self.reports[number],
                text=self.year.words.answer_to(matter),
                actor=DEMO,
                now=at,
            )

    def watch(self, watch: Watch) -> list[tuple[datetime, Callable[[datetime], object]]]:
        steps: list[tuple[datetime, Callable[[datetime], object]]] = [
            (watch.row.starts_at - duty.PLANNED_BEFORE, lambda at: self.plan(watch, at))
        ]
        for patrol in watch.patrols:
            steps.append((watch.row.starts_at, lambda at, p=patrol: self.form(watch, p, at)))  # type: ignore[misc]
            for matter, job in patrol.work:
                steps += self.job(patrol, matter, job)
            steps.append((patrol.ends_at(watch), lambda at, p=patrol: self.stand_down(p, at)))  # type: ignore[misc]
        return steps

    def plan(self, watch: Watch, at: datetime) -> None:
        plan_shift(
            name=watch.row.name,
            starts_at=watch.row.starts_at,
            ends_at=watch.row.ends_at,
            officer_ids=watch.crowd,
            actor=DEMO,
            now=at,
        )

    def form(self, watch: Watch, patrol: Patrol, at: datetime) -> None:
        unit = dispatch.form_unit(
            shift_id=Shift.objects.get(starts_at=watch.row.starts_at).pk,
            call_sign=today.call_sign(patrol.number),
            officer_ids=watch.crowd[2 * patrol.number - 2 : 2 * patrol.number],
            partners=["Polizei"] * today.JOINT.get(patrol.number, 0),
            area_id=Area.objects.get(name=today.area_name(patrol.number), kind="operational").pk,
            actor=self.who.leader,
            now=at,
        )
        dispatch.set_status(unit_id=unit.pk, key="1", actor=self.who.dispatcher, now=at)
        self.units[id(patrol)] = unit.pk

    def stand_down(self, patrol: Patrol, at: datetime) -> None:
        dispatch.stand_down(unit_id=self.units[id(patrol)], actor=DEMO, now=at)

    def job(
        self, patrol: Patrol, matter: Matter, job: Job
    ) -> list[tuple[datetime, Callable[[datetime], object]]]:
        held: list[int] = []
        crew = self.who.dispatcher

        def assign(at: datetime) -> None:
            unit_id, incident_id = self.units[id(patrol)], self.incidents[matter.case.number]
            made = dispatch.assign(unit_id=unit_id, incident_id=incident_id, actor=crew, now=at)
            held.append(made.pk)

        def finish(at: datetime) -> None:
            dispatch.finish(
                assignment_id=held[0],
                outcome="",
                measure=matter.case.measure,
                note="",
                actor=crew,
                now=at,
            )
            self.tell(matter, at)

        return [
            (job.assigned_at, assign),
            (
                job.accepted_at,
                lambda at: dispatch.accept(assignment_id=held[0], actor=crew, now=at),
            ),
            (
                job.on_scene_at,
                lambda at: dispatch.arrive(assignment_id=held[0], actor=crew, now=at),
            ),
            (job.ended_at, finish),
        ]
