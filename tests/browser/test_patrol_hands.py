"""A patrol plan in the hands of people: by keyboard, without a script, and with one thumb."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import place_of, press, reach
from tests.browser.pages import Office

PHONE = {"width": 390, "height": 844}


def _free_stop(page: Page) -> Locator:
    """Return the last stop that may be moved."""
    return page.locator(".gantt__stop:not([data-fixed])").last


def test_a_leader_moves_a_stop_by_keyboard_and_takes_it_back(
    office: Office, page_for: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    page = page_for("shift_leader")
    page.goto(office.url("/streifenplan/plan/{draft}/"))
    stop = _free_stop(page)
    key = stop.get_attribute("id")
    before = stop.get_attribute("data-begins")
    reach(page, stop)
    page.keyboard.press("m")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-said]")).to_contain_text("KOD")
    page.keyboard.press("Enter")
    done = page.locator("#done")
    expect(done).to_contain_text("Verschoben")
    expect(done).to_contain_text("Nutzen")
    moved = page.locator(f"#{key}")
    expect(moved).to_be_focused()
    assert moved.get_attribute("data-begins") != before
    assert_accessible(page)
    page.keyboard.press("u")
    expect(page.locator(f"#{key}")).to_have_attribute("data-begins", str(before))


def test_a_stop_is_moved_and_held_without_a_script(
    office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for("shift_leader", java_script_enabled=False)
    page.goto(office.url("/streifenplan/halt/{stop}/"))
    expect(page.get_by_role("heading", name="Warum dieser Halt")).to_be_visible()
    page.get_by_role("button", name="Festhalten").click()
    expect(page.get_by_text("Festgehalten:", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Lösen").click()
    page.get_by_role("button", name="Verschieben und prüfen").click()
    expect(page.get_by_text("Verschoben:", exact=False).first).to_be_visible()


def test_a_crew_says_with_one_tap_that_it_is_there(page_for: Callable[..., Page]) -> None:
    page = page_for("officer", viewport=PHONE)
    page.goto("/dienst/")
    press(page, page.locator("a.card", has_text="Route: noch"))
    page.wait_for_url("**/dienst/route/")
    onwards = page.get_by_role("button", name="Weiter", exact=True)
    there = page.get_by_role("button", name="Da", exact=True)
    expect(there).to_be_visible()
    place = page.locator("h1").inner_text()
    press(page, there)
    expect(page.locator("h1")).to_have_text(f"Sie sind da: {place}")
    box = place_of(onwards)
    assert box["height"] >= 48
    assert box["y"] > PHONE["height"] * 2 / 3
    press(page, onwards)
    expect(page.locator("h1")).not_to_have_text(f"Sie sind da: {place}")
