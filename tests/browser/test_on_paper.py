"""What people print: the facts, each moment exact, nothing cut off, nothing to press."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.pages import PAGES, Office, Sight

PAPER = {"width": 680, "height": 960}  # A4 less its margins, in CSS pixels
PRINTED = {
    "vorgang-geschlossen",
    "eingang",
    "stand-frisch",
    "dienstplan-tag",
    "dienstplan-person",
    "stundenkonten",
    "protokoll",
    "protokolleintrag",
    "verwahrkette",
    "lagebild",
}
TO_PRESS = "main form, main .kern-btn, main .chip, .tabs, .work-nav, .thumb-bar, map-view"


@pytest.mark.parametrize(
    "sight", [one for one in PAGES if one.name in PRINTED], ids=lambda sight: sight.name
)
def test_paper_shows_facts_and_nothing_to_press(
    sight: Sight, office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for(sight.role, viewport=PAPER)
    page.goto(office.url(sight.path))
    page.locator("h1").first.wait_for()
    page.emulate_media(media="print")
    assert page.locator("h1").first.is_visible()
    assert [one for one in page.locator(TO_PRESS).all() if one.is_visible()] == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PAPER["width"], f"{wide} px on paper of {PAPER['width']} px"


def test_a_moment_on_paper_is_exact(office: Office, page_for: Callable[..., Page]) -> None:
    page = page_for("dispatcher", viewport=PAPER)
    page.goto(office.url("/vorgang/{closed}/"))
    moment = page.locator("#diary time").first
    written = "one => getComputedStyle(one, '::after').content"
    assert moment.evaluate(written) == "none"
    page.emulate_media(media="print")
    exact = moment.get_attribute("title")
    assert exact
    assert moment.evaluate(written) == f'"{exact}"'
    assert moment.evaluate("one => getComputedStyle(one).fontSize") == "0px"
