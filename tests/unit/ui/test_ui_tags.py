"""Template tags say the same to eyes, screen readers and print."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from streife.ui import icons, moments
from streife.ui.templatetags.streife import initials

NOW = datetime(2026, 3, 3, 13, 2, tzinfo=UTC)  # 14:02 in Dortmund
FIELDS_OF_WORK = [
    "betteln",
    "hunde",
    "rauschmittel",
    "jugendschutz",
    "sozialverhalten",
    "strassenprostitution",
    "abfall",
    "graffiti_plakate",
    "immobilien",
    "gewerbe",
    "other",
]


def shown(source: str, **context: object) -> str:
    request = RequestFactory().get("/leitstelle/?status=open&status=late&page=3")
    return Template("{% load streife %}" + source).render(Context({"request": request, **context}))


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="Wie im Ausweis")
    kind = forms.ChoiceField(
        label="Art", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    where = forms.ChoiceField(label="Ort", choices=[("n", "Nord")], required=False)
    agreed = forms.BooleanField(label="Einverstanden", required=False)
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=20), "gerade eben"),
        (timedelta(minutes=12), "vor 12 Min."),
        (timedelta(hours=3), "vor 3 Std."),
        (timedelta(hours=3, minutes=5), "vor 3 Std. 5 Min."),
        (timedelta(hours=7, minutes=40), "vor 7 Std."),
        (timedelta(days=1, hours=2), "vor 1 Tag"),
        (timedelta(days=3), "28.02., 14:02"),
        (timedelta(days=300), "07.05.2025, 15:02"),
        (timedelta(minutes=-12), "in 12 Min."),
    ],
)
def test_a_moment_is_said_as_people_say_it(passed: timedelta, text: str) -> None:
    with translation.override("de"):
        assert moments.ago(NOW - passed, now=NOW) == text


def test_the_exact_moment_is_on_hover() -> None:
    with translation.override("de"):
        assert moments.exact(NOW) == "Dienstag, 3. März 2026, 14:02 Uhr"
        html = shown("{{ moment|ago }}", moment=NOW)
    assert 'title="Dienstag, 3. März 2026, 14:02 Uhr"' in html
    assert '<time datetime="2026-03-03T13:02:00+00:00"' in html


def test_yesterday_and_tomorrow_are_named() -> None:
    with translation.override("de"):
        assert moments.clock(NOW - timedelta(days=1), now=NOW) == "gestern, 14:02"
        assert moments.clock(NOW + timedelta(days=1), now=NOW) == "morgen, 14:02"
        assert moments.clock(NOW, now=NOW) == "14:02"


def test_an_unknown_moment_is_a_dash() -> None:
    assert shown("{{ moment|ago }}{{ moment|clock }}{{ moment|minutes }}", moment=None) == "–––"


@pytest.mark.parametrize("name", FIELDS_OF_WORK)
def test_every_field_of_work_has_its_own_drawing(name: str) -> None:
    assert name in icons.drawings()
    others = [drawing for other, drawing in icons.drawings().items() if other in FIELDS_OF_WORK]
    assert others.count(icons.drawings()[name]) == 1


def test_an_icon_is_silent_unless_it_has_something_to_say() -> None:
    assert 'aria-hidden="true"' in icons.svg("hunde")
    assert 'role="img" aria-label="&lt;b&gt;"' in icons.svg("hunde", "<b>")


def test_an_unknown_icon_shows_the_one_for_other() -> None:
    assert icons.svg("gibt-es-nicht") == icons.svg("other")


def test_a_badge_has_icon_and_escaped_word() -> None:
    html = shown('{% badge "danger" text %}', text="<Gefahr>")
    assert "badge--danger" in html
    assert "<svg" in html
    assert "&lt;Gefahr&gt;" in html


def test_a_refused_field_names_its_error_for_screen_readers() -> None:
    html = shown("{% field form.name %}", form=SampleForm({}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'id="id_name-error"' in html
    assert 'id="id_name-hint"' in html


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    html = shown("{% field form.kind %}", form=SampleForm({"kind": "b"}))
    assert "<legend" in html
    assert html.count('type="radio"') == 2
    assert 'value="b" id="id_kind_1" checked' in html


def test_optional_fields_say_so_and_hidden_ones_stay_bare() -> None:
    with translation.override("de"):
        html = shown("{% field form.where %}|{% field form.token %}", form=SampleForm())
    visible, hidden = html.split("|")
    assert "freiwillig" in visible
    assert "kern-form-input__select-wrapper" in visible
    assert "<label" not in hidden


def test_the_summary_links_to_the_refused_fields() -> None:
    html = shown("{% errors form %}", form=SampleForm({}))
    assert 'href="#id_name"' in html
    assert shown("{% errors form %}", form=SampleForm()) == ""


def test_the_query_changes_without_losing_the_rest() -> None:
    assert shown("{% url_with page=4 %}") == "?status=open&amp;status=late&amp;page=4"
    assert shown("{% url_with status=None page=None %}") == "/leitstelle/"
    assert shown('{% toggled "status" "late" %}') == "?status=open"
    assert shown('{% toggled "status" "new" %}') == "?status=open&amp;status=late&amp;status=new"


@pytest.mark.parametrize(
    ("name", "letters"), [("Demir, Ayla", "DA"), ("Ayla von der Höhe", "AH"), ("K", "K"), ("", "")]
)
def test_initials_are_first_and_last(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(("cookie", "marked"), [("dark", True), ('"><script>', False), ("", False)])
def test_the_remembered_scheme_is_sent_with_the_page(cookie: str, marked: bool) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    html = Template("{% load streife %}{% page_attributes %}").render(Context({"request": request}))
    assert ('data-kern-theme="dark"' in html) is marked
    assert "<script>" not in html


def test_no_template_of_ours_holds_inline_script_or_style() -> None:
    folder = Path(icons.__file__).parent / "templates"
    for template in folder.rglob("*.html"):
        text = template.read_text()
        assert " style=" not in text, template
        assert "<script" not in text, template
        assert " onclick=" not in text, template


def test_the_page_for_our_own_faults_needs_nothing() -> None:
    assert "110" in render_to_string("500.html")


class OneUnit(NamedTuple):
    unit_id: int


@pytest.mark.parametrize("token", ["first-reader", "second-reader"])
def test_a_remembered_form_carries_the_token_of_its_own_page(token: str) -> None:
    filled = shown(
        '{% remembered "dispatch/_unit_card.html" unit=unit may_form=True may_dispatch=True %}',
        unit=OneUnit(7),
        csrf_token=token,
    )
    assert filled.count(f'value="{token}"') == 2
    assert "token-of-this-page" not in filled


@pytest.mark.parametrize(
    ("address", "quarter", "shown"),
    [
        ("Bornstraße 3", SimpleNamespace(name="Nordmarkt"), "Bornstraße 3, Nordmarkt"),
        ("Nordmarkt, am Brunnen", SimpleNamespace(name="Nordmarkt"), "Nordmarkt, am Brunnen"),
        ("Bornstraße 3", None, "Bornstraße 3"),
        (None, None, ""),
    ],
)
def test_a_place_is_named_once_and_may_lie_in_no_quarter(
    address: str | None, quarter: object, shown: str
) -> None:
    page = Template("{% load streife %}{{ report.address|in_quarter:report.quarter }}")
    report = SimpleNamespace(address=address, quarter=quarter)
    assert page.render(Context({"report": report})) == shown
