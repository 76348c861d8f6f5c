"""The photo of a thing goes early on request, by two persons, unless somebody needs it."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, keys, queries, stores
from streife.evidence.models import (
    Item,
    ItemPicture,
    PictureDeletionRequest,
    PictureHold,
    VaultTask,
)
from streife.journal.queries import entries_of
from streife.kernel.errors import NotFound, NotPermitted, Refused
from tests.reporting import a_picture
from tests.vaulting import VAULT, vault_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
DAY = timedelta(days=1)


@pytest.fixture
def item(actor_for: ActorFor, now: datetime) -> Item:
    return actions.take_item(
        label="Notizbuch (erfunden)",
        where="Nordmarkt",
        taken_at=now,
        snapshot=actions.Snapshot(a_picture(), "a.jpg"),
        actor=actor_for("officer"),
        now=now,
    )


def at(name: str, *values: object) -> str:
    return reverse(f"evidence:{name}", args=values)


def acts(item: Item) -> list[str]:
    names = (entry.act.removeprefix("evidence.") for entry in entries_of(f"item:{item.ident}"))
    return [name for name in names if "picture" in name]


def held(item: Item, actor: Actor, now: datetime, *, days: int = 30) -> PictureHold:
    return actions.request_picture_hold(
        ident=item.ident,
        reason="crime",
        reference="501 Js 7/26",
        review_on=now.date() + timedelta(days=days),
        actor=actor,
        now=now,
    )


def test_a_person_asks_for_the_deletion_of_a_photo_and_two_of_us_delete_it(
    item: Item, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    custodian, leader, head = (client_for(r) for r in ("custodian", "shift_leader", "head"))
    kid = ItemPicture.objects.get().kid
    page = at("item", item.ident)
    assert at("picture_deletion", item.ident) in custodian.get(page).content.decode()
    assert custodian.post(at("picture_deletion", item.ident), {"ground": "x"}).status_code == 409
    custodian.post(at("picture_deletion", item.ident), {"ground": "request"})
    asked = PictureDeletionRequest.objects.get()
    decide = at("decide_picture", asked.pk)
    shown = custodian.get(page).content.decode()
    assert "Art. 17 DSGVO" in shown
    assert "Antrag zurückziehen" in shown
    assert "<figure>" in shown, "it is there until it is decided"

    # Whoever asked does not decide, nor does whoever has no say.
    assert custodian.post(decide, {"wie": "ja"}).status_code == 403
    assert client_for("officer").post(decide, {"wie": "ja"}).status_code == 403
    assert ItemPicture.objects.get().going_at is None

    listed = head.get(at("approvals")).content.decode()
    assert "Foto „Notizbuch (erfunden)“: Löschung verlangt (Art. 17 DSGVO)" in listed
    assert "noch verwahrt" in listed, "the second person knows what the photo is for"
    assert page not in listed, "the head decides without opening things"
    assert decide in leader.get(page).content.decode()
    answer = head.post(decide, {"wie": "ja"})
    assert answer["Location"] == at("approvals")

    picture = ItemPicture.objects.get()
    assert picture.rule == "request"
    assert picture.gone_at is not None
    assert kid not in keys.key_store().kids()
    with sqlite3.connect(keys.key_store().path) as rows:
        assert not rows.execute("SELECT 1 FROM wrapped_key WHERE kid = ?", (kid,)).fetchone()
    assert list(stores.store().listing()) == []
    assert not [path for path in vault_files() if path.suffix == ".evf1"]
    assert acts(item) == [
        "picture_kept",
        "picture_deletion_requested",
        "picture_deletion_decided",
        "picture_deletion_intended",
        "picture_deleted",
    ]
    assert "auf Antrag und mit zwei Personen" in custodian.get(page).content.decode()
    assert custodian.get(at("item_picture", item.ident)).status_code == 404
    assert custodian.get(at("picture_deletion", item.ident)).status_code == 404
    assert custodian.get(at("picture_needed", item.ident)).status_code == 404

    stock = client_for("dpo").get(at("stock")).content.decode()
    assert "Löschung verlangt (Art. 17 DSGVO)" in stock
    assert actions.reconcile(actor=VAULT, now=now + DAY).findings == []
    # The thing itself and its way stay.
    assert [event.step for event in item.events.all()] == ["taken"]


def test_nothing_of_the_content_stands_in_the_proof(
    item: Item, actor_for: ActorFor, now: datetime
) -> None:
    asked = actions.request_picture_deletion(
        ident=item.ident, ground="request", actor=actor_for("custodian"), now=now
    )
    actions.decide_picture_deletion(
        request_id=asked.pk, granted=True, actor=actor_for("head"), now=now
    )
    bodies = [entry.body.content for entry in entries_of(f"item:{item.ident}")]
    assert not any("Notizbuch" in str(body) or "Nordmarkt" in str(body) for body in bodies)
    assert ItemPicture.objects.get().key_destroyed_at == now


def test_a_photo_that_is_needed_stays_whoever_asks_and_whatever_its_period_says(
    item: Item, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    custodian, leader, head = (actor_for(r) for r in ("custodian", "shift_leader", "head"))
    page = at("item", item.ident)
    client_for("custodian").post(
        at("picture_needed", item.ident),
        {"reason": "crime", "reference": "501 Js 7/26", "review_on": now.date() + 30 * DAY},
    )
    hold = PictureHold.objects.get()
    now = hold.requested_at  # the page has a clock of its own
    shown = client_for("custodian").get(page).content.decode()
    assert "Verfolgung einer Straftat" in shown
    assert "ist gesichert und bleibt" in shown
    asked = actions.request_picture_deletion(
        ident=item.ident, ground="request", actor=custodian, now=now
    )
    with pytest.raises(Refused) as caught:
        actions.decide_picture_deletion(request_id=asked.pk, granted=True, actor=head, now=now)
    assert caught.value.code == "still-held"
    asked.refresh_from_db()
    assert asked.decided_at is None, "the request stays open: it is answered when the hold ends"

    assert "501 Js 7/26" in client_for("head").get(at("approvals")).content.decode()
    with pytest.raises(NotPermitted):
        actions.confirm_picture_hold(hold_id=hold.pk, actor=custodian, now=now)
    client_for("shift_leader").post(at("confirm_picture", hold.pk))
    hold.refresh_from_db()
    assert hold.confirmed_by_id == leader.user_id

    # Its period is over and it stays; three days after its review it goes, called for before.
    actions.move_item(
        ident=item.ident, step="returned", party="Eigentümer", actor=custodian, now=now
    )
    hold.review_on = now.date() + timedelta(days=60)
    hold.save(update_fields=["review_on"])
    assert actions.expire_due(actor=VAULT, now=now + 40 * DAY).pictures == 0
    assert actions.reconcile(actor=VAULT, now=now + 41 * DAY).findings == []
    actions.expire_due(actor=VAULT, now=now + 60 * DAY)
    task = VaultTask.objects.get(kind="review-hold")
    assert task.item == item
    todo = client_for("custodian").get(at("index")).content.decode()
    assert "Sicherung prüfen: Wird sie noch gebraucht? · Notizbuch (erfunden)" in todo
    assert actions.expire_due(actor=VAULT, now=task.due_at - DAY).pictures == 0
    assert actions.expire_due(actor=VAULT, now=task.due_at).pictures == 1
    assert ItemPicture.objects.get().rule == "retention"


def test_a_confirmed_hold_on_a_photo_takes_another_person_to_end(
    item: Item, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    custodian, leader, head = (actor_for(r) for r in ("custodian", "shift_leader", "head"))
    hold = held(item, leader, now)
    with pytest.raises(Refused) as own:
        actions.confirm_picture_hold(hold_id=hold.pk, actor=leader, now=now)
    assert own.value.code == "own-request"
    actions.confirm_picture_hold(hold_id=hold.pk, actor=head, now=now)
    with pytest.raises(Refused) as twice:
        actions.confirm_picture_hold(hold_id=hold.pk, actor=head, now=now)
    assert twice.value.code == "already-confirmed"
    with pytest.raises(Refused) as caught:
        actions.release_picture_hold(hold_id=hold.pk, actor=leader, now=now)
    assert caught.value.code == "own-request"
    button = at("release_picture", hold.pk)
    assert button not in client_for("shift_leader").get(at("item", item.ident)).content.decode()
    assert button in client_for("custodian").get(at("item", item.ident)).content.decode()
    actions.release_picture_hold(hold_id=hold.pk, actor=custodian, now=now)
    with pytest.raises(Refused) as over:
        actions.release_picture_hold(hold_id=hold.pk, actor=custodian, now=now)
    assert over.value.code == "hold-over"
    assert acts(item)[1:] == [
        "picture_hold_requested",
        "picture_hold_confirmed",
        "picture_hold_released",
    ]
    asked = actions.request_picture_deletion(
        ident=item.ident, ground="mistake", actor=custodian, now=now
    )
    actions.decide_picture_deletion(request_id=asked.pk, granted=True, actor=leader, now=now)
    assert ItemPicture.objects.get().rule == "mistake"
    with pytest.raises(Refused) as late:
        held(item, custodian, now)
    assert late.value.code == "picture-gone"


def test_a_request_about_a_photo_is_taken_back_or_refused_and_may_be_made_again(
    item: Item, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    custodian, leader = actor_for("custodian"), actor_for("shift_leader")
    first = actions.request_picture_deletion(
        ident=item.ident, ground="request", actor=custodian, now=now
    )
    with pytest.raises(Refused) as twice:
        actions.request_picture_deletion(ident=item.ident, ground="mistake", actor=leader, now=now)
    assert twice.value.code == "already-requested"
    assert VaultTask.objects.get(done_at=None).kind == "decide-deletion"
    answer = client_for("custodian").post(at("decide_picture", first.pk), {"wie": "nein"})
    assert answer["Location"] == at("item", item.ident)
    assert not VaultTask.objects.filter(done_at=None).exists()
    second = actions.request_picture_deletion(
        ident=item.ident, ground="request", actor=custodian, now=now
    )
    actions.decide_picture_deletion(
        request_id=second.pk, granted=False, why="wird gebraucht", actor=leader, now=now
    )
    with pytest.raises(Refused) as late:
        actions.decide_picture_deletion(request_id=second.pk, granted=True, actor=leader, now=now)
    assert late.value.code == "already-decided"
    assert actions.see_picture(ident=item.ident, actor=custodian, now=now)
    with pytest.raises(NotFound):
        actions.decide_picture_deletion(request_id=0, granted=True, actor=leader, now=now)


def test_a_granted_deletion_that_dies_on_the_way_is_ended_by_the_next_round(
    item: Item, actor_for: ActorFor, now: datetime
) -> None:
    asked = actions.request_picture_deletion(
        ident=item.ident, ground="request", actor=actor_for("custodian"), now=now
    )
    path: Path = keys.key_store().path
    aside = path.with_name("aside")
    path.rename(aside)
    path.mkdir()  # the keys cannot be opened for a moment
    with pytest.raises(sqlite3.OperationalError):
        actions.decide_picture_deletion(
            request_id=asked.pk, granted=True, actor=actor_for("head"), now=now
        )
    path.rmdir()
    aside.rename(path)
    picture = ItemPicture.objects.get()
    assert (picture.going_at, picture.key_destroyed_at, picture.rule) == (now, None, "request")
    with pytest.raises(NotFound):  # there is no way back
        actions.see_picture(ident=item.ident, actor=actor_for("custodian"), now=now)
    actions.expire_due(actor=VAULT, now=now + DAY)
    picture.refresh_from_db()
    assert picture.gone_at == now + DAY
    assert queries.destroyed_kids() == {picture.kid}


def test_the_database_itself_knows_no_grant_of_the_own_request_and_no_end_without_a_rule(
    item: Item, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    asked = actions.request_picture_deletion(
        ident=item.ident, ground="request", actor=custodian, now=now
    )
    rows = PictureDeletionRequest.objects.filter(pk=asked.pk)
    own = custodian.user_id
    for broken in (
        {"granted": True, "decided_by": own, "decided_at": now},
        {"granted": True},
        {"decided_at": now},
        {"granted": False, "decided_by": own},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)
    rows.update(granted=False, decided_by=own, decided_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemPicture.objects.update(going_at=now)


def test_who_may_not_know_of_things_asks_for_nothing(
    item: Item, actor_for: ActorFor, now: datetime
) -> None:
    for role in ("dpo", "case_officer"):
        with pytest.raises(NotFound):
            actions.request_picture_deletion(
                ident=item.ident, ground="request", actor=actor_for(role), now=now
            )
        with pytest.raises(NotFound):
            held(item, actor_for(role), now)
    for role in ("head", "dispatcher"):
        with pytest.raises(NotPermitted):
            actions.request_picture_deletion(
                ident=item.ident, ground="request", actor=actor_for(role), now=now
            )
