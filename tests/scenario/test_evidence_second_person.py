"""Two persons mean two: taking back, ending holds, deciding about the own recording, dying."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from streife.accounts.actions import grant_role
from streife.accounts.models import User
from streife.accounts.queries import actor_of
from streife.accounts.rules import Actor, Role
from streife.evidence import actions, keys, rules, stores
from streife.evidence.models import Deletion, DeletionRequest, Recording
from streife.journal.queries import entries_of
from streife.kernel.errors import NotPermitted, Refused
from tests.vaulting import VAULT, kept, make_dock, take_in, wearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
DAY = timedelta(days=1)


@pytest.fixture
def recording(now: datetime) -> Recording:
    wearer("4711")
    return take_in(b"film", dock=make_dock(now), now=now, said={"wearer": "4711"})


def at(name: str, *values: object) -> str:
    return reverse(f"evidence:{name}", args=values)


def state(recording: Recording) -> str:
    recording.refresh_from_db()
    return recording.state


def test_a_request_is_taken_back_on_the_page_by_whoever_made_it(
    recording: Recording, client_for: ClientFor, now: datetime
) -> None:
    custodian, leader = client_for("custodian"), client_for("shift_leader")
    custodian.post(at("deletion", recording.ident), {"ground": "request"})
    asked = DeletionRequest.objects.get()
    page = custodian.get(at("recording", recording.ident)).content.decode()
    assert "Antrag zurückziehen" in page
    assert at("deletion", recording.ident) not in page, "once is enough"
    shown = leader.get(at("recording", recording.ident)).content.decode()
    assert at("decide", asked.pk) in shown
    assert "Antrag zurückziehen" not in shown
    officer = client_for("officer")
    assert officer.post(at("decide", asked.pk), {"wie": "nein"}).status_code == 403
    answer = custodian.post(at("decide", asked.pk), {"wie": "nein", "von": "hier"})
    assert answer["Location"] == at("recording", recording.ident)
    asked.refresh_from_db()
    assert asked.granted is False
    # A second tap on the page that stood open is told so.
    again = custodian.post(at("decide", asked.pk), {"wie": "nein"}, follow=True)
    assert "schon entschieden" in again.content.decode()
    assert leader.post(at("decide", asked.pk), {"wie": "ja"})["Location"] == at("approvals")
    assert state(recording) == rules.State.INGESTED


def test_what_sealed_a_recording_is_not_taken_back_by_one_alone(
    recording: Recording, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    asked = actions.request_deletion(
        ident=recording.ident, ground="kernbereich", actor=custodian, now=now
    )
    page = client_for("custodian").get(at("recording", recording.ident)).content.decode()
    assert "Antrag zurückziehen" not in page
    with pytest.raises(NotPermitted):
        actions.decide_deletion(request_id=asked.pk, granted=False, actor=custodian, now=now)
    recording.refresh_from_db()
    assert recording.sealed_at == now


def test_no_other_request_opens_the_seal_while_a_part_is_to_be_cut_out(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    """Else one person asks on another ground, takes it back, and looks at what is to be cut."""
    custodian, leader = actor_for("custodian"), actor_for("shift_leader")
    asked = actions.request_deletion(
        ident=recording.ident, ground="kernbereich", from_ms=0, to_ms=5, actor=custodian, now=now
    )
    actions.decide_deletion(request_id=asked.pk, granted=True, actor=leader, now=now)
    for ground in ("mistake", "kernbereich"):
        other = actions.request_deletion(
            ident=recording.ident, ground=ground, actor=custodian, now=now
        )
        actions.decide_deletion(
            request_id=other.pk, granted=False, why="Sie wird gebraucht", actor=leader, now=now
        )
        with pytest.raises(NotPermitted) as caught:
            actions.begin_viewing(
                ident=recording.ident, purpose="review", reason="prüfen", actor=leader, now=now
            )
        assert caught.value.code == "sealed"


def test_a_room_of_a_professional_secret_stays_sealed_after_a_request_on_another_ground(
    now: datetime, actor_for: ActorFor
) -> None:
    told = {"professional_secret": True}
    recording = take_in(b"film", dock=make_dock(now), now=now, said=told)
    custodian = actor_for("custodian")
    asked = actions.request_deletion(
        ident=recording.ident, ground="mistake", actor=custodian, now=now
    )
    actions.decide_deletion(request_id=asked.pk, granted=False, actor=custodian, now=now)
    recording.refresh_from_db()
    assert recording.sealed_at is not None


def test_whoever_wore_the_camera_ends_no_hold_that_others_asked_for(
    recording: Recording, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    """A complaint about them, say: two weeks later the footage would be gone."""
    own = actor_of(User.objects.get(username="kraft-4711"))
    client = Client()
    client.force_login(
        User.objects.get(username="kraft-4711"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    hold = kept(recording, actor_for("dpo"), now)
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            actions.release_hold(hold_id=hold.pk, actor=own, now=now)
        assert caught.value.code == "own-recording"
        page = client.get(at("recording", recording.ident)).content.decode()
        assert at("release_hold", hold.pk) not in page
        hold.refresh_from_db()
        if hold.confirmed_at is None:
            actions.confirm_hold(hold_id=hold.pk, actor=actor_for("head"), now=now)
    assert client.post(at("release_hold", hold.pk)).status_code == 409
    actions.release_hold(hold_id=hold.pk, actor=actor_for("custodian"), now=now)
    # What they asked for themselves and nobody confirmed they may let go.
    mine = kept(recording, own, now)
    assert (
        at("release_hold", mine.pk) in client.get(at("recording", recording.ident)).content.decode()
    )
    actions.release_hold(hold_id=mine.pk, actor=own, now=now)


def test_a_superior_who_wore_the_camera_grants_no_deletion_of_it(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    """The request by a colleague, the word by oneself: that would be one person twice."""
    user = User.objects.get(username="kraft-4711")
    grant_role(user_id=user.pk, role=Role.SHIFT_LEADER, actor=actor_for("admin"), now=now)
    own = actor_of(User.objects.get(pk=user.pk))
    asked = actions.request_deletion(
        ident=recording.ident, ground="mistake", actor=actor_for("custodian"), now=now
    )
    with pytest.raises(Refused) as caught:
        actions.decide_deletion(request_id=asked.pk, granted=True, actor=own, now=now)
    assert caught.value.code == "own-recording"
    assert state(recording) == rules.State.INGESTED
    # Neither does a second role of whoever asked.
    mine = actions.decide_deletion(
        request_id=asked.pk, granted=False, why="wird gebraucht", actor=own, now=now
    )
    assert mine.granted is False
    asked = actions.request_deletion(ident=recording.ident, ground="mistake", actor=own, now=now)
    with pytest.raises(Refused) as caught:
        actions.decide_deletion(request_id=asked.pk, granted=True, actor=own, now=now)
    assert caught.value.code == "own-request"


def test_a_granted_deletion_that_dies_before_the_key_is_ended_by_the_next_round(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    asked = actions.request_deletion(
        ident=recording.ident, ground="request", actor=actor_for("custodian"), now=now
    )
    path: Path = keys.key_store().path
    aside = path.with_name("aside")
    path.rename(aside)
    path.mkdir()  # the keys cannot be opened for a moment
    with pytest.raises(sqlite3.OperationalError):
        actions.decide_deletion(request_id=asked.pk, granted=True, actor=actor_for("head"), now=now)
    path.rmdir()
    aside.rename(path)
    assert state(recording) == rules.State.DELETING, "the intent stands with the decision"
    with pytest.raises(Refused) as late:
        kept(recording, actor_for("dpo"), now)
    assert late.value.code == "key-destroyed"
    actions.expire_due(actor=VAULT, now=now + DAY)
    assert state(recording) == rules.State.PURGED
    acts = [entry.act for entry in entries_of(f"recording:{recording.ident}")]
    assert acts[-4:] == [
        "evidence.deletion_decided",
        "evidence.deletion_intended",
        "evidence.key_destroyed",
        "evidence.deleted",
    ]


def test_a_cut_that_dies_while_its_original_goes_keeps_the_copy(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    asked = actions.request_deletion(
        ident=recording.ident,
        ground="kernbereich",
        from_ms=0,
        to_ms=5,
        actor=actor_for("custodian"),
        now=now,
    )
    actions.decide_deletion(request_id=asked.pk, granted=True, actor=actor_for("head"), now=now)
    copy = take_in(b"without the part", dock=make_dock(now, code="zwei"), now=now)
    Recording.objects.filter(pk=copy.pk).update(derived_from=recording)
    root: Path = stores.store().root  # type: ignore[attr-defined]  # on the local disk
    aside = root.with_name("aside")
    root.rename(aside)
    root.write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        actions.finish_cut(request_id=asked.pk, copy_ident=copy.ident, actor=VAULT, now=now)
    root.unlink()
    aside.rename(root)
    assert state(recording) == rules.State.SHREDDED
    actions.expire_due(actor=VAULT, now=now + timedelta(hours=1))
    assert state(recording) == rules.State.PURGED
    assert state(copy) == rules.State.INGESTED, "what was left of it is still there"
    assert Deletion.objects.count() == 1
    assert actions.reconcile(actor=VAULT, now=now + DAY).findings == []


def test_a_hold_counts_although_the_clock_was_put_back(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    kept(recording, actor_for("dpo"), now + DAY)
    asked = actions.request_deletion(
        ident=recording.ident, ground="mistake", actor=actor_for("custodian"), now=now
    )
    with pytest.raises(Refused) as caught:
        actions.decide_deletion(request_id=asked.pk, granted=True, actor=actor_for("head"), now=now)
    assert caught.value.code == "still-held"


def test_the_database_itself_knows_no_grant_of_the_own_request(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    asked = actions.request_deletion(
        ident=recording.ident, ground="mistake", actor=custodian, now=now
    )
    rows = DeletionRequest.objects.filter(pk=asked.pk)
    for broken in (
        {"granted": True, "decided_by": custodian.user_id, "decided_at": now},
        {"granted": True},
        {"decided_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)
