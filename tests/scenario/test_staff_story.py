"""Somebody joins, gets a contract and qualifications, falls ill, and reads their own page."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor
from streife.equipment import actions as equipment
from streife.kernel.clock import local
from streife.kernel.clock import now as present
from streife.staff import queries
from streife.staff.models import Officer, Reminder
from streife.staff.rules import ContractGroup, QualificationKind
from tests.staffing import TEST, an_officer, qualify

ClientFor = Callable[[str], Client]
ActorFor = Callable[[str], Actor]
pytestmark = pytest.mark.django_db


@pytest.fixture
def moment() -> datetime:
    """Return the present: pages read the clock themselves."""
    return present()


@pytest.fixture
def today(moment: datetime) -> date:
    """Return the day of the pages."""
    return local(moment).date()


def send(client: Client, name: str, pk: int | None = None, **fields: object) -> tuple[int, str]:
    """Send a form; return the status, and the page that it leads to."""
    answer = client.post(reverse(f"staff:{name}", args=[pk] if pk else []), fields)
    if answer.status_code == 302:
        return 302, client.get(answer["Location"]).content.decode()
    return answer.status_code, answer.content.decode()


def test_somebody_joins_and_can_be_planned(client_for: ClientFor, today: date) -> None:
    leader = client_for("shift_leader")
    assert "Noch niemand eingetragen" in leader.get(reverse("staff:people")).content.decode()
    person = {
        "personnel_number": "K-1",
        "first_name": "Ada",
        "last_name": "Probe",
        "entered_date": f"{today}",
    }
    status, page = send(leader, "hire", **person)
    assert status == 302
    assert "Ohne Vertrag plant der Dienstplan diese Person nicht" in page
    officer = Officer.objects.get()
    status, page = send(leader, "hire", **person)
    assert status == 409
    assert "Personalnummer ist schon vergeben" in page
    assert 'value="Ada"' in page

    terms = {"group": "tarif", "percent": "50", "valid_from": f"{today}"}
    status, page = send(leader, "contract", officer.pk, **terms)
    assert status == 302
    assert "19:30 Stunden in der Woche" in page
    status, page = send(leader, "contract", officer.pk, **terms | {"percent": "100"})
    assert status == 409
    assert "gilt schon ein anderer Vertrag" in page
    status, page = send(leader, "contract", officer.pk, **terms | {"weekly_hours": "30"})
    assert status == 409
    assert "höchstens 19:30 Stunden" in page
    span = queries.contracts_on([officer.pk], today)[officer.pk]
    assert (span.group, span.weekly_minutes) == (ContractGroup.TARIF, 1170)

    status, page = send(leader, "skill", officer.pk, kind="first_aid", valid_from=f"{today}")
    assert status == 302
    last = officer.qualifications.get().valid_to
    assert last is not None
    assert last.year == today.year + 2  # two years, as the file says
    send(leader, "languages", officer.pk, codes=["tr", "dgs"])
    page = leader.get(reverse("staff:person", args=[officer.pk])).content.decode()
    assert "Deutsche Gebärdensprache, Türkisch" in page


def test_an_absence_is_seen_by_all_and_its_reason_by_few(
    client_for: ClientFor, moment: datetime, today: date
) -> None:
    officer = an_officer(moment)
    leader = client_for("shift_leader")
    days = {"first_day": f"{today}", "last_day": f"{today + timedelta(days=3)}"}
    status, _ = send(leader, "absence", officer.pk, kind="leave", **days)
    assert status == 302
    status, page = send(leader, "absence", officer.pk, kind="training", **days)
    assert status == 409
    assert "ist schon Urlaub eingetragen" in page
    send(
        leader,
        "absence",
        officer.pk,
        kind="sick",
        first_day=f"{today}",
        last_day=f"{today + timedelta(days=1)}",
    )
    url = reverse("staff:person", args=[officer.pk])
    assert "krank" in leader.get(url).content.decode()
    for role in ("dispatcher", "head", "admin"):
        page = client_for(role).get(url).content.decode()
        assert "abwesend" in page
        assert "krank" not in page
        assert "Urlaub" not in page
        listed = client_for(role).get(reverse("staff:people")).content.decode()
        assert "abwesend bis" in listed
        assert "krank" not in listed
    row = officer.absences.order_by("-last_day").first()
    assert row is not None
    for path in ("change_absence", "remove_absence"):
        answer = client_for("admin").post(reverse(f"staff:{path}", args=[row.pk]))
        assert answer.status_code == 403  # may change staff, but not know why somebody is away
    link = reverse("staff:remove_absence", args=[row.pk])
    assert f'href="{link}"' in leader.get(url).content.decode()
    asked = leader.get(link).content.decode()
    assert "herausnehmen?" in asked
    assert f"Urlaub, {row.first_day.day}.{row.first_day.month}.{row.first_day.year} bis" in asked
    assert officer.absences.filter(pk=row.pk).exists()  # asked, not done
    assert send(leader, "remove_absence", row.pk)[0] == 302
    assert not officer.absences.filter(pk=row.pk).exists()


def test_an_account_is_given_on_the_page_and_the_phone_shows_the_duties(
    client_for: ClientFor, moment: datetime
) -> None:
    officer, other = an_officer(moment), an_officer(moment)
    phone, leader = client_for("officer"), client_for("shift_leader")
    assert phone.get("/dienstplan/meine/").status_code == 403
    page = leader.get(reverse("staff:person", args=[officer.pk])).content.decode()
    assert "kann ihre Dienste auf dem Telefon nicht sehen" in page
    status, page = send(leader, "account", officer.pk, username="niemand")
    assert (status, "gibt es nicht" in page) == (409, True)
    assert send(leader, "account", officer.pk, username="Officer ")[0] == 302
    assert phone.get("/dienstplan/meine/").status_code == 200
    status, page = send(leader, "account", other.pk, username="officer")
    assert (status, "gehört schon einer anderen" in page) == (409, True)
    send(leader, "account", officer.pk, username="")
    assert phone.get("/dienstplan/meine/").status_code == 403


def test_officers_read_their_own_page_and_no_other(
    client_for: ClientFor, actor_for: ActorFor, moment: datetime
) -> None:
    client = client_for("officer")
    assert client.get(reverse("staff:me")).status_code == 404
    own = an_officer(moment, user_id=actor_for("officer").user_id)
    other = an_officer(moment)
    qualify(own, QualificationKind.FIRST_AID, moment, days=20)
    vest = equipment.take_in(
        kind="vest", inventory_number="SW-1", acquired_date=moment.date(), actor=TEST, now=moment
    )
    equipment.hand_over(asset_id=vest.pk, officer_id=own.pk, actor=TEST, now=moment)
    page = client.get(reverse("staff:me")).content.decode()
    assert "Erste Hilfe läuft am" in page
    assert "Schutzweste SW-1" in page
    assert "Befähigung eintragen" not in page
    soon = moment.date() + timedelta(days=5)
    radio = equipment.take_in(
        kind="radio",
        inventory_number="F-1",
        acquired_date=moment.date(),
        due_date=soon,
        actor=TEST,
        now=moment,
    )
    equipment.hand_over(asset_id=radio.pk, officer_id=own.pk, actor=TEST, now=moment)
    page = client.get(reverse("staff:me")).content.decode()
    assert f"Funkgerät F-1 läuft am {soon.day}.{soon.month}.{soon.year} ab." in page
    assert client.get(reverse("staff:person", args=[other.pk])).status_code == 404
    assert client.get(reverse("staff:people")).status_code == 403
    assert send(client, "skill", own.pk)[0] == 403


def test_the_daily_reminder_fills_the_page_of_what_ends(
    client_for: ClientFor, moment: datetime, today: date
) -> None:
    leader = client_for("shift_leader")
    url = reverse("staff:ending")
    assert "In den nächsten 60 Tagen läuft nichts ab." in leader.get(url).content.decode()
    soon, over, renewed = (an_officer(moment) for _ in range(3))
    qualify(soon, QualificationKind.BATON, moment, days=10)
    qualify(over, QualificationKind.FIRST_AID, moment, days=-10)
    qualify(renewed, QualificationKind.BATON, moment, days=10)
    send(leader, "skill", renewed.pk, kind="baton", valid_from=f"{today}")
    assert "noch nicht erinnert" in leader.get(url).content.decode()
    for expected in (1, 0):
        out = StringIO()
        call_command("remind_staff", stdout=out)
        assert out.getvalue().startswith(f"{expected} neue Erinnerungen")
    assert Reminder.objects.get().qualification.officer_id == soon.pk
    page = leader.get(url).content.decode()
    assert "1 Befähigung ist abgelaufen." in page
    assert page.index(over.last_name) < page.index(soon.last_name)
    assert f"{renewed.last_name}," not in page
    assert "zuletzt erinnert" in page


def test_the_strength_is_told_from_the_first_patrol_on_and_never_about_few(
    client_for: ClientFor, moment: datetime
) -> None:
    head = client_for("head")
    url = reverse("staff:strength")
    page = head.get(url).content.decode()
    assert "Noch zu wenige eingetragen, um eine Zahl zu nennen; 1998 waren es 4." in page
    for _ in range(4):
        an_officer(moment)
    assert "unter 5" in head.get(url).content.decode()
    for _ in range(5):
        an_officer(moment, apprentice=True, entered_date=date(2025, 9, 1))
    an_officer(moment)
    page = head.get(url).content.decode()
    assert "Heute sind es 5 Einsatzkräfte und 5 Auszubildende; 1998 waren es 4." in page
    assert "mehr als" in page
    assert client_for("officer").get(url).status_code == 403


@pytest.mark.parametrize(
    ("role", "people", "changing"),
    [
        ("shift_leader", 200, 200),
        ("admin", 200, 200),
        ("head", 200, 403),
        ("dispatcher", 200, 403),
        ("desk", 403, 403),
        ("custodian", 403, 403),
    ],
)
def test_pages_are_for_those_who_need_them(
    client_for: ClientFor, role: str, people: int, changing: int
) -> None:
    client = client_for(role)
    assert client.get(reverse("staff:people")).status_code == people
    assert client.get(reverse("staff:hire")).status_code == changing
