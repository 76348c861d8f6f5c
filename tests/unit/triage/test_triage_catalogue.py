"""The shipped catalogue is whole, and bad rows are named."""

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from streife.accounts.rules import system
from streife.reports.screening import screen
from streife.triage import guessing, queries
from streife.triage.actions import import_catalogue
from streife.triage.models import Category
from streife.triage.reading import Catalogue, read_catalogue
from streife.triage.rules import CategoryRow, Guess, propose_category
from streife.triage.training import keyword_examples, mapped, split, train

DATA = Path(__file__).resolve().parents[3] / "data"
NAMES = {"sperrmuell": "Sperrmüll", "graffiti": "Graffiti", "other": "Etwas anderes"}


@pytest.fixture
def shipped() -> Catalogue:
    return read_catalogue(DATA / "catalogue")


def test_the_shipped_catalogue_has_no_bad_row(shipped: Catalogue) -> None:
    assert shipped.bad == []
    assert len(shipped.fields) == 11
    leaves = [row for row in shipped.categories if row["parent_code"]]
    assert len(leaves) >= 45
    assert {row["field_code"] for row in leaves} == {row["code"] for row in shipped.fields}


def test_every_subject_of_berlin_leads_to_a_category(shipped: Catalogue) -> None:
    rules = yaml.safe_load((DATA / "catalogue" / "berlin_mapping.yaml").read_text("utf-8"))
    codes = {row["code"] for row in shipped.categories}
    assert {*rules["exact"].values(), *rules["starts"].values()} <= codes
    assert mapped("Drogenutensilien (z.B. Spritze) - Spielplätze", rules) == "spritzenfund"
    assert mapped("Verkehr", rules) == ""


def test_the_shipped_reports_hold_nothing_that_screening_finds() -> None:
    rows = json.loads((DATA / "berlin" / "reports_2023-10.json").read_text("utf-8"))
    assert len(rows) == 5842
    for row in rows:
        text = f"{row['subject']} {row['text']}"
        assert screen(row["text"])[1] == screen(row["subject"])[1] == 0, row["id"]
        assert not re.search(r"\b(?:Frau|Herrn?) [A-ZÄÖÜ][a-zäöü]{2,}", text), row["id"]


@pytest.mark.django_db
def test_a_change_ends_the_old_row_and_a_second_run_changes_nothing(
    shipped: Catalogue, now: datetime
) -> None:
    actor = system("test")
    import_catalogue(catalogue=shipped, actor=actor, now=now)
    again = import_catalogue(catalogue=shipped, actor=actor, now=now)
    assert not any(again.changed.values())
    shipped.valid_from = date(2026, 12, 1)
    shipped.categories[1]["priority"] = 2
    changed = import_catalogue(catalogue=shipped, actor=actor, now=now)
    assert changed.changed["categories"] == 1
    code = shipped.categories[1]["code"]
    old, new = Category.objects.filter(code=code).order_by("valid_from")
    assert old.valid_to == new.valid_from == date(2026, 12, 1)
    assert new.valid_to is None


@pytest.mark.django_db
def test_days_between_two_changes_are_read_once(
    shipped: Catalogue, now: datetime, django_assert_max_num_queries: Any
) -> None:
    import_catalogue(catalogue=shipped, actor=system("test"), now=now)
    code, border = shipped.categories[1]["code"], shipped.valid_from + timedelta(days=400)
    before = shipped.categories[1]["priority"]
    shipped.valid_from, shipped.categories[1]["priority"] = border, 2 if before != 2 else 3
    import_catalogue(catalogue=shipped, actor=system("test"), now=now)
    days = [border + timedelta(days=offset) for offset in range(-300, 300)]
    with django_assert_max_num_queries(8 + len(days)):  # one a day: is it still the same version?
        found = [queries.category(code, on=day).priority for day in days]
    assert found == [before] * 300 + [shipped.categories[1]["priority"]] * 300


def test_bad_rows_are_named(tmp_path: Path) -> None:
    for path in (DATA / "catalogue").glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    path = tmp_path / "categories.yaml"
    path.write_text(path.read_text("utf-8").replace("priority: 4", "priority: 9", 1), "utf-8")
    read = read_catalogue(tmp_path)
    assert any("sperrmuell" in line and "Dringlichkeit" in line for line in read.bad)
    assert any("responsibility.yaml, sperrmuell" in line for line in read.bad)


def test_a_sure_text_wins_an_unsure_one_leaves_the_choice() -> None:
    sure = [Guess("graffiti", 0.9, ("besprüht",))]
    unsure = [Guess("graffiti", 0.3)]
    won = propose_category(sure, chosen="sperrmuell", names=NAMES)
    assert (won.code, won.unsure) == ("graffiti", False)
    assert "wegen: besprüht" in won.reasons
    kept = propose_category(unsure, chosen="sperrmuell", names=NAMES)
    assert (kept.code, kept.unsure) == ("sperrmuell", True)
    assert any("unsicher" in reason for reason in kept.reasons)
    assert propose_category([], chosen="", names=NAMES).code == "other"


def test_a_trained_model_is_read_back_and_gives_reasons(shipped: Catalogue, tmp_path: Path) -> None:
    rows = [
        CategoryRow(
            **{key: row[key] for key in ("code", "name", "public_name", "help_text")},
            parent_code=row["parent_code"], field_code=row["field_code"], field_name="",
            icon=row["icon"], priority=3, target_minutes=60, body_code="",
            keywords=tuple(row["keywords"]),
        )
        for row in shipped.categories
        if row["parent_code"] in ("", "abfall", "hunde")
    ]  # fmt: skip
    examples = keyword_examples(rows)
    train(examples).save(tmp_path)
    model = guessing.Model(tmp_path / "categories.npz")
    best = model.guess("Hier liegt eine Matratze und ein Sofa")[0]
    assert best.code == "sperrmuell"
    assert {"Matratze", "Sofa"} & set(best.words)
    assert model.guess("") == []
    assert split(examples, 0.2)
