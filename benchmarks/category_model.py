"""Held-out accuracy of the category proposal: `python -m benchmarks.category_model`.

Trains on the older 80 % of each category of the shipped Berlin reports and asks about the newer
20 %; texts that stand in the older part too (copies) are left out of the question. Beside it: the
keywords of the catalogue alone, and always the commonest category. Needs no database.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from streife.triage import guessing, training
from streife.triage.reading import read_catalogue
from streife.triage.rules import SURE_FROM, CategoryRow

DATA = Path(__file__).resolve().parents[1] / "data"


def catalogue_rows() -> list[CategoryRow]:
    """Return the categories of the data folder."""
    return [
        CategoryRow(
            code=row["code"], name=row["name"], public_name=row["public_name"],
            help_text=row["help_text"], parent_code=row["parent_code"],
            field_code=row["field_code"], field_name="", icon=row["icon"],
            priority=row["priority"], target_minutes=row["target_minutes"], body_code="",
            keywords=tuple(row["keywords"]),
        )
        for row in read_catalogue(DATA / "catalogue").categories
    ]  # fmt: skip


def measure(
    name: str,
    asked: Sequence[training.Example],
    answer: Callable[[str], list[str]],
    fields: dict[str, str],
) -> None:
    """Print one line of the table."""
    answers = [answer(example.text) for example in asked]
    pairs = list(zip(answers, asked, strict=True))
    first = sum(a[:1] == [e.code] for a, e in pairs)
    among = sum(e.code in a[:3] for a, e in pairs)
    field = sum(bool(a) and fields[a[0]] == fields[e.code] for a, e in pairs)
    codes = Counter(e.code for e in asked)
    recalls = [
        sum(a[:1] == [c] for a, e in pairs if e.code == c) / number for c, number in codes.items()
    ]
    total = len(asked)
    print(
        f"| {name} | {first / total:.1%} | {among / total:.1%} | {field / total:.1%} "
        f"| {sum(recalls) / len(recalls):.1%} |"
    )


def main() -> None:
    """Train, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=0.2)
    share = parser.parse_args().share
    rows = catalogue_rows()
    fields = {row.code: row.field_code for row in rows}
    examples = training.berlin_examples(
        DATA / "berlin" / "reports_2023-10.json", DATA / "catalogue" / "berlin_mapping.yaml"
    )
    older, newer = training.split(examples, share)
    print(
        f"{len(examples)} mapped reports, {len({e.code for e in examples})} categories; "
        f"trained on {len(older)}, asked {len(newer)} (copies of trained texts left out)"
    )
    start = time.process_time()
    trained = training.train([*older, *training.keyword_examples(rows)])
    print(f"training: {time.process_time() - start:.1f} s CPU, {len(trained.terms)} terms")
    with tempfile.TemporaryDirectory() as folder:
        trained.save(Path(folder))
        path = Path(folder) / "categories.npz"
        print(f"file: {path.stat().st_size / 1e6:.2f} MB")
        start = time.process_time()
        model = guessing.Model(path)
        print(f"loading: {1000 * (time.process_time() - start):.0f} ms CPU")
    commonest = Counter(e.code for e in older).most_common(3)
    print("| | right | among first 3 | right field | mean recall of categories |")
    print("| --- | --- | --- | --- | --- |")
    measure("always the commonest", newer, lambda _: [code for code, _ in commonest], fields)
    measure(
        "keywords", newer, lambda text: [g.code for g in guessing.by_keywords(text, rows)], fields
    )
    measure("model", newer, lambda text: [g.code for g in model.guess(text)], fields)
    start = time.process_time()
    answers = [(model.guess(example.text), example.code) for example in newer]
    print(f"guess: {1000 * (time.process_time() - start) / len(newer):.2f} ms CPU per text")
    sure = [(a[0].code, code) for a, code in answers if a and a[0].score >= SURE_FROM]
    right = sum(said == code for said, code in sure)
    print(
        f"sure (≥ {SURE_FROM}): {len(sure) / len(newer):.1%}, of them right {right / len(sure):.1%}"
    )
    wrong = Counter((code, a[0].code) for a, code in answers if a and a[0].code != code)
    print("commonest mistakes:", wrong.most_common(6))


if __name__ == "__main__":
    main()
