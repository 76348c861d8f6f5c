"""A list says what a report is about, not how its letter begins."""

import pytest

from streife.triage.rules import heading_of


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("Sehr geehrte Damen und Herren, hier steht ein Sofa.", "Hier steht ein Sofa."),
        ("Sehr geehrter Herr Muster,\n\nes stinkt.", "Es stinkt."),
        ("Hallo zusammen, in der Gasse parken Autos.", "In der Gasse parken Autos."),
        ("Moin! gebrauchte Nadeln im Gebüsch", "Gebrauchte Nadeln im Gebüsch"),
        ("Guten Tag,\nan der Ecke liegt Müll", "An der Ecke liegt Müll"),
        # Not a greeting, or nothing but one: then every word stays.
        ("Hallo ein Hund, der beißt", "Hallo ein Hund, der beißt"),
        ("Hallo, ", "Hallo,"),
        ("Moin!", "Moin!"),
        ("Hier Hallo, und dann nichts", "Hier Hallo, und dann nichts"),
        ("iPhone liegt auf der Wache", "iPhone liegt auf der Wache"),
        ("", ""),
    ],
)
def test_a_heading_begins_with_the_matter(text: str, heading: str) -> None:
    assert heading_of(text) == heading


def test_a_heading_is_one_short_line() -> None:
    assert heading_of("a\n b" + "c" * 200) == "a b" + "c" * 157
