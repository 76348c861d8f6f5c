"""Guesses the category from words: a linear model, evaluated with numpy; keywords without one.

The model is one file of numbers and words (.npz, no pickle) under VAR/models, made by
`manage.py train_categories` from shipped data.
"""

import json
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from django.conf import settings

from streife.kernel import wording
from streife.triage import features
from streife.triage.rules import CategoryRow, DuplicateRule, Guess

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 4
MOST_WORDS = 3


class Model:
    """A trained model: features × categories."""

    def __init__(self, path: Path) -> None:
        import numpy as np  # noqa: PLC0415 (pages that guess nothing do not pay for it)

        with np.load(path, allow_pickle=False) as numbers:
            described = json.loads(numbers["described"].tobytes())
            self.weights: NDArray[np.float32] = numbers["weights"].astype(np.float32)
            self.bias: NDArray[np.float32] = numbers["bias"].astype(np.float32)
            self.idf: NDArray[np.float32] = numbers["idf"].astype(np.float32)
        self.codes: list[str] = described["codes"]
        self.vocabulary: dict[str, int] = {t: i for i, t in enumerate(described["terms"])}

    def guess(self, text: str) -> list[Guess]:
        """Return the likeliest categories with the words that speak for them; [] for no words."""
        import numpy as np  # noqa: PLC0415 (see above)

        counts = Counter(t for t in features.terms(text) if t in self.vocabulary)
        if not counts:
            return []
        rows = np.array([self.vocabulary[term] for term in counts])
        values = (1 + np.log(np.array(list(counts.values()), dtype=np.float32))) * self.idf[rows]
        values /= np.linalg.norm(values)
        weights = self.weights[rows]
        scores = values @ weights + self.bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        best = np.argsort(-shares)[:MOST]
        names = list(counts)
        return [
            Guess(
                self.codes[index],
                float(shares[index]),
                _spoken(text, names, values * weights[:, index]),
            )
            for index in best
        ]


def _spoken(text: str, terms: list[str], gains: "NDArray[np.float32]") -> tuple[str, ...]:
    """Return the words of the text that speak most for a category, as they were written."""
    ranked = sorted(zip(gains.tolist(), terms, strict=True), reverse=True)
    words = [
        wording.shown(text, term[2:])
        for gain, term in ranked
        if gain > 0 and term.startswith("w:") and len(term) > 5 and " " not in term
    ]
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


@lru_cache(maxsize=2)
def _model(path: Path, made: float) -> Model:
    return Model(path)


def model() -> Model | None:
    """Return the model of this installation, None before it was trained."""
    path = Path(settings.VAR_DIR) / "models" / "categories.npz"
    if not path.exists():
        return None
    return _model(path, path.stat().st_mtime)


def guess(text: str, rows: Sequence[CategoryRow]) -> list[Guess]:
    """Return the likeliest of the given categories, likeliest first."""
    trained = model()
    if trained is None:
        return by_keywords(text, rows)
    known = {row.code for row in rows}
    return [found for found in trained.guess(text) if found.code in known]


def by_keywords(text: str, rows: Sequence[CategoryRow]) -> list[Guess]:
    """Return categories by how many of their keywords the text holds; also the baseline."""
    stems = frozenset(wording.tokens(text))
    hits = []
    for row in rows:
        found = [word for word in row.keywords if frozenset(wording.tokens(word)) <= stems]
        if found and row.parent_code:
            hits.append((len(found), row.code, tuple(found[:MOST_WORDS])))
    total = sum(count for count, _, _ in hits) + 1
    hits.sort(key=lambda hit: -hit[0])
    return [Guess(code, count / total, words) for count, code, words in hits[:MOST]]


@lru_cache(maxsize=4)
def _rule(path: Path, made: float) -> DuplicateRule:
    return DuplicateRule(**yaml.safe_load(path.read_text(encoding="utf-8")))


def duplicate_rule() -> DuplicateRule:
    """Return radius, hours and threshold of this installation."""
    path = Path(settings.DATA_DIR).parent / "catalogue" / "duplicates.yaml"
    return _rule(path, path.stat().st_mtime) if path.exists() else DuplicateRule()
