"""What has to be done in the vault is ticked off in one tap, and a slip is taken back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from streife.accounts.models import User
from streife.accounts.rules import Actor, Role, system
from streife.evidence import actions, queries
from streife.evidence.models import Hold, Recording, VaultTask
from streife.evidence.rules import HoldFact, confirmed_late
from streife.journal.queries import entries_of
from streife.kernel import clock
from streife.kernel.errors import NotFound, Refused
from tests.vaulting import make_dock, take_in, wearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]


@pytest.fixture
def now() -> datetime:
    """The present: the pages read the clock themselves."""
    return clock.now()


def at(name: str, *values: object) -> str:
    return reverse(f"evidence:{name}", args=values)


@pytest.fixture
def recording(now: datetime) -> Recording:
    wearer("4711")
    return take_in(b"film", dock=make_dock(now), now=now, said={"wearer": "4711"})


def raised(kind: str, recording: Recording | None, now: datetime) -> VaultTask:
    actions.raise_task(kind=kind, recording=recording, due_at=now, now=now)
    return VaultTask.objects.get(kind=kind, done_at=None)


def test_a_task_is_ticked_off_in_one_tap_and_a_slip_is_taken_back(
    recording: Recording, client_for: ClientFor, now: datetime
) -> None:
    task = raised("review-hold", recording, now)
    custodian, leader = client_for("custodian"), client_for("shift_leader")
    assert at("task_done", task.pk) in custodian.get(at("index")).content.decode()
    answer = custodian.post(at("task_done", task.pk), {"von": "bestand"})
    assert answer["Location"] == at("stock")
    task.refresh_from_db()
    assert task.done_at is not None
    page = custodian.get(at("stock")).content.decode()
    assert at("task_reopen", task.pk) in page
    assert at("task_reopen", task.pk) not in leader.get(at("index")).content.decode()

    leader.post(at("task_reopen", task.pk))
    task.refresh_from_db()
    assert task.done_at is not None, "only by whoever ticked it off"
    custodian.post(at("task_reopen", task.pk))
    task.refresh_from_db()
    assert task.done_at is None
    acts = [entry.act for entry in entries_of(f"recording:{recording.ident}")]
    assert acts[-2:] == ["evidence.task_done", "evidence.task_reopened"]
    # A second tap on a page that stood open says so and breaks nothing.
    custodian.post(at("task_done", task.pk))
    twice = custodian.post(at("task_done", task.pk), follow=True)
    assert "gibt es nicht mehr" in twice.content.decode()


def test_what_asks_for_a_decision_is_done_by_deciding(
    recording: Recording, actor_for: ActorFor, client_for: ClientFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    actions.request_hold(
        ident=recording.ident,
        reason="owi",
        reference="OWi 1/26",
        review_on=now.date() + timedelta(days=20),
        actor=custodian,
        now=now,
    )
    task = VaultTask.objects.get(kind="confirm-hold")
    assert at("task_done", task.pk) not in client_for("custodian").get(at("index")).content.decode()
    with pytest.raises(Refused) as caught:
        actions.finish_task(task_id=task.pk, actor=custodian, now=now)
    assert caught.value.code == "done-by-doing"
    actions.confirm_hold(hold_id=Hold.objects.get().pk, actor=actor_for("shift_leader"), now=now)
    task.refresh_from_db()
    assert task.done_at == now


def test_nobody_ticks_off_what_concerns_a_colleagues_recording(
    recording: Recording, now: datetime
) -> None:
    task = raised("expires", recording, now)
    _, colleague = wearer("4712")
    with pytest.raises(NotFound):
        actions.finish_task(task_id=task.pk, actor=colleague, now=now)
    own = User.objects.get(username="kraft-4711")
    client = Client()
    client.force_login(own, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(at("task_done", task.pk))
    task.refresh_from_db()
    assert task.done_by_id == own.pk


def test_a_tick_stands_after_an_hour_and_yields_to_the_same_task_raised_anew(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    task = raised("damaged", recording, now)
    actions.finish_task(task_id=task.pk, actor=custodian, now=now)
    with pytest.raises(NotFound):
        actions.reopen_task(task_id=task.pk, actor=custodian, now=now + timedelta(hours=1))
    raised("damaged", recording, now)
    with pytest.raises(Refused) as caught:
        actions.reopen_task(task_id=task.pk, actor=custodian, now=now)
    assert caught.value.code == "task-open-again"


def test_whoever_ticked_off_is_not_asked_again_every_hour_but_once_more_at_the_end(
    recording: Recording, actor_for: ActorFor
) -> None:
    custodian, vault = actor_for("custodian"), system("evidence")
    end = recording.delete_after

    def round_at(before: timedelta) -> VaultTask | None:
        actions.expire_due(actor=vault, now=end - before)
        return VaultTask.objects.filter(kind="expires", done_at=None).first()

    task = round_at(timedelta(days=4))
    assert task is not None
    actions.finish_task(task_id=task.pk, actor=custodian, now=end - timedelta(days=4))
    assert round_at(timedelta(days=3, hours=23)) is None
    again = round_at(timedelta(days=1, hours=23))
    assert again is not None
    actions.finish_task(task_id=again.pk, actor=custodian, now=end - timedelta(days=1, hours=23))
    assert round_at(timedelta(hours=1)) is None


def test_a_review_that_was_ticked_off_stays_done(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian, vault = actor_for("custodian"), system("evidence")
    hold = actions.request_hold(
        ident=recording.ident,
        reason="owi",
        reference="OWi 1/26",
        review_on=now.date() + timedelta(days=20),
        actor=custodian,
        now=now,
    )
    actions.confirm_hold(hold_id=hold.pk, actor=actor_for("shift_leader"), now=now)
    due = now + timedelta(days=21)
    actions.expire_due(actor=vault, now=due)
    task = VaultTask.objects.get(kind="review-hold")
    assert task.details == {"hold": hold.pk}
    actions.finish_task(task_id=task.pk, actor=custodian, now=due)
    actions.expire_due(actor=vault, now=due + timedelta(hours=1))
    assert VaultTask.objects.filter(kind="review-hold").count() == 1


@pytest.mark.parametrize(("days", "late"), [(None, 0), (0, 0), (7, 0), (8, 1), (13, 6)], ids=str)
def test_a_hold_is_late_once_its_week_alone_is_over(days: int | None, late: int) -> None:
    begun = datetime(2026, 11, 2, 9, 0, tzinfo=clock.now().tzinfo)
    confirmed = None if days is None else begun + timedelta(days=days)
    fact = HoldFact(begun, date(2026, 12, 20), confirmed)
    assert confirmed_late(fact) == timedelta(days=late)
    # It ended long ago: that it was late then stays true.
    assert confirmed_late(HoldFact(begun, date(2026, 12, 20), confirmed, begun)) == timedelta(
        days=late
    )


def test_holds_that_were_confirmed_late_are_shown_with_their_delay_and_no_names(
    recording: Recording, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    dpo = client_for("dpo")
    assert "solange sie noch galt" in dpo.get(at("stock")).content.decode()
    asked = now - timedelta(days=9, hours=1)
    actions.request_hold(
        ident=recording.ident,
        reason="owi",
        reference="OWi 7/26",
        review_on=(asked + timedelta(days=30)).date(),
        actor=actor_for("custodian"),
        now=asked,
    )
    hold = Hold.objects.get()
    actions.confirm_hold(hold_id=hold.pk, actor=actor_for("shift_leader"), now=now)
    ((found, late),) = queries.late_holds(5)
    assert (found, late) == (hold, timedelta(days=2, hours=1))
    page = dpo.get(at("stock")).content.decode()
    assert "Spät bestätigte Sicherungen" in page
    assert "Verfolgung einer Ordnungswidrigkeit" in page
    hold.refresh_from_db()
    assert str(hold.confirmed_by) not in page.split("Spät bestätigte")[1]
    assert (
        "nachdem die Woche um war"
        in client_for("custodian").get(at("recording", recording.ident)).content.decode()
    )
