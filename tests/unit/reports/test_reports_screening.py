"""What is masked in imported texts, and what is left alone."""

import pytest

from streife.reports.screening import screen


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Bitte an a.beispiel+x@mail.example.org schreiben", "Bitte an [E-MAIL] schreiben"),
        ("Ruf an: 0231 / 50 1 11 24!", "Ruf an: [TELEFON]!"),
        ("Tel: 0303647060 (Firma)", "Tel: [TELEFON] (Firma)"),
        ("+49 151 23456789", "[TELEFON]"),
        ("(0171-2345678)", "([TELEFON])"),
        ("Auto DO-AB 123 steht", "Auto [KENNZEICHEN] steht"),
        ("Nr. K XX 0000", "Nr. [KENNZEICHEN]"),
        ("B-MW 1234E blockiert", "[KENNZEICHEN] blockiert"),
        ("M:XY 99", "[KENNZEICHEN]"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert screen(text) == (masked, 1)


@pytest.mark.parametrize(
    "text",
    [
        "50968 Köln, Venloer Str. 288",
        "seit dem 01.02.2023 um 14:30 Uhr",
        "auf der A 555 Richtung Süden",
        "Buslinie U 47 und S 1",
        "Meldung 5o1xxd vom Montag",
        "Dixi steht am 16.10.23 auf der Baumscheibe",
        "Park- und Haltverbot",
        "VW Polo ohne Kennzeichen",
        "Hausnummer 12 bis 14",
    ],
)
def test_left_alone(text: str) -> None:
    assert screen(text) == (text, 0)
