"""One recording from the dock to nothing, by the pages of the people who decide about it."""

import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role, system
from streife.config.demo.footage import Person
from streife.evidence import actions, keys
from streife.evidence.models import DeletionRequest, Hold, Note, Recording, Redaction
from streife.incidents.models import Incident
from streife.journal.queries import entries_of
from streife.kernel import clock
from tests.docking import docked, open_incident
from tests.exporting import handed, verify
from tests.filming import shown
from tests.vaulting import wearer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_var_committed")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]


@pytest.fixture
def now() -> datetime:
    """The present: the pages read the clock themselves."""
    return clock.now()


def at(name: str, *values: object) -> str:
    return reverse(f"evidence:{name}", args=values)


@pytest.fixture
def recording(now: datetime) -> Recording:
    wearer("4711")
    return docked(
        [Person(60, (200, 100), (2, 0))],
        now=now,
        said={"wearer": "4711", "reason": "protect_staff"},
    )


def signed_in(username: str) -> Client:
    client = Client()
    _, actor = wearer(username)
    from streife.accounts.models import User  # noqa: PLC0415 - the client needs the row

    client.force_login(
        User.objects.get(pk=actor.user_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def test_from_the_dock_to_nothing(
    recording: Recording, client_for: ClientFor, actor_for: ActorFor, now: datetime, tmp_path: Path
) -> None:
    officer, custodian = signed_in("4711"), client_for("custodian")
    leader = client_for("shift_leader")
    ident = recording.ident

    # The wearer sees it and says in two taps that it is needed.
    listed = officer.get(at("index")).content.decode()
    assert at("needed", ident) in listed
    form = officer.get(at("needed", ident)).context["form"]
    filled = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
    answer = officer.post(at("needed", ident), {**filled, "reference": "OWi 32-7/26"})
    assert answer.status_code == 302
    hold = Hold.objects.get(recording=recording)

    # The superior consents; the wearer could not.
    assert officer.post(at("confirm", hold.pk)).status_code == 403
    leader.post(at("confirm", hold.pk))
    hold.refresh_from_db()
    assert hold.confirmed_at is not None

    # Linked to its incident; a form that is refused leaves nothing half said.
    number = open_incident(now).number
    known = {"reason": "protect_staff", "regime": "owi", "announced": "ja", "incident": number}
    refused = leader.post(at("circumstances", ident), {**known, "announced": "nein"})
    assert refused.status_code == 409
    recording.refresh_from_db()
    assert recording.incident_id is None
    assert recording.regime != "owi"
    assert "evidence.linked" not in {one.act for one in entries_of(f"recording:{ident}")}
    assert leader.post(at("circumstances", ident), known).status_code == 302
    recording.refresh_from_db()
    assert recording.incident is not None
    assert recording.regime == "owi"

    # Redacted by one, released by another.
    purpose = {"purpose": "Akteneinsicht der Gegenseite"}
    custodian.post(at("redaction_begin", ident), purpose)
    redaction = Redaction.objects.get()
    assert redaction.state == "ready"
    box = {"kind": "plate", "from_at": "0", "to_at": "1", "left": 10, "top": 300, "width": 80,
           "height": 40}  # fmt: skip
    custodian.post(at("redaction_box", redaction.pk), box)
    custodian.post(at("redaction_mute", redaction.pk), {"from_at": "0", "to_at": "0.5"})
    custodian.post(at("redaction_step", redaction.pk), {"wie": "kopie"})
    redaction.refresh_from_db()
    assert redaction.state == "made"
    custodian.post(at("redaction_step", redaction.pk), {"wie": "freigeben"})
    redaction.refresh_from_db()
    assert redaction.state == "made", "not by the one who redacted"
    page = at("redaction", redaction.pk)
    assert "danach können Sie sie hier freigeben" in leader.get(page).content.decode()
    leader.post(at("redaction_step", redaction.pk), {"wie": "freigeben"})
    redaction.refresh_from_db()
    assert redaction.state == "made", "nor by one who has not seen the copy"
    assert redaction.copy is not None
    reason = {"purpose": "disclosure", "reason": "Kopie prüfen vor der Freigabe"}
    seen = leader.post(at("look", redaction.copy.ident), reason, follow=True).content.decode()
    assert page in seen, "from the player back to the release"
    leader.post(at("redaction_step", redaction.pk), {"wie": "freigeben"})
    redaction.refresh_from_db()
    assert redaction.state == "released"
    copy = redaction.copy
    assert copy is not None
    boxed = shown(io.BytesIO(b"".join(actions_content(copy))))
    assert boxed[3][305:335, 15:85].max() < 30

    # Handed out: the copy proves itself to whoever gets it.
    people = {"custodian": actor_for("custodian"), "leader": actor_for("shift_leader")}
    given = handed(copy, tmp_path / "empfang", now=now, **people)
    status, said = verify(given.bag, given.trust)
    assert status == 0, said

    # No longer needed; two weeks after the recording it is gone, and its copy with it.
    leader.post(at("release_hold", hold.pk))
    Incident.objects.update(status="closed", closed_at=now, outcome="resolved", queue_rank=None)
    over = recording.ended_at + timedelta(days=14)
    actions.expire_due(actor=system("evidence"), now=over)
    for row in (recording, copy):
        row.refresh_from_db()
        assert row.state == "purged"
        assert not keys.key_store().has(row.kid)
    redaction.refresh_from_db()
    assert redaction.project is None, "where a face was went with the footage"
    assert "Der Schlüssel ist vernichtet" in custodian.get(at("recording", ident)).content.decode()
    acts = [entry.act for entry in entries_of(f"recording:{ident}")]
    assert acts[0] == "evidence.ingested"
    assert acts[-1] == "evidence.deleted"


def actions_content(recording: Recording) -> Iterator[bytes]:
    from streife.evidence.contents import open_content  # noqa: PLC0415

    return open_content(recording).parts()


def test_no_picture_without_a_reason_and_none_of_a_colleague(
    recording: Recording, client_for: ClientFor, now: datetime
) -> None:
    officer, colleague = signed_in("4711"), signed_in("4712")
    assert colleague.get(at("recording", recording.ident)).status_code == 404
    assert recording.ident not in colleague.get(at("index")).content.decode()

    refused = officer.post(at("look", recording.ident), {"purpose": "own_report", "reason": " "})
    assert refused.status_code == 409
    assert recording.viewings.count() == 0

    asked = {"purpose": "own_report", "reason": "Bericht zum Einsatz"}
    opened = officer.post(at("look", recording.ident), asked)
    viewing = recording.viewings.get()
    assert opened["Location"] == at("player", viewing.token)
    page = officer.get(at("player", viewing.token)).content.decode()
    assert "Test kraft-4711" in page, "the mark of who looks"
    assert recording.ident in page
    assert at("play", viewing.token) in page
    assert colleague.get(at("player", viewing.token)).status_code == 404

    note = {"at": "0:00", "text": "Ansprache", "chapter": "on"}
    assert officer.post(at("note", viewing.token), note).status_code == 302
    assert Note.objects.get().text == "Ansprache"
    wrong = officer.post(at("note", viewing.token), {"at": "morgen", "text": "x"})
    assert wrong.status_code == 409
    assert 'value="x"' in wrong.content.decode(), "nothing is lost"


def test_the_chain_of_custody_is_a_picture_with_the_same_table_behind_it(
    recording: Recording, client_for: ClientFor
) -> None:
    page = client_for("dpo").get(at("custody_page", recording.ident)).content.decode()
    assert page.count("am Dock übernommen") == 2
    assert '<svg class="custody"' in page
    assert "evidence." not in page.split("<main")[1], "words, no codes"


def test_a_core_of_private_life_is_sealed_at_once_and_goes_by_a_second_person(
    recording: Recording, client_for: ClientFor
) -> None:
    officer, leader = signed_in("4711"), client_for("shift_leader")
    officer.post(at("deletion", recording.ident), {"ground": "kernbereich"})
    asked = {"purpose": "own_report", "reason": "Bericht zum Einsatz"}
    assert officer.post(at("look", recording.ident), asked).status_code == 403
    request = DeletionRequest.objects.get()
    assert "Kernbereich privater Lebensgestaltung" in leader.get(at("approvals")).content.decode()
    leader.post(at("decide", request.pk), {"wie": "ja"})
    recording.refresh_from_db()
    assert recording.state == "purged"


def test_a_seized_thing_has_a_way_from_the_hand_to_the_owner(client_for: ClientFor) -> None:
    officer, custodian = signed_in("4711"), client_for("custodian")
    made = officer.post(
        at("item_new"),
        {"label": "Klappmesser", "where": "Nordmarkt", "taken_at": "2026-11-20T18:30"},
    )
    assert made.status_code == 302
    page = made["Location"]
    lost = custodian.post(page, {"step": "stored", "place": ""})
    assert lost.status_code == 409
    custodian.post(page, {"step": "stored", "place": "Regal 2"})
    custodian.post(page, {"step": "returned", "party": "Eigentümer"})
    told = custodian.get(page).content.decode()
    assert "herausgegeben" in told
    assert "Der Weg dieses Gegenstands ist zu Ende." in told
    assert "Klappmesser" in officer.get(at("items")).content.decode()


def test_who_keeps_the_vault_honest_sees_whether_the_stock_is_right(
    recording: Recording, client_for: ClientFor
) -> None:
    dpo = client_for("dpo")
    assert "noch nie gezählt" in dpo.get(at("stock")).content.decode()
    dpo.post(at("count"))
    assert "Alles da: 1 Dateien" in dpo.get(at("stock")).content.decode()
    from streife.evidence import stores  # noqa: PLC0415

    stores.store().remove(recording.path)
    dpo.post(at("count"))
    assert "Datei fehlt ohne Löschnachweis" in dpo.get(at("stock")).content.decode()


def test_an_empty_vault_says_what_will_be_here(client_for: ClientFor) -> None:
    assert "Sobald Sie Ihre Kamera" in signed_in("4711").get(at("index")).content.decode()
    assert "Sobald eine Kamera" in client_for("custodian").get(at("index")).content.decode()
    assert (
        "Es wartet keine Entscheidung" in client_for("head").get(at("approvals")).content.decode()
    )
    assert "Hier steht jeder" in client_for("custodian").get(at("items")).content.decode()


def test_a_part_goes_and_what_is_left_stays_as_a_copy(
    now: datetime, client_for: ClientFor, actor_for: ActorFor
) -> None:
    """Core of private life: the software alone reads the sealed original, cuts, and deletes it."""
    officer, leader = signed_in("4711"), client_for("shift_leader")
    original = docked(
        [Person(60, (200, 100))],
        now=now,
        frames=75,
        said={"wearer": "4711", "reason": "protect_staff"},
    )
    before = shown(io.BytesIO(b"".join(actions_content(original))))
    hold = actions.request_hold(
        ident=original.ident,
        reason="owi",
        reference="OWi 32-9/26",
        review_on=now.date() + timedelta(days=20),
        actor=actor_for("custodian"),
        now=now,
    )
    wrong = {"ground": "kernbereich", "from_at": "0:02", "to_at": "0:01"}
    assert officer.post(at("deletion", original.ident), wrong).status_code == 409
    part = {"ground": "kernbereich", "from_at": "0:01", "to_at": "0:02"}
    officer.post(at("deletion", original.ident), part)
    request = DeletionRequest.objects.get()
    assert "0:01–0:02" in leader.get(at("approvals")).content.decode()
    leader.post(at("decide", request.pk), {"wie": "ja"})

    original.refresh_from_db()
    assert original.state == "purged"
    copy = Recording.objects.get(derived_from=original)
    assert copy.state == "held", "what keeps the original keeps what is left of it"
    assert copy.holds.get().reference == hold.reference
    left = shown(io.BytesIO(b"".join(actions_content(copy))))
    assert len(left) == 75
    assert np.abs(left[3][60:330].astype(int) - before[3][60:330]).mean() < 3
    assert all(picture[30:320].max() < 30 for picture in left[25:51])
    assert np.abs(left[74][60:330].astype(int) - before[74][60:330]).mean() < 3
    acts = [entry.act for entry in entries_of(f"recording:{original.ident}")]
    assert acts.index("evidence.copy_made") < acts.index("evidence.key_destroyed")


def test_a_part_that_cannot_be_cut_becomes_a_task_and_stays_sealed(
    recording: Recording, client_for: ClientFor
) -> None:
    officer, leader = signed_in("4711"), client_for("shift_leader")
    beyond = {"ground": "kernbereich", "from_at": "5:00", "to_at": "6:00"}
    officer.post(at("deletion", recording.ident), beyond)
    leader.post(at("decide", DeletionRequest.objects.get().pk), {"wie": "ja"})
    recording.refresh_from_db()
    assert recording.state in {"ingested", "held"}
    assert recording.sealed_at is not None
    assert recording.tasks.filter(kind="cut-failed", done_at=None).exists()
