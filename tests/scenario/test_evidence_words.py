"""Whoever reads the record about the vault reads sentences, not codes."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role
from streife.evidence import actions
from streife.evidence.sentences import record_words
from tests.reporting import a_picture
from tests.vaulting import VAULT, make_dock, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
TAGS = re.compile(r"<[^>]+>")


def lines(client: Client) -> list[str]:
    page = client.get(reverse("journal:overview")).content.decode()
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")
    return [" ".join(TAGS.sub(" ", row).replace("&nbsp;", " ").split()) for row in rows]


def test_the_data_protection_officer_reads_what_was_done_in_words(
    client_for: Callable[[Role | str], Client], actor_for: Callable[[str], Actor], now: datetime
) -> None:
    custodian = actor_for("custodian")
    recording = take_in(b"film", dock=make_dock(now), now=now)
    actions.request_hold(
        ident=recording.ident,
        reason="crime",
        reference="501 Js 9/26",
        review_on=now.date() + timedelta(days=30),
        actor=custodian,
        now=now,
    )
    actions.request_deletion(ident=recording.ident, ground="mistake", actor=custodian, now=now)
    item = actions.take_item(
        label="Messer",
        where="Nordmarkt",
        taken_at=now,
        snapshot=actions.Snapshot(a_picture(), "a.jpg"),
        actor=custodian,
        now=now,
    )
    actions.request_picture_deletion(ident=item.ident, ground="request", actor=custodian, now=now)
    actions.reconcile(actor=VAULT, now=now)
    told = "\n".join(lines(client_for("dpo")))
    assert "Dockstation Wache Mitte" in told
    assert "öffentlicher Schlüssel: dock/wache-mitte+" in told
    assert "Grund: Verfolgung einer Straftat" in told
    assert "Wiedervorlage: 23.12.2026" in told
    assert "Grund: versehentlich oder ohne Grundlage aufgenommen" in told
    assert "nur ein Abschnitt: nein" in told
    assert "Schritt: sichergestellt" in told
    assert "Grund: Löschung verlangt (Art. 17 DSGVO)" in told
    assert "Verwahrung (Bestand)" in told
    assert re.search(r"Umfang: \d[\d\N{NO-BREAK SPACE} ]* Byte", told)
    codes = {code for table in record_words().values() for code in table}
    shown = set(re.findall(r": ([a-z_-]+)(?= |$)", told)) & codes
    assert shown == set(), "codes where words should stand"


def test_a_word_of_one_package_does_not_take_its_sense_from_another() -> None:
    """`ready` is a vehicle that is fit for service, and a redaction that waits for its look."""
    words = record_words()["state"]
    assert words["ready"] != "einsatzbereit"
    assert words["purged"] == "gelöscht"
