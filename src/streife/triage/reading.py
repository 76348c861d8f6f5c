"""Reads the catalogue folder (YAML) into rows; every bad row is named. No database."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from streife.incidents.rules import Outcome

Row = dict[str, Any]
VERIFIED = frozenset({"T", "S"})


@dataclass
class Catalogue:
    """What the folder says; `bad` names every row left out, in German."""

    valid_from: date
    fields: list[Row] = field(default_factory=list)
    categories: list[Row] = field(default_factory=list)
    bodies: list[Row] = field(default_factory=list)
    responsibilities: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)


def read_catalogue(folder: Path) -> Catalogue:
    """Return the rows of a catalogue folder.

    :raises OSError: a file is missing
    :raises yaml.YAMLError: a file is no YAML
    """
    files = {
        name: yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("fields", "categories", "bodies", "responsibility", "measures")
    }
    read = Catalogue(valid_from=files["categories"]["valid_from"])
    _fields(read, files["fields"])
    _categories(read, files["categories"])
    _bodies(read, files["bodies"])
    _responsibilities(read, files["responsibility"])
    _measures(read, files["measures"])
    return read


def _fields(read: Catalogue, file: Row) -> None:
    for order, row in enumerate(file["fields"], 1):
        if _has(read, "fields", row, "code", "name", "icon"):
            read.fields.append(
                {
                    "code": row["code"], "name": row["name"], "icon": row["icon"], "order": order,
                    "source": file["source"],
                }
            )  # fmt: skip


def _categories(read: Catalogue, file: Row) -> None:
    fields = {row["code"]: row for row in read.fields}
    for group in file["groups"]:
        if not _has(read, "categories", group, "code", "public_name"):
            continue
        code = group.get("field", group["code"])
        if code not in fields:
            read.bad.append(f"categories.yaml, {group['code']}: Aufgabenfeld {code} gibt es nicht.")
            continue
        common = {
            "field_code": code, "icon": group.get("icon", fields[code]["icon"]),
            "source": file["source"],
        }  # fmt: skip
        leaves = [row for row in group.get("leaves", ()) if _good_leaf(read, row)]
        read.categories.append(_category(common, group, "", leaves))
        read.categories.extend(_category(common, leaf, group["code"], []) for leaf in leaves)
    for order, row in enumerate(read.categories, 1):
        row["order"] = order
    _once(read, "categories", read.categories)


def _good_leaf(read: Catalogue, row: Row) -> bool:
    if not _has(read, "categories", row, "code", "name", "public_name", "priority", "minutes"):
        return False
    if row["priority"] not in (1, 2, 3, 4) or not isinstance(row["minutes"], int):
        read.bad.append(f"categories.yaml, {row['code']}: Dringlichkeit 1–4, Zielzeit in Minuten.")
        return False
    if row["minutes"] <= 0 or not all(isinstance(w, str) for w in row.get("keywords", ())):
        read.bad.append(f"categories.yaml, {row['code']}: Zielzeit über 0, Stichwörter als Text.")
        return False
    return True


def _category(common: Row, row: Row, parent: str, leaves: list[Row]) -> Row:
    return common | {
        "code": row["code"],
        "name": row.get("name", row["public_name"]),
        "public_name": row["public_name"],
        "help_text": row.get("help", ""),
        "parent_code": parent,
        "icon": row.get("icon", common["icon"]),
        # A group is as urgent as its usual leaf and never less than its slowest one.
        "priority": row.get("priority", max((x["priority"] for x in leaves), default=3)),
        "target_minutes": row.get("minutes", max((x["minutes"] for x in leaves), default=1440)),
        "keywords": list(row.get("keywords", ())),
        "public": row.get("public", True),
    }


def _bodies(read: Catalogue, file: Row) -> None:
    for row in file["bodies"]:
        if _has(read, "bodies", row, "code", "name", "short_name", "mark", "source"):
            read.bodies.append(
                {
                    "code": row["code"], "name": row["name"], "short_name": row["short_name"],
                    "own": row.get("own", False), "contact": row.get("contact", ""),
                    "source": row["source"], "verified": row["mark"] in VERIFIED,
                }
            )  # fmt: skip


def _responsibilities(read: Catalogue, file: Row) -> None:
    bodies = {row["code"] for row in read.bodies}
    rows = [
        {"category": row["code"], "body": file["default"], "reason": ""}
        for row in read.categories
        if row["code"] not in {r.get("category") for r in file["rows"] if "area" not in r}
    ]
    known = {row["code"] for row in read.categories}
    for row in [*file["rows"], *rows]:
        if not _has(read, "responsibility", row, "category", "body"):
            continue
        if row["category"] not in known or row["body"] not in bodies:
            read.bad.append(
                f"responsibility.yaml, {row['category']} → {row['body']}: Anlass oder Stelle "
                "gibt es nicht."
            )
            continue
        read.responsibilities.append(
            {
                "category_code": row["category"], "area": row.get("area", ""),
                "body": row["body"], "reason": row.get("reason", ""), "source": file["source"],
            }
        )  # fmt: skip


def _measures(read: Catalogue, file: Row) -> None:
    for order, row in enumerate(file["measures"], 1):
        if not _has(read, "measures", row, "code", "name", "outcome"):
            continue
        if row["outcome"] not in list(Outcome):
            read.bad.append(f"measures.yaml, {row['code']}: Ergebnis {row['outcome']} unbekannt.")
            continue
        read.measures.append(
            {
                "code": row["code"], "name": row["name"], "outcome": row["outcome"],
                "needs_note": row.get("needs_note", False), "order": order,
                "source": file["source"],
            }
        )  # fmt: skip


def _has(read: Catalogue, name: str, row: Row, *keys: str) -> bool:
    missing = [key for key in keys if row.get(key) in (None, "")]
    if missing:
        read.bad.append(f"{name}.yaml, {row.get('code', row)}: es fehlt {', '.join(missing)}.")
    return not missing


def _once(read: Catalogue, name: str, rows: list[Row]) -> None:
    seen: set[str] = set()
    for row in list(rows):
        if row["code"] in seen:
            read.bad.append(
                f"{name}.yaml, {row['code']}: steht zweimal da, das zweite zählt nicht."
            )
            rows.remove(row)
        seen.add(row["code"])
