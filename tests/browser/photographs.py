"""`make screenshots`: every page at 1440 and 390 px, light and dark, and the six of the README."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.pages import PAGES, Office, Sight

ROOT = Path(__file__).resolve().parents[2]
ALBUM = ROOT / "screenshots"
README = ROOT / "docs" / "pictures"
SIZES = {1440: 900, 390: 844}
MAPS = "map-view, location-picker"
COLOURS = 128  # enough for a page, a third of the bytes


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("sight", PAGES, ids=lambda sight: sight.name)
def test_photograph(
    sight: Sight, width: int, office: Office, page_for: Callable[..., Page]
) -> None:
    ALBUM.mkdir(exist_ok=True)
    viewport = {"width": width, "height": SIZES[width]}
    page = page_for(sight.role, color_scheme="light", viewport=viewport)
    page.goto(office.url(sight.path))
    page.locator("h1").first.wait_for()
    _let_maps_draw(page, 1500)
    if sight.opens:
        page.locator(sight.opens).first.click()
        page.wait_for_timeout(1000)
    light = ALBUM / f"{sight.name}-{width}-light.png"
    page.screenshot(path=light)
    if sight.picture and width == (390 if sight.phone else 1440):
        README.mkdir(exist_ok=True)
        picture = Image.open(light).convert("RGB").quantize(COLOURS)
        picture.save(README / f"{sight.picture}.png", optimize=True)
    page.emulate_media(color_scheme="dark")
    _let_maps_draw(page, 1500)
    page.screenshot(path=ALBUM / f"{sight.name}-{width}-dark.png")


def _let_maps_draw(page: Page, milliseconds: int) -> None:
    """Wait on pages with a map: maps draw when they are ready and tell nobody."""
    page.wait_for_timeout(milliseconds if page.locator(MAPS).count() else 100)
