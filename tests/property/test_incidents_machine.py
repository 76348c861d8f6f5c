"""Whatever is clicked in whatever order: an incident never stands where the table does not lead."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.accounts.rules import Role
from streife.incidents import actions
from streife.incidents.models import Field, Incident
from streife.incidents.rules import (
    LIVE,
    MOVES,
    Cursor,
    IncidentDraft,
    Outcome,
    Status,
    check_move,
    queue_rank,
)
from streife.kernel.errors import Refused
from streife.kernel.geo import Point
from tests.factories import plain_actor

DESK = plain_actor(Role.SHIFT_LEADER)
START = datetime(2026, 11, 23, 10, tzinfo=UTC)
STEPS = [
    "open",
    "assigned",
    "on_scene",
    "hand_over",
    "taken",
    "sent_back",
    "close",
    "reopen",
    "log",
]


def step(name: str, incident_id: int, now: datetime) -> None:
    """Do one step as the desk would."""
    common = {"incident_id": incident_id, "actor": DESK, "now": now}
    if name in ("open", "assigned", "on_scene"):
        actions.change_status(to=Status(name), **common)
    elif name == "hand_over":
        actions.hand_over(body_code="edg", reason="Abfall", **common)
    elif name in ("taken", "sent_back"):
        actions.answer_hand_over(accepted=name == "taken", answer="Ja", **common)
    elif name == "close":
        actions.close_incident(outcome=Outcome.RESOLVED, **common)
    elif name == "reopen":
        actions.reopen_incident(reason="Doch nicht", **common)
    else:
        actions.log_line(text="Anruf", **common)


def check(found: Incident, before: Status) -> None:
    """Hold the promises that every incident keeps at any time."""
    status = Status(found.status)
    assert status == before or status in MOVES[before]
    closed = status is Status.CLOSED
    assert closed == (found.closed_at is not None) == (found.queue_rank is None)
    assert closed == bool(found.outcome)
    waiting = found.hand_overs.filter(answered_at__isnull=True).count()
    assert waiting == (status is Status.HANDED_OVER)


@given(steps=st.lists(st.sampled_from(STEPS), max_size=12))
@pytest.mark.django_db(transaction=False)
def test_any_order_of_steps_keeps_an_incident_whole(steps: list[str]) -> None:
    Field.objects.get_or_create(
        code="abfall",
        defaults={
            "name": "Abfall", "icon": "abfall", "order": 1, "valid_from": START.date(),
            "source": "test",
        },
    )  # fmt: skip
    draft = IncidentDraft("abfall", "sperrmuell", "Sperrmüll", 3, 60, Point(51.52, 7.46))
    made = actions.open_incident(draft=draft, actor=DESK, now=START)
    for minutes, name in enumerate(steps, 1):
        before = Status(Incident.objects.get(pk=made.pk).status)
        try:
            step(name, made.pk, START + timedelta(minutes=minutes))
        except Refused:
            assert Incident.objects.get(pk=made.pk).status == before
        check(Incident.objects.get(pk=made.pk), before)


@given(current=st.sampled_from(Status), target=st.sampled_from(Status))
def test_the_table_decides_on_every_move(current: Status, target: Status) -> None:
    if target in MOVES[current]:
        check_move(current, target)
    else:
        with pytest.raises(Refused):
            check_move(current, target)


def test_every_status_can_be_left_and_reached() -> None:
    assert set(MOVES) == set(Status)
    assert frozenset(Status) - {Status.CLOSED} == LIVE
    assert all(MOVES[status] for status in Status)
    assert frozenset().union(*MOVES.values()) == frozenset(Status)


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001 (made aware below)


@given(
    a=st.tuples(st.integers(1, 4), MOMENTS),
    b=st.tuples(st.integers(1, 4), MOMENTS),
)
def test_the_rank_orders_like_priority_and_age(
    a: tuple[int, datetime], b: tuple[int, datetime]
) -> None:
    ranks = [queue_rank(p, at.replace(tzinfo=UTC)) for p, at in (a, b)]
    assert all(rank < 2**63 for rank in ranks)
    if a < b and (a[0] != b[0] or b[1] - a[1] > timedelta(microseconds=2)):
        assert ranks[0] < ranks[1]


@given(text=st.text(max_size=60))
def test_a_broken_cursor_is_the_first_page(text: str) -> None:
    found = Cursor.parse(text)
    assert found is None or Cursor.parse(str(found)) == found
