"""A person demands something about a recording: one list for who answers, nothing kept twice."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pyrage
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from streife.accounts.actions import grant_role
from streife.accounts.queries import actor_of
from streife.accounts.rules import Actor, Role
from streife.evidence import actions, queries, rules
from streife.evidence.models import (
    DeletionRequest,
    DemandedRecording,
    ErasureCase,
    HandOver,
    Hold,
    Recording,
    VaultTask,
)
from streife.journal.queries import entries_of
from streife.kernel.clock import local
from streife.kernel.errors import NotPermitted, Refused
from tests.factories import user_with
from tests.vaulting import VAULT, make_dock, take_in, wearer

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


def entered(actor: Actor, now: datetime, right: str, **said: Any) -> ErasureCase:
    known: dict[str, Any] = {
        "reference": "DS-9/26",
        "received_on": now.date(),
        "number": "",
        "told": "am Dienstag gegen neun am Nordmarkt",
        "about": "recording",
    }
    return actions.enter_erasure(right=right, actor=actor, now=now, **{**known, **said})


def standing(case: ErasureCase) -> str:
    case.refresh_from_db()
    return queries.progress_of(case).standing.value


def test_a_letter_about_a_film_is_followed_from_the_list_to_the_answer(
    recording: Recording, client_for: ClientFor, now: datetime
) -> None:
    dpo, custodian, leader = (client_for(r) for r in ("dpo", "custodian", "shift_leader"))
    letter = {
        "about": "recording",
        "right": "erasure",
        "reference": "DS-9/26",
        "received_on": now.date().isoformat(),
        "told": "am Dienstag gegen neun am Nordmarkt",
    }
    dpo.post(at("erasure_new"), letter)
    case = ErasureCase.objects.get()
    page = at("erasure", case.pk)
    due = rules.answer_by(now.date())
    listed = dpo.get(at("erasures")).content.decode()
    assert "Aufnahme einer Körperkamera · Löschung (Art. 17 DSGVO)" in listed
    assert f"Antwort bis {due.day}.{due.month}.{due.year}" in listed
    assert "Die Verwahrstelle sucht die Aufnahme" in dpo.get(page).content.decode()
    assert "Welche Aufnahme ist gemeint?" not in dpo.get(page).content.decode()
    assert VaultTask.objects.get(done_at=None).kind == "find-recording"
    offered = custodian.get(page, {"tag": str(local(recording.started_at).date())}).content.decode()
    assert recording.ident in offered
    custodian.post(at("erasure_found", case.pk), {"ident": recording.ident})
    assert not VaultTask.objects.filter(kind="find-recording", done_at=None).exists()
    asked = DeletionRequest.objects.get()
    assert (asked.ground, standing(case)) == ("request", "asked")
    assert dpo.post(at("erasure_answered", case.pk), follow=True).status_code == 200
    assert standing(case) == "asked", "nobody is answered before it is decided"
    leader.post(at("decide", asked.pk), {"wie": "nein", "warum": "Sie dient einem Strafverfahren"})
    shown = dpo.get(page).content.decode()
    assert "Abgelehnt: bitte der Person mit Grund antworten" in shown
    assert "Sie dient einem Strafverfahren" in shown
    dpo.post(at("erasure_answered", case.pk))
    case.refresh_from_db()
    assert (case.told, standing(case)) == ("", "answered")
    acts = [entry.act for entry in entries_of(f"erasure:{case.pk}")]
    assert [act.rpartition("_")[2] for act in acts] == ["entered", "found", "answered"]
    bodies = " ".join(str(entry.body.content) for entry in entries_of(f"erasure:{case.pk}"))
    assert "DS-9" not in bodies
    assert "Nordmarkt" not in bodies


def test_what_a_person_wants_deleted_is_deleted_and_the_list_says_so(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    case = entered(actor_for("dpo"), now, "erasure")
    actions.find_recording(
        erasure_id=case.pk, ident=recording.ident, actor=actor_for("custodian"), now=now
    )
    asked = DeletionRequest.objects.get()
    actions.decide_deletion(request_id=asked.pk, granted=True, actor=actor_for("head"), now=now)
    assert standing(case) == "deleted"


def test_what_a_person_wants_kept_outlives_its_two_weeks(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    case = entered(actor_for("dpo"), now, "restriction")
    actions.find_recording(
        erasure_id=case.pk, ident=recording.ident, actor=actor_for("custodian"), now=now
    )
    hold = Hold.objects.get()
    assert (hold.reason, hold.reference, standing(case)) == ("person", "DS-9/26", "asked")
    actions.confirm_hold(hold_id=hold.pk, actor=actor_for("head"), now=now)
    assert standing(case) == "kept"
    actions.expire_due(actor=VAULT, now=now + 20 * DAY)
    recording.refresh_from_db()
    assert recording.state == rules.State.HELD


def test_a_copy_for_a_person_is_tied_to_what_they_asked_and_the_film_waits_for_it(
    recording: Recording, actor_for: ActorFor, client_for: ClientFor, now: datetime
) -> None:
    custodian, client = actor_for("custodian"), client_for("custodian")
    case = entered(actor_for("dpo"), now, "access")
    other = entered(actor_for("dpo"), now, "access", reference="DS-10/26")
    actions.find_recording(erasure_id=case.pk, ident=recording.ident, actor=custodian, now=now)
    assert Hold.objects.get().reason == "person"
    assert standing(case) == "prepared"
    copy = take_in(b"copy", dock=make_dock(now, code="nord"), now=now)
    operation = {"name": "redaction", "operator": "user:1"}
    Recording.objects.filter(pk=copy.pk).update(
        derived_from=recording, dock=None, operation=operation, released_at=now
    )
    new = reverse("hand_overs:new", args=[copy.ident])
    assert "DS-9/26" in client.get(new).content.decode()
    assert "DS-10/26" not in client.get(new).content.decode()
    form = {
        "recipient": "Erfundene Person",
        "reference": "DS-9/26",
        "purpose": "court",
        "recipient_key": str(pyrage.x25519.Identity.generate().to_public()),
        "demand": case.pk,
    }
    assert client.post(new, form).status_code == 422
    assert client.post(new, {**form, "purpose": "subject", "demand": other.pk}).status_code == 422
    assert not HandOver.objects.exists()
    assert client.post(new, {**form, "purpose": "subject"}).status_code == 302
    assert standing(case) == "prepared"
    HandOver.objects.update(stage="handed_over", handed_over_at=now)
    assert standing(case) == "given"
    assert standing(other) == "searched"


def test_whoever_entered_or_found_it_decides_nothing(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    user = user_with(Role.DPO, username="zwei-rollen")
    grant_role(user_id=user.pk, role=Role.SHIFT_LEADER, actor=actor_for("admin"), now=now)
    both = actor_of(type(user).objects.get(pk=user.pk))
    leader = actor_for("shift_leader")
    for right in ("erasure", "restriction"):
        case = entered(both, now, right)
        actions.find_recording(erasure_id=case.pk, ident=recording.ident, actor=leader, now=now)
    asked, hold = DeletionRequest.objects.get(), Hold.objects.get()
    for actor in (both, leader):
        with pytest.raises(Refused) as caught:
            actions.decide_deletion(request_id=asked.pk, granted=True, actor=actor, now=now)
        assert caught.value.code == "own-request"
        with pytest.raises(Refused) as caught:
            actions.confirm_hold(hold_id=hold.pk, actor=actor, now=now)
        assert caught.value.code == "own-request"


def test_what_was_taken_back_is_looked_for_again_and_nothing_stands_twice(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    case = entered(actor_for("dpo"), now, "erasure")
    find: dict[str, Any] = {
        "erasure_id": case.pk, "ident": recording.ident, "actor": custodian, "now": now
    }  # fmt: skip
    actions.find_recording(**find)
    with pytest.raises(Refused) as caught:
        actions.find_recording(**find)
    assert caught.value.code == "recording-found"
    asked = DeletionRequest.objects.get()
    actions.decide_deletion(request_id=asked.pk, granted=False, actor=custodian, now=now)
    assert standing(case) == "searched"
    assert VaultTask.objects.filter(kind="find-recording", done_at=None).exists()
    actions.find_recording(**find)
    assert standing(case) == "asked"
    assert DemandedRecording.objects.count() == 1


def test_only_deletion_is_demanded_of_a_photo_and_only_the_officer_enters(
    actor_for: ActorFor, now: datetime
) -> None:
    with pytest.raises(Refused) as caught:
        entered(actor_for("dpo"), now, "access", about="photo")
    assert caught.value.code == "photo-is-erased-only"
    with pytest.raises(NotPermitted):
        entered(actor_for("custodian"), now, "access")
    case = entered(actor_for("dpo"), now, "access")
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasureCase.objects.filter(pk=case.pk).update(about="photo")


def test_answered_demands_are_paged_and_open_ones_never_leave_the_first_page(
    actor_for: ActorFor, client_for: ClientFor, now: datetime
) -> None:
    dpo = actor_for("dpo")
    assert dpo.user_id is not None
    first = entered(dpo, now, "access", reference="DS-OFFEN", received_on=date(2026, 6, 1))
    ErasureCase.objects.bulk_create(
        ErasureCase(
            reference=f"DS-{number}", right="access", about="recording", received_on=now.date(),
            entered_at=now, entered_by_id=dpo.user_id, answered_at=now, answered_by_id=dpo.user_id,
        )
        for number in range(120)
    )  # fmt: skip
    client = client_for("dpo")
    page = client.get(at("erasures")).content.decode()
    assert first.reference in page
    assert "DS-119<" in page
    assert "DS-0<" not in page
    more = page.partition('rel="next" href="')[2].partition('"')[0]
    rest = client.get(f"{at('erasures')}{more}").content.decode()
    assert "DS-0<" in rest
    assert first.reference not in rest
