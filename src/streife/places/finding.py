"""Finding a place by its name or address among a few thousand names in memory. No Django."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from streife.places.rules import PlaceHit, fold, without_number

_RANKS = {"office": 0, "square": 1, "quarter": 2, "district": 3}
_PARTS = re.compile(r"[,;()]")
_PART_SIGNS = 3  # a shorter part is a house number or a slip
_BEGINNING = 1  # of a part only the whole name or its beginning counts: "am Brunnen" is no place

Rank = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class Name:
    """One folded name under which a place is found."""

    folded: str
    words: tuple[str, ...]
    hit: PlaceHit


class Gazetteer:
    """All names of a city; `find` ranks whole names before beginnings before words."""

    def __init__(self, city: str, entries: Iterable[tuple[str, PlaceHit]]) -> None:
        self._city = fold(city)
        self._names = [
            Name(folded, tuple(folded.split()), hit)
            for text, hit in entries
            if (folded := fold(text))
        ]

    def find(self, text: str, *, limit: int) -> list[PlaceHit]:
        """Return the best hits for what somebody typed, the best first, every place once.

        What is found nowhere as a whole is looked for by its parts: "Nordmarkt, am Brunnen".
        """
        text = text[:200]
        found = self._ranked(text)
        for part in _PARTS.split(text):
            if not found and len(fold(part)) >= _PART_SIGNS:
                found = self._ranked(part, worst=_BEGINNING)
        return sorted(found, key=lambda hit: found[hit])[:limit]

    def _ranked(self, text: str, *, worst: int = 3) -> dict[PlaceHit, Rank]:
        """Return the hits with their ranks; a quality above `worst` is none."""
        whole = fold(text)
        street = self._bare(without_number(whole))
        found: dict[PlaceHit, Rank] = {}
        for penalty, query in enumerate(dict.fromkeys((self._bare(whole), street))):
            words = query.split()
            for name in self._names if query else ():
                quality = _quality(name, query, words)
                if quality is None or quality > worst:
                    continue
                kind = _RANKS.get(name.hit.kind, 9)
                rank = (quality + penalty, kind, len(name.folded), name.hit.label)
                if name.hit not in found or rank < found[name.hit]:
                    found[name.hit] = rank
        return found

    def _bare(self, folded: str) -> str:
        """Leave out the city's own name at the end of an address."""
        words = folded.split()
        if len(words) > 1 and words[-1] == self._city:
            words = words[:-1]
        return " ".join(words)


def _quality(name: Name, query: str, words: list[str]) -> int | None:
    """0 whole name, 1 its beginning, 2 beginnings of its words, 3 anywhere; None no hit."""
    if name.folded == query:
        return 0
    if name.folded.startswith(query):
        return 1
    if all(any(own.startswith(word) for own in name.words) for word in words):
        return 2
    if len(query) >= 3 and query in name.folded:
        return 3
    return None
