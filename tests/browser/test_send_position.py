"""One tap sends one position; nothing is sent without it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_a_position_is_sent_by_a_tap_and_only_by_a_tap(page_for: Callable[..., Page]) -> None:
    page = page_for(
        "officer",
        viewport={"width": 390, "height": 844},
        geolocation={"latitude": 51.5265, "longitude": 7.4722},
        permissions=["geolocation"],
    )
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    page.goto("/dienst/")
    button = page.get_by_role("button", name="Position melden")
    expect(button).to_be_visible()
    page.wait_for_timeout(500)
    assert sent == []
    button.click()
    expect(page.locator("#duty")).to_contain_text("Zuletzt gemeldet gerade eben")
    assert [url.rpartition("/dienst/")[2] for url in sent] == ["position/"]
