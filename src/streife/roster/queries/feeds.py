"""Whose calendar an address shows."""

from datetime import date, timedelta

from streife.roster.models import CalendarFeed, Post
from streife.roster.rules.secrets import hash_of
from streife.roster.rules.states import PlanState

LOOKED_BACK = timedelta(days=60)


def feed_of(secret: str, today: date) -> CalendarFeed | None:
    """Return the open feed of a secret; nothing for a wrong or revoked one, or of who has left."""
    rows = CalendarFeed.objects.filter(secret_hash=hash_of(secret), revoked_at=None)
    found = rows.select_related("officer").first()
    return None if found is None or found.officer.has_left(today) else found


def own_feed(officer_id: int) -> CalendarFeed | None:
    """Return the open feed of an officer."""
    return CalendarFeed.objects.filter(officer_id=officer_id, revoked_at=None).first()


def feed_posts(officer_id: int, today: date) -> list[Post]:
    """Return the published duties of the last two months and all to come, earliest first."""
    rows = Post.objects.filter(officer_id=officer_id, day__gte=today - LOOKED_BACK)
    rows = rows.exclude(plan__state=PlanState.DRAFT).select_related("kind", "area", "plan")
    return list(rows.order_by("day"))
