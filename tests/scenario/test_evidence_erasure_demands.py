"""A person demands that a photo goes (Art. 17 DSGVO); who follows it sees neither."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from streife.accounts.queries import actor_of
from streife.accounts.rules import Actor, Role
from streife.evidence import actions, queries, rules
from streife.evidence.models import (
    ErasureCase,
    Item,
    ItemPicture,
    PictureDeletionRequest,
    VaultTask,
)
from streife.journal.queries import entries_of
from streife.kernel.errors import NotFound, NotPermitted, Refused
from tests.factories import user_with
from tests.reporting import a_picture
from tests.vaulting import VAULT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
DAY = timedelta(days=1)
LETTER = {"reference": "DS-7/26", "told": "", "number": ""}


@pytest.fixture
def item(actor_for: ActorFor, now: datetime) -> Item:
    return taken("Notizbuch (erfunden)", actor_for("officer"), now)


def taken(label: str, actor: Actor, now: datetime, *, photo: bool = True) -> Item:
    return actions.take_item(
        label=label,
        where="Nordmarkt",
        taken_at=now,
        snapshot=actions.Snapshot(a_picture(), "a.jpg") if photo else None,
        actor=actor,
        now=now,
    )


def at(name: str, *values: object) -> str:
    return reverse(f"evidence:{name}", args=values)


def entered(actor: Actor, now: datetime, **said: Any) -> ErasureCase:
    letter = {**LETTER, "received_on": now.date(), **said}
    return actions.enter_erasure(actor=actor, now=now, **letter)


def standing(case: ErasureCase) -> rules.Standing:
    case.refresh_from_db()
    return queries.progress_of(case).standing


def acts(case: ErasureCase) -> list[str]:
    return [entry.act.removeprefix("evidence.") for entry in entries_of(f"erasure:{case.pk}")]


def test_a_letter_without_a_number_is_followed_to_the_answer_and_the_officer_sees_no_thing(
    item: Item, client_for: ClientFor, now: datetime
) -> None:
    dpo, custodian, leader = (client_for(r) for r in ("dpo", "custodian", "shift_leader"))
    seen: list[str] = []

    def look(page: str) -> str:
        text = dpo.get(page).content.decode()
        seen.append(text)
        return text

    assert "Niemand wartet auf Antwort" in look(at("erasures"))
    assert dpo.post(at("erasure_new"), {"reference": "DS-7/26"}).status_code == 409
    sent = {"reference": "DS-7/26", "received_on": now.date(), "told": "Notizblock, Freitagabend"}
    sent |= {"about": "photo", "right": "erasure"}
    page = dpo.post(at("erasure_new"), sent)["Location"]
    case = ErasureCase.objects.get()
    assert "Die Verwahrstelle sucht das Foto" in look(page)
    assert "Was die Person sagt" in look(page)

    assert dpo.get(at("item_picture", item.ident)).status_code in {403, 404}

    # Whoever keeps the things finds it: task, search, one tap.
    assert page in custodian.get(at("index")).content.decode()
    assert item.label in custodian.get(page, {"wort": "Nordmarkt", "tag": ""}).content.decode()
    assert item.label not in custodian.get(page, {"wort": "Fahrrad"}).content.decode()
    custodian.post(at("erasure_found", case.pk), {"ident": item.ident})
    asked = PictureDeletionRequest.objects.get()
    assert "Eine zweite Person entscheidet" in look(page)
    assert dpo.post(at("erasure_answered", case.pk)).status_code == 302
    assert standing(case) is rules.Standing.ASKED, "no answer before the decision"
    assert custodian.post(at("decide_picture", asked.pk), {"wie": "ja"}).status_code == 403

    leader.post(at("decide_picture", asked.pk), {"wie": "ja"})
    assert ItemPicture.objects.get().gone_at is not None
    assert "Gelöscht: bitte der Person antworten" in look(page)
    seen.append(look(at("stock")))
    dpo.post(at("erasure_answered", case.pk))
    case.refresh_from_db()
    assert (standing(case), case.told) == (rules.Standing.ANSWERED, "")
    assert "Der Person ist geantwortet" in look(page)
    assert not [text for text in seen if item.label in text], "neither the label"
    assert dpo.get(at("item", item.ident)).status_code == 403
    assert acts(case) == ["erasure_entered", "erasure_found", "erasure_answered"]
    assert not VaultTask.objects.filter(done_at=None).exists()
    bodies = [str(entry.body.content) for entry in entries_of(f"erasure:{case.pk}")]
    assert not [text for text in bodies if "Notiz" in text or "DS-7" in text]


def test_a_number_that_leads_to_one_photo_asks_at_once_and_two_persons_decide(
    item: Item, actor_for: ActorFor, now: datetime
) -> None:
    taken("ohne Foto (erfunden)", actor_for("officer"), now, photo=False)
    dpo, head = actor_for("dpo"), actor_for("head")
    case = entered(dpo, now, number=item.ident.lower())
    asked = PictureDeletionRequest.objects.get()
    assert (asked.requested_by_id, asked.erasure) == (dpo.user_id, case)
    assert standing(case) is rules.Standing.ASKED
    assert not VaultTask.objects.filter(kind="find-picture", done_at=None).exists()
    actions.decide_picture_deletion(request_id=asked.pk, granted=True, actor=head, now=now)
    assert standing(case) is rules.Standing.DELETED


def test_who_passed_a_demand_on_does_not_decide_about_it_in_another_role(
    item: Item, actor_for: ActorFor, now: datetime
) -> None:
    for role in (Role.DPO, Role.HEAD):
        both = actor_of(user_with(role, username="zwei-rollen"))
    case = entered(both, now, told="mein Notizbuch am Markt")
    custodian = actor_for("custodian")
    asked = actions.find_photo(erasure_id=case.pk, ident=item.ident, actor=custodian, now=now)
    with pytest.raises(Refused) as caught:
        actions.decide_picture_deletion(request_id=asked.pk, granted=True, actor=both, now=now)
    assert caught.value.code == "own-request"
    assert ItemPicture.objects.get().going_at is None


def test_a_photo_that_is_needed_stays_and_the_person_is_told_why(
    item: Item, actor_for: ActorFor, client_for: ClientFor, now: datetime
) -> None:
    actions.request_picture_hold(
        ident=item.ident,
        reason="crime",
        reference="501 Js 7/26",
        review_on=now.date() + 30 * DAY,
        actor=actor_for("officer"),
        now=now,
    )
    case = entered(actor_for("dpo"), now, number=item.ident)
    asked = PictureDeletionRequest.objects.get()
    with pytest.raises(Refused) as caught:
        actions.decide_picture_deletion(
            request_id=asked.pk, granted=True, actor=actor_for("head"), now=now
        )
    assert caught.value.code == "still-held"
    shown = client_for("dpo").get(at("erasure", case.pk)).content.decode()
    assert "Ein Foto ist gesichert: Verfolgung einer Straftat" in shown
    actions.decide_picture_deletion(
        request_id=asked.pk, granted=False, why="Verfahren läuft", actor=actor_for("head"), now=now
    )
    assert standing(case) is rules.Standing.REFUSED
    actions.answer_erasure(erasure_id=case.pk, actor=actor_for("dpo"), now=now)
    assert standing(case) is rules.Standing.ANSWERED


def test_nothing_found_something_taken_back_and_a_photo_whose_time_came(
    item: Item, actor_for: ActorFor, now: datetime
) -> None:
    dpo, custodian = actor_for("dpo"), actor_for("custodian")
    case = entered(dpo, now, told="eine rote Tasche am Markt")
    actions.miss_photo(erasure_id=case.pk, actor=custodian, now=now)
    assert standing(case) is rules.Standing.NOT_FOUND
    # It turns up; then whoever chose it finds it was another one.
    asked = actions.find_photo(erasure_id=case.pk, ident=item.ident, actor=custodian, now=now)
    with pytest.raises(Refused) as caught:
        actions.miss_photo(erasure_id=case.pk, actor=custodian, now=now)
    assert caught.value.code == "photo-found"
    actions.decide_picture_deletion(request_id=asked.pk, granted=False, actor=custodian, now=now)
    assert standing(case) is rules.Standing.SEARCHED
    assert VaultTask.objects.filter(kind="find-picture", done_at=None).count() == 1
    # It is asked for again, and meanwhile the thing is given back and the photo's period is over.
    actions.find_photo(erasure_id=case.pk, ident=item.ident, actor=custodian, now=now)
    actions.move_item(
        ident=item.ident, step="returned", party="Eigentümer", place="", actor=custodian, now=now
    )
    actions.expire_due(actor=VAULT, now=now + 40 * DAY)
    assert standing(case) is rules.Standing.DELETED
    assert not queries.open_picture_requests().exists(), "nothing is left to decide"
    assert not VaultTask.objects.filter(kind="decide-deletion", done_at=None).exists()


def test_a_request_that_somebody_made_already_is_the_one_of_the_demand(
    item: Item, actor_for: ActorFor, now: datetime
) -> None:
    first = actions.request_picture_deletion(
        ident=item.ident, ground="mistake", actor=actor_for("officer"), now=now
    )
    case = entered(actor_for("dpo"), now, number=item.ident)
    assert PictureDeletionRequest.objects.get().erasure == case
    other = entered(actor_for("dpo"), now, number=item.ident)
    assert standing(other) is rules.Standing.SEARCHED, "two persons about one photo: somebody looks"
    with pytest.raises(Refused) as caught:
        actions.find_photo(
            erasure_id=other.pk, ident=item.ident, actor=actor_for("custodian"), now=now
        )
    assert caught.value.code == "already-requested"
    actions.decide_picture_deletion(
        request_id=first.pk, granted=True, actor=actor_for("head"), now=now
    )
    assert standing(case) is rules.Standing.DELETED


def test_a_week_before_the_month_is_over_the_officer_is_reminded_once(
    actor_for: ActorFor, client_for: ClientFor, now: datetime
) -> None:
    case = entered(actor_for("dpo"), now, told="eine rote Tasche am Markt")
    last = rules.answer_by(now.date())
    reminded = VaultTask.objects.filter(kind="answer-erasure")
    actions.expire_due(actor=VAULT, now=now + DAY)
    assert not reminded.exists()
    for hours in (0, 1):
        moment = now + (last - now.date()) - rules.REMIND + timedelta(hours=hours)
        actions.expire_due(actor=VAULT, now=moment)
    assert reminded.count() == 1
    assert at("erasure", case.pk) in client_for("dpo").get(at("index")).content.decode()
    actions.miss_photo(erasure_id=case.pk, actor=actor_for("custodian"), now=now)
    actions.answer_erasure(erasure_id=case.pk, actor=actor_for("dpo"), now=now)
    assert not reminded.filter(done_at=None).exists()


def test_nobody_else_enters_finds_or_reads_demands(
    item: Item, actor_for: ActorFor, client_for: ClientFor, now: datetime
) -> None:
    case = entered(actor_for("dpo"), now, told="mein Notizbuch am Markt")
    for role in ("officer", "case_officer", "head", "dispatcher"):
        with pytest.raises(NotPermitted):
            entered(actor_for(role), now, told="mein Notizbuch am Markt")
        with pytest.raises(NotPermitted):
            actions.find_photo(erasure_id=case.pk, ident=item.ident, actor=actor_for(role), now=now)
        for name, values in (("erasures", ()), ("erasure_new", ()), ("erasure", (case.pk,))):
            assert client_for(role).get(at(name, *values)).status_code == 403
    with pytest.raises(NotPermitted):
        actions.find_photo(erasure_id=case.pk, ident=item.ident, actor=actor_for("dpo"), now=now)
    for ident in ("", "X" * 26):
        with pytest.raises(NotFound):
            actions.find_photo(
                erasure_id=case.pk, ident=ident, actor=actor_for("custodian"), now=now
            )
    assert client_for("dpo").get(at("erasure", case.pk + 1)).status_code == 404
    # What is answered is the officer's alone.
    actions.miss_photo(erasure_id=case.pk, actor=actor_for("custodian"), now=now)
    actions.answer_erasure(erasure_id=case.pk, actor=actor_for("dpo"), now=now)
    assert client_for("custodian").get(at("erasure", case.pk)).status_code == 404


def test_the_database_itself_keeps_no_words_of_an_answered_demand(
    actor_for: ActorFor, now: datetime
) -> None:
    dpo = actor_for("dpo")
    case = entered(dpo, now, told="eine rote Tasche am Markt")
    rows = ErasureCase.objects.filter(pk=case.pk)
    for broken in ({"answered_at": now, "answered_by": dpo.user_id}, {"answered_at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)


@pytest.mark.parametrize(
    ("received", "by"),
    [
        (date(2026, 11, 26), date(2026, 12, 26)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last_one(received: date, by: date) -> None:
    assert rules.answer_by(received) == by


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"reference": " "}, "reference-needed"),
        ({"received_on": date(2099, 1, 1)}, "received-out-of-range"),
        ({"received_on": date(2020, 1, 1)}, "received-out-of-range"),
        ({"told": "kurz"}, "told-needed"),
    ],
)
def test_a_demand_nobody_could_work_on_is_refused(
    actor_for: ActorFor, now: datetime, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        entered(actor_for("dpo"), now, **{"told": "eine rote Tasche am Markt", **said})
    assert caught.value.code == code
