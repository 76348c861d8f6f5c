"""The pages of the data protection officer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.dispatch import actions as dispatch
from streife.journal import actions, auditing, keeping, queries, running, views
from streife.journal.models import Entry
from streife.journal.tlog.checkpoint import check_proof
from streife.kernel import clock
from streife.kernel.actors import Operator
from tests.dispatching import World, a_shift
from tests.journal_making import attack, write
from tests.witnessing import listening, rewrite, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
Clients = Callable[[Role | str], Client]


@pytest.fixture
def world() -> World:
    return a_shift(clock.now())


@pytest.fixture
def dpo(client_for: Clients) -> Client:
    return client_for("dpo")


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_the_page_says_first_whether_the_record_is_whole(dpo: Client, now: datetime) -> None:
    write(3, now=now)
    assert "wurde noch nie geprüft" in text_of(dpo, "/protokoll/")
    assert dpo.post("/protokoll/pruefen/").status_code == 302
    assert "Das Protokoll ist vollständig:" in text_of(dpo, "/protokoll/")
    attack("journal_body", "UPDATE journal_body SET content = '{}'")
    dpo.post("/protokoll/pruefen/")
    page = text_of(dpo, "/protokoll/")
    assert "stimmt etwas nicht" in page
    assert "Der Inhalt von Eintrag 0 wurde verändert." in page


def test_a_long_check_says_how_far_it_is_and_then_what_it_found(
    dpo: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(30, now=now)
    monkeypatch.setattr(auditing, "PROGRESS_EVERY", 10)
    seen: list[str] = []

    def look(done: int) -> None:
        state = running.check_now()
        assert state == running.RunningCheck(done, 30)
        seen.append(text_of(dpo, "/protokoll/pruefen/stand/"))
        assert (
            "Es läuft schon eine Prüfung"
            in dpo.post("/protokoll/pruefen/", follow=True).content.decode()
        )

    actions.verify(actor=Operator("user:9"), now=now, progress=look)
    assert len(seen) == 3
    assert '<progress max="30" value="10"' in seen[0]
    assert "20 von 30 Einträgen, 66 %" in seen[1]
    assert running.check_now() is None
    assert dpo.get("/protokoll/pruefen/stand/").headers["HX-Refresh"] == "true"
    assert "Die Prüfung läuft" not in text_of(dpo, "/protokoll/")


def test_a_large_record_is_checked_behind_the_page(
    dpo: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(3, now=now)
    monkeypatch.setattr(views, "CHECK_AT_ONCE", 2)
    page = dpo.post("/protokoll/pruefen/", follow=True).content.decode()
    assert "Sie können die Seite verlassen" in page
    assert "vollständig: 3 Einträge" in page  # the task ran at once here


def test_a_search_by_subject_finds_only_that(dpo: Client, now: datetime) -> None:
    write(3, now=now)
    page = text_of(dpo, "/protokoll/?subject=incident:1")
    assert "2026/1</a>" in page
    assert "2026/2</a>" not in page
    assert "keinen Eintrag" in text_of(dpo, "/protokoll/?act=incidents.closed")


def test_people_search_by_what_they_call_it_and_the_record_keeps_ids(
    dpo: Client, world: World
) -> None:
    incident = world.incident()
    page = text_of(dpo, f"/protokoll/?subject={incident.number}")
    assert f"Vorgang {incident.number}" in page
    user = world.officers[0].user
    assert user is not None
    text_of(dpo, f"/protokoll/?actor={user.username}", status=422)  # still for a reason only
    text_of(dpo, f"/protokoll/?actor={user.username}&reason=complaint")
    assert Entry.objects.get(act="journal.person_searched").subject == f"user:{user.pk}"
    assert "Benutzernamen" in text_of(
        dpo, "/protokoll/?actor=Wer+auch+immer&reason=complaint", status=422
    )
    assert Entry.objects.filter(act="journal.person_searched").count() == 1


def test_looking_for_a_person_needs_a_reason_and_is_recorded(dpo: Client, now: datetime) -> None:
    write(1, now=now)
    text_of(dpo, "/protokoll/?actor=user:1", status=422)
    assert not Entry.objects.filter(act="journal.person_searched").exists()
    for asked in ("actor=%E2%80%AEabc", "subject=user:%07", "actor=" + "a" * 81):
        text_of(dpo, f"/protokoll/?{asked}&reason=complaint", status=422)
    page = text_of(dpo, "/protokoll/?actor=user:1&reason=complaint")
    assert "2026/0</a>" in page
    noted = Entry.objects.get(act="journal.person_searched")
    assert noted.subject == "user:1"
    assert noted.body.content == {"reason": "complaint"}


def test_the_head_of_service_sees_the_record_but_searches_no_persons(
    client_for: Clients, now: datetime
) -> None:
    write(1, now=now)
    head = client_for("head")
    assert 'name="actor"' not in text_of(head, "/protokoll/")
    assert head.get("/protokoll/?actor=user:1&reason=complaint").status_code == 403
    assert head.post("/protokoll/pruefen/").status_code == 403


@pytest.mark.parametrize("address", ["", "pruefpunkte/", "2026/0/"])
def test_nobody_else_sees_the_record(address: str, client_for: Clients, now: datetime) -> None:
    write(1, now=now)
    for role in ("desk", "officer", "public"):
        assert client_for(role).get(f"/protokoll/{address}").status_code in {302, 403}


def test_pages_hang_together_by_the_last_entry_seen(dpo: Client, now: datetime) -> None:
    write(120, now=now)
    newest = queries.find_entries(queries.Search())
    assert len(newest.entries) == 50
    page = text_of(dpo, f"/protokoll/?before={newest.next_cursor}")
    assert "2026/69</a>" in page or "2026/70</a>" in page
    seen = []
    cursor = None
    while True:
        part = queries.find_entries(queries.Search(act="incidents."), before=cursor)
        seen += [entry.number for entry in part.entries]
        cursor = part.next_cursor
        if cursor is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 120


def test_reads_of_personal_data_can_be_asked_for(dpo: Client, now: datetime) -> None:
    write(2, now=now)
    actions.append(
        act="reports.contact_read",
        subject="report:1",
        actor="user:1",
        now=now,
        body={"reason": "rueckfrage"},
    )
    page = text_of(dpo, "/protokoll/?reads=on")
    assert "rueckfrage" in page
    assert "Kontaktdaten eingesehen" in page
    assert 'href="/protokoll/2026/0/"' not in page  # a line of the diary is no read


def test_entries_are_told_in_words_with_the_names_people_use(dpo: Client, now: datetime) -> None:
    world = a_shift(now)
    incident, unit = world.incident(), world.unit()
    job = dispatch.assign(
        unit_id=unit.pk, incident_id=incident.pk, actor=world.dispatcher, now=world.later()
    )
    dispatch.finish(
        assignment_id=job.pk,
        outcome="not_found",
        measure="",
        note="",
        actor=world.dispatcher,
        now=world.later(),
    )
    page = text_of(dpo, f"/protokoll/?subject=incident:{incident.pk}")
    assert "Streife hat den Auftrag beendet" in page
    assert f"Vorgang {incident.number}" in page
    closed = Entry.objects.get(act="incidents.closed")
    page = text_of(dpo, f"/protokoll/{closed.log_id}/{closed.number}/")
    assert "Vorgang abgeschlossen" in page
    assert "<dt>Ergebnis</dt><dd>nichts vorgefunden</dd>" in page
    assert str(world.dispatcher.name) in page
    dpo.cookies["django_language"] = "en"
    page = text_of(dpo, f"/protokoll/{closed.log_id}/{closed.number}/")
    assert "Incident closed" in page
    assert "<dt>Outcome</dt>" in page


def test_an_entry_shows_its_proof_as_a_picture(dpo: Client, now: datetime) -> None:
    write(11, now=now)
    assert "wartet auf den nächsten Prüfpunkt" in text_of(dpo, "/protokoll/2026/4/")
    actions.checkpoint(now=now)
    page = text_of(dpo, "/protokoll/2026/4/")
    assert "steht nachweisbar im Protokoll" in page
    drawing = page.partition('<svg viewBox="0 0 640')[2].partition("</svg>")[0]
    assert drawing.count("<circle") == 2 * len(queries.prove(2026, 4).siblings) + 1
    assert dpo.get("/protokoll/2026/999/").status_code == 404


def test_an_erased_entry_says_so_and_links_its_erasure(dpo: Client, now: datetime) -> None:
    entry = write(1, now=now)[0]
    actions.erase_body(entry_id=entry.id, reason="frist", actor=Operator("user:9"), now=now)
    page = text_of(dpo, "/protokoll/2026/0/")
    assert "Inhalt gelöscht" in page
    assert "/protokoll/2026/1/" in page


def test_checkpoints_are_listed_with_the_key_to_compare(dpo: Client, now: datetime) -> None:
    assert "Noch kein Prüfpunkt" in text_of(dpo, "/protokoll/pruefpunkte/")
    write(2, now=now)
    actions.checkpoint(now=now)
    page = text_of(dpo, "/protokoll/pruefpunkte/")
    assert keeping.verifier_for(keeping.base_origin()).to_text().replace("+", "&#x2B;") in page or (
        keeping.verifier_for(keeping.base_origin()).to_text() in page
    )
    assert "2 Einträge" in page


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=" + "9" * 30, "subject=%00", "act=%27--", "reason=x"]
)
def test_nonsense_in_the_address_breaks_nothing(query: str, dpo: Client, now: datetime) -> None:
    write(1, now=now)
    assert dpo.get(f"/protokoll/?{query}").status_code in {200, 400, 422}


def test_the_page_says_what_other_offices_confirm(
    dpo: Client, now: datetime, settings: Any, tmp_path: Path
) -> None:
    write(3, now=now)
    page = text_of(dpo, "/protokoll/")
    assert "Noch bestätigt niemand außerhalb dieses Protokoll" in page
    assert "Zeitstempel sind nicht eingerichtet." in page
    with listening(tmp_path / "zeuge") as witness:
        settings.JOURNAL_WITNESSES = [witness.setting]
        assert "noch nicht gefragt" in text_of(dpo, "/protokoll/")
        sign(clock.now())
        actions.ask_witnesses(now=clock.now())
        page = text_of(dpo, "/protokoll/")
        assert "revision.example.org/zeuge" in page
        assert "bestätigt, dass nur angefügt wurde" in page
        assert "bestätigt von revision.example.org/zeuge" in text_of(dpo, "/protokoll/pruefpunkte/")
        rewrite("UPDATE journal_entry SET actor = 'user:2' WHERE number = 1", [], now=clock.now())
        actions.ask_witnesses(now=clock.now())
    page = text_of(dpo, "/protokoll/")
    assert "Hier stimmt etwas nicht" in page
    assert "hat ein anderes Protokoll gesehen" in page


def test_a_proof_comes_as_a_file_that_other_tools_read(dpo: Client, now: datetime) -> None:
    write(3, now=now)
    sign(now)
    answer = dpo.get("/protokoll/2026/1/nachweis/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="2026-1.tlog-proof"'
    origin = keeping.origin_of(2026)
    leaf = bytes(Entry.objects.get(number=1).leaf_hash)
    verifier = keeping.verifier_for(origin)
    text = answer.content.decode()
    assert check_proof(text, leaf_hash=leaf, verifier=verifier, origin=origin) == 1
    assert dpo.get("/protokoll/2026/77/nachweis/").status_code == 404


def test_the_page_names_a_record_that_is_no_longer_signed(dpo: Client) -> None:
    long_ago = clock.now() - timedelta(hours=3)
    write(2, now=long_ago)
    sign(long_ago)
    write(2, now=long_ago + timedelta(minutes=5))
    assert "wurde kein Prüfpunkt mehr gesetzt" in text_of(dpo, "/protokoll/")
