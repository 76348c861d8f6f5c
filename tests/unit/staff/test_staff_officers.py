"""Officers: hiring, qualifications, leaving, and who sees them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from streife.accounts.rules import Actor
from streife.journal import queries as journal
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.roster.queries.people import members_between
from streife.staff import actions, queries
from streife.staff.models import Officer
from streife.staff.rules import ContractGroup, QualificationKind, check_leaving, in_service
from streife.staff.rules.strength import Post, Served, strength

ActorFor = Callable[[str], Actor]
DAY = date(2026, 11, 23)


def hire(actor: Actor, now: datetime, number: str = "K-001", **more: object) -> Officer:
    values = {
        "personnel_number": number,
        "first_name": "Deniz",
        "last_name": "Muster",
        "entered_date": date(2024, 9, 1),
    } | more
    return actions.hire_officer(**values, actor=actor, now=now)


def test_hiring_writes_one_entry_without_a_name(actor_for: ActorFor, now: datetime) -> None:
    officer = hire(actor_for("shift_leader"), now)
    entry = journal.entries_of(f"officer:{officer.pk}").get()
    assert entry.act == "staff.hired"
    assert "Muster" not in str(entry.body.content)
    assert str(officer) == "Muster, D."


@pytest.mark.parametrize("role", ["desk", "dispatcher", "officer", "head", "public"])
def test_others_may_not_hire(actor_for: ActorFor, now: datetime, role: str) -> None:
    with pytest.raises(NotPermitted):
        hire(actor_for(role), now)


def test_a_personnel_number_is_given_once(actor_for: ActorFor, now: datetime) -> None:
    hire(actor_for("admin"), now)
    with pytest.raises(Refused) as refused:
        hire(actor_for("admin"), now)
    assert refused.value.code == "personnel-number-taken"


def test_a_user_account_belongs_to_one_officer(actor_for: ActorFor, now: datetime) -> None:
    user_id = actor_for("officer").user_id
    first = hire(actor_for("admin"), now, user_id=user_id)
    second = hire(actor_for("admin"), now, "K-002")
    with pytest.raises(Refused) as refused:
        actions.link_user(
            officer_id=second.pk, username="officer", actor=actor_for("admin"), now=now
        )
    assert refused.value.code == "user-taken"
    assert queries.officer_of(user_id) == first
    assert queries.officer_of(None) is None


def test_officers_see_themselves_and_leaders_see_all(actor_for: ActorFor, now: datetime) -> None:
    own = hire(actor_for("admin"), now, user_id=actor_for("officer").user_id)
    other = hire(actor_for("admin"), now, "K-002", last_name="Beispiel")
    assert list(queries.visible_to(actor_for("officer"))) == [own]
    assert list(queries.visible_to(actor_for("dispatcher"))) == [other, own]
    assert not queries.visible_to(actor_for("public"))
    with pytest.raises(NotFound):
        queries.officer_for(actor_for("officer"), other.pk)


def test_a_qualification_counts_only_while_it_is_valid(actor_for: ActorFor, now: datetime) -> None:
    officer = hire(actor_for("admin"), now)
    actions.add_qualification(
        officer_id=officer.pk,
        kind=QualificationKind.BODY_CAM,
        valid_from=DAY,
        valid_to=DAY + timedelta(days=1),
        actor=actor_for("admin"),
        now=now,
    )
    assert queries.qualified("body_cam", on=DAY) == {officer.pk}
    assert queries.qualified("body_cam", on=DAY + timedelta(days=1)) == frozenset()
    assert queries.qualified("body_cam", on=DAY - timedelta(days=1)) == frozenset()


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "code"),
    [(DAY, DAY, "period-backwards"), (DAY, None, "qualification-known")],
)
def test_a_qualification_is_refused(
    actor_for: ActorFor, now: datetime, valid_from: date, valid_to: date | None, code: str
) -> None:
    officer = hire(actor_for("admin"), now)
    add = {"officer_id": officer.pk, "kind": QualificationKind.FIRST_AID, "valid_from": valid_from}
    actions.add_qualification(**add, valid_to=None, actor=actor_for("admin"), now=now)
    with pytest.raises(Refused) as refused:
        actions.add_qualification(**add, valid_to=valid_to, actor=actor_for("admin"), now=now)
    assert refused.value.code == code


def test_who_has_left_is_not_in_service(actor_for: ActorFor, now: datetime) -> None:
    officer = hire(actor_for("admin"), now)
    actions.see_off_officer(officer_id=officer.pk, left_date=DAY, actor=actor_for("admin"), now=now)
    assert not queries.officers_on(actor_for("head"), DAY)
    assert queries.officers_on(actor_for("head"), DAY - timedelta(days=1)).get() == officer
    with pytest.raises(NotFound):
        actions.see_off_officer(officer_id=0, left_date=DAY, actor=actor_for("admin"), now=now)


def test_service_begins_on_the_first_day_and_ends_before_the_last() -> None:
    assert in_service(DAY, None, DAY)
    assert not in_service(DAY, None, DAY - timedelta(days=1))
    assert not in_service(DAY, DAY + timedelta(days=1), DAY + timedelta(days=1))
    with pytest.raises(Refused):
        check_leaving(DAY, DAY)


def test_names_and_apprentices_are_found_by_id(actor_for: ActorFor, now: datetime) -> None:
    officer = hire(actor_for("admin"), now)
    learner = hire(actor_for("admin"), now, "A-001", apprentice=True)
    assert queries.names_of([officer.pk]) == {officer.pk: "Muster, D."}
    assert queries.apprentice_ids([officer.pk, learner.pk], DAY) == {learner.pk}


def test_who_is_in_training_says_the_contract_of_the_day(
    actor_for: ActorFor, now: datetime
) -> None:
    admin = actor_for("admin")
    forgotten = hire(admin, now)  # the mark was not set, the contract is one of training
    passed = hire(admin, now, "A-001", apprentice=True)  # the mark stays, the training is over
    terms = {"share": Decimal(1), "actor": admin, "now": now}
    for officer, group, start, end in (
        (forgotten, ContractGroup.AZUBI, date(2024, 9, 1), None),
        (passed, ContractGroup.AZUBI, date(2024, 9, 1), DAY),
        (passed, ContractGroup.TARIF, DAY, None),
    ):
        actions.make_contract(
            officer_id=officer.pk, group=group, valid_from=start, valid_to=end, **terms
        )
    both, before = [forgotten.pk, passed.pk], DAY - timedelta(days=1)
    assert queries.apprentice_ids(both, DAY) == {forgotten.pk}
    assert queries.apprentice_ids(both, before) == set(both)
    assert queries.apprentice_ids(both, before, DAY) == set(both)  # a stretch: rather too strict
    assert [one.pk for one in queries.serving_between(DAY, DAY)] == [passed.pk, forgotten.pk]
    assert [one.learning for one in queries.people(admin, on=DAY)] == [True, False]
    members = {one.pk: one for one in members_between(DAY, DAY)}
    assert members[forgotten.pk].apprentice
    assert not members[passed.pk].apprentice


def test_the_strength_counts_training_by_the_contract_of_the_month() -> None:
    learns = Post(date(2024, 9, 1), date(2026, 9, 1), 1.0, learns=True)
    passed = Post(date(2026, 9, 1), None, 1.0, learns=False)
    people = [Served(date(2024, 9, 1), None, True, (learns, passed)) for _ in range(5)]
    months = {row.day: row for row in strength(people, on=date(2026, 10, 1))}
    assert (months[date(2026, 8, 1)].people, months[date(2026, 8, 1)].apprentices) == (0, 5)
    assert (months[date(2026, 9, 1)].people, months[date(2026, 9, 1)].apprentices) == (5, 0)
