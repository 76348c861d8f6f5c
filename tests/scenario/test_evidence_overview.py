"""The vault's first page of a whole city: nothing that goes next is hidden by what is newer."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, queries, rules
from streife.evidence.models import Recording
from streife.kernel import clock
from streife.kernel.clock import local
from tests.vaulting import make_dock, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
KEPT, NEW = 260, 230  # so many lie there, so many of them came in today
DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    """The present: the pages read the clock themselves."""
    return clock.now()


@pytest.fixture
def shelf(now: datetime) -> list[Recording]:
    """Return 260 recordings, 30 of them in their last three days, the last one first."""
    first = take_in(b"film", dock=make_dock(now), now=now)
    rows = []
    for number in range(KEPT):
        age = timedelta(minutes=number) if number < NEW else 13 * DAY - (number - NEW) * DAY / 15
        row = Recording.objects.get(pk=first.pk)
        row.pk, row.ident = None, rules.new_id(now)
        row.sha256, row.kid, row.path = f"{number:064x}", f"K{number}", f"p{number}"
        row.started_at = row.ended_at = now - age
        row.delete_after = rules.delete_after(row.ended_at)
        rows.append(row)
    Recording.objects.bulk_create(rows)
    Recording.objects.filter(pk=first.pk).delete()
    return rows


def number_of(chip: str, page: str) -> int:
    found = re.search(rf">{chip} (\d+)</a>", page)
    assert found is not None, chip
    return int(found[1])


def calendar_and_list(page: str) -> tuple[str, str]:
    calendar = page.split('class="vault-calendar"')[1].split("</svg>")[0]
    return calendar, page.split("<ol")[1].split("</ol>")[0]


def test_beyond_two_hundred_the_page_shows_what_goes_next(
    shelf: list[Recording], client_for: Callable[[Role | str], Client], now: datetime
) -> None:
    page = client_for("custodian").get(reverse("evidence:index")).content.decode()
    assert number_of("alle", page) == KEPT
    assert number_of("verfällt bald", page) == KEPT - NEW
    assert "30 Aufnahmen verfallen in den nächsten fünf Tagen" in page
    assert "60 weitere Aufnahmen zeigen" in page

    # The calendar has a square for what goes first, and counts a day it cannot show whole.
    next_ones = sorted(shelf, key=lambda one: one.delete_after)
    calendar, listed = calendar_and_list(page)
    assert all(one.ident in calendar for one in next_ones[:3])
    idents = re.findall(r"queue__title\" href=\"[^\"]*/([0-9A-Z]{26})/", listed)
    assert idents[: KEPT - NEW] == [one.ident for one in next_ones[: KEPT - NEW]]
    last_day = local(next_ones[-1].delete_after).date()
    on_last = sum(1 for one in shelf if local(one.delete_after).date() == last_day)
    assert f">+{on_last - 6}<" in calendar

    rest = client_for("custodian").get(reverse("evidence:index"), {"ab": "200"}).content.decode()
    assert len(re.findall("data-row", calendar_and_list(rest)[1])) == KEPT - 200
    assert next_ones[-1].ident in rest


def test_what_is_held_is_counted_and_stands_behind_what_goes(
    shelf: list[Recording],
    client_for: Callable[[Role | str], Client],
    actor_for: Callable[[Role | str], Actor],
    now: datetime,
) -> None:
    next_ones = sorted(shelf, key=lambda one: one.delete_after)
    for one in next_ones[:2]:
        actions.request_hold(
            ident=one.ident,
            reason="person",
            reference="32/1",
            review_on=local(now).date() + 20 * DAY,
            actor=actor_for("dpo"),
            now=now,
        )
    page = client_for("custodian").get(reverse("evidence:index")).content.decode()
    assert number_of("gesichert", page) == 2
    assert number_of("verfällt bald", page) == KEPT - NEW - 2
    calendar, listed = calendar_and_list(page)
    assert next_ones[0].ident not in calendar + listed, "it goes on no day, and is listed last"
    held = client_for("custodian").get(reverse("evidence:index"), {"stand": "gesichert"})
    assert next_ones[0].ident in held.content.decode()

    # A hold that nobody confirmed counts for its week, whatever the state still says.
    late = now + 7 * DAY
    assert queries.shelf_of(actor_for("custodian"), late).held.count() == 0
