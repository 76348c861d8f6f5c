"""A seized thing from the pavement to its end: photo, place, and two persons to destroy it."""

import dataclasses
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, keys, stores
from streife.evidence.models import DestructionRequest, Item
from streife.journal.queries import entries_of
from streife.kernel import clock
from streife.kernel.errors import NotPermitted, Refused
from tests.reporting import SECRET_MARK, a_picture
from tests.vaulting import vault_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]


@pytest.fixture
def now() -> datetime:
    """The present: the pages read the clock themselves."""
    return clock.now()


def at(name: str, *values: object) -> str:
    return reverse(f"evidence:{name}", args=values)


def acts(item: Item) -> list[str]:
    return [entry.act for entry in entries_of(f"item:{item.ident}")]


def photos_kept() -> tuple[list[tuple[str, int]], set[str]]:
    """Envelopes and keys."""
    return list(stores.store().listing()), keys.key_store().kids()


def stored(actor: Actor, now: datetime) -> Item:
    """A thing that lies on its shelf, whose owner never came."""
    item = actions.take_item(
        label="Springmesser", where="Nordmarkt", taken_at=now, actor=actor, now=now
    )
    return actions.move_item(ident=item.ident, step="stored", place="Fach 3", actor=actor, now=now)


def told(**changes: object) -> dict[str, object]:
    taken = (clock.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    return {"label": "Klappmesser", "where": "Nordmarkt, am Brunnen", "taken_at": taken, **changes}


def test_a_thing_is_entered_with_photo_and_place_and_both_stand_on_its_page(
    client_for: ClientFor,
) -> None:
    officer = client_for("officer")
    photo = SimpleUploadedFile("IMG_0001.jpg", a_picture(), "image/jpeg")
    sent = told(latitude="51.5283", longitude="7.4701", picture=photo)
    made = officer.post(at("item_new"), sent)
    assert made.status_code == 302
    item = Item.objects.get()
    assert (item.latitude, item.longitude) == (51.5283, 7.4701)

    page = officer.get(made["Location"]).content.decode()
    assert at("item_picture", item.ident) in page
    assert at("item_place", item.ident) in page
    assert "evidence.item_viewed" not in acts(item), "the page alone shows no picture"
    answer = officer.get(at("item_picture", item.ident))
    assert acts(item) == [
        "evidence.item_moved",
        "evidence.picture_kept",
        "evidence.item_viewed",
    ]
    assert "no-store" in answer["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.format == "JPEG"
        assert not shown.getexif(), "neither place nor device"
        assert not shown.getexif().get_ifd(0x8825)
    assert SECRET_MARK not in answer.content
    place = officer.get(at("item_place", item.ident)).json()
    assert place["features"][0]["geometry"]["coordinates"] == [7.4701, 51.5283]


def test_a_photo_that_is_none_is_refused_at_its_field_and_nothing_typed_is_lost(
    client_for: ClientFor,
) -> None:
    officer = client_for("officer")
    web_page = SimpleUploadedFile("foto.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = officer.post(at("item_new"), told(picture=web_page))
    assert answer.status_code == 409
    assert "kein Foto" in answer.context["form"].errors["picture"][0]
    assert "Klappmesser" in answer.content.decode()
    assert Item.objects.count() == 0

    good = SimpleUploadedFile("foto.jpg", a_picture(), "image/jpeg")
    again = officer.post(at("item_new"), told(label=" ", picture=good))
    assert "noch einmal" in again.context["form"].errors["picture"][0]


def test_a_photo_of_a_thing_that_could_not_be_entered_stays_nowhere(
    actor_for: ActorFor, now: datetime
) -> None:
    before, snapshot = photos_kept(), actions.Snapshot(a_picture(), "a.jpg")
    nobody = dataclasses.replace(actor_for("officer"), user_id=None)
    with pytest.raises(NotPermitted):  # the step needs a person, after the picture is stored
        actions.take_item(
            label="Messer", where="x", taken_at=now, snapshot=snapshot, actor=nobody, now=now
        )
    assert Item.objects.count() == 0
    assert photos_kept() == before


def test_the_photo_is_for_those_who_keep_things_and_a_changed_one_is_not_shown(
    client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    item = actions.take_item(
        label="Messer",
        where="Nordmarkt",
        taken_at=now,
        snapshot=actions.Snapshot(a_picture(), "a.jpg"),
        actor=actor_for("officer"),
        now=now,
    )
    for role in ("case_officer", "head", "dpo", "dispatcher"):
        assert client_for(role).get(at("item_picture", item.ident)).status_code in {403, 404}, role
        assert client_for(role).get(at("item_place", item.ident)).status_code in {403, 404}, role
    assert acts(item) == ["evidence.item_moved", "evidence.picture_kept"]
    (envelope,) = (path for path in vault_files() if path.suffix == ".evf1")
    envelope.write_bytes(envelope.read_bytes()[:-1] + b"x")
    answer = client_for("custodian").get(at("item_picture", item.ident))
    assert answer.status_code == 409
    assert "beschädigt oder verändert" in answer.content.decode()
    assert acts(item)[-1] == "evidence.item_viewed", "recorded before it was opened"


def test_a_destruction_is_asked_for_by_one_and_consented_to_by_another(
    client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    custodian, leader, officer = (
        client_for("custodian"),
        client_for("shift_leader"),
        client_for("officer"),
    )
    item = stored(actor_for("custodian"), now)
    page = at("item", item.ident)
    assert 'value="destroyed"' not in custodian.get(page).content.decode(), "never by one alone"
    empty = custodian.post(at("item_destroy", item.ident), {"why": " "})
    assert empty.status_code == 409
    custodian.post(at("item_destroy", item.ident), {"why": "Eigentümer unbekannt, Frist um"})
    asked = DestructionRequest.objects.get()
    decide = at("destruction_decide", asked.pk)

    # Until it is decided the thing stays where it is, whoever wants to move it.
    moved = custodian.post(page, {"step": "returned", "party": "Eigentümer"})
    assert moved.status_code == 409
    assert "zuerst darüber" in moved.content.decode()

    # Nobody consents to their own request, nor without the right to decide.
    custodian.post(decide, {"wie": "ja"})
    assert officer.post(decide, {"wie": "ja"}).status_code == 403
    item.refresh_from_db()
    assert item.step == "stored"
    assert "Antrag zurückziehen" in custodian.get(page).content.decode()
    assert "Schichtleitung" in officer.get(page).content.decode()

    listed = leader.get(at("approvals")).content.decode()
    assert "Springmesser" in listed
    assert decide in listed
    assert decide in leader.get(page).content.decode()
    leader.post(decide, {"wie": "ja"})
    item.refresh_from_db()
    assert item.step == "destroyed"
    last = item.events.order_by("pk").last()
    assert last is not None
    assert {last.by_id, last.second_id} == {
        asked.requested_by_id,
        actor_for("shift_leader").user_id,
    }
    assert "Der Weg dieses Gegenstands ist zu Ende." in leader.get(page).content.decode()
    assert acts(item)[2:] == [
        "evidence.destruction_requested",
        "evidence.destruction_decided",
        "evidence.item_moved",
    ]


def test_the_head_who_sees_no_things_decides_all_the_same(
    client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    item = stored(actor_for("custodian"), now)
    asked = actions.ask_destruction(
        ident=item.ident, why="Frist um", actor=actor_for("shift_leader"), now=now
    )
    head = client_for("head")
    assert "Springmesser" in head.get(at("approvals")).content.decode()
    answer = head.post(
        at("destruction_decide", asked.pk), {"wie": "nein", "warum": "Verfahren läuft"}
    )
    assert answer["Location"] == at("approvals")
    item.refresh_from_db()
    assert item.step == "stored"
    # Refused once is not refused for ever.
    actions.ask_destruction(ident=item.ident, why="neu", actor=actor_for("custodian"), now=now)


def test_a_request_is_taken_back_by_whoever_made_it_and_decided_once(
    actor_for: ActorFor, now: datetime
) -> None:
    custodian, leader = actor_for("custodian"), actor_for("shift_leader")
    item = stored(custodian, now)
    asked = actions.ask_destruction(ident=item.ident, why="Frist um", actor=custodian, now=now)
    with pytest.raises(Refused) as twice:
        actions.ask_destruction(ident=item.ident, why="Frist um", actor=leader, now=now)
    assert twice.value.code == "already-requested"
    with pytest.raises(NotPermitted):
        actions.decide_destruction(request_id=asked.pk, granted=True, actor=custodian, now=now)
    actions.decide_destruction(request_id=asked.pk, granted=False, actor=custodian, now=now)
    with pytest.raises(Refused) as late:
        actions.decide_destruction(request_id=asked.pk, granted=True, actor=leader, now=now)
    assert late.value.code == "already-decided"
    item.refresh_from_db()
    assert item.step == "stored"


def test_what_is_with_somebody_else_cannot_be_destroyed(actor_for: ActorFor, now: datetime) -> None:
    custodian = actor_for("custodian")
    item = stored(custodian, now)
    actions.move_item(ident=item.ident, step="handed", party="Labor", actor=custodian, now=now)
    with pytest.raises(Refused) as caught:
        actions.ask_destruction(ident=item.ident, why="Frist um", actor=custodian, now=now)
    assert caught.value.code == "illegal-step"


def test_the_database_itself_knows_no_consent_to_the_own_request(
    actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    item = stored(custodian, now)
    asked = actions.ask_destruction(ident=item.ident, why="Frist um", actor=custodian, now=now)
    rows = DestructionRequest.objects.filter(pk=asked.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(granted=True, decided_by=custodian.user_id, decided_at=now)
    rows.update(granted=False, decided_by=custodian.user_id, decided_at=now)


def test_beyond_two_hundred_things_the_page_counts_all_and_leads_on(
    client_for: Callable[[Role | str], Client], now: datetime
) -> None:
    Item.objects.bulk_create(
        Item(
            ident=f"01ARZ3NDEKTSV4RRFFQ6{number:06}",
            label=f"Gegenstand {number} (erfunden)",
            taken_at=now - timedelta(days=number),
            taken_where="Nordmarkt",
            step="stored" if number > 3 else "returned",
        )
        for number in range(205)
    )
    custodian = client_for("custodian")
    shown = custodian.get(at("items")).content.decode()
    assert "201 Gegenstände sind in Verwahrung" in shown
    assert "5 weitere Gegenstände zeigen" in shown
    assert "Gegenstand 4 (erfunden)" in shown
    assert "Gegenstand 0 (erfunden)" not in shown, "what was given back comes last"
    rest = custodian.get(at("items"), {"ab": "200"}).content.decode()
    assert "Gegenstand 0 (erfunden)" in rest
    assert "Gegenstand 204 (erfunden)" in rest
    assert "zurück zum Anfang" in rest
