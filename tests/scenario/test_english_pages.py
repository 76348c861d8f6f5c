"""Somebody who reads no German finds the public pages in English, category names included."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from streife.accounts.rules import PUBLIC, Actor, Role
from streife.incidents.rules import Outcome
from streife.kernel.clock import local
from streife.kernel.clock import now as present
from streife.kernel.errors import Refused
from streife.portal.queries import category_groups
from streife.reports.actions import answer_report, move_report, object_to_answer, receive_report
from streife.reports.models import Report
from streife.reports.rules import Received, Status
from streife.triage.rules import answer_text, spoken_answer
from tests.reporting import a_draft, load_catalogue, load_city

pytestmark = pytest.mark.django_db
CATALOGUE = Path(__file__).resolve().parents[2] / "src/streife/locale/en/LC_MESSAGES/django.po"
# Frequent German words that are no English ones; "die", "war", "an", "in", "was" are both.
GERMAN = re.compile(
    r"\b(?:aber|alle|als|auf|aus|bei|bitte|das|dem|den|der|des|diese[rnms]?|eine?|eine[mnrs]|es|"
    r"für|haben|hier|hinweise?|ich|ihr|ihre[nmrs]?|im|ist|jetzt|keine?|mit|nach|nicht|noch|oder|"
    r"ohne|schon|sehen|senden|sie|sind|straße|um|und|uns|unsere|vom|von|wann|wenn|werden|wie|wir|"
    r"wird|wo|zu|zum|zur|über)\b",
    re.IGNORECASE,
)


class _Words(HTMLParser):
    """Collects what a person reads or hears, without scripts and what is written in German."""

    _SILENT = frozenset({"script", "style", "template"})
    _VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._skipped or tag in self._SILENT or given.get("lang") == "de":
            if not self._VOID.fullmatch(tag):
                self._skipped.append(tag)
            return
        for name in ("alt", "aria-label", "title", "placeholder", "label"):
            self.texts.append(given.get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            while self._skipped.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.texts.append(data)


def german_words(page: str) -> list[str]:
    """Return the sentences of a page that contain a frequent German word."""
    reader = _Words()
    reader.feed(page)
    return [text.strip() for text in reader.texts if GERMAN.search(text)]


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    load_city()
    load_catalogue()


@pytest.fixture
def visitor() -> Client:
    """Return somebody whose browser asks for English."""
    return Client(headers={"Accept-Language": "en-GB,en;q=0.9"})


def read(visitor: Client, address: str) -> str:
    """Return an English page."""
    response = visitor.get(address)
    assert response.headers["Content-Language"] == "en"
    return response.content.decode()


def test_the_compiled_catalogue_is_as_new_as_its_source() -> None:
    """Otherwise the tests below would read yesterday's English."""
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    source = polib.pofile(str(CATALOGUE))
    stale = {e.msgid for e in source.translated_entries()} ^ {e.msgid for e in compiled}
    assert not stale, "run 'make src/streife/locale/en/LC_MESSAGES/django.mo'"


def test_the_word_list_finds_german() -> None:
    """A test that finds nothing must be able to find something."""
    page = '<p lang="de">Das ist gewollt.</p><img alt="Karte der Stadt"><p>We are here.</p>'
    assert german_words(page) == ["Karte der Stadt"]


@pytest.mark.parametrize(
    "name",
    ["start", "report", "look_up", "offices", "privacy", "accessibility", "imprint"],
)
def test_a_public_page_is_english(visitor: Client, name: str) -> None:
    page = read(visitor, reverse(f"portal:{name}"))
    assert '<html lang="en"' in page
    assert german_words(page) == []


def test_the_sign_in_page_is_english(visitor: Client) -> None:
    assert german_words(read(visitor, reverse("account_login"))) == []


def test_every_category_a_resident_can_choose_has_an_english_name() -> None:
    today = local(present()).date()
    with translation.override("de"):
        german = category_groups(on=today)
    with translation.override("en"):
        english = category_groups(on=today)
    # The same in both languages: loan words and nothing else.
    same = {
        a.public_name
        for before, after in zip(german, english, strict=True)
        for a, b in zip(before.categories, after.categories, strict=True)
        if a.public_name == b.public_name
    }
    assert same == set()
    assert [(g.code, g.name) for g in english][:2] == [
        ("abfall", "Rubbish and waste"),
        ("hunde", "Dogs and animals"),
    ]


def test_the_way_of_a_report_is_english_to_its_answer(
    visitor: Client, actor_for: Callable[[Role | str], Actor]
) -> None:
    desk = actor_for(Role.DESK)
    moment = present() - timedelta(hours=3)
    sent = receive_report(
        draft=a_draft(text="A sofa on the pavement.", address="Nordmarkt 3"),
        actor=PUBLIC,
        now=moment,
    )
    report = Report.objects.get(pk=sent.report_id)
    address = reverse("portal:status", args=[sent.reference, sent.secret])
    assert german_words(read(visitor, address)) == []
    assert german_words(read(visitor, f"{address}?neu=1")) == []

    move_report(report_id=report.pk, to=Status.ACCEPTED, actor=desk, now=moment)
    assert german_words(read(visitor, address)) == []

    text = answer_text(Outcome.RESOLVED, category_name="Sperrmüll, alte Möbel")
    answer_report(report_id=report.pk, text=text, actor=desk, now=moment)
    page = read(visitor, address)
    assert german_words(page) == []
    assert "Your report “Bulky waste, old furniture”: We have dealt with it" in page

    _object(sent, moment)
    assert german_words(read(visitor, address)) == []


def _object(sent: Received, moment: datetime) -> None:
    object_to_answer(reference=sent.reference, secret=sent.secret, text="Still there.", now=moment)


def test_a_refusal_with_a_figure_is_english(visitor: Client) -> None:
    response = visitor.post(reverse("portal:look_up"), {"reference": "7KD-29MX", "secret": "x"})
    assert german_words(response.content.decode()) == []
    refused = Refused("Bitte senden Sie höchstens %(most)s Fotos.", "x", values={"most": 3})
    with translation.override("en"):
        assert refused.message == "Please send at most 3 photos."
    with translation.override("de"):
        assert refused.message == "Bitte senden Sie höchstens 3 Fotos."
    assert str(refused) == "Bitte senden Sie höchstens 3 Fotos."


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_standard_answer_can_be_read_in_english(outcome: Outcome) -> None:
    stored = answer_text(outcome, category_name="Hundehaufen", body_name="Tiefbauamt")
    with translation.override("en"):
        assert german_words(spoken_answer(stored)) == []
        assert spoken_answer("Wir kommen morgen.") == "Wir kommen morgen."
    with translation.override("de"):
        assert spoken_answer(stored) == stored
