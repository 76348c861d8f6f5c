"""An officer without a dock beside them brings a file in through the browser."""

import os
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from streife.evidence.models import Recording
from tests.vaulting import make_dock, wearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]


def test_an_officer_finds_the_form_and_becomes_the_wearer_of_what_they_bring(
    client_for: Callable[[str], Client], now: datetime
) -> None:
    client = client_for("officer")
    officer, _ = wearer("4711", username="officer")
    empty = client.get("/beweismittel/hochladen/").content.decode()
    assert "add_dock" in empty
    make_dock(now)
    form = client.get("/beweismittel/hochladen/").content.decode()
    assert 'begin="/beweismittel/hochladen/beginnen/"' in form
    assert 'name="told.reason"' in form
    assert "Datei hochladen" in client.get("/beweismittel/").content.decode()
    content = os.urandom(4000)
    begun = client.post(
        "/beweismittel/hochladen/beginnen/",
        {
            "dock": "wache-mitte",
            "name": "a.mp4",
            "size": len(content),
            "sidecar": {"reason": "protect_staff", "ended_at": "2026-11-23T10:30"},
        },
        content_type="application/json",
    ).json()
    address = f"/beweismittel/hochladen/{begun['upload']}/"
    client.post(f"{address}teil/?offset=0", content, content_type="application/octet-stream")
    done = client.post(f"{address}fertig/").json()
    recording = Recording.objects.get(ident=done["recording"])
    assert recording.wearer == officer
    page = client.get(f"/beweismittel/aufnahme/{recording.ident}/")
    assert page.status_code == 200
    assert ("geschätzt" in page.content.decode()) == recording.time_estimated
    Recording.objects.filter(ident=recording.ident).update(
        time_estimated=not recording.time_estimated
    )
    page = client.get(f"/beweismittel/aufnahme/{recording.ident}/")
    assert ("geschätzt" in page.content.decode()) != recording.time_estimated


def test_what_is_wrong_is_told_to_the_script_in_words(
    client_for: Callable[[str], Client], now: datetime
) -> None:
    client = client_for("officer")
    make_dock(now)
    said = {"dock": "wache-mitte", "name": "a.mp4", "size": 10, "sidecar": {"announced": False}}
    refused = client.post(
        "/beweismittel/hochladen/beginnen/", said, content_type="application/json"
    )
    assert refused.status_code == 409
    assert refused["Content-Type"] == "application/problem+json"
    assert "angekündigt" in refused.json()["title"]
    # A browser without a script sends the whole form: nothing of it is kept.
    whole = client.post("/beweismittel/hochladen/", {"dock": "wache-mitte"})
    assert whole.status_code == 409
    assert "JavaScript" in whole.content.decode()
