"""A server whose clock is put forward deletes nothing before a person has looked at it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, keys, queries, rules
from streife.evidence.models import ClockMark, DeletionPause, Dock, VaultTask
from streife.journal.models import Checkpoint, Cosignature
from streife.journal.queries import entries_of
from streife.kernel.clock import Course
from streife.kernel.clock import now as clock
from streife.kernel.errors import NotPermitted
from tests.journal_making import write
from tests.vaulting import VAULT, make_dock, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Machine:
    """A machine with a clock that can be set and a course that cannot."""

    def __init__(self, at: datetime) -> None:
        self.at, self.boot, self.ran = at, "start-1", timedelta(minutes=10)

    @property
    def course(self) -> Course:
        return Course(self.boot, self.ran)

    def run(self, length: timedelta) -> None:
        self.at, self.ran = self.at + length, self.ran + length

    def set_clock(self, by: timedelta) -> None:
        self.at += by

    def off(self, length: timedelta, *, wrong_by: timedelta = timedelta(0)) -> None:
        self.at += length + wrong_by
        self.boot, self.ran = f"{self.boot}+", timedelta(minutes=1)

    def round(self) -> actions.Round:
        return actions.expire_due(actor=VAULT, now=self.at, course=self.course)

    def rounds(self, length: timedelta) -> None:
        """Run so long, with a round and a line in the record each hour."""
        for _ in range(int(length / HOUR)):
            self.run(HOUR)
            write(1, now=self.at)
            self.round()


@pytest.fixture
def machine(now: datetime) -> Machine:
    return Machine(now)


def kept() -> int:
    return queries.kept().count()


def filled(dock: Dock, now: datetime, count: int = 3) -> None:
    for number in range(count):
        take_in(os.urandom(90 + number), dock=dock, now=now, ended_at=now)


def confirm(machine: Machine, actor: Actor) -> None:
    actions.lift_pause(actor=actor, now=machine.at, course=machine.course)


def test_a_clock_put_forward_asks_a_person_also_about_a_few_recordings(
    dock: Dock, machine: Machine, client_for: ClientFor, actor_for: ActorFor
) -> None:
    filled(dock, machine.at)
    assert not machine.round().paused
    machine.run(HOUR)
    machine.set_clock(15 * DAY)
    assert machine.round().paused
    assert kept() == 3
    pause = DeletionPause.objects.get()
    assert (pause.cause, pause.doubt, pause.due_count) == ("clock", "forward", 3)
    assert pause.jump_seconds == 15 * 86400
    assert [task.kind for task in VaultTask.objects.filter(done_at=None)].count("clock-jump") == 1
    acts = [entry.act for entry in entries_of("vault:deletion")]
    assert acts == ["evidence.clock_doubted"]

    shown = client_for("shift_leader").get(reverse("evidence:approvals")).content.decode()
    assert "einen Sprung von 15 Tagen nach vorn" in shown
    assert "Die Uhr stimmt, weiter löschen" in shown
    index = client_for("shift_leader").get(reverse("evidence:index")).content.decode()
    assert "Löschen angehalten: Stimmt die Uhr des Rechners?" in index
    assert reverse("evidence:stock") not in index, "the way leads to where it is decided"
    stock = client_for("dpo").get(reverse("evidence:stock")).content.decode()
    assert "Die Uhr stimmt, weiter löschen" not in stock
    with pytest.raises(NotPermitted):
        confirm(machine, actor_for("custodian"))

    # The administration sets the clock right; then it is confirmed, and nothing was lost.
    machine.set_clock(-15 * DAY)
    assert machine.round().paused
    confirm(machine, actor_for("shift_leader"))
    assert not VaultTask.objects.filter(kind="clock-jump", done_at=None).exists()
    machine.rounds(13 * DAY)
    assert kept() == 3
    machine.rounds(DAY)
    assert kept() == 0


def test_a_jump_with_nothing_due_yet_is_told_at_once(dock: Dock, machine: Machine) -> None:
    """An hour later the wrong clock looks like any other."""
    filled(dock, machine.at)
    machine.round()
    machine.set_clock(13 * DAY)
    assert machine.round().paused
    machine.run(2 * DAY)
    assert machine.round().paused
    assert kept() == 3


def test_a_clock_that_is_right_after_all_is_confirmed_and_deleting_goes_on(
    dock: Dock, machine: Machine, actor_for: ActorFor
) -> None:
    filled(dock, machine.at)
    machine.round()
    machine.set_clock(15 * DAY)  # it had been wrong before, and a time server put it right
    assert machine.round().paused
    confirm(machine, actor_for("head"))
    assert machine.round().deleted == 3


@pytest.mark.parametrize("start", [datetime(2026, 3, 20, 1, tzinfo=UTC), None])
def test_a_machine_that_runs_deletes_to_the_hour_over_summer_time_too(
    now: datetime, start: datetime | None
) -> None:
    """28 March 2027 and 25 October 2026 lie within the two weeks."""
    begin = start.replace(year=2027) if start else datetime(2026, 10, 20, 1, tzinfo=UTC)
    machine = Machine(begin)
    filled(make_dock(begin, code="wache-nord"), begin)
    machine.round()
    for _ in range(14 * 24 - 1):
        machine.run(HOUR)
        assert machine.round().deleted == 0
    machine.run(HOUR)
    assert machine.round().deleted == 3
    assert not DeletionPause.objects.exists()


def test_a_machine_switched_off_for_weeks_asks_once_and_then_catches_up(
    dock: Dock, machine: Machine, client_for: ClientFor, actor_for: ActorFor
) -> None:
    filled(dock, machine.at, 60)  # and so many are no second question
    machine.round()
    machine.off(21 * DAY)
    assert machine.round().paused
    assert kept() == 60
    pause = DeletionPause.objects.get()
    assert (pause.doubt, pause.due_count) == ("silent", 60)
    shown = client_for("head").get(reverse("evidence:approvals")).content.decode()
    assert "eine Lücke von 21 Tagen" in shown
    assert "60 Aufnahmen" in shown
    confirm(machine, actor_for("head"))
    machine.run(HOUR)
    assert machine.round().deleted == 60
    assert DeletionPause.objects.count() == 1


def test_a_machine_off_over_night_asks_nobody_and_one_off_longer_only_once_something_would_go(
    dock: Dock, machine: Machine
) -> None:
    filled(dock, machine.at)
    machine.round()
    machine.off(12 * HOUR)
    assert not machine.round().paused
    machine.off(3 * DAY)
    assert not machine.round().paused, "nothing would go"
    machine.rounds(9 * DAY)
    assert not DeletionPause.objects.exists()
    machine.rounds(2 * DAY)
    assert DeletionPause.objects.get().doubt == "silent"
    assert kept() == 3, "the days it was off may be days it was not"


def test_a_start_with_a_wrong_clock_is_not_believed_though_people_work_by_it(
    dock: Dock, machine: Machine
) -> None:
    filled(dock, machine.at)
    machine.rounds(2 * HOUR)
    machine.off(HOUR, wrong_by=14 * DAY)
    write(3, now=machine.at)  # somebody signs in before the first round
    machine.run(HOUR)
    assert machine.round().paused
    assert kept() == 3


def test_rounds_that_did_not_run_are_no_silence_while_the_record_goes_on(
    dock: Dock, machine: Machine
) -> None:
    """The schedule died; people went on working, then the machine was started anew."""
    filled(dock, machine.at)
    machine.round()
    for _ in range(40):
        machine.run(9 * HOUR)
        write(1, now=machine.at)
    machine.off(HOUR)
    assert machine.round().deleted == 3


def test_a_clock_put_back_is_told_and_stops_nothing(dock: Dock, machine: Machine) -> None:
    filled(dock, machine.at)
    machine.rounds(DAY)
    machine.set_clock(-2 * DAY)
    assert not machine.round().paused
    task = VaultTask.objects.get(kind="clock-back")
    assert task.details["seconds"] == 2 * 86400
    machine.rounds(15 * DAY)
    assert kept() == 0, "counted by the clock it has now"
    assert VaultTask.objects.filter(kind="clock-back").count() == 1


def test_what_was_let_go_under_a_clock_ahead_lets_nothing_go_once_it_is_right(
    dock: Dock, machine: Machine, actor_for: ActorFor
) -> None:
    filled(dock, machine.at, 60)
    machine.round()
    machine.set_clock(30 * DAY)
    machine.round()
    confirm(machine, actor_for("head"))  # a mistake, and nobody noticed before the next round
    machine.set_clock(-30 * DAY)
    machine.round()
    machine.run(14 * DAY)
    assert machine.round().paused, "so many at once are a question of their own"
    assert DeletionPause.objects.get(lifted_at=None).cause == "mass"


def test_a_key_that_is_just_arriving_is_not_taken_for_an_old_one(
    dock: Dock, machine: Machine
) -> None:
    machine.round()
    filled(dock, machine.at)
    arriving = rules.new_id(machine.at)
    keys.key_store().put(arriving, os.urandom(32), machine.at)
    machine.set_clock(5 * DAY)
    machine.round()
    actions.tidy_vault(actor=VAULT, now=machine.at)
    assert arriving in keys.key_store().kids()


def test_the_command_asks_the_machine(dock: Dock, machine: Machine, now: datetime) -> None:
    write(1, now=clock())
    call_command("expire_evidence", stdout=StringIO())
    mark = ClockMark.objects.get()
    assert mark.course_us > 0
    filled(dock, now)
    ClockMark.objects.update(course_us=mark.course_us - 1, at=mark.at - 3 * DAY)
    with pytest.raises(CommandError, match="Uhr"):
        call_command("expire_evidence", stdout=StringIO())


def test_a_vault_that_is_new_or_was_updated_begins_with_the_clock_it_finds(
    dock: Dock, machine: Machine
) -> None:
    filled(dock, machine.at)
    assert not machine.round().paused
    assert ClockMark.objects.get().at == machine.at
    # Before this rule there was no reading: then the record alone says how long nothing was done.
    ClockMark.objects.all().delete()
    machine.run(20 * DAY)
    assert machine.round().paused


def confirmed_elsewhere(machine: Machine, true: datetime, late: timedelta = timedelta(0)) -> None:
    """Have a head of the machine's clock that a witness confirmed by the true one; as rows."""
    size = 1_000_000 + Checkpoint.objects.count()
    head = Checkpoint.objects.create(
        log_id=machine.at.year, size=size, at=machine.at, note="-", frontier=b""
    )
    Cosignature.objects.create(
        checkpoint=head, witness="zeuge.example/eins", at=true + late, line="-"
    )


