"""What kinds of ground there are, what callers get to know about a point, and how names compare."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from streife.kernel.geo import Point
from streife.kernel.texts import german, said


class AreaKind(StrEnum):
    """The levels a city is divided into."""

    CITY = "city"
    DISTRICT = "district"
    QUARTER = "quarter"
    OPERATIONAL = "operational"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The areas that hold a point; ids are rows of `places.Area`."""

    city_id: int
    district_id: int
    district_name: str
    quarter_id: int
    quarter_name: str
    operational_id: int | None
    operational_name: str

    @property
    def area_ids(self) -> tuple[int, ...]:
        """All areas, the nearest first: what a rule per area is looked up with."""
        ids = (self.quarter_id, self.district_id, self.operational_id, self.city_id)
        return tuple(number for number in ids if number is not None)


@dataclass(frozen=True, slots=True)
class Phone:
    """One telephone line and who answers it."""

    label: str
    number: str

    @property
    def uri(self) -> str:
        """The `tel:` address, in international form when it is a German trunk number."""
        digits = re.sub(r"[^\d+]", "", self.number)
        return "tel:" + (f"+49{digits[1:]}" if digits.startswith("0") else digits)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """An office and whether it is open: `open_now` is None when its hours are not known."""

    code: str
    name: str
    address: str
    phones: tuple[Phone, ...]
    open_now: bool | None
    text: str  # one German sentence: "geöffnet bis 20.30 Uhr"
    hours_text: str  # the week: "Montag bis Samstag, 9 bis 20.30 Uhr", or empty
    note: str
    point: Point
    approximate: bool


HIT_KINDS = {
    "office": german("Anlaufstelle"),
    "square": german("Platz"),
    "school": german("Schule"),
    "kindergarten": german("Kindergarten"),
    "childcare": german("Kindertagesstätte"),
    "quarter": german("Stadtteil"),
    "district": german("Stadtbezirk"),
}


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place found by name; `kind` is office, quarter, district or the kind of a site."""

    label: str
    point: Point
    kind: str
    approximate: bool = False

    @property
    def kind_text(self) -> str:
        """What it is, because a square and the quarter around it often share their name."""
        return said(HIT_KINDS[self.kind]) if self.kind in HIT_KINDS else ""


_WORD_ENDS = (
    (re.compile(r"str(?:\.|asse)?(?=\s|$|\d)"), "strasse"),
    (re.compile(r"pl\.(?=\s|$|\d)"), "platz"),
)
_FOLDS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "-": " ", "/": " ", ",": " "})
_HOUSE_NUMBER = re.compile(r"\s+\d+\s*[a-z]?(?:\s+\d+\s*[a-z]?)?(?=\s|$)")
_POSTCODE = re.compile(r"\b\d{5}\b")


def fold(text: str) -> str:
    """Return a name as it is compared: lower case, ä → ae, ß → ss, "Str." → "strasse".

    >>> fold("Bornstr. 124")
    'bornstrasse 124'
    """
    # Compatible forms first: a mathematical "𝐀" has no lower case of its own.
    folded = unicodedata.normalize("NFKC", text).lower().translate(_FOLDS)
    folded = unicodedata.normalize("NFKD", folded)
    folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
    for pattern, word in _WORD_ENDS:
        folded = pattern.sub(word, folded)
    return " ".join(re.sub(r"[^\w\s]", " ", folded).split())


def without_number(folded: str) -> str:
    """Return a folded address without house number and postcode.

    >>> without_number("nordmarkt 3 a 44145 dortmund")
    'nordmarkt dortmund'
    """
    return " ".join(_HOUSE_NUMBER.sub(" ", _POSTCODE.sub(" ", folded)).split())
