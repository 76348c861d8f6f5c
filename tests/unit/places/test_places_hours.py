"""Opening hours: NRW's holidays, summer time, and the sentences."""

from datetime import datetime

import pytest

from streife.kernel.clock import BERLIN
from streife.places.hours import check_hours, opening_at, week
from streife.places.sentences import opening_sentence, week_sentence

CITYWACHE = "Mo-Sa 09:00-20:30; PH off"
DORTMUND, BERLIN_CITY = "05913000", "11000000"


def at(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


def sentence(text: str, expression: str = CITYWACHE, city: str = DORTMUND) -> str:
    moment = at(text)
    return opening_sentence(opening_at(expression, moment, city_code=city), moment)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23T10:00", "geöffnet bis 20.30 Uhr"),
        ("2026-11-23T20:29:59", "geöffnet bis 20.30 Uhr"),
        ("2026-11-23T20:30", "öffnet morgen um 9 Uhr"),
        ("2026-11-23T08:00", "öffnet heute um 9 Uhr"),
        ("2026-11-22T12:00", "öffnet morgen um 9 Uhr"),  # Sunday
        ("2026-11-21T21:00", "öffnet am Montag um 9 Uhr"),
        ("2026-06-04T12:00", "heute Feiertag (Fronleichnam): geschlossen, öffnet morgen um 9 Uhr"),
        ("2026-12-24T21:00", "öffnet am Montag um 9 Uhr"),  # over Christmas and a Sunday
        ("2026-12-31T21:00", "öffnet am Samstag um 9 Uhr"),  # New Year's Day is in the next year
    ],
)
def test_an_office_says_when_it_is_open(moment: str, expected: str) -> None:
    assert sentence(moment) == expected


def test_holidays_are_those_of_the_citys_state() -> None:
    assert sentence("2026-06-04T12:00", city=BERLIN_CITY) == "geöffnet bis 20.30 Uhr"
    assert sentence("2027-03-08T12:00", city=BERLIN_CITY).startswith("heute Feiertag")
    assert sentence("2027-03-08T12:00") == "geöffnet bis 20.30 Uhr"


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-28T23:00", "2026-03-29T09:00+02:00"),  # the night with 23 hours
        ("2026-10-24T23:00", "2026-10-25T09:00+01:00"),  # the night with 25 hours
    ],
)
def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(moment: str, opens: str) -> None:
    opening = opening_at("Mo-Su 09:00-20:30", at(moment), city_code=DORTMUND)
    assert opening.opens_at is not None
    assert opening.opens_at == datetime.fromisoformat(opens)
    assert opening.opens_at.hour == 9


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    for fold in (0, 1):
        moment = at("2026-10-25T02:30", fold=fold)
        assert opening_at("Su 02:00-03:00", moment, city_code=DORTMUND).open_now


def test_unknown_hours_ask_people_to_call_and_never_read_as_open() -> None:
    text = opening_sentence(None, at("2026-11-23T10:00"))
    assert text == "Öffnungszeiten bitte telefonisch erfragen"


def test_never_closing_and_never_opening_have_words() -> None:
    assert sentence("2026-11-23T10:00", "24/7") == "durchgehend geöffnet"
    assert sentence("2026-11-23T10:00", "off") == "geschlossen"


def test_the_week_is_written_as_offices_write_it() -> None:
    monday = at("2026-11-23T10:00")
    assert week_sentence(week(CITYWACHE, monday)) == "Montag bis Samstag, 9 bis 20.30 Uhr"
    assert week_sentence(week("Mo-Tu 08:00-12:00,13:00-16:00; Fr 10:00-24:00", monday)) == (
        "Montag bis Dienstag, 8 bis 12 und 13 bis 16 Uhr; Freitag, 10 bis 24 Uhr"
    )
    assert week_sentence(week("PH off", monday)) == ""


@pytest.mark.parametrize(
    "expression", ["neun bis fünf", "Mo,PH 09:00-12:00", "Mo 09:00-12:00; SH off", "Mo 25:00-1"]
)
def test_hours_that_cannot_be_told_are_named(expression: str) -> None:
    assert check_hours(expression).startswith("Öffnungszeiten")


def test_sound_hours_pass() -> None:
    assert check_hours("") == ""
    assert check_hours(CITYWACHE) == ""
    assert check_hours("Mo-Fr 08:00-12:00; PH 10:00-11:00") == ""
