"""Actions of the equipment: one holder at a time, and who may do what."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.equipment import actions, queries
from streife.equipment.models import Asset, Handover
from streife.equipment.rules import AssetState, Due
from streife.journal import queries as journal
from streife.journal.models import Entry
from streife.kernel.clock import BERLIN
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.staff import actions as staff
from streife.staff.rules import QualificationKind
from tests.staffing import TEST, an_officer

ActorFor = Callable[[str], Actor]
pytestmark = pytest.mark.django_db


def an_item(now: datetime, kind: str = "radio", number: str = "F-1", **more: object) -> Asset:
    values = {"acquired_date": date(2026, 3, 1)} | more
    return actions.take_in(kind=kind, inventory_number=number, actor=TEST, now=now, **values)  # type: ignore[arg-type]


def test_an_item_has_one_holder_at_a_time(now: datetime) -> None:
    first, second = an_officer(now), an_officer(now)
    item = an_item(now)
    actions.hand_over(asset_id=item.pk, officer_id=first.pk, actor=TEST, now=now)
    with pytest.raises(Refused) as refused:
        actions.hand_over(asset_id=item.pk, officer_id=second.pk, actor=TEST, now=now)
    assert refused.value.code == "asset-held"
    with pytest.raises(IntegrityError), transaction.atomic():  # and the database holds it, too
        Handover.objects.create(asset=item, officer=second, since_at=now)
    actions.take_back(asset_id=item.pk, actor=TEST, now=now + timedelta(hours=8))
    with pytest.raises(Refused) as refused:  # nothing is put before what was
        actions.hand_over(asset_id=item.pk, officer_id=second.pk, actor=TEST, now=now)
    assert refused.value.code == "handover-backwards"
    with pytest.raises(Refused) as refused:
        actions.take_back(asset_id=item.pk, actor=TEST, now=now)
    assert refused.value.code == "asset-not-held"


def test_the_wearer_of_a_camera_is_found_by_serial_and_moment(now: datetime) -> None:
    one = an_officer(now, QualificationKind.BODY_CAM)
    two = an_officer(now, QualificationKind.BODY_CAM)
    camera = an_item(now, "body_cam", "K-1", serial="AX-77")
    an_item(now, "radio", "F-7", serial="AX-77")  # another maker's number reads the same
    hours = [now + timedelta(hours=n) for n in range(5)]
    actions.hand_over(asset_id=camera.pk, officer_id=one.pk, actor=TEST, now=hours[1])
    actions.take_back(asset_id=camera.pk, actor=TEST, now=hours[2])
    actions.hand_over(asset_id=camera.pk, officer_id=two.pk, actor=TEST, now=hours[2])

    def wearer(moment: datetime) -> int | None:
        found = queries.carried(serial=" ax-77 ", at=moment)
        return found.officer_id if found else None

    assert wearer(hours[0]) is None
    assert wearer(hours[1]) == one.pk
    assert wearer(hours[2]) == two.pk
    assert wearer(hours[4]) == two.pk
    assert queries.carried(serial="", at=hours[4]) is None
    assert queries.carried(serial="AX-7", at=hours[4]) is None
    found = queries.carried(serial="AX-77", at=hours[1] + timedelta(minutes=1))
    assert found == queries.Carried(camera.pk, one.pk, hours[1], hours[2])


def test_who_had_what_is_erased_years_after_it_came_back(now: datetime) -> None:
    officer = an_officer(now)
    held, back = an_item(now, number="F-1"), an_item(now, number="F-2")
    Handover.objects.create(asset=held, officer=officer, since_at=now - timedelta(days=3000))
    Handover.objects.create(
        asset=back,
        officer=officer,
        since_at=datetime(2022, 12, 31, 12, tzinfo=BERLIN),
        until_at=datetime(2022, 12, 31, 23, 30, tzinfo=BERLIN),
    )
    new_year = datetime(2026, 1, 1, 0, 30, tzinfo=BERLIN)
    assert actions.tidy_handovers(actor=TEST, now=new_year - timedelta(hours=1)) == 0
    assert actions.tidy_handovers(actor=TEST, now=new_year) == 1
    assert actions.tidy_handovers(actor=TEST, now=new_year) == 0
    assert Handover.objects.get().asset == held
    assert Entry.objects.filter(act="equipment.handovers_erased").count() == 1


def test_a_baton_needs_its_training_today(now: datetime) -> None:
    officer = an_officer(now)
    baton = an_item(now, "baton", "S-1")
    with pytest.raises(Refused) as refused:
        actions.hand_over(asset_id=baton.pk, officer_id=officer.pk, actor=TEST, now=now)
    assert refused.value.code == "skill-missing"
    assert "Einsatzmehrzweckstock" in refused.value.message
    trained = an_officer(now, QualificationKind.BATON)
    actions.hand_over(asset_id=baton.pk, officer_id=trained.pk, actor=TEST, now=now)


def test_whoever_has_left_gets_nothing(now: datetime) -> None:
    officer = an_officer(now)
    staff.see_off_officer(officer_id=officer.pk, left_date=now.date(), actor=TEST, now=now)
    item = an_item(now)
    with pytest.raises(Refused) as refused:
        actions.hand_over(asset_id=item.pk, officer_id=officer.pk, actor=TEST, now=now)
    assert refused.value.code == "officer-not-in-service"
    with pytest.raises(NotFound):
        actions.hand_over(asset_id=item.pk, officer_id=0, actor=TEST, now=now)
    with pytest.raises(NotFound):
        actions.hand_over(asset_id=0, officer_id=officer.pk, actor=TEST, now=now)


def test_an_inspection_decides_whether_it_may_go_out(now: datetime) -> None:
    officer, item = an_officer(now), an_item(now, acquired_date=date(2024, 1, 1))
    with pytest.raises(Refused) as refused:
        actions.hand_over(asset_id=item.pk, officer_id=officer.pk, actor=TEST, now=now)
    assert refused.value.code == "inspection-overdue"
    today = now.date()
    actions.inspect(asset_id=item.pk, done_date=today, passed=False, actor=TEST, now=now)
    item.refresh_from_db()
    assert item.state == AssetState.REPAIR
    row = actions.inspect(asset_id=item.pk, done_date=today, passed=True, actor=TEST, now=now)
    item.refresh_from_db()
    assert (item.state, item.due_date) == (AssetState.READY, date(2027, 11, 23))
    assert row.due_date == item.due_date
    actions.hand_over(asset_id=item.pk, officer_id=officer.pk, actor=TEST, now=now)
    # What fails while somebody has it stays out of use when it comes back.
    actions.inspect(asset_id=item.pk, done_date=today, passed=False, actor=TEST, now=now)
    actions.take_back(asset_id=item.pk, actor=TEST, now=now)
    item.refresh_from_db()
    assert item.state == AssetState.REPAIR


@pytest.mark.parametrize(
    ("done", "due", "code"),
    [
        (date(2026, 11, 24), None, "inspection-in-future"),
        (date(2026, 11, 23), date(2026, 11, 23), "inspection-backwards"),
    ],
)
def test_an_inspection_is_refused(now: datetime, done: date, due: date | None, code: str) -> None:
    item = an_item(now)
    with pytest.raises(Refused) as refused:
        actions.inspect(
            asset_id=item.pk, done_date=done, passed=True, due_date=due, actor=TEST, now=now
        )
    assert refused.value.code == code


def test_numbers_are_given_once(now: datetime) -> None:
    an_item(now, number="F-1", serial="S1")
    for more, code in (
        ({"number": " f-1 "}, "inventory-number-taken"),
        ({"number": "F-2", "serial": "s1"}, "serial-taken"),
        ({"number": "F-3", "kind": "rope"}, "no-such-kind"),
    ):
        with pytest.raises(Refused) as refused:
            an_item(now, **more)
        assert refused.value.code == code


def test_retired_is_for_good_and_only_what_lies_in_the_store(now: datetime) -> None:
    officer, item = an_officer(now), an_item(now)
    actions.hand_over(asset_id=item.pk, officer_id=officer.pk, actor=TEST, now=now)
    with pytest.raises(Refused) as refused:
        actions.retire(asset_id=item.pk, actor=TEST, now=now)
    assert refused.value.code == "asset-held"
    actions.take_back(asset_id=item.pk, state=AssetState.LOST, actor=TEST, now=now)
    actions.retire(asset_id=item.pk, actor=TEST, now=now)
    for again in (actions.retire, actions.inspect):
        more = {"done_date": now.date(), "passed": True} if again is actions.inspect else {}
        with pytest.raises(Refused) as refused:
            again(asset_id=item.pk, actor=TEST, now=now, **more)  # type: ignore[operator]
        assert refused.value.code == "asset-retired"
    acts = [entry.act for entry in journal.entries_of(f"asset:{item.pk}")]
    assert sorted(acts) == sorted(
        ["equipment.taken_in", "equipment.handed_over", "equipment.taken_back", "equipment.retired"]
    )


def test_officers_see_what_they_carry_and_hand_out_nothing(
    actor_for: ActorFor, now: datetime
) -> None:
    own = an_officer(now, user_id=actor_for("officer").user_id)
    mine, other = an_item(now), an_item(now, number="F-2")
    actions.hand_over(asset_id=mine.pk, officer_id=own.pk, actor=TEST, now=now)
    assert list(queries.visible_to(actor_for("officer"))) == [mine]
    assert set(queries.visible_to(actor_for("custodian"))) == {mine, other}
    assert not queries.visible_to(actor_for("public"))
    with pytest.raises(NotFound):
        queries.asset_for(actor_for("officer"), other.pk)
    with pytest.raises(NotPermitted):
        actions.take_back(asset_id=mine.pk, actor=actor_for("officer"), now=now)
    with pytest.raises(NotPermitted):
        actions.retire(asset_id=other.pk, actor=actor_for("dispatcher"), now=now)


def test_what_is_due_first_stands_first(actor_for: ActorFor, now: datetime) -> None:
    actor, today = actor_for("shift_leader"), now.date()
    an_item(now, number="F-1", due_date=today + timedelta(days=30))
    an_item(now, number="F-2", due_date=today + timedelta(days=31))
    an_item(now, "vest", "W-1", acquired_date=date(2016, 11, 1), due_date=today + timedelta(days=9))
    gone = an_item(now, number="F-3", due_date=today - timedelta(days=1))
    rows = queries.items_due(actor, on=today)
    assert [(row.asset.inventory_number, row.what, row.overdue) for row in rows] == [
        ("W-1", Due.EXPIRY, True),
        ("F-3", Due.INSPECTION, True),
        ("W-1", Due.INSPECTION, False),
        ("F-1", Due.INSPECTION, False),
    ]
    actions.retire(asset_id=gone.pk, actor=TEST, now=now)
    assert len(queries.items_due(actor, on=today)) == 3


def test_a_shift_has_what_its_officers_carry_and_what_nobody_has(now: datetime) -> None:
    crew = [an_officer(now) for _ in range(2)]
    elsewhere = an_officer(now)
    for number, holder in ((1, crew[0]), (2, elsewhere), (3, None), (4, None)):
        item = an_item(now, number=f"F-{number}")
        if holder is not None:
            actions.hand_over(asset_id=item.pk, officer_id=holder.pk, actor=TEST, now=now)
        if number == 4:
            actions.inspect(
                asset_id=item.pk, done_date=now.date(), passed=False, actor=TEST, now=now
            )
    ids = frozenset(officer.pk for officer in crew)
    (rows,) = queries.supplies_for([queries.Crew(ids, now.date())])
    found = {row.kind.code: (row.needed, row.there) for row in rows}
    assert found["radio"] == (2, 2)
    assert found["vest"] == (2, 0)
    assert found["body_cam"] == (0, 0)


def test_a_later_shift_counts_on_what_others_bring_back(now: datetime) -> None:
    crew, elsewhere = [an_officer(now)], an_officer(now)
    for kind, number in (("radio", "F-1"), ("vest", "W-1")):
        item = an_item(now, kind, number)
        actions.hand_over(asset_id=item.pk, officer_id=elsewhere.pk, actor=TEST, now=now)
    ids = frozenset(officer.pk for officer in crew)

    def there(*, returned: bool) -> tuple[int, int]:
        (rows,) = queries.supplies_for([queries.Crew(ids, now.date(), returned=returned)])
        found = {row.kind.code: row.there for row in rows}
        return found["radio"], found["vest"]

    assert there(returned=False) == (0, 0)
    assert there(returned=True) == (1, 0)  # a vest stays with its person


def test_a_scanner_finds_inventory_numbers_first(now: datetime) -> None:
    other = an_item(now, number="F-9", serial="F-1")
    item = an_item(now, number="F-1")
    assert queries.asset_numbered(" f-1\n") == item
    assert queries.asset_numbered("F-9") == other
    assert queries.asset_numbered("") is None
    assert queries.asset_numbered("F-8") is None


@pytest.mark.parametrize("passed", [True, False])
def test_a_paper_entered_late_does_not_overrule_what_was_found_since(
    now: datetime, passed: bool
) -> None:
    item = an_item(now, "vest", "W-1")
    actions.inspect(
        asset_id=item.pk, done_date=date(2026, 11, 20), passed=passed, actor=TEST, now=now
    )
    item.refresh_from_db()
    before = (item.state, item.due_date)
    actions.inspect(
        asset_id=item.pk, done_date=date(2026, 10, 1), passed=not passed, actor=TEST, now=now
    )
    item.refresh_from_db()
    assert (item.state, item.due_date) == before
    assert item.inspections.count() == 2
    actions.inspect(asset_id=item.pk, done_date=now.date(), passed=True, actor=TEST, now=now)
    item.refresh_from_db()
    assert item.state == AssetState.READY


def test_what_came_back_broken_is_not_mended_by_an_older_paper(now: datetime) -> None:
    item, officer = an_item(now), an_officer(now)
    actions.hand_over(asset_id=item.pk, officer_id=officer.pk, actor=TEST, now=now)
    actions.take_back(asset_id=item.pk, state=AssetState.REPAIR, actor=TEST, now=now)
    yesterday = now.date() - timedelta(days=1)
    for day, state in ((yesterday, AssetState.REPAIR), (now.date(), AssetState.READY)):
        actions.inspect(asset_id=item.pk, done_date=day, passed=True, actor=TEST, now=now)
        item.refresh_from_db()
        assert item.state == state
