"""The vault by keyboard: a reason, the player, a note, the chain of custody, a box by hand."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hands import press, write
from tests.browser.pages import Office

VIDEO_AT = "document.querySelector('video').currentTime"


def until(page: Page, what: str) -> None:
    """Wait for something of the page; its policy forbids the browser to look by itself."""
    for _ in range(100):
        if page.evaluate(what):
            return
        page.wait_for_timeout(100)
    raise AssertionError(what)


def test_a_recording_is_looked_at_and_noted_without_a_mouse(
    page_for: Callable[..., Page], office: Office, assert_accessible: Callable[..., None]
) -> None:
    page = page_for("officer")
    page.goto(office.url("/beweismittel/aufnahme/{recording}/"))
    page.keyboard.press("a")
    expect(page.locator("h1")).to_have_text("Warum sehen Sie diese Aufnahme an?")
    press(page, page.get_by_role("button", name="Ansehen"))
    expect(page).to_have_url(office.url("/beweismittel/aufnahme/{recording}/grund/"))
    write(page, page.get_by_label("Warum gerade diese, und warum jetzt?"), "Bericht schreiben")
    press(page, page.get_by_role("button", name="Ansehen"))
    expect(page.locator(".footage__mark")).to_contain_text("Deniz Muster")
    until(page, "document.querySelector('video')?.readyState >= 2")
    page.keyboard.press("k")
    until(page, f"{VIDEO_AT} === 4")
    page.keyboard.press("ArrowLeft")
    until(page, f"{VIDEO_AT} === 0")
    page.keyboard.press(".")
    until(page, f"{VIDEO_AT} > 0")
    assert_accessible(page)
    page.keyboard.press("n")
    page.keyboard.type("Name wird genannt")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Name wird genannt")).to_be_visible()


def test_the_chain_of_custody_is_reached_and_read_by_keyboard(
    page_for: Callable[..., Page], office: Office, assert_accessible: Callable[..., None]
) -> None:
    page = page_for("custodian")
    page.goto(office.url("/beweismittel/aufnahme/{held_recording}/"))
    page.keyboard.press("v")
    expect(page.locator("h1")).to_contain_text("lückenlos im Protokoll")
    steps = page.locator("svg.custody g")
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(steps.count())
    expect(page.locator("svg.custody")).to_contain_text("geschwärzte Kopie hergestellt")
    assert_accessible(page)


def test_a_box_is_drawn_on_the_picture_and_by_numbers(
    page_for: Callable[..., Page], office: Office
) -> None:
    page = page_for("custodian")
    page.goto(office.url("/beweismittel/schwaerzung/{redaction}/"))
    if page.get_by_role("button", name="Original öffnen").count():
        press(page, page.get_by_role("button", name="Original öffnen"))
    # The preview of the copy may stand beside the original.
    expect(page.locator("redaction-editor video")).to_be_attached()
    until(page, "document.querySelector('redaction-editor video')?.readyState >= 2")
    expect(page.locator("svg.footage__boxes rect").first).to_be_attached()
    place = page.locator("svg.footage__boxes").bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 100, place["y"] + 60)
    page.mouse.down()
    page.mouse.move(place["x"] + 180, place["y"] + 110, steps=4)
    page.mouse.up()
    width = int(page.get_by_label("Breite").input_value())
    assert 40 <= width <= 120, "in pixels of the recording, whatever the size on the screen"
    page.get_by_label("Was wird abgedeckt?").select_option("paper")
    press(page, page.get_by_role("button", name="Abdecken", exact=True))
    row = page.locator("tr", has_text="Papier, Ausweis")
    expect(row).to_contain_text("von Hand abgedeckt")
    press(page, row.get_by_role("button", name="entfernen"))
    expect(page.locator("tr", has_text="Papier, Ausweis")).to_have_count(0)
