"""Two units, three incidents, any order of clicks: no busy unit is free, nobody unknown is sent."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from streife.dispatch import actions
from streife.dispatch.models import Assignment, Unit
from streife.dispatch.queries import recommend, scheme_on, units_on_duty
from streife.dispatch.rules import ACTIVE, AssignmentState, Availability
from streife.incidents.models import Incident
from streife.journal.models import Entry
from streife.kernel.errors import Refused
from tests.dispatching import a_shift

UNITS = st.integers(0, 1)
INCIDENTS = st.integers(0, 2)
KEYS = st.sampled_from(["", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X"])
FREE = {Availability.AVAILABLE, Availability.CONDITIONAL}


class Dispatching(RuleBasedStateMachine):
    """Whatever is refused changes nothing; whatever happens keeps the promises."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world = a_shift(datetime(2026, 11, 23, 10, 0, tzinfo=UTC), officers=4, apprentices=0)
        self.units = [
            self.world.unit("KOD 11", (0, 1), key="").pk,
            self.world.unit("KOD 12", (2, 3), key="1").pk,
        ]
        self.incidents = [self.world.incident(f"Vorgang {i}").pk for i in range(3)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def job(self, unit: int, states: frozenset[AssignmentState]) -> Assignment | None:
        return Assignment.objects.filter(unit_id=self.units[unit], state__in=sorted(states)).first()

    @rule(
        unit=UNITS,
        incident=INCIDENTS,
        queue=st.booleans(),
        reinforce=st.booleans(),
        reason=st.sampled_from(["", "weil"]),
    )
    def assign(self, unit: int, incident: int, queue: bool, reinforce: bool, reason: str) -> None:
        running = {a.pk: a.state for a in Assignment.objects.filter(state__in=sorted(ACTIVE))}
        known = self.availability(unit)
        with suppress(Refused):
            job = actions.assign(
                unit_id=self.units[unit],
                incident_id=self.incidents[incident],
                queue=queue,
                reinforce=reinforce,
                reason=reason,
                actor=self.world.dispatcher,
                now=self.world.later(),
            )
            if job.state == AssignmentState.ASSIGNED:
                assert known in FREE
                assert known is Availability.AVAILABLE or reason
            else:
                assert queue
                assert reason
        for pk, state in running.items():
            assert Assignment.objects.get(pk=pk).state == state  # never reset by another job

    @rule(unit=UNITS, key=KEYS, by_crew=st.booleans())
    def press(self, unit: int, key: str, by_crew: bool) -> None:
        who = self.world.crew_actor(unit * 2) if by_crew else self.world.dispatcher
        with suppress(Refused):
            actions.set_status(
                unit_id=self.units[unit],
                key=key,
                reason="Pause",
                actor=who,
                now=self.world.later(),
            )
            assert key not in {"", "0", "5", "X"}

    @rule(unit=UNITS, key=KEYS)
    def speak(self, unit: int, key: str) -> None:
        before = self.availability(unit)
        status = Unit.objects.get(pk=self.units[unit]).status_key
        with suppress(Refused):
            actions.request_speech(
                unit_id=self.units[unit],
                key=key,
                actor=self.world.crew_actor(unit * 2),
                now=self.world.later(),
            )
            assert key in {"0", "5"}
        assert self.availability(unit) is before
        assert Unit.objects.get(pk=self.units[unit]).status_key == status

    @precondition(lambda self: any(self.job(unit, ACTIVE) for unit in (0, 1)))
    @rule(unit=UNITS, step=st.sampled_from(["accept", "arrive", "withdraw", "finish", "open"]))
    def go_on(self, unit: int, step: str) -> None:
        job = self.job(unit, ACTIVE)
        if job is None:
            return
        crew, now = self.world.crew_actor(unit * 2), self.world.later()
        with suppress(Refused):
            if step == "accept":
                actions.accept(assignment_id=job.pk, actor=crew, now=now)
            elif step == "arrive":
                actions.arrive(assignment_id=job.pk, actor=crew, now=now)
            elif step == "withdraw":
                actions.withdraw(
                    assignment_id=job.pk, reason="so", actor=self.world.dispatcher, now=now
                )
            else:
                actions.finish(
                    assignment_id=job.pk,
                    outcome="resolved",
                    measure="",
                    note="",
                    still_open=step == "open",
                    reason="später",
                    actor=crew,
                    now=now,
                )

    def availability(self, unit: int) -> Availability:
        rows = {row.unit_id: row for row in units_on_duty(self.world.dispatcher, self.world.now)}
        return rows[self.units[unit]].availability

    @invariant()
    def no_unit_with_an_open_job_is_free(self) -> None:
        scheme = scheme_on(self.world.now.date())
        for row in units_on_duty(self.world.dispatcher, self.world.now):
            if row.open_jobs:
                assert row.availability not in FREE
            if row.current is not None:
                assert scheme.availability(row.status_key) not in FREE
            elif row.queued:  # may wait until a unit that is free "with limits" is wholly free
                assert scheme.availability(row.status_key) is not Availability.AVAILABLE

    @invariant()
    def one_current_job_a_unit_and_one_first_unit_an_incident(self) -> None:
        for unit in self.units:
            jobs = Assignment.objects.filter(unit_id=unit, state__in=sorted(ACTIVE))
            assert jobs.count() <= 1
        for incident in self.incidents:
            open_jobs = Assignment.objects.filter(incident_id=incident, ended_at__isnull=True)
            assert open_jobs.filter(reinforcement=False).count() <= 1

    @invariant()
    def only_free_units_are_recommended(self) -> None:
        rows = {row.unit_id: row for row in units_on_duty(self.world.dispatcher, self.world.now)}
        for incident in Incident.objects.filter(pk__in=self.incidents):
            for found in recommend(self.world.dispatcher, incident.pk, self.world.now):
                if not found.excluded:
                    assert rows[found.unit_id].availability in FREE
                assert all(reason.code and reason.text for reason in found.exclusions)

    @invariant()
    def incidents_say_what_their_units_do(self) -> None:
        for incident in Incident.objects.filter(pk__in=self.incidents).exclude(status="closed"):
            states = set(
                Assignment.objects.filter(incident=incident, state__in=sorted(ACTIVE)).values_list(
                    "state", flat=True
                )
            )
            expected = "on_scene" if "on_scene" in states else "assigned" if states else "open"
            assert incident.status == expected

    @invariant()
    def every_status_is_the_last_one_in_the_record(self) -> None:
        for unit in Unit.objects.filter(pk__in=self.units):
            last = (
                Entry.objects.filter(subject=f"unit:{unit.pk}", act="dispatch.unit_status")
                .order_by("-id")
                .first()
            )
            recorded = "" if last is None else last.body.content["key"]
            assert unit.status_key == recorded


@pytest.mark.django_db
def test_any_order_of_clicks_keeps_the_promises() -> None:
    run_state_machine_as_test(
        Dispatching, settings=settings(max_examples=10, stateful_step_count=15, deadline=None)
    )
