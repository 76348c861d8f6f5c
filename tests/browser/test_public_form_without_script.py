"""The public form in a browser that runs no script, with a photo that knows too much."""

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page, expect

HUMAN_PACE_MS = 2_200
ARTIST = 0x013B


def _photo() -> bytes:
    """Return a JPEG that names its maker."""
    secrets = Image.Exif()
    secrets[ARTIST] = "Vorname Nachname"
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), "#557799").save(picture, "JPEG", exif=secrets)
    return picture.getvalue()


def test_a_report_with_photo_needs_no_script(page_for: Callable[..., Page]) -> None:
    page = page_for(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto("/")
    page.get_by_role("link", name="Hinweis geben").first.click()
    page.locator("summary", has_text="Ohne Karte").click()
    page.get_by_label("Stadtteil").select_option(index=3)
    page.locator("summary", has_text="Müll und Abfall").click()
    page.locator("details[open] label", has=page.locator("input[name=category]")).first.click()
    page.get_by_label("Beschreiben Sie es kurz").fill("Drei Säcke neben dem Container.")
    photo = _photo()
    page.get_by_label("Fotos").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    page.wait_for_timeout(HUMAN_PACE_MS)
    page.get_by_role("button", name="Hinweis senden").click()
    expect(page.locator("h1")).to_have_text("Danke! Ihr Hinweis ist bei uns.")
    shown = page.get_by_alt_text("Ihr Foto 1")
    expect(shown).to_be_visible()
    kept = page.request.get(str(shown.get_attribute("src"))).body()
    assert Image.open(io.BytesIO(kept)).size == (640, 480)
    assert b"Vorname" in photo
    assert b"Vorname" not in kept


def test_a_refused_form_without_script_keeps_what_was_typed(page_for: Callable[..., Page]) -> None:
    page = page_for(java_script_enabled=False)
    page.goto("/hinweis/")
    page.get_by_label("Beschreiben Sie es kurz").fill("Ein Satz, der nicht verloren geht.")
    page.wait_for_timeout(HUMAN_PACE_MS)
    page.get_by_role("button", name="Hinweis senden").click()
    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.get_by_label("Beschreiben Sie es kurz")).to_have_value(
        "Ein Satz, der nicht verloren geht."
    )
