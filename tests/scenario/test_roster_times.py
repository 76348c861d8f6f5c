"""A shift begins at another time from January on: old plans, accounts and calendars stay."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from icalendar import Calendar

from streife.accounts.rules import Role
from streife.journal import queries as journal
from streife.kernel.errors import NotPermitted, Refused
from streife.roster import actions
from streife.roster.models import Plan, Shift, ShiftTimes
from streife.roster.queries.accounts import account_for
from streife.roster.queries.sheet import sheet_of
from tests.rostering import SYSTEM, Roster, a_roster

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 14), date(2026, 12, 31)
TURN = date(2027, 1, 4)
AFTER = datetime(2027, 2, 1, 9, tzinfo=UTC)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=3)


def publish(service: Roster, plan: Plan) -> None:
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )


def seven(service: Roster, since: date = TURN, **more: object) -> ShiftTimes:
    """Let the early shift begin at seven, with a longer break, from a day on."""
    given: dict[str, object] = {"begins": time(7), "ends": time(15), "break_minutes": 45} | more
    return actions.set_shift_times(
        kind_id=service.kinds["frueh"].pk,
        since=since,
        now=service.now,
        **{"actor": service.leader, **given},  # type: ignore[arg-type]
    )


def calendar(service: Roster, client_for: Clients) -> list[tuple[str, str]]:
    """Return begin and break of the own duties as a calendar program reads them."""
    page = client_for("officer").post("/dienstplan/meine/kalender/").content.decode()
    path = "/dienstplan/kalender/" + page.split("/dienstplan/kalender/")[1].split('"')[0]
    found = Calendar.from_ical(Client().get(path).content).walk("VEVENT")
    return [(f"{one['dtstart'].dt:%d.%m. %H:%M}", str(one["description"])) for one in found]


def test_what_was_announced_and_worked_stays_and_what_comes_is_new(
    service: Roster, client_for: Clients
) -> None:
    plan = service.plan(FIRST, LAST)
    service.put(plan, 0, FIRST, "frueh")
    publish(service, plan)
    before = account_for(service.crew[0].pk, FIRST, AFTER)
    leader = client_for("shift_leader")
    assert "06:00–14:00, 30 Minuten Pause" in leader.get("/dienstplan/bedarf/").content.decode()
    form = {
        "kind": service.kinds["frueh"].pk, "begins": "07:00", "ends": "15:00",
        "break_minutes": "45", "since": str(TURN),
    }  # fmt: skip
    assert leader.post("/dienstplan/bedarf/zeiten/", form).status_code == 302
    page = leader.get("/dienstplan/bedarf/").content.decode()
    assert "ab 4.1.2027 07:00–15:00, 45 Minuten Pause" in page
    following = service.plan(date(2027, 1, 1), date(2027, 1, 31))
    service.put(following, 0, TURN - timedelta(days=2), "frueh")
    service.put(following, 0, TURN, "frueh")
    publish(service, following)
    assert account_for(service.crew[0].pk, FIRST, AFTER) == before
    january = account_for(service.crew[0].pk, TURN, AFTER)
    assert january is not None
    assert january.planned == (480 - 30) + (480 - 45)
    assert calendar(service, client_for) == [
        ("14.12. 06:00", "30 Minuten Pause"),
        ("02.01. 06:00", "30 Minuten Pause"),
        ("04.01. 07:00", "45 Minuten Pause"),
    ]
    begins = Shift.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert [one.hour for one in begins] == [5, 5, 6]  # in winter an hour before ours
    day = leader.get(f"/dienstplan/{following.pk}/tag/{TURN}/").content.decode()
    assert "07:00–15:00" in day
    assert "06:00–14:00" not in day
    person = f"/dienstplan/{following.pk}/person/{service.crew[0].pk}/"
    assert "07:00–15:00" in leader.get(person).content.decode()
    acts = [entry.act for entry in journal.entries_of("roster:rules")]
    assert "roster.shift_times_changed" in acts


def test_rest_is_that_of_the_times_on_each_side_of_the_change(service: Roster) -> None:
    """Late until ten, early at six is too soon (§ 5 ArbZG); at nine it is eleven hours."""
    seven(service, begins=time(9), ends=time(17))
    plan = service.plan(date(2027, 1, 1), date(2027, 1, 31))
    for at, day in ((0, TURN - timedelta(days=3)), (1, TURN - timedelta(days=1))):
        service.put(plan, at, day, "spaet")
        service.put(plan, at, day + timedelta(days=1), "frueh")
    lines = sheet_of(plan, service.leader, service.now).judged.lines
    rest = [(one.officer, one.day) for one in lines if one.rule == "T6"]
    assert rest == [(service.crew[0].pk, TURN - timedelta(days=2))]


def test_days_that_were_announced_and_times_that_cannot_be_are_refused(service: Roster) -> None:
    plan = service.plan(FIRST, LAST)
    service.put(plan, 0, FIRST, "frueh")
    publish(service, plan)
    with pytest.raises(Refused, match=r"31\.12\.2026") as refused:
        seven(service, LAST)
    assert refused.value.code == "shift-times-planned"
    for wrong in ({"ends": time(7)}, {"ends": time(20)}, {"break_minutes": 121}):
        with pytest.raises(Refused) as refused:
            seven(service, **wrong)
        assert refused.value.code == "shift-times-impossible"
    with pytest.raises(NotPermitted):
        seven(service, actor=service.officer)
    seven(service)
    seven(service, TURN - timedelta(days=1), begins=time(6, 30))
    assert [row.begins for row in ShiftTimes.objects.all()] == [time(6, 30)]


def test_the_file_says_other_times_with_their_day(service: Roster, tmp_path: Path) -> None:
    text = (settings.ROOT / "data" / "roster" / "shifts.yaml").read_text(encoding="utf-8")
    old = 'begins: "06:00", ends: "14:00", break_minutes: 30'
    file = tmp_path / "shifts.yaml"
    plan = service.plan(FIRST, LAST)
    service.put(plan, 0, FIRST, "frueh")
    file.write_text(text.replace(old, old.replace("06:00", "07:00"), 1), encoding="utf-8")
    with pytest.raises(Refused, match="frueh: die Zeiten sind andere als bisher"):
        actions.import_rules(folder=tmp_path, actor=SYSTEM, now=service.now)
    change = '{valid_from: 2027-01-04, begins: "07:00", ends: "15:00", break_minutes: 45}'
    file.write_text(text.replace(old, f"{old}, changes: [{change}]", 1), encoding="utf-8")
    assert actions.import_rules(folder=tmp_path, actor=SYSTEM, now=service.now).written == 1
    assert actions.import_rules(folder=tmp_path, actor=SYSTEM, now=service.now).written == 0
    assert ShiftTimes.objects.get().valid_from == TURN
