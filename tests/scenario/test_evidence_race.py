"""Two sessions about one photo and one demand: one wins, nobody waits across (PostgreSQL)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, queries, rules
from streife.evidence.models import ErasureCase, Item, ItemPicture, PictureDeletionRequest
from streife.kernel.clock import now as clock
from tests.racing import at_once
from tests.reporting import a_picture

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.usefixtures("own_var_committed"),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"
    ),
]
ActorFor = Callable[[Role | str], Actor]


@pytest.fixture
def moment() -> datetime:
    return clock()


@pytest.fixture
def item(actor_for: ActorFor, moment: datetime) -> Item:
    return actions.take_item(
        label="Notizbuch (erfunden)",
        where="Nordmarkt",
        taken_at=moment,
        snapshot=actions.Snapshot(a_picture(), "a.jpg"),
        actor=actor_for("officer"),
        now=moment,
    )


def demand(actor: Actor, moment: datetime) -> ErasureCase:
    return actions.enter_erasure(
        reference="DS-1",
        received_on=moment.date(),
        number="",
        told="mein Notizbuch am Markt",
        actor=actor,
        now=moment,
    )


def test_of_four_who_find_the_same_photo_for_one_demand_one_asks(
    item: Item, actor_for: ActorFor, moment: datetime
) -> None:
    case = demand(actor_for("dpo"), moment)
    finders = [actor_for("custodian"), actor_for("shift_leader")] * 2
    results = at_once(
        [
            lambda who=who: actions.find_photo(  # type: ignore[misc]
                erasure_id=case.pk, ident=item.ident, actor=who, now=moment
            )
            for who in finders
        ]
    )
    assert results == {"ok": 1, "already-requested": 3}
    assert PictureDeletionRequest.objects.count() == 1


def test_a_photo_is_found_for_a_demand_while_somebody_decides_about_it(
    item: Item, actor_for: ActorFor, moment: datetime
) -> None:
    """Both need the request and the photo, in one order: else they would wait across."""
    custodian, head = actor_for("custodian"), actor_for("head")
    dpo = actor_for("dpo")
    for _ in range(8):
        asked = actions.request_picture_deletion(
            ident=item.ident, ground="mistake", actor=actor_for("officer"), now=moment
        )
        case = demand(dpo, moment)
        results = at_once(
            [
                lambda case=case: actions.find_photo(  # type: ignore[misc]
                    erasure_id=case.pk, ident=item.ident, actor=custodian, now=moment
                ),
                lambda asked=asked: actions.decide_picture_deletion(  # type: ignore[misc]
                    request_id=asked.pk, granted=False, why="wird gebraucht", actor=head, now=moment
                ),
            ]
        )
        assert results == {"ok": 2}
        for one in PictureDeletionRequest.objects.filter(decided_at=None):
            actions.decide_picture_deletion(
                request_id=one.pk, granted=False, why="wird gebraucht", actor=head, now=moment
            )
    assert ItemPicture.objects.get().going_at is None


def test_of_two_who_answer_one_does(item: Item, actor_for: ActorFor, moment: datetime) -> None:
    case = demand(actor_for("dpo"), moment)
    actions.miss_photo(erasure_id=case.pk, actor=actor_for("custodian"), now=moment)
    dpo = actor_for("dpo")
    steps = [lambda: actions.answer_erasure(erasure_id=case.pk, actor=dpo, now=moment)] * 3
    assert at_once(steps) == {"ok": 1, "erasure-answered": 2}
    case.refresh_from_db()
    assert queries.progress_of(case).standing is rules.Standing.ANSWERED
