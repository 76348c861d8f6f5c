"""Whoever opens a page after the session is over signs in and is where they wanted to be."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGES = ("/dienstplan/meine/tausch/", "/dienstplan/", "/leitstelle/", "/dienst/?von=kalender")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_to_sign_in_and_comes_back(page: str) -> None:
    answer = Client().get(page)
    assert answer.status_code == 302
    assert answer["Location"] == f"/konto/anmelden/?next={quote(page)}"


def test_what_is_sent_or_asked_in_part_is_refused_as_before() -> None:
    assert Client().post("/dienstplan/meine/tausch/gelesen/").status_code == 403
    part = Client().get("/dienstplan/", headers={"HX-Request": "true"})
    assert part.status_code == 403


def test_whoever_is_signed_in_reads_that_the_page_is_not_theirs(
    client_for: Callable[[str], Client],
) -> None:
    answer = client_for("officer").get("/dienstplan/antraege/")
    assert answer.status_code == 403
    assert "Das dürfen Sie hier nicht" in answer.content.decode()
