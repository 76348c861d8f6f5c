"""Where the system gives its own few colours, what is chosen is still told from the rest."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.pages import Office

STYLE = "(one, name) => getComputedStyle(one)[name]"


def test_what_is_chosen_is_seen_without_our_colours(
    office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for("shift_leader", forced_colors="active", color_scheme="dark")
    page.goto(office.url("/dienstplan/"))
    page.wait_for_load_state("load")
    for chosen, other, name in (
        (".chip[aria-current]", ".chip:not([aria-current])", "backgroundColor"),
        (".tabs a[aria-current]", ".tabs a:not([aria-current])", "borderBlockEndColor"),
    ):
        told = page.locator(chosen).first.evaluate(STYLE, name)
        assert told != page.locator(other).first.evaluate(STYLE, name), chosen


def test_the_signs_of_a_map_are_seen_without_our_colours(
    office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for(forced_colors="active", color_scheme="dark")
    page.goto(office.url("/anlaufstellen/"))
    sign = page.locator(".maplibregl-ctrl-zoom-in .maplibregl-ctrl-icon")
    sign.wait_for(state="attached")
    assert sign.evaluate(STYLE, "filter") == "none"
