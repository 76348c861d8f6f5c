"""What is far, old or of another kind is never suggested as the same matter."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.accounts.rules import Role
from streife.incidents import actions
from streife.incidents.models import Field, Incident
from streife.incidents.queries import candidates
from streife.incidents.rules import IncidentDraft
from streife.kernel.geo import Point, distance_metres
from streife.triage.rules import DuplicateRule, Likeness, duplicate_reasons, duplicate_score
from tests.factories import plain_actor

RULE = DuplicateRule()
HERE = Point(51.5240, 7.4650)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PAIRS = st.builds(
    Likeness,
    metres=st.floats(0, 1000),
    hours=st.floats(-100, 1000),
    same_category=st.booleans(),
    same_field=st.booleans(),
    text=st.floats(0, 1),
)


@given(pair=PAIRS)
def test_far_old_future_or_unlike_pairs_score_nothing(pair: Likeness) -> None:
    score = duplicate_score(pair, RULE)
    assert 0 <= score <= 1
    possible = (
        pair.metres <= RULE.radius_metres and 0 <= pair.hours <= RULE.hours and pair.same_field
    )
    assert (score > 0) <= possible
    assert duplicate_reasons(pair)


@given(pair=PAIRS, closer=st.floats(0, 1))
def test_closer_is_never_less_likely(pair: Likeness, closer: float) -> None:
    near = Likeness(
        pair.metres * closer, pair.hours, pair.same_category, pair.same_field, pair.text
    )
    assert duplicate_score(near, RULE) >= duplicate_score(pair, RULE)


@given(
    spots=st.lists(
        st.tuples(st.floats(-0.006, 0.006), st.floats(-0.006, 0.006), st.floats(0, 200)),
        max_size=8,
    )
)
@pytest.mark.django_db
def test_candidates_are_exactly_what_is_near_and_recent(
    spots: list[tuple[float, float, float]],
) -> None:
    Incident.objects.all().delete()
    Field.objects.get_or_create(
        code="abfall",
        defaults={
            "name": "Abfall",
            "icon": "abfall",
            "order": 1,
            "valid_from": NOW.date(),
            "source": uuid4().hex,
        },
    )
    expected = set()
    for south, west, hours in spots:
        point = Point(HERE.latitude + south, HERE.longitude + west)
        at = NOW - timedelta(hours=hours)
        draft = IncidentDraft("abfall", "sperrmuell", "Sofa", 3, 60, point, reported_at=at)
        made = actions.open_incident(draft=draft, actor=plain_actor(Role.DESK), now=NOW)
        near = distance_metres(HERE, point) <= RULE.radius_metres
        if near and at >= NOW - timedelta(hours=RULE.hours):
            expected.add(made.pk)
    found = candidates(
        HERE,
        radius_metres=RULE.radius_metres,
        since=NOW - timedelta(hours=RULE.hours),
        until=NOW,
    )
    assert {candidate.incident_id for candidate in found} == expected
