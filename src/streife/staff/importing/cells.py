"""What a cell means: dates in all the ways people write them, shares, hours, groups."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from streife.kernel.clock import YEARS
from streife.kernel.texts import is_writable
from streife.staff.rules import ContractGroup, QualificationKind
from streife.staff.rules.languages import NAMES


class Bad(Exception):
    """A cell that cannot be read; `args[0]` is a key of `rows.REASONS`."""


EPOCH = date(1899, 12, 30)  # Excel's day 0 (Windows), with its wrong 29 February 1900
SERIALS = range(18_264, 73_051)  # 1950 to 2099: what a date of a person can be
NEVER = date(9999, 12, 31)  # how personnel systems write that something has no end
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
SHORT = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2}")
PLAIN = re.compile(r"[0-9]{1,4}(?:\.[0-9]{0,20})?|\.[0-9]{1,20}")
CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::00)?")
SLASHED = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}")
GROUPS = {
    **dict.fromkeys(("beamte", "beamter", "beamtin", "beamtin/beamter", "b"), "beamte"),
    **dict.fromkeys(("tarif", "tvöd", "tvoed", "tb", "tarifbeschäftigt"), "tarif"),
    **dict.fromkeys(("tarifbeschäftigte", "tarifbeschäftigter", "angestellt"), "tarif"),
    **dict.fromkeys(
        ("angestellte", "angestellter", "beschäftigte", "tarifbeschäftigte/r"), "tarif"
    ),
    **dict.fromkeys(("azubi", "auszubildende", "auszubildender", "ausbildung"), "azubi"),
}
LANGUAGES = {name.lower(): code for code, name in NAMES.items()} | {
    "gebärdensprache": "dgs",
    "kurdisch (kurmandschi)": "ku",
    "farsi": "fa",
}


def text_of(cell: Any) -> str:
    """Return a cell as text on one line; 17.0 is 17, as Excel keeps numbers."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).replace("\xa0", " ").split())


def day_of(cell: Any) -> date:
    """Return a day: a date, "1.2.2026", "2026-02-01", or Excel's number 44927.

    :raises Bad: `date-unreadable`, `date-two-digits`, `date-ambiguous`, `date-impossible`,
        `date-year`
    """
    found = _day_of(cell)
    if found.year not in YEARS:
        raise Bad("date-year")
    return found


def end_of(cell: Any) -> date | None:
    """Return a day, or nothing for 31.12.9999: without end.

    :raises Bad: as `day_of`
    """
    return None if _day_of(cell) == NEVER else day_of(cell)


