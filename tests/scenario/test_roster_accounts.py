"""The account of a month, each figure counted by hand: nights, a Sunday, holidays, an illness."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from streife.roster import actions
from streife.roster.models import Plan
from streife.roster.queries.accounts import account_for
from streife.roster.rules.accounts import Account
from tests.rostering import Roster, a_roster

pytestmark = pytest.mark.django_db
DECEMBER, JANUARY = date(2026, 12, 1), date(2027, 1, 1)
# Of officer 0; a shift is eight hours with half an hour of break, night is 21 to 6 o'clock.
DUTIES = (
    (5, "nacht"),  # Saturday to Sunday: six hours of Sunday, eight of night
    (13, "frueh"),  # Sunday
    (15, "frueh"),  # ill
    (16, "spaet"),  # ill
    (25, "spaet"),  # Christmas Day; one hour of night
    (31, "nacht"),  # into New Year's Day: six hours of holiday, which January does not count again
)
SHIFT = 450
# 39 hours in 31 days, less a fifth of a week for Christmas Day; the day after is a Saturday.
TARGET = round(39 * 60 * 31 / 7 - 39 * 60 / 5)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=4)


@pytest.fixture
def plan(service: Roster) -> Plan:
    plan = service.plan(DECEMBER, date(2026, 12, 31))
    for day, code in DUTIES:
        service.put(plan, 0, DECEMBER.replace(day=day), code)
    plan = actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    # Ill from the 15th to the 17th: two duties, and a day that was free.
    actions.call_in_sick(
        first_day=DECEMBER.replace(day=15), last_day=DECEMBER.replace(day=17),
        actor=service.officer, now=service.now,
    )  # fmt: skip
    return plan


def test_every_figure_of_a_month(service: Roster, plan: Plan) -> None:
    account = account_for(service.crew[0].pk, DECEMBER, datetime(2026, 12, 20, tzinfo=UTC))
    assert account == Account(
        target=TARGET,
        planned=4 * SHIFT,
        worked=2 * SHIFT,
        credited=2 * SHIFT,  # the duties that the illness took in full, the free day with nothing
        night=8 * 60 + 60 + 8 * 60,
        sunday=6 * 60 + 8 * 60,
        holiday=8 * 60 + 6 * 60,
    )
    assert account.balance == 6 * SHIFT - TARGET


def test_the_last_night_of_a_month_is_in_that_month_alone(service: Roster, plan: Plan) -> None:
    after = datetime(2027, 1, 2, tzinfo=UTC)
    january = account_for(service.crew[0].pk, JANUARY, after)
    assert january is not None
    figures = (january.planned, january.worked, january.night, january.sunday, january.holiday)
    assert figures == (0, 0, 0, 0, 0)
    december = account_for(service.crew[0].pk, DECEMBER, after)
    assert december is not None
    assert december.worked == december.planned == 4 * SHIFT


def test_the_page_shows_these_figures_in_their_columns(
    service: Roster, plan: Plan, client_for: Callable[[str], Client]
) -> None:
    page = client_for("shift_leader").get("/dienstplan/konten/", {"monat": "2026-12"})
    html = page.content.decode()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', html)
    line = html.split(f">{service.crew[0]}</a>")[1].split("</tr>")[0]
    shown = dict(zip(heads[1:], re.findall(r"<td[^>]*>([^<]*)</td>", line), strict=True))
    assert shown["nachts"] == "17:00"
    assert shown["sonntags"] == "14:00"
    assert shown["an Feiertagen"] == "14:00"
    assert shown["gutgeschrieben"] == "15:00"
    assert shown["geplant"] == "30:00"
    assert shown["Soll"] == "164:55"
