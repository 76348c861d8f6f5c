"""Every page, for whoever works on it: there, strict, accessible, no wider than a telephone."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page, expect

from tests.browser.pages import NOT_PAGES, PAGES, Office, Sight

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
THUMB_PIXELS = 44  # WCAG 2.5.5; a link in a sentence and a row that is one link are let off
SMALL_TARGETS = """smallest => {
  const box = one => one.getBoundingClientRect();
  const seen = one => one.checkVisibility({visibilityProperty: true}) && box(one).width > 1;
  const inSentence = one => one.matches("a:not([class])") &&
    one.parentElement.textContent.trim() !== one.textContent.trim();
  const stretched = one => getComputedStyle(one, "::after").position === "absolute";
  const named = one => one.labels?.[0] && one.matches("[type=checkbox], [type=radio]");
  return [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select")]
    .filter(one => !one.closest("svg, .skip-link, .visually-hidden, [tabindex='-1']:not(main)"))
    .filter(one => seen(one) && !inSentence(one) && !stretched(one) && !named(one))
    .filter(one => Math.min(box(one).width, box(one).height) < smallest - 0.5)
    .map(one => `${one.outerHTML.slice(0, 90)} ${box(one).width} x ${box(one).height}`);
}"""
# What people never see: ids, codes, files of the documentation, gaps of a template. A code that is
# meant to be read as one (a hash, an act of the record) stands in an element that says so.
RAW = re.compile(
    r"\b01[0-9A-HJKMNP-TV-Z]{24}\b"  # ULID
    r"|\b[a-z]+(?:_[a-z]+)+\b|\b[a-z]{3,}:\d+\b"  # body_cam, incident:17
    r"|\bNone\b|\bundefined\b|\{[{%]|\w+\.md\b|\w\(e?n\)"
)
WRITTEN = """() => {
  const page = document.querySelector("main").cloneNode(true);
  page.querySelectorAll("code, pre, script, .footage__mark").forEach(one => one.remove());
  return page.textContent;
}"""
ZOOMED = {"width": 320, "height": 512}  # 1280 px at 400 %, which is what WCAG 1.4.10 asks for


@pytest.mark.parametrize("sight", PAGES, ids=lambda sight: sight.name)
def test_a_page_is_strict_and_accessible_in_light_dark_wide_and_narrow(
    sight: Sight,
    office: Office,
    page_for: Callable[..., Page],
    assert_accessible: Callable[..., None],
) -> None:
    page = page_for(sight.role, viewport=DESK, color_scheme="light")
    answer = page.goto(office.url(sight.path))
    assert answer is not None
    assert answer.status == sight.status
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    page.locator("h1").first.wait_for()
    assert RAW.findall(page.evaluate(WRITTEN)) == []
    assert_accessible(page)
    _turn(page, "dark")
    assert_accessible(page, rules=["color-contrast"])
    page.set_viewport_size(PHONE)
    assert_accessible(page)
    _turn(page, "light")
    assert_accessible(page, rules=["color-contrast"])
    for shape in (PHONE, ZOOMED):
        page.set_viewport_size(shape)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= shape["width"], f"{width} px wide on a screen of {shape['width']} px"


@pytest.mark.parametrize("sight", PAGES, ids=lambda sight: sight.name)
def test_a_thumb_hits_what_it_aims_at(
    sight: Sight, office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for(sight.role, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(office.url(sight.path))
    page.locator("h1").first.wait_for()
    assert page.evaluate(SMALL_TARGETS, THUMB_PIXELS) == []
    if page.locator(".phone-header").count() and page.locator("#duty").count() == 0:
        expect(page.locator(".phone-header__back")).to_be_visible()  # no page is a dead end


def test_no_link_of_the_bar_is_covered_wherever_it_is_scrolled_to(
    office: Office, page_for: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    page = page_for("dispatcher", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(office.url("/dienstplan/"))
    page.locator("h1").first.wait_for()
    bar = page.locator(".work-nav__list")
    room = bar.evaluate("bar => bar.scrollWidth - bar.clientWidth")
    assert room > 100
    for left in range(0, room + 1, 12):
        bar.evaluate("(bar, left) => { bar.scrollLeft = left; }", left)
        assert_accessible(page, rules=["target-size"])
    assert page.evaluate(SMALL_TARGETS, THUMB_PIXELS) == []


def _turn(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(60)  # until no button is on the way from one colour to the other


@pytest.mark.parametrize(
    "sight", [one for one in PAGES if one.role == "public"], ids=lambda sight: sight.name
)
def test_a_public_page_speaks_english_too(
    sight: Sight, office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for()
    page.goto(office.url(sight.path))
    german = page.locator("h1").first.inner_text()
    cookie = {"name": "django_language", "value": "en", "url": office.address}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(office.url(sight.path))
    assert page.locator("html").get_attribute("lang") == "en"
    if sight.name != "leichte-sprache":  # a German text by its nature
        assert page.locator("h1").first.inner_text() != german


def test_no_page_of_the_address_table_is_left_out(office: Office) -> None:
    seen = {
        resolve(path.partition("?")[0]).view_name
        for path in (sight.path.format(**office.facts["ids"]) for sight in PAGES)
        if path != "/gibt-es-nicht/"
    }
    assert set(_names(get_resolver().url_patterns)) == seen | NOT_PAGES
    assert not seen & NOT_PAGES


def _names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(name for name in (space, pattern.namespace) if name)
            yield from _names(pattern.url_patterns, inner)
        else:
            yield ":".join(name for name in (space, pattern.name) if name)