def test_a_start_a_few_hours_ahead_is_noticed_by_who_signs_elsewhere(
    dock: Dock, machine: Machine, actor_for: ActorFor
) -> None:
    filled(dock, machine.at)
    machine.round()
    machine.run(13 * DAY + 18 * HOUR)
    assert not machine.round().paused
    confirmed_elsewhere(machine, machine.at)
    true = machine.at + 3 * HOUR
    machine.off(3 * HOUR, wrong_by=8 * HOUR)  # together less than the silence that asks
    confirmed_elsewhere(machine, true, late=HOUR)
    done = machine.round()
    assert done.paused
    assert kept() == 3
    pause = DeletionPause.objects.get()
    assert (pause.doubt, pause.jump_seconds) == ("forward", 7 * 3600)
    # Whoever compared the clock has the last word, whatever the witness says until the next start.
    confirm(machine, actor_for("shift_leader"))
    machine.run(HOUR)
    confirmed_elsewhere(machine, true + HOUR)
    assert machine.round().deleted == 3


def test_a_night_off_with_a_slow_witness_asks_nobody(dock: Dock, machine: Machine) -> None:
    filled(dock, machine.at)
    machine.round()
    machine.run(13 * DAY + 16 * HOUR)
    assert not machine.round().paused
    machine.off(10 * HOUR)
    confirmed_elsewhere(machine, machine.at, late=5 * HOUR)
    assert machine.round().deleted == 3


def test_one_witness_that_is_behind_stops_nothing_if_another_agrees(
    dock: Dock, machine: Machine
) -> None:
    filled(dock, machine.at)
    machine.round()
    machine.run(13 * DAY + 16 * HOUR)
    assert not machine.round().paused
    machine.off(10 * HOUR)
    confirmed_elsewhere(machine, machine.at - 2 * DAY)
    confirmed_elsewhere(machine, machine.at)
    assert machine.round().deleted == 3