def _day_of(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    if text.isdecimal() and int(text) in SERIALS:
        return EPOCH + timedelta(days=int(text))
    for pattern, order in ((ISO, (0, 1, 2)), (GERMAN, (2, 1, 0))):
        if found := pattern.fullmatch(text):
            year, month, day = (int(found.groups()[n]) for n in order)
            try:
                return date(year, month, day)
            except ValueError as error:
                raise Bad("date-impossible") from error
    if SHORT.fullmatch(text):
        raise Bad("date-two-digits")
    raise Bad("date-ambiguous" if SLASHED.fullmatch(text) else "date-unreadable")


def share_of(cell: Any) -> Decimal:
    """Return a share of full time above 0 and up to 1: "75 %", 75, "0,75", 0.75, 1.

    :raises Bad: `share-unreadable`
    """
    text = text_of(cell).replace("%", "").strip().replace(",", ".")
    if not PLAIN.fullmatch(text):
        raise Bad("share-unreadable")
    value = Decimal(text)
    # "1" is everything, as Excel keeps 100 %; nobody works one percent.
    share = value if value <= 1 and "%" not in text_of(cell) else value / 100
    share = share.quantize(Decimal("0.0001"))
    if not 0 < share <= 1:
        raise Bad("share-unreadable")
    return share


def minutes_of(cell: Any) -> int:
    """Return the minutes of "39", "19,5", "19:30" hours.

    :raises Bad: `hours-unreadable`
    """
    text = text_of(cell).lower().removesuffix("h").removesuffix("std.").strip()
    plain = text.replace(",", ".")
    if clock := CLOCK.fullmatch(text):
        total = int(clock[1]) * 60 + int(clock[2])
    elif PLAIN.fullmatch(plain):
        total = round(Decimal(plain) * 60)
    else:
        raise Bad("hours-unreadable")
    if not 0 < total <= 60 * 60:
        raise Bad("hours-unreadable")
    return total


def group_of(cell: Any) -> ContractGroup:
    """Return the group of a contract.

    :raises Bad: `group-unknown`
    """
    try:
        return ContractGroup(GROUPS[text_of(cell).lower()])
    except KeyError as error:
        raise Bad("group-unknown") from error


def languages_of(cell: Any) -> tuple[str, ...]:
    """Return the codes of "Türkisch, Englisch"; German itself is not noted.

    :raises Bad: `language-unknown`
    """
    words = [word.strip().lower() for word in re.split(r"[,;/+]| und ", text_of(cell))]
    codes = []
    for word in words:
        if word in ("", "deutsch", "de"):
            continue
        code = word if word in NAMES else LANGUAGES.get(word)
        if code is None:
            raise Bad("language-unknown")
        codes.append(code)
    return tuple(sorted(set(codes)))


def name_of(cell: Any) -> str:
    """Return a name.

    :raises Bad: `text-too-long`, `name-unreadable`
    """
    text = text_of(cell)
    if len(text) > 80:
        raise Bad("text-too-long")
    if not any(sign.isalpha() for sign in text) or "\ufffd" in text or "Ã" in text:
        raise Bad("name-unreadable")
    if not is_writable(text):
        raise Bad("name-unreadable")
    return text


def number_of(cell: Any) -> str:
    """Return a personnel number, leading noughts kept where they are text.

    :raises Bad: `text-too-long`
    """
    text = text_of(cell)
    if len(text) > 20:
        raise Bad("text-too-long")
    if not is_writable(text):
        raise Bad("number-unreadable")
    return text


# The columns: what they may be called (the first is what we call them), how a cell is read.
Read = Callable[[Any], Any]
COLUMNS: dict[str, tuple[tuple[str, ...], Read]] = {
    "number": (("Personalnummer", "personalnr.", "personalnr", "pers.-nr.", "pnr"), number_of),
    "last_name": (("Nachname", "name", "familienname"), name_of),
    "first_name": (("Vorname", "rufname"), name_of),
    "entered": (("Eintritt", "eintrittsdatum", "eingestellt am", "beschäftigt seit"), day_of),
    "left": (("Austritt", "letzter tag", "austrittsdatum"), end_of),
    "group": (("Gruppe", "status", "beschäftigtengruppe", "art"), group_of),
    "share": (("Umfang", "umfang %", "umfang in %", "anteil", "beschäftigungsumfang"), share_of),
    "minutes": (("Wochenstunden", "stunden", "wochenarbeitszeit"), minutes_of),
    "from": (("Vertrag ab", "vertragsbeginn", "gültig ab"), day_of),
    "to": (("Vertrag bis", "vertragsende", "befristet bis"), end_of),
    "born": (("Geburtsdatum", "geboren", "geb.", "geburtstag"), day_of),
    "languages": (("Sprachen", "sprache", "sprachkenntnisse"), languages_of),
}
SKILLS: dict[str, tuple[QualificationKind, tuple[str, ...]]] = {
    "first_aid": (QualificationKind.FIRST_AID, ("Erste Hilfe bis", "erste hilfe")),
    "baton": (QualificationKind.BATON, ("EMS bis", "einsatzmehrzweckstock bis", "stock bis")),
    "body_cam": (QualificationKind.BODY_CAM, ("Körperkamera bis", "bodycam bis")),
    "driver": (QualificationKind.DRIVER, ("Fahrberechtigung bis", "führerschein geprüft bis")),
    "dog_handling": (QualificationKind.DOG_HANDLING, ("Umgang mit Hunden bis",)),
    "trainer": (QualificationKind.TRAINER, ("Ausbilder bis", "ausbildereignung bis")),
    "verwarnung": (QualificationKind.VERWARNUNG, ("Verwarnung ab", "ermächtigung verwarnung ab")),
}
NEEDED = ("number", "last_name", "first_name", "entered")
