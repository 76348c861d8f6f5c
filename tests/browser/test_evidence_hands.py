"""The vault by keyboard: a reason, the player, a note, the chain of custody, a box by hand."""

from collections.abc import Callable

from playwright.sync_api import Error, Page, expect

from tests.browser.hands import place_of, press, write
from tests.browser.pages import Office

VIDEO_AT = "document.querySelector('video').currentTime"


def until(page: Page, what: str) -> None:
    """Wait for something of the page; its policy forbids the browser to look by itself."""
    for _ in range(100):
        try:
            if page.evaluate(what):
                return
        except Error as gone:  # The page goes on by itself when the search is done.
            if "Execution context was destroyed" not in str(gone):
                raise
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
    until(page, "document.querySelector('footage-player')?.matches(':defined')")
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
    page.wait_for_load_state("load")  # every step is there to be counted
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
    place = place_of(page.locator("svg.footage__boxes"))
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


def _editor(page: Page, office: Office) -> dict[str, float]:
    """Open the editor with the original; return where its picture lies on the page."""
    page.goto(office.url("/beweismittel/schwaerzung/{redaction}/"))
    if page.get_by_role("button", name="Original öffnen").count():
        press(page, page.get_by_role("button", name="Original öffnen"))
    until(page, "document.querySelector('redaction-editor video')?.readyState >= 2")
    expect(page.locator("svg.footage__boxes rect").first).to_be_attached()
    page.locator("svg.footage__boxes").scroll_into_view_if_needed()
    return dict(place_of(page.locator("svg.footage__boxes")))


def test_a_box_goes_along_with_what_moves(page_for: Callable[..., Page], office: Office) -> None:
    page = page_for("custodian")
    place = _editor(page, office)
    picture = place_of(page.locator("redaction-editor video"))
    assert (place["x"], place["y"]) == (picture["x"], picture["y"]), "over the picture, exactly"
    left, top = place["x"] + 60, place["y"] + 40
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 60, top + 40, steps=3)
    page.mouse.up()
    begin = int(page.get_by_label("links", exact=True).input_value())
    assert page.get_by_label("am Ende links").input_value() == "", "it stands still"

    # A second later it is somewhere else: taken hold of and put down there.
    page.evaluate("document.querySelector('redaction-editor video').currentTime = 1")
    until(page, "!document.querySelector('redaction-editor video').seeking")
    page.mouse.move(left + 30, top + 20)
    page.mouse.down()
    page.mouse.move(left + 90, top + 20, steps=3)
    page.mouse.up()
    expect(page.get_by_label("am Ende links")).to_be_visible()
    end = int(page.get_by_label("am Ende links").input_value())
    assert end > begin
    assert page.get_by_label("bis (s)").first.input_value() == "1.00"
    assert page.get_by_label("links", exact=True).input_value() == str(begin)

    # Whoever types sees the box move, too.
    rect = page.locator("svg.footage__boxes rect.is-drawn")
    expect(rect).to_have_attribute("x", str(end))
    page.get_by_label("am Ende links").fill(str(end + 7))
    expect(rect).to_have_attribute("x", str(end + 7))


def test_the_players_controls_stay_within_reach_of_the_mouse(
    page_for: Callable[..., Page], office: Office
) -> None:
    page = page_for("custodian")
    place = _editor(page, office)
    bottom = place["y"] + place["height"]
    at = f"document.elementFromPoint({place['x'] + 40}, %d)?.tagName"
    assert page.evaluate(at % (bottom - 30)) == "VIDEO"
    assert page.evaluate(at % (place["y"] + 60)) == "DIV", "above them boxes are drawn"


def test_a_finger_draws_a_box_and_the_page_stays_where_it_is(
    page_for: Callable[..., Page], office: Office
) -> None:
    page = page_for("custodian")
    place = _editor(page, office)
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    before = page.evaluate("window.scrollY")
    left, top = place["x"] + 40, place["y"] + 90

    def finger(kind: str, *points: tuple[float, float]) -> None:
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    finger("touchStart", (left, top))
    for step in range(1, 5):
        finger("touchMove", (left + 15 * step, top - 10 * step))
    finger("touchEnd")
    assert int(page.get_by_label("Breite").input_value()) > 40
    assert int(page.get_by_label("Höhe").input_value()) > 25
    assert page.evaluate("window.scrollY") == before
