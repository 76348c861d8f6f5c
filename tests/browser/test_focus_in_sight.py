"""Whoever walks by keyboard sees where they are, forwards and back (WCAG 2.4.11)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.pages import Office

STEPS = 50
# What has the focus and lies under something else; the heads and bars themselves are let off.
COVERED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one.closest(".work-header, .phone-header, .thumb-bar"))
    return "";
  const box = one.getBoundingClientRect();
  if (!box.width || box.height > innerHeight) return "";
  const x = Math.max(1, Math.min(box.x + box.width / 2, innerWidth - 2));
  const above = document.elementFromPoint(x, box.y + box.height / 2);
  const own = above && (one.contains(above) || above.contains(one) ||
    [...(one.labels ?? [])].some(label => label.contains(above)));
  return own ? "" : `${one.outerHTML.slice(0, 80)} under ${above?.outerHTML.slice(0, 60)}`;
}"""


@pytest.mark.parametrize("width", [390, 720, 1440])
@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("shift_leader", "/personal/"),
        ("shift_leader", "/dienstplan/"),
        ("officer", "/beweismittel/aufnahme/{recording}/angaben/"),
        ("officer", "/dienst/feststellung/"),
    ],
)
def test_what_has_the_focus_is_never_covered(
    role: str, path: str, width: int, office: Office, page_for: Callable[..., Page]
) -> None:
    page = page_for(role, viewport={"width": width, "height": 800})
    page.goto(office.url(path))
    page.wait_for_load_state("load")
    covered = []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(STEPS):
            page.keyboard.press(key)
            covered.append(page.evaluate(COVERED))
    assert not [one for one in covered if one]
