"""An officer's duties as a calendar that any program can subscribe to (RFC 5545).

The time zone is written by hand: RFC 5545 section 3.6.5 wants the onset as the clock showed it
before (2 o'clock in March), while generators take the clock after it, an hour too late.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from streife.kernel.clock import BERLIN
from streife.roster.models import Post
from streife.roster.rules.clock import span_on
from streife.roster.times import times_of

TZID = "Europe/Berlin"
PRODID = "-//Streife//Dienstplan//DE"
REFRESH = timedelta(hours=4)
# Directive 2000/84/EC: last Sunday of March and of October, 1 o'clock UTC; in Germany since 1996.
WINTER, SUMMER = timedelta(hours=1), timedelta(hours=2)


def berlin() -> Timezone:
    """Return the rules of the clock in Germany, valid for every year since 1996."""
    zone = Timezone()
    zone.add("tzid", TZID)
    parts = (
        (TimezoneDaylight(), "CEST", datetime(1981, 3, 29, 2), 3, WINTER, SUMMER),  # noqa: DTZ001
        (TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), 10, SUMMER, WINTER),  # noqa: DTZ001
    )  # local time without a zone is what the RFC asks for here
    for part, name, onset, month, before, after in parts:
        part.add("dtstart", onset)
        part.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday="-1SU"))
        part.add("tzname", name)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone


def calendar_of(
    posts: Iterable[Post], *, breaks: Mapping[int, int], key: str, name: str, now: datetime
) -> bytes:
    """Return a calendar with these duties.

    :param breaks: minutes of the break in a duty, where the person has a longer one than others
    :param posts: published duties with `kind`, `area` and `plan` read
    :param key: makes the identifiers of this feed its own; the same duty keeps its identifier
    :param name: what the calendar is called in a program
    """
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", TZID)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})  # RFC 7986
    calendar.add("x-published-ttl", "PT4H")
    calendar.add_component(berlin())
    for post in posts:
        calendar.add_component(_event(post, breaks, key, now))
    return bytes(calendar.to_ical())


def _event(post: Post, breaks: Mapping[int, int], key: str, now: datetime) -> Event:
    kind = times_of(post.kind).on(post.day)
    start, end = span_on(kind, post.day)
    changed = post.plan.published_at or now
    event = Event()
    # Who has one duty a day has one event a day: a changed shift replaces the old one.
    event.add("uid", f"{post.day:%Y%m%d}-{key}@dienstplan.streife")
    event.add("dtstamp", now)
    event.add("last-modified", changed)
    event.add("dtstart", start.astimezone(BERLIN))
    event.add("dtend", end.astimezone(BERLIN))
    event.add("summary", post.kind.name)
    if post.area is not None:
        event.add("location", post.area.name)
    pause = breaks.get(post.pk, kind.break_minutes)
    event.add("description", f"{pause} Minuten Pause")
    event.add("categories", ["Dienst"])
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event
