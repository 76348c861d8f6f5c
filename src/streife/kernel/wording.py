"""German words as the search and the likeness of texts compare them. Plain Python.

One folding and one stemmer for both databases: SQLite's FTS5 knows no German, and PostgreSQL's
dictionary would find other things than SQLite does.
"""

import re
import unicodedata
from functools import lru_cache

_FOLDS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+")
_STRIP_GE = re.compile(r"^ge(.{4,})")
_PAIR = re.compile(r"(.)\1")
_PLAIN = re.compile(r"\*")
MAX_TOKEN_CHARACTERS = 40
MAX_TOKENS = 600


def fold(text: str) -> str:
    """Return the text in lower case without umlauts and accents: ä → a, ß → ss.

    "ae" stays here; `words` makes "muell" the same as "müll".
    """
    text = unicodedata.normalize("NFC", text).lower().translate(_FOLDS)
    text = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in text if not unicodedata.combining(sign))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a folded German word (CISTEM, Weißweiler & Fraser 2017, see ADR 0030).

    >>> stem("fahrrader"), stem("fahrrad")
    ('fahrrad', 'fahrrad')
    """
    if word.isdigit():
        return word.lstrip("0") or "0"  # "4711" finds 2026-004711
    if len(word) <= 3:
        return word
    word = _STRIP_GE.sub(r"\1", word)
    word = word.replace("sch", "$").replace("ei", "%").replace("ie", "&")
    word = _PAIR.sub(r"\1*", word)
    while len(word) > 3:
        if len(word) > 5 and word[-2:] in ("em", "er", "nd"):
            word = word[:-2]
        elif word[-1] in "tesn":
            word = word[:-1]
        else:
            break
    word = _PLAIN.sub("", re.sub(r"(.)\*", r"\1\1", word))
    return word.replace("&", "ie").replace("%", "ei").replace("$", "sch")


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order; "ae", "oe", "ue" become "a", "o", "u".

    >>> words("Müll am Körner Hellweg, Muell!")
    ['mull', 'am', 'korner', 'hellweg', 'mull']
    """
    return [_without_digraphs(word) for word in _WORD.findall(fold(text))]


def _without_digraphs(word: str) -> str:
    # "neue" and "quelle" keep their letters: after a vowel or q it is no umlaut.
    return re.sub(r"(?<![aeiouq])([aou])e(?=[^\W\daeiou])", r"\1", word)


def tokens(text: str) -> list[str]:
    """Return the stems of the words of a text, each once, at most `MAX_TOKENS`."""
    found = dict.fromkeys(stem(word[:MAX_TOKEN_CHARACTERS]) for word in words(text))
    return list(found)[:MAX_TOKENS]


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """Return how alike two bags of stems are, 0 … 1 (Dice)."""
    if not a or not b:
        return 0.0
    return 2 * len(a & b) / (len(a) + len(b))


def shown(text: str, wanted: str) -> str:
    """Return the word of the text whose stem is `wanted`, as it was written."""
    for match in _WORD.finditer(text):
        word = match[0]
        if [stem(part) for part in words(word)] == [wanted]:
            return word
    return wanted
