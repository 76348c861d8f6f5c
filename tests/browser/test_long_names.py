"""A name of sixty letters without a space stays on the page, at the desk, zoomed and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.pages import PAGES, Office

NAME = "Wolfeschlegelsteinhausenbergerdorffschlossbachtalwiesengrund"
# Every word of the page that may be a name is made the long one, as if everybody was called so.
RENAMED = """name => {
  const INVENTED = /(Muster|Attrapp|Exempl|Beispiel|Demo|Prob)\\p{L}+|Muster(?=, )|Deniz Muster/gu;
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    if (!texts.currentNode.parentElement.closest("script, svg, option, .visually-hidden"))
      found.push(texts.currentNode);
  }
  let changed = 0;
  for (const one of found) {
    const text = one.textContent.replace(INVENTED, name);
    if (text !== one.textContent) changed += 1;
    one.textContent = text;
  }
  return changed;
}"""
NAMED = (
    "person",
    "streife-neu",
    "streifen",
    "dienstplan-tag",
    "dienstplan-person",
    "dienstplan-entwurf",
    "dienstplan-krank",
    "dienstplan-antraege",
    "streifenplan",
    "vorgang",
    "stueck",
    "eigenes-konto",
    "freigaben",
)


@pytest.mark.parametrize("name", NAMED)
def test_a_long_name_stays_on_the_page(
    name: str, office: Office, page_for: Callable[..., Page]
) -> None:
    sight = next(one for one in PAGES if one.name == name)
    page = page_for(sight.role, viewport={"width": 390, "height": 844})
    page.goto(office.url(sight.path))
    page.locator("h1").first.wait_for()
    assert page.evaluate(RENAMED, NAME), "a page without a name says nothing here"
    for width in (390, 720, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"at {width} px"
