"""The month in the hands of a shift leader: by keyboard, by form, and on an officer's phone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hands import place_of, reach
from tests.browser.pages import Office

# The nearest day of the same person, to the right, on which nothing stands.
FREE_BESIDE = """id => {
  const cells = [...document.getElementById(id).closest("tr").querySelectorAll("[data-cell]")];
  const later = cells.slice(cells.findIndex((one) => one.id === id) + 1);
  return later.find((one) => one.textContent.trim() === "").id;
}"""
PHONE = {"width": 390, "height": 844}


def test_a_leader_fills_the_grid_by_keyboard_and_takes_it_back(
    office: Office, page_for: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    page = page_for("shift_leader", viewport={"width": 1440, "height": 900})
    page.goto(office.url("/dienstplan/{roster_draft}/"))
    reach(page, page.locator("[data-cell][tabindex='0']"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    cell = page.locator("[data-cell]:focus")
    key = cell.get_attribute("id")
    letter = "S" if cell.inner_text().startswith("F") else "F"
    before = cell.inner_text()
    page.keyboard.press(letter.lower())
    expect(page.locator("#done")).to_contain_text("schicht.")
    changed = page.locator(f"#{key}")
    expect(changed).to_contain_text(letter)
    expect(changed).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("z")
    expect(page.locator("#done")).to_contain_text("Zurückgenommen")
    expect(page.locator(f"#{key}")).to_have_text(before)


def test_a_leader_who_types_faster_than_the_page_answers_loses_nothing(
    office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for("shift_leader", viewport={"width": 1440, "height": 900})
    page.goto(office.url("/dienstplan/{roster_draft}/"))
    reach(page, page.locator("[data-cell][tabindex='0']"))
    ids = [str(page.locator("[data-cell]:focus").get_attribute("id"))]
    for letter in "snf":
        page.keyboard.press(letter)
        page.keyboard.press("ArrowRight")
        ids.append(str(page.locator("[data-cell]:focus").get_attribute("id")))
    for key, letter in zip(ids, "SNF", strict=False):
        expect(page.locator(f"#{key}")).to_contain_text(letter)
    for _ in "snf":
        page.keyboard.press("z")
    expect(page.locator("[data-undo]")).to_be_hidden()


def test_a_leader_drags_a_duty_to_another_day_with_the_mouse(
    office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for("shift_leader", viewport={"width": 1440, "height": 900})
    page.goto(office.url("/dienstplan/{roster_draft}/"))
    reach(page, page.locator("[data-cell][tabindex='0']"))
    page.keyboard.press("f")
    expect(page.locator("#done")).to_contain_text("schicht.")
    held = str(page.locator("[data-cell]:focus").get_attribute("id"))
    free = str(page.evaluate(FREE_BESIDE, held))
    duty, place = page.locator(f"#{held}"), page.locator(f"#{free}")
    expect(duty).to_contain_text("F")
    duty.hover()  # comes into view, below what the change has to say
    page.mouse.down()
    place.hover()
    place.hover()  # a browser may take the first move for the beginning only
    expect(place).to_have_attribute("data-target", "")  # it is seen where the duty would go
    page.mouse.up()
    expect(page.locator("#done")).to_contain_text("Verschoben.")
    expect(page.locator(f"#{free}")).to_contain_text("F")
    expect(page.locator(f"#{held}")).not_to_contain_text("F")
    expect(page.locator(f"#{free}")).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator("#done")).to_contain_text("Zurückgenommen")
    expect(page.locator(f"#{held}")).to_contain_text("F")
    expect(page.locator(f"#{free}")).not_to_contain_text("F")


def test_reading_and_a_single_change_work_without_a_script(
    office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for("shift_leader", java_script_enabled=False)
    page.goto(office.url("/dienstplan/{roster_draft}/"))
    expect(page.locator("table.grid-table")).to_be_visible()
    page.get_by_label("Tag", exact=True).fill(
        str(page.locator("[data-cell]").first.get_attribute("data-cell")).split(":")[1]
    )
    page.get_by_label("Schicht").select_option(label="Spätschicht")
    page.get_by_role("button", name="Ändern und prüfen").click()
    expect(page.get_by_text("Spätschicht.", exact=False).first).to_be_visible()


def test_an_officer_says_on_the_phone_that_they_are_ill(page_for: Callable[..., Page]) -> None:
    page = page_for("officer", viewport=PHONE)
    page.goto("/dienstplan/meine/")
    ill = page.get_by_role("link", name="Ich bin krank")
    box = place_of(ill)
    assert box["height"] >= 48
    assert box["y"] > PHONE["height"] * 2 / 3
    ill.click()
    expect(page.get_by_role("button", name="Krankmelden")).to_be_visible()
    expect(page.get_by_text("Nach der Krankheit wird nicht gefragt.")).to_be_visible()
