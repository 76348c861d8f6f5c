"""Two windows on one board: what is decided in one is seen in the other, without a reload."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

WIDE = {"width": 1440, "height": 900}


def test_a_decision_in_one_window_reaches_the_queue_of_another(
    page_for: Callable[..., Page],
) -> None:
    mine, theirs = page_for("dispatcher", viewport=WIDE), page_for("desk", viewport=WIDE)
    for page in (mine, theirs):
        page.goto("/leitstelle/?art=report")
        expect(page.locator("live-follow")).to_have_attribute("data-state", "connected")
    first = mine.locator("#queue a.queue__title").first
    chosen = f"#{first.get_attribute('id')}"
    waits = theirs.locator("#queue a.queue__title").nth(1)
    waits.focus()
    kept = waits.get_attribute("id")
    theirs.evaluate("window.sameWindow = true")

    mine.keyboard.press("j")
    mine.keyboard.press("Enter")
    expect(mine.locator("#opened [data-key=a]")).to_be_visible()
    expect(mine.locator("#queue [aria-current=true]").locator(chosen)).to_be_focused()
    mine.keyboard.press("a")
    expect(mine.locator("#opened .proposal--decided")).to_be_visible()

    expect(theirs.locator(chosen)).to_have_count(0)
    assert theirs.evaluate("window.sameWindow") is True
    assert theirs.evaluate("document.activeElement.id") == kept


def test_what_is_chosen_opens_beside_the_queue_and_escape_closes_it(
    page_for: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    page = page_for("dispatcher", viewport=WIDE)
    page.goto("/leitstelle/?art=incident")
    row = page.locator("#queue a.queue__title").first
    row.click()
    expect(page.locator("#opened h1")).to_have_text(row.inner_text())
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("#opened")).to_be_hidden()
    assert page.url.endswith("/leitstelle/?art=incident")


def test_on_a_narrow_screen_a_row_is_a_link(page_for: Callable[..., Page]) -> None:
    page = page_for("dispatcher", viewport={"width": 390, "height": 844})
    page.goto("/leitstelle/?art=incident")
    page.locator("#queue a.queue__title").first.click()
    page.wait_for_url("**/vorgang/*/")
    assert "/vorgang/" in page.url
