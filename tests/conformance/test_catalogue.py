"""The English catalogue is complete, and its parts fit the German ones."""

import re
from pathlib import Path

import polib
import pytest

from tools.messages import texts, untranslated

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "streife"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
DATA = tuple(
    ROOT / "data" / name
    for name in ("catalogue", "dispatch", "equipment", "roster", "staff", "dortmund/offices.yaml")
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    """Return the English catalogue."""
    return polib.pofile(str(CATALOGUE))


def test_every_text_has_an_english_translation(catalogue: polib.POFile) -> None:
    missing = untranslated(catalogue, texts(SOURCE, *DATA))
    assert not missing, f"run 'make messages' and translate: {missing}"


def test_no_translation_is_only_a_guess(catalogue: polib.POFile) -> None:
    assert not [entry.msgid for entry in catalogue if "fuzzy" in entry.flags]


def test_no_translation_is_left_over(catalogue: polib.POFile) -> None:
    used = {(t.singular, t.plural, t.context) for t in texts(SOURCE, *DATA)}
    known = {(e.msgid, e.msgid_plural or "", e.msgctxt or "") for e in catalogue}
    assert not known - used, "run 'make messages'"


def test_a_translation_keeps_the_placeholders(catalogue: polib.POFile) -> None:
    """A lost placeholder would fail in front of the resident, and only in English."""
    broken = [
        entry.msgid
        for entry in catalogue
        if not entry.msgid_plural
        and sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr))
    ]
    assert not broken


def test_the_collector_finds_texts_in_code_and_templates(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        'x = _("Eins")\ny = ngettext("%(n)d Hinweis", "%(n)d Hinweise", n)\n'
        'z = pgettext("Ort", "Platz")\n'
    )
    (tmp_path / "b.html").write_text(
        '{% load i18n %}{% translate "Er sagte: \'Zwei\'" %} {{ _("Vier") }} {% x _("Fünf") %}'
        "{% blocktranslate count n=n trimmed %}\n  {{ n }} Streife\n{% plural %}\n"
        "  {{ n }} Streifen\n{% endblocktranslate %}"
        '{% translate "Platz" context "Geld" %}'
    )
    assert {tuple(text) for text in texts(tmp_path)} == {
        ("Eins", "", ""),
        ("%(n)d Hinweis", "%(n)d Hinweise", ""),
        ("Platz", "", "Ort"),
        ("Er sagte: 'Zwei'", "", ""),
        ("Vier", "", ""),
        ("Fünf", "", ""),
        ("%(n)s Streife", "%(n)s Streifen", ""),
        ("Platz", "", "Geld"),
    }
