"""Finding a place by its name or address among a few thousand names in memory. No Django."""

from collections.abc import Iterable
from dataclasses import dataclass

from streife.places.rules import PlaceHit, fold, without_number

_RANKS = {"office": 0, "square": 1, "quarter": 2, "district": 3}


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
        """Return the best hits for what somebody typed, the best first, every place once."""
        whole = fold(text[:200])
        street = self._bare(without_number(whole))
        found: dict[PlaceHit, tuple[int, int, int, str]] = {}
        for penalty, query in enumerate(dict.fromkeys((self._bare(whole), street))):
            if not query:
                continue
            words = query.split()
            for name in self._names:
                quality = _quality(name, query, words)
                if quality is None:
                    continue
                rank = (
                    quality + penalty,
                    _RANKS.get(name.hit.kind, 9),
                    len(name.folded),
                    name.hit.label,
                )
                if name.hit not in found or rank < found[name.hit]:
                    found[name.hit] = rank
        return sorted(found, key=lambda hit: found[hit])[:limit]

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
