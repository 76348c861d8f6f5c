"""Every page, for whoever works on it: there, accessible, not wider than a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.pages import PAGES, Office, Sight

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("sight", PAGES, ids=lambda sight: sight.name)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_accessible(
    sight: Sight,
    scheme: str,
    office: Office,
    page_for: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
) -> None:
    page = page_for(sight.role, color_scheme=scheme)
    answer = page.goto(office.url(sight.path))
    assert answer is not None
    assert answer.status == 200
    page.locator("h1").first.wait_for()
    assert_accessible(page)


@pytest.mark.parametrize("sight", PAGES, ids=lambda sight: sight.name)
def test_a_page_fits_a_phone(
    sight: Sight,
    office: Office,
    page_for: Callable[..., Page],
) -> None:
    page = page_for(sight.role, viewport=PHONE)
    page.goto(office.url(sight.path))
    page.locator("h1").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
