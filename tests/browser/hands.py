"""Hands for the browser tests: what a person does who has a keyboard and no mouse."""

from playwright.sync_api import FloatRect, Locator, Page

FARTHEST = 250


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the focus is on the target; what cannot be reached fails the test."""
    target.wait_for(state="attached")
    for _ in range(FARTHEST):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by {FARTHEST} tabs: {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Reach a link, button or box, and press a key on it."""
    reach(page, target)
    page.keyboard.press(key)


def write(page: Page, target: Locator, text: str) -> None:
    """Reach a field and type."""
    reach(page, target)
    page.keyboard.type(text)


def place_of(target: Locator) -> FloatRect:
    """Return where a thing lies, once the page is there with its style: x, y, width, height."""
    target.page.wait_for_load_state("load")
    place = target.bounding_box()
    assert place is not None, f"not to be seen: {target}"
    return place
