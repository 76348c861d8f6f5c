"""The story of one report through five pairs of hands, none of which touches a mouse."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hands import press, reach, write

PHONE = {"width": 390, "height": 844}
HUMAN_PACE_MS = 2_200
MONTH = "/lagebild/?zeitraum=laufend"


def test_one_report_goes_through_every_hand_by_keyboard(page_for: Callable[..., Page]) -> None:
    head = page_for("head")
    before = _counted(head)
    resident = page_for()
    reference = _send(resident)
    number = _accept(page_for("desk"), reference)
    _assign(page_for("dispatcher"), number)
    _work_off(page_for("officer", viewport=PHONE))
    _read_answer(resident)
    after = _counted(head)
    assert after["reports"] == before["reports"] + 1
    assert after["closed"] == before["closed"] + 1


def _ready(page: Page) -> None:
    """Wait as a person would: until the page has come to rest and its keys work."""
    expect(page.locator("live-follow")).to_have_attribute("data-state", "connected")


def _send(page: Page) -> str:
    """The resident fills in the form and returns the report's number."""
    page.goto("/hinweis/")
    write(page, page.get_by_label("Adresse oder Ort"), "Nordmarkt")
    press(page, page.locator("summary", has_text="Hunde und Tiere"))
    press(page, page.locator("details[open] input[name=category]").first, "Space")
    text = "Zwei große Hunde laufen ohne Leine über den Spielplatz."
    write(page, page.get_by_label("Beschreiben Sie es kurz"), text)
    page.wait_for_timeout(HUMAN_PACE_MS)  # what is faster is taken for a program
    press(page, page.get_by_role("button", name="Hinweis senden"))
    expect(page.locator("h1")).to_have_text("Danke! Ihr Hinweis ist bei uns.")
    return page.locator(".lead__sub strong").inner_text()


def _accept(page: Page, reference: str) -> str:
    """The desk finds the report by its number, accepts with one key, and goes to the incident."""
    page.goto("/leitstelle/")
    _ready(page)
    page.keyboard.press("/")
    page.keyboard.type(reference)
    page.keyboard.press("Enter")
    accept = page.get_by_role("button", name="Annehmen: Vorgang eröffnen")
    expect(accept).to_be_visible()  # proposed by the worker meanwhile; the page refreshes itself
    _ready(page)
    page.keyboard.press("a")
    expect(page.get_by_text("Vorgang eröffnet", exact=True)).to_be_visible()
    _ready(page)
    page.keyboard.press("a")
    page.wait_for_url("**/vorgang/*/")
    return page.url.rstrip("/").rpartition("/")[2]


def _assign(page: Page, number: str) -> None:
    """The dispatcher types one line."""
    page.goto("/leitstelle/")
    _ready(page)
    page.keyboard.press("b")
    page.keyboard.type(f"11 an {number}")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("KOD 11")


def _work_off(page: Page) -> None:
    """The officer accepts, arrives and closes, on a telephone with keys."""
    page.goto("/dienst/")
    expect(page.locator("h1")).to_have_text("Neuer Auftrag")
    press(page, page.get_by_role("button", name="Übernehmen"))
    expect(page.locator("h1")).to_have_text("Sie sind auf dem Weg.")
    press(page, page.get_by_role("button", name="Vor Ort"))
    expect(page.locator("h1")).to_have_text("Sie sind vor Ort.")
    press(page, page.get_by_role("link", name="Abschließen"))
    reach(page, page.locator("input[name=measure]").first)
    page.keyboard.press("Space")
    write(page, page.locator("[name=note]"), "Halterin angetroffen, Hunde angeleint.")
    press(page, page.get_by_role("button", name="Abschließen"))
    expect(page.get_by_text("Abgeschlossen.")).to_be_visible()


def _read_answer(page: Page) -> None:
    """The resident opens the secret link once more and reads what came of it."""
    press(page, page.locator("copy-link a"))
    expect(page.get_by_role("heading", name="Unsere Antwort")).to_be_visible()
    expect(page.locator(".message")).not_to_contain_text("Halterin")


def _counted(page: Page) -> dict[str, int]:
    """Return what the head's page counts this month."""
    page.goto(MONTH)
    reports = page.locator(".figure__value").first.inner_text()
    outcomes = page.locator("tr", has=page.get_by_text("Ergebnis")).locator("xpath=../..")
    cells = outcomes.locator("tbody td.numeric").all_text_contents()
    return {"reports": _number(reports), "closed": sum(map(_number, cells))}


def _number(text: str) -> int:
    return int("".join(sign for sign in text if sign.isdecimal()) or 0)
