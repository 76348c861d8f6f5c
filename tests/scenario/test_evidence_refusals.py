"""Who is told no reads why: the second person says it in one line; the record, that it is there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyrage
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, rules
from streife.evidence.export import actions as export
from streife.evidence.export.actions import tidy_hand_overs
from streife.evidence.models import DeletionRequest, HandOver, Hold, Item, Recording, Redaction
from streife.evidence.queries import refused_to
from streife.evidence.rules.handing_over import Stage
from streife.journal.models import Entry
from streife.kernel.errors import NotPermitted, Refused
from tests.exporting import wanted
from tests.scenario.test_evidence_item_pictures import photographed
from tests.vaulting import VAULT, kept, make_dock, take_in, wearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
WHY = "Der Vorgang ist eingestellt"


@pytest.fixture
def recording(now: datetime) -> Recording:
    wearer("4711")
    return take_in(b"film", dock=make_dock(now), now=now, said={"wearer": "4711"})


def at(name: str, *values: object) -> str:
    return reverse(f"evidence:{name}", args=values)


def last_entry() -> Entry:
    entry = Entry.objects.select_related("body").order_by("-id").first()
    assert entry is not None
    return entry


def handed(recording: Recording, actor: Actor, now: datetime) -> HandOver:
    key = str(pyrage.x25519.Identity.generate().to_public())
    return export.request_hand_over(ident=recording.ident, wanted=wanted(key), actor=actor, now=now)


def test_whoever_asked_for_a_hand_over_reads_why_not(
    recording: Recording, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    asked = handed(recording, actor_for("custodian"), now)
    page = reverse("hand_overs:hand_over", args=[asked.ident])
    leader = client_for("shift_leader")
    assert "Warum nicht?" in leader.get(page).content.decode()
    for why in ("", "  nö \n"):
        said = leader.post(f"{page}entscheiden/", {"wie": "nein", "warum": why}, follow=True)
        assert "in einer Zeile, warum nicht" in said.content.decode()
    assert HandOver.objects.get().stage == Stage.REQUESTED
    leader.post(f"{page}entscheiden/", {"wie": "nein", "warum": "Der Vorgang\nist eingestellt"})
    entry = last_entry()
    assert (entry.act, entry.body.content["with_reason"]) == ("evidence.export_refused", True)
    assert WHY not in str(entry.body.content)
    custodian = client_for("custodian")
    for address in (page, at("index")):
        assert WHY in custodian.get(address).content.decode()
    assert WHY not in leader.get(at("index")).content.decode(), "only who asked is told there"


def stored(actor: Actor, now: datetime) -> Item:
    item = photographed(actor, now)
    return actions.move_item(ident=item.ident, step="stored", place="Regal 1", actor=actor, now=now)


Ask = Callable[[Recording, Actor, datetime], Any]
ASKED: dict[str, tuple[Ask, Callable[..., Any]]] = {
    "deletion": (
        lambda recording, actor, now: actions.request_deletion(
            ident=recording.ident, ground="mistake", actor=actor, now=now
        ),
        lambda asked, **no: actions.decide_deletion(request_id=asked.pk, granted=False, **no),
    ),
    "photo": (
        lambda recording, actor, now: actions.request_picture_deletion(
            ident=photographed(actor, now).ident, ground="mistake", actor=actor, now=now
        ),
        lambda asked, **no: actions.decide_picture_deletion(
            request_id=asked.pk, granted=False, **no
        ),
    ),
    "destruction": (
        lambda recording, actor, now: actions.ask_destruction(
            ident=stored(actor, now).ident, why="Frist um", actor=actor, now=now
        ),
        lambda asked, **no: actions.decide_destruction(request_id=asked.pk, granted=False, **no),
    ),
    "hold": (kept, lambda asked, **no: actions.release_hold(hold_id=asked.pk, **no)),
    "photo-hold": (
        lambda recording, actor, now: actions.request_picture_hold(
            ident=photographed(actor, now).ident,
            reason="crime",
            reference="9 Js 1/26",
            review_on=now.date() + timedelta(days=30),
            actor=actor,
            now=now,
        ),
        lambda asked, **no: actions.release_picture_hold(hold_id=asked.pk, **no),
    ),
}


@pytest.mark.parametrize("kind", ASKED)
def test_every_no_to_somebody_else_has_its_reason(
    kind: str, recording: Recording, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    ask, refuse = ASKED[kind]
    custodian, head = actor_for("custodian"), actor_for("head")
    asked = ask(recording, custodian, now)
    with pytest.raises(Refused) as caught:
        refuse(asked, actor=head, now=now)
    assert caught.value.code == "refusal-needed"
    refuse(asked, why=WHY, actor=head, now=now)
    asked.refresh_from_db()
    assert asked.refusal == WHY
    entry = last_entry()
    assert entry.body.content["with_reason"] is True
    assert WHY not in str(entry.body.content)
    (read,) = refused_to(custodian, now)
    assert (read.why, read.by.pk) == (WHY, head.user_id)
    client = client_for("custodian")
    first = client.get(at("index")).content.decode()
    assert WHY in first
    href = first.partition('notice__body"><a href="')[2].partition('"')[0]
    assert WHY in client.get(href).content.decode(), "and on the page of what it was about"
    assert refused_to(custodian, now + timedelta(days=15)) == []
    # Asked by another and taken back: nobody is told why.
    other = actor_for("shift_leader")
    again = ask(recording, other, now)
    refuse(again, actor=other, now=now)
    again.refresh_from_db()
    assert again.refusal == ""


def test_a_superior_without_the_right_to_keep_says_no_until_it_is_confirmed(
    recording: Recording, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    head, custodian = actor_for("head"), actor_for("custodian")
    hold = kept(recording, custodian, now)
    page = client_for("head").get(at("approvals")).content.decode()
    assert at("release_hold", hold.pk) in page
    actions.confirm_hold(hold_id=hold.pk, actor=actor_for("shift_leader"), now=now)
    with pytest.raises(NotPermitted):
        actions.release_hold(hold_id=hold.pk, why=WHY, actor=head, now=now)
    recording.refresh_from_db()
    assert recording.state == rules.State.HELD


def test_the_database_keeps_no_refusal_without_its_reason(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian, head = actor_for("custodian"), actor_for("head")
    actions.request_deletion(ident=recording.ident, ground="mistake", actor=custodian, now=now)
    kept(recording, custodian, now)
    handed(recording, custodian, now)
    no = {"granted": False, "decided_at": now, "decided_by": head.user_id}
    broken: list[tuple[Any, dict[str, Any]]] = [
        (DeletionRequest, no),
        (Hold, {"released_at": now, "released_by": head.user_id}),
        (HandOver, {"stage": "refused"}),
    ]
    for model, values in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**values)
        model.objects.update(**values, refusal=WHY)


def test_a_finished_copy_is_not_given_up_by_others_without_a_word(
    recording: Recording, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    custodian, leader = actor_for("custodian"), client_for("shift_leader")
    assert custodian.user_id is not None
    copy = take_in(b"copy", dock=make_dock(now, code="wache-nord"), now=now)
    Recording.objects.filter(pk=copy.pk).update(derived_from=recording, dock=None)
    made = Redaction.objects.create(
        recording=recording,
        copy=copy,
        state="made",
        purpose="Auskunft",
        begun_at=now,
        begun_by_id=custodian.user_id,
        made_by_id=custodian.user_id,
        made_at=now,
        told_at=now,
    )
    step = at("redaction_step", made.pk)
    assert "Nicht freigeben" in leader.get(at("redaction", made.pk)).content.decode()
    leader.post(step, {"wie": "abbrechen"})
    made.refresh_from_db()
    assert made.state == "made"
    leader.post(step, {"wie": "abbrechen", "warum": "Ein Gesicht im Spiegel"})
    made.refresh_from_db()
    assert (made.state, made.refusal) == ("cancelled", "Ein Gesicht im Spiegel")
    page = client_for("custodian").get(at("redaction", made.pk)).content.decode()
    assert "Ein Gesicht im Spiegel" in page


def test_what_was_said_about_a_person_goes_with_their_name(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    asked = handed(recording, actor_for("custodian"), now)
    export.decide_hand_over(
        ident=asked.ident, agreed=False, why="Frau Erfunden klagt", actor=actor_for("head"), now=now
    )
    HandOver.objects.update(purpose="subject")
    tidy_hand_overs(actor=VAULT, now=now + timedelta(days=4000))
    assert HandOver.objects.get().refusal == "(gelöscht)"
