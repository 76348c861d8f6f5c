"""`make screenshots`: every page at 1440 and 390 px, light and dark, and the six of the README."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.pages import PAGES, Office, Sight

ROOT = Path(__file__).resolve().parents[2]
ALBUM = ROOT / "screenshots"
README = ROOT / "docs" / "pictures"
SIZES = {1440: 900, 390: 844}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("sight", PAGES, ids=lambda sight: sight.name)
def test_photograph(
    sight: Sight,
    width: int,
    scheme: str,
    office: Office,
    page_for: Callable[..., Page],
) -> None:
    ALBUM.mkdir(exist_ok=True)
    viewport = {"width": width, "height": SIZES[width]}
    page = page_for(sight.role, color_scheme=scheme, viewport=viewport)
    page.goto(office.url(sight.path))
    page.wait_for_timeout(1500)  # maps draw when they are ready and tell nobody
    target = ALBUM / f"{sight.name}-{width}-{scheme}.png"
    page.screenshot(path=target, full_page=False)
    if sight.picture and scheme == "light" and width == (390 if sight.phone else 1440):
        README.mkdir(exist_ok=True)
        shutil.copy(target, README / f"{sight.picture}.png")
