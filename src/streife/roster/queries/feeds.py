"""Whose calendar an address shows."""

from datetime import date, timedelta

from streife.roster.models import CalendarFeed, Post
from streife.roster.queries.gathering import laws_on
from streife.roster.queries.people import members_between
from streife.roster.rules.secrets import hash_of
from streife.roster.rules.shifts_allowed import as_worked
from streife.roster.rules.states import PlanState
from streife.roster.rules.terms import Law, is_minor
from streife.roster.times import times_of

LOOKED_BACK = timedelta(days=60)


def feed_of(secret: str, today: date) -> CalendarFeed | None:
    """Return the open feed of a secret; nothing for a wrong or revoked one, or of who has left."""
    rows = CalendarFeed.objects.filter(secret_hash=hash_of(secret), revoked_at=None)
    found = rows.select_related("officer").first()
    return None if found is None or found.officer.has_left(today) else found


def own_feed(officer_id: int) -> CalendarFeed | None:
    """Return the open feed of an officer."""
    return CalendarFeed.objects.filter(officer_id=officer_id, revoked_at=None).first()


def breaks_in(officer_id: int, posts: list[Post]) -> dict[int, int]:
    """Return by key of a duty the break in minutes that a minor has in it (§ 11 JArbSchG).

    Empty for everybody else: they have that of the kind of shift.
    """
    if not posts:
        return {}
    first, last = posts[0].day, posts[-1].day
    laws: dict[date, tuple[Law, ...]] = {}
    found = {}
    for member in members_between(first, last, assume_history=True, only=officer_id):
        for post in posts:
            if is_minor(member, post.day):
                begin = post.plan.first_day
                known = laws[begin] = laws.get(begin) or laws_on(begin)
                kind = as_worked(times_of(post.kind), member, known, post.day)
                found[post.pk] = kind.break_minutes
    return found


def feed_posts(officer_id: int, today: date) -> list[Post]:
    """Return the published duties of the last two months and all to come, earliest first."""
    rows = Post.objects.filter(officer_id=officer_id, day__gte=today - LOOKED_BACK)
    rows = rows.exclude(plan__state=PlanState.DRAFT).select_related("kind", "area", "plan")
    return list(rows.prefetch_related("kind__changes").order_by("day"))
