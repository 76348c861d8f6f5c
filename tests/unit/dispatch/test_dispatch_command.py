"""The command bar understands what dispatchers type, and says in German what it does not."""

import pytest

from streife.dispatch.rules import (
    Availability,
    Command,
    RecallUnit,
    RequestSpeech,
    Scheme,
    SendUnit,
    SetStatus,
    StatusRow,
    parse_command,
)
from streife.kernel.errors import Refused

UNITS = [(1, "KOD 11"), (2, "KOD 12"), (3, "Nord 12"), (4, "KOD 4")]
ROWS = [
    StatusRow("1", "frei auf Streife", "Frei", Availability.AVAILABLE, words=("frei", "streife")),
    StatusRow("4", "am Einsatzort", "Vor Ort", Availability.UNAVAILABLE, words=("da",)),
    StatusRow(
        "6", "nicht verfügbar", "Nicht verfügbar", Availability.UNAVAILABLE, words=("pause",)
    ),
    StatusRow("5", "Sprechwunsch", "Sprechwunsch", Availability.UNKNOWN, overlay=True),
]
SCHEME = Scheme({row.key: row for row in ROWS})


def parsed(line: str) -> Command:
    return parse_command(line, units=UNITS, scheme=SCHEME, year=2026)


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("11 an 4711", SendUnit(1, "2026-004711", "", False, False)),
        ("  kod 11   AN 4711 ", SendUnit(1, "2026-004711", "", False, False)),
        ("11 an 2025-17", SendUnit(1, "2025-000017", "", False, False)),
        ("11 auch an 4711", SendUnit(1, "2026-004711", "", True, False)),
        ("11 dann an 4711 liegt am Weg", SendUnit(1, "2026-004711", "liegt am Weg", False, True)),
        ("Nord 12 an 9 weil nah", SendUnit(3, "2026-000009", "nah", False, False)),
        ("11 ab 4711, Polizei da", RecallUnit(1, "2026-004711", "Polizei da")),
        ("11 4", SetStatus(1, "4", "")),
        ("4 4", SetStatus(4, "4", "")),
        ("11 frei", SetStatus(1, "1", "")),
        ("KOD 12 vor ort", SetStatus(2, "4", "")),
        ("11 pause Mittag", SetStatus(1, "6", "Mittag")),
        ("11 6: Mittag", SetStatus(1, "6", "Mittag")),
        ("11 sprechwunsch", RequestSpeech(1, "5")),
        ("11 5", RequestSpeech(1, "5")),
    ],
)
def test_a_line_means_what_dispatchers_mean(line: str, meaning: Command) -> None:
    assert parsed(line) == meaning


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "command-empty"),
        ("11", "command-incomplete"),
        ("99 frei", "unit-unknown"),
        ("12 frei", "unit-ambiguous"),
        ("11 4711", "command-unclear"),
        ("11 fliegt", "command-unknown"),
        ("11 an", "command-unknown"),
        ("11 an Nordmarkt", "command-unknown"),
        ("11 an 12345678", "command-unknown"),
        ("';DROP TABLE", "unit-unknown"),
        ("²² frei", "unit-unknown"),
    ],
)
def test_a_line_that_means_nothing_is_refused_in_german(line: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parsed(line)
    assert refused.value.code == code


def test_a_number_without_a_verb_is_answered_with_the_right_line() -> None:
    with pytest.raises(Refused) as refused:
        parsed("KOD 11 4711")
    assert "„KOD 11 an 4711“" in refused.value.message
