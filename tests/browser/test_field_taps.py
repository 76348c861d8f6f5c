"""The phone in a real browser: own finding, then done, with one thumb and without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import place_of

PHONE = {"width": 390, "height": 844}
TARGET_PIXELS = 56


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_finding_is_taken_down_and_closed_with_a_thumb(
    page_for: Callable[..., Page], assert_accessible: Callable[[Page], None], script: bool
) -> None:
    page = page_for("officer", viewport=PHONE, java_script_enabled=script)
    page.goto("/dienst/")
    page.get_by_role("link", name="Feststellung").click()
    page.get_by_label("Worum geht es?").select_option(index=1)
    page.get_by_label("Wo?").fill("Nordmarkt")
    page.get_by_label("Was sehen Sie?").fill("Drei Säcke neben dem Korb")
    page.get_by_role("button", name="Aufnehmen und bearbeiten").click()
    expect(page.get_by_text("gehört jetzt Ihrer Streife")).to_be_visible()
    if script:
        assert_accessible(page)
    _work_off(page, assert_accessible if script else None)
    expect(page.get_by_text("Abgeschlossen.")).to_be_visible()


def test_a_tap_without_network_says_so_and_nothing_typed_is_lost(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("busy", viewport=PHONE)
    page.goto("/dienst/")
    page.get_by_role("link", name="Notiz").click()
    note = page.get_by_label("Notiz", exact=False).last
    note.fill("Zeugin wartet am Kiosk")
    page.wait_for_load_state("load")  # the script stands guard; cut off sooner, it never comes
    page.context.set_offline(True)
    page.get_by_role("button", name="Eintragen").click()
    expect(page.get_by_role("alert")).to_contain_text("Kein Netz")
    expect(note).to_have_value("Zeugin wartet am Kiosk")
    page.context.set_offline(False)
    page.get_by_role("button", name="Eintragen").click()
    expect(page.get_by_text("Die Notiz steht im Einsatztagebuch.")).to_be_visible()


def _work_off(page: Page, check: Callable[[Page], None] | None) -> None:
    """Close the job: whoever takes a finding down is there already."""
    expect(page.locator("h1")).to_have_text("Sie sind vor Ort.")
    main = page.get_by_role("link", name="Abschließen")
    box = place_of(main)
    assert box["height"] >= TARGET_PIXELS
    assert box["y"] > PHONE["height"] * 2 / 3
    main.click()
    page.locator("label.choice").first.click()
    page.get_by_label("Feststellung", exact=False).last.fill("erledigt")
    if check is not None:
        check(page)
    page.get_by_role("button", name="Abschließen").click()
