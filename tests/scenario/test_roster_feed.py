"""The own duties in any calendar program: a secret address, right in both nights of the clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar, Event, Timezone

from streife.accounts.rules import Role
from streife.journal.models import Entry
from streife.roster.feed import berlin
from streife.roster.models import CalendarFeed, Plan
from streife.staff import actions as staff
from tests.rostering import SYSTEM, Roster, a_roster

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=2)


def a_plan(service: Roster, first: date, last: date, *, published: bool = True) -> Plan:
    plan = service.plan(first, last)
    if published:
        Plan.objects.filter(pk=plan.pk).update(state="published", published_at=service.now)
    return plan


def address(phone: Client) -> str:
    """Make an address and return the path of it."""
    page = phone.post("/dienstplan/meine/kalender/").content.decode()
    return "/dienstplan/kalender/" + page.split("/dienstplan/kalender/")[1].split('"')[0]


def events(client: Client, path: str) -> list[Event]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_an_address_shows_published_duties_until_it_is_switched_off(
    service: Roster, client_for: Clients
) -> None:
    phone, nobody = client_for("officer"), Client()
    assert (
        "Die Dienste im eigenen Kalender"
        in phone.get("/dienstplan/meine/kalender/").content.decode()
    )
    plan = a_plan(service, date(2027, 1, 1), date(2027, 1, 31))
    service.put(plan, 0, date(2027, 1, 4), "frueh")
    service.put(plan, 1, date(2027, 1, 5), "frueh")  # of somebody else
    draft = a_plan(service, date(2027, 2, 1), date(2027, 2, 28), published=False)
    service.put(draft, 0, date(2027, 2, 4), "frueh")
    path = address(phone)
    (event,) = events(nobody, path)
    assert str(event["summary"]) == "Frühschicht"
    assert event["dtstart"].dt == datetime(2027, 1, 4, 6, tzinfo=ZONE)
    secret = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in str(list(CalendarFeed.objects.values()))  # only its hash is kept
    assert secret not in phone.get("/dienstplan/meine/kalender/").content.decode()

    renewed = address(phone)
    assert nobody.get(path).status_code == 404
    assert len(events(nobody, renewed)) == 1
    assert phone.post("/dienstplan/meine/kalender/abschalten/").status_code == 302
    assert nobody.get(renewed).status_code == 404
    assert phone.post("/dienstplan/meine/kalender/abschalten/").status_code == 404
    assert nobody.get("/dienstplan/kalender/falsch.ics").status_code == 404
    acts = list(Entry.objects.filter(act__startswith="roster.feed").values_list("act", flat=True))
    assert sorted(acts) == ["roster.feed_made", "roster.feed_made", "roster.feed_revoked"]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2027, 3, 27), 7), (date(2027, 10, 30), 9), (date(2027, 6, 1), 8)],
)
def test_a_night_is_as_long_as_it_really_is(
    service: Roster, client_for: Clients, day: date, hours: int
) -> None:
    plan = a_plan(service, day, day)
    service.put(plan, 0, day, "nacht")
    path = address(client_for("officer"))
    (event,) = events(Client(), path)
    start, end = event["dtstart"].dt, event["dtend"].dt
    assert (start.hour, end.hour) == (22, 6)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    text = Client().get(path).content
    assert b"DTSTART;TZID=Europe/Berlin:" in text


def test_a_duty_keeps_its_identifier_and_a_changed_one_replaces_it(
    service: Roster, client_for: Clients
) -> None:
    path = address(client_for("officer"))
    plan = a_plan(service, date(2027, 1, 1), date(2027, 1, 31))
    service.put(plan, 0, date(2027, 1, 4), "frueh")
    (before,) = events(Client(), path)
    service.put(plan, 0, date(2027, 1, 4), "spaet")
    (after,) = events(Client(), path)
    assert before["uid"] == after["uid"]
    assert str(after["summary"]) == "Spätschicht"


def test_the_feed_is_what_rfc_5545_asks_for(service: Roster, client_for: Clients) -> None:
    plan = a_plan(service, date(2027, 1, 1), date(2027, 1, 31))
    for number in range(1, 29, 2):
        service.put(plan, 0, date(2027, 1, number), "polizei")  # a long name: folded
    path = address(client_for("officer"))
    body = Client().get(path).content
    lines = body.split(b"\r\n")
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(body)
    assert (str(calendar["version"]), str(calendar["method"])) == ("2.0", "PUBLISH")
    found = events(Client(), path)
    assert len({str(event["uid"]) for event in found}) == 14
    assert all(event["dtstamp"].dt.tzinfo is not None for event in found)
    assert not calendar.errors


@pytest.mark.parametrize("year", [1997, 2026, 2027, 2040])
def test_the_zone_changes_at_the_moment_the_law_says(year: int) -> None:
    """Section 3.6.5: an onset is local time by the offset before; both are 1 o'clock UTC."""
    zone = berlin()
    assert str(zone["tzid"]) == "Europe/Berlin"
    for part in zone.subcomponents:
        onset = part["dtstart"].dt
        assert onset.tzinfo is None
        month = part["rrule"]["bymonth"][0]
        assert part["rrule"]["byday"] == ["-1SU"]
        last = max(
            day
            for day in (date(year, month, number) for number in range(25, 32))
            if day.weekday() == 6
        )
        moment = datetime.combine(last, onset.time(), UTC) - part["tzoffsetfrom"].td
        assert moment == datetime(year, last.month, last.day, 1, tzinfo=UTC)
        before, after = (
            (moment + timedelta(seconds=shift)).astimezone(ZONE).utcoffset() for shift in (-1, 0)
        )
        assert (before, after) == (part["tzoffsetfrom"].td, part["tzoffsetto"].td)
    assert isinstance(Timezone.from_ical(zone.to_ical()), Timezone)


def test_whoever_is_no_officer_has_no_calendar(service: Roster, client_for: Clients) -> None:
    assert client_for("head").get("/dienstplan/meine/kalender/").status_code == 403
    assert client_for("shift_leader").post("/dienstplan/meine/kalender/").status_code == 403


def test_the_calendar_of_a_minor_shows_the_longer_break(
    service: Roster, client_for: Clients
) -> None:
    """§ 11 JArbSchG: an hour in a shift in which others rest for half an hour."""
    officer = service.crew[0]
    staff.note_birth_date(
        officer_id=officer.pk, born_date=date(2009, 1, 6), actor=SYSTEM, now=service.now
    )
    plan = a_plan(service, date(2027, 1, 1), date(2027, 1, 31))
    for day in (5, 7):  # the birthday lies between
        service.put(plan, 0, date(2027, 1, day), "frueh")
    found = events(Client(), address(client_for("officer")))
    said = [str(one["description"]) for one in found]
    assert said == ["60 Minuten Pause", "30 Minuten Pause"]
