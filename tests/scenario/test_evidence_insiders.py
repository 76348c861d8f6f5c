"""A hostile insider in each role: what they may do alone, and what they may not do silently."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, rules
from streife.evidence.models import PictureHold, Recording, VaultTask
from streife.kernel.errors import NotFound, Refused
from tests.scenario.test_evidence_item_pictures import photographed
from tests.scenario.test_evidence_retention import _open_incident as open_incident
from tests.vaulting import VAULT, kept, make_dock, take_in, wearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
DAY = timedelta(days=1)


@pytest.fixture
def own() -> Actor:
    return wearer("4711")[1]


@pytest.fixture
def recording(own: Actor, now: datetime) -> Recording:
    return take_in(b"film", dock=make_dock(now), now=now, said={"wearer": "4711"})


def state(recording: Recording) -> str:
    recording.refresh_from_db()
    return recording.state


def test_a_wearer_takes_their_recording_out_of_no_case(
    recording: Recording, own: Actor, actor_for: ActorFor, now: datetime
) -> None:
    """The link to an open case is what keeps it from going unseen (Waukesha)."""
    incident = open_incident(now)
    actions.link_incident(ident=recording.ident, number=incident.number, actor=own, now=now)
    with pytest.raises(Refused) as caught:
        actions.link_incident(ident=recording.ident, number="", actor=own, now=now)
    assert caught.value.code == "own-recording"
    actions.expire_due(actor=VAULT, now=recording.delete_after - 2 * DAY)
    assert state(recording) == rules.State.HELD
    custodian = actor_for("custodian")
    actions.link_incident(ident=recording.ident, number="", actor=custodian, now=now)


def test_a_wearer_ticks_off_no_review_of_what_others_keep_because_of_them(
    recording: Recording, own: Actor, actor_for: ActorFor, client_for: ClientFor, now: datetime
) -> None:
    hold = kept(recording, actor_for("custodian"), now)
    actions.confirm_hold(hold_id=hold.pk, actor=actor_for("head"), now=now)
    later = now + 30 * DAY
    actions.expire_due(actor=VAULT, now=later)
    task = VaultTask.objects.get(kind="review-hold", done_at=None)
    with pytest.raises(Refused) as caught:
        actions.finish_task(task_id=task.pk, actor=own, now=later)
    assert caught.value.code == "own-recording"
    page = reverse("evidence:task_done", args=[task.pk])
    client = client_for("custodian")
    assert page in client.get(reverse("evidence:index")).content.decode()
    client.force_login(recording.wearer.user)  # type: ignore[union-attr, arg-type]
    assert page not in client.get(reverse("evidence:index")).content.decode()
    actions.finish_task(task_id=task.pk, actor=actor_for("custodian"), now=later)


def test_a_wearer_still_says_that_they_need_their_recording_no_longer(
    recording: Recording, own: Actor
) -> None:
    soon = recording.delete_after - 4 * DAY
    actions.expire_due(actor=VAULT, now=soon)
    task = VaultTask.objects.get(kind="expires")
    actions.finish_task(task_id=task.pk, actor=own, now=soon)
    task.refresh_from_db()
    assert (task.done_at, task.done_by_id) == (soon, own.user_id)


@pytest.mark.parametrize("role", ["custodian", "case_officer", "shift_leader"])
def test_nobody_keeps_a_recording_by_asking_again_and_again(
    role: str, recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    asker = actor_for(role)
    kept(recording, asker, now + 13 * DAY)
    kept(recording, asker, now + 19 * DAY)  # a slip is mended within the week
    for day in (20, 25):
        with pytest.raises(Refused) as caught:
            kept(recording, asker, now + day * DAY)
        assert caught.value.code == "asked-before"
    actions.expire_due(actor=VAULT, now=now + 27 * DAY)
    assert state(recording) == rules.State.PURGED


def test_a_no_is_a_no_until_somebody_else_asks(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian, head = actor_for("custodian"), actor_for("head")
    hold = kept(recording, custodian, now)
    actions.release_hold(hold_id=hold.pk, why="Die Beschwerde ist erledigt", actor=head, now=now)
    with pytest.raises(Refused) as caught:
        kept(recording, custodian, now)
    assert caught.value.code == "asked-before"
    again = kept(recording, actor_for("case_officer"), now)
    actions.confirm_hold(hold_id=again.pk, actor=head, now=now)
    assert state(recording) == rules.State.HELD


def test_what_was_confirmed_once_may_be_asked_for_again(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian, head = actor_for("custodian"), actor_for("head")
    hold = kept(recording, custodian, now)
    actions.confirm_hold(hold_id=hold.pk, actor=head, now=now)
    assert kept(recording, custodian, now + 20 * DAY)


def test_a_photo_is_kept_by_nobody_alone_either(actor_for: ActorFor, now: datetime) -> None:
    custodian = actor_for("custodian")
    item = photographed(custodian, now)

    def keep(moment: datetime) -> PictureHold:
        return actions.request_picture_hold(
            ident=item.ident,
            reason="crime",
            reference="9 Js 1/26",
            review_on=moment.date() + 30 * DAY,
            actor=custodian,
            now=moment,
        )

    keep(now)
    with pytest.raises(Refused) as caught:
        keep(now + 8 * DAY)
    assert caught.value.code == "asked-before"


def test_the_number_of_a_hold_tells_a_colleague_nothing(
    recording: Recording, own: Actor, actor_for: ActorFor, now: datetime
) -> None:
    hold = kept(recording, actor_for("custodian"), now)
    colleague = wearer("4712")[1]
    for _ in range(2):  # open, and ended
        with pytest.raises(NotFound) as caught:
            actions.release_hold(hold_id=hold.pk, actor=colleague, now=now)
        assert caught.value.code == "no-such-recording"
        if hold.released_at is None:
            hold = actions.release_hold(hold_id=hold.pk, actor=actor_for("custodian"), now=now)
