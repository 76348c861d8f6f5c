"""Makes the category model from shipped reports and keywords; needs scikit-learn, use does not."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from streife.triage import features
from streife.triage.rules import CategoryRow

MOST_TERMS = 15_000
FEWEST_TEXTS = 2  # a term of one text only is a name or a slip
KEYWORD_WEIGHT = 0.5
STRENGTH = 10.0  # inverse regularisation; a round figure, not tuned


@dataclass(frozen=True, slots=True)
class Example:
    """One text with its category; `at` is missing for keywords."""

    text: str
    code: str
    at: datetime | None = None
    weight: float = 1.0


def berlin_examples(reports: Path, mapping: Path) -> list[Example]:
    """Return the shipped reports whose subject has a counterpart among our matters, by time."""
    rules = yaml.safe_load(mapping.read_text(encoding="utf-8"))
    found = []
    for row in json.loads(reports.read_text(encoding="utf-8")):
        code = mapped(row["subject"].strip(), rules)
        if code and row["text"].strip():
            at = datetime.strptime(row["created"], "%d.%m.%Y - %H:%M:%S")  # noqa: DTZ007 (order only)
            found.append(Example(row["text"], code, at))
    return sorted(found, key=lambda example: example.at or datetime.min)  # noqa: DTZ901 (order only)


def mapped(subject: str, rules: dict[str, dict[str, str]]) -> str:
    """Return our matter for a subject of Berlin, empty for none."""
    if subject in rules["exact"]:
        return rules["exact"][subject]
    return next((code for start, code in rules["starts"].items() if subject.startswith(start)), "")


def keyword_examples(rows: Sequence[CategoryRow]) -> list[Example]:
    """Return weak examples from the catalogue: names, explanations and keywords of the leaves."""
    leaves = [row for row in rows if row.parent_code and row.keywords]
    return [
        Example(text, row.code, weight=KEYWORD_WEIGHT)
        for row in leaves
        for text in (row.name, row.public_name, row.help_text, *row.keywords)
    ]


def split(examples: Sequence[Example], share: float) -> tuple[list[Example], list[Example]]:
    """Return (older, newer): the newest `share` of each category; equal texts only in the older.

    `examples` come ordered by time.
    """
    totals = Counter(example.code for example in examples)
    seen: Counter[str] = Counter()
    older: list[Example] = []
    newer: list[Example] = []
    for example in examples:
        seen[example.code] += 1
        late = seen[example.code] > totals[example.code] * (1 - share)
        (newer if late else older).append(example)
    known = {plain(example.text) for example in older}
    fresh: dict[str, Example] = {}
    for example in newer:
        text = plain(example.text)
        if text not in known:
            fresh.setdefault(text, example)
    return older, list(fresh.values())


def plain(text: str) -> str:
    """Return the text as copies are recognised: letters and digits only."""
    return re.sub(r"[\W_]+", "", text.lower())


@dataclass(frozen=True, slots=True)
class Trained:
    """The numbers of a model as they are stored."""

    codes: list[str]
    terms: list[str]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def save(self, folder: Path) -> None:
        """Write the file; a reader sees the old or the new model, never half of one."""
        folder.mkdir(parents=True, exist_ok=True)
        described = json.dumps({"codes": self.codes, "terms": self.terms}, ensure_ascii=False)
        part = folder / "categories.part.npz"
        np.savez_compressed(
            part,
            described=np.frombuffer(described.encode(), dtype=np.uint8),
            weights=self.weights.astype(np.float16),
            bias=self.bias,
            idf=self.idf,
        )
        part.replace(folder / "categories.npz")


def train(examples: Sequence[Example]) -> Trained:
    """Return a model of the examples."""
    counted = [Counter(features.terms(example.text)) for example in examples]
    spread = Counter(term for counts in counted for term in counts)
    common = [term for term, texts in spread.most_common(MOST_TERMS) if texts >= FEWEST_TEXTS]
    places = {term: index for index, term in enumerate(common)}
    idf = np.array(
        [np.log((1 + len(examples)) / (1 + spread[term])) + 1 for term in common], dtype=np.float32
    )
    codes = sorted({example.code for example in examples})
    matrix = _matrix(counted, places, idf)
    machine = LogisticRegression(C=STRENGTH, tol=1e-3, max_iter=200)
    machine.fit(
        matrix,
        np.array([codes.index(example.code) for example in examples]),
        sample_weight=np.array([example.weight for example in examples]),
    )
    return Trained(codes, common, idf, machine.coef_.T, machine.intercept_.astype(np.float32))


def _matrix(
    counted: Iterable[Counter[str]], places: dict[str, int], idf: NDArray[np.float32]
) -> Any:
    """Return one row a text: (1 + log count) × idf, of length 1."""
    columns: list[int] = []
    values: list[float] = []
    starts = [0]
    for counts in counted:
        found = [(places[term], count) for term, count in counts.items() if term in places]
        row = np.array([(1 + np.log(count)) * idf[place] for place, count in found])
        length = np.linalg.norm(row) or 1.0
        columns.extend(place for place, _ in found)
        values.extend((row / length).tolist())
        starts.append(len(columns))
    return csr_matrix(
        (np.array(values, dtype=np.float32), columns, starts), shape=(len(starts) - 1, len(places))
    )
