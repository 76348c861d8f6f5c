"""Reads rules, kinds of shift and demand from `data/roster`, and says what is wrong where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

import yaml

from streife.kernel.errors import Refused
from streife.roster.rules.shifts_allowed import TESTS
from streife.roster.rules.terms import Law, TimesFrom
from streife.roster.rules.windows import WINDOWS

# Mechanisms that stand in neither table: the solver's own, and figures for the pages. What is
# not known is refused: a rule in the list that nothing keeps would be a promise.
OTHERS = frozenset(
    {
        "rest_minutes", "rest_block", "consecutive_days", "consecutive_nights", "night",
        "never_second", "never_alone", "notice", "supplement",
    }
)  # fmt: skip
KNOWN = OTHERS | TESTS.keys() | WINDOWS.keys()
VERIFIED = frozenset("TSM")
EVERY_DAY = tuple(range(7))


@dataclass(frozen=True, slots=True)
class DatedLaw:
    """A rule with its source and its days."""

    law: Law
    source: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class KindDraft:
    """A kind of shift as the file has it."""

    code: str
    letter: str
    name: str
    begins: time
    ends: time
    break_minutes: int
    joint: bool
    order: int
    changes: tuple[TimesFrom, ...] = ()


@dataclass(frozen=True, slots=True)
class DemandDraft:
    """One line of demand: a kind, a weekday (0 is Monday), an area or a qualification."""

    kind: str
    weekday: int
    count: int
    preferred: int
    area: str = ""
    qualification: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EquipmentDraft:
    """One line of things: a kind of shift and of thing, one piece for how many officers."""

    kind: str
    item: str
    one_for: int
    area: str = ""
    turnaround_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Shifts:
    """What `shifts.yaml` says."""

    kinds: list[KindDraft]
    demand: list[DemandDraft]
    equipment: list[EquipmentDraft]


def read_laws(folder: Path) -> list[DatedLaw]:
    """Return all rules of a folder, file by file.

    :raises Refused: `rule-file`: a file, a rule and what is wrong with it
    """
    found = []
    for path in sorted(folder.glob("*.yaml")):
        content = _content(path)
        if "regime" not in content:
            continue  # shifts and demand
        for row in content.get("rules", []):
            found.append(_law(path.name, content, row))
    return found


def _content(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise _bad(path.name, "", "ist nicht lesbar") from error
    if not isinstance(content, dict):
        raise _bad(path.name, "", "ist keine Liste von Regeln")
    return content


def _law(name: str, content: Mapping[str, Any], row: Any) -> DatedLaw:
    code = str(row.get("code", "")) if isinstance(row, dict) else ""
    lacking = [key for key in ("code", "kind", "title", "norm", "verified") if key not in row]
    if lacking:
        raise _bad(name, code, f"es fehlt {', '.join(lacking)}")
    if row["kind"] not in KNOWN:
        raise _bad(name, code, f"die Art {row['kind']} gibt es nicht")
    if row["verified"] not in VERIFIED:
        raise _bad(name, code, "geprüft muss T, S oder M sein")
    start, end = row.get("valid_from", content.get("valid_from")), row.get("valid_to")
    if not isinstance(start, date) or not (end is None or isinstance(end, date)):
        raise _bad(name, code, "gilt ab und gilt bis müssen Daten sein")
    if end is not None and end <= start:
        raise _bad(name, code, "das Ende liegt vor dem Anfang")
    law = Law(
        code=code,
        regime=str(content["regime"]),
        kind=row["kind"],
        title=row["title"],
        norm=row["norm"],
        hard=bool(row.get("hard", True)),
        verified=row["verified"],
        values=row.get("values", {}),
    )
    return DatedLaw(law, str(content.get("source", "")), start, end)


def _bad(name: str, code: str, what: str) -> Refused:
    return Refused(
        "%(file)s %(code)s: %(what)s. Es wurde nichts übernommen.",
        "rule-file",
        values={"file": name, "code": code, "what": what},
    )


def read_shifts(path: Path) -> Shifts:
    """Return kinds of shift, weekly demand and the things crews need.

    :raises Refused: `rule-file`
    """
    content = _content(path)
    try:
        kinds = [
            KindDraft(
                code=row["code"],
                letter=row["letter"],
                name=row["name"],
                begins=time.fromisoformat(row["begins"]),
                ends=time.fromisoformat(row["ends"]),
                break_minutes=int(row["break_minutes"]),
                joint=bool(row.get("joint", False)),
                order=int(row["order"]),
                changes=tuple(_changes(row.get("changes", []))),
            )
            for row in content["kinds"]
        ]
        demand = [*_by_area(content["demand"]), *_by_qualification(content.get("needs", []))]
        things = list(_things(content.get("equipment", [])))
    except (KeyError, TypeError, ValueError) as error:
        raise _bad(path.name, "", f"{error} fehlt oder ist unlesbar") from error
    named = {row.kind for row in demand} | {row.kind for row in things}
    unknown = named - {kind.code for kind in kinds}
    if unknown:
        raise _bad(path.name, "", f"die Schichtart {', '.join(sorted(unknown))} gibt es nicht")
    return Shifts(kinds, demand, things)


def _changes(rows: list[dict[str, Any]]) -> Iterator[TimesFrom]:
    """Yield other times of a kind of shift, with the day from which they hold."""
    for row in rows:
        if not isinstance(row["valid_from"], date):
            raise TypeError("valid_from")
        begins, ends = (time.fromisoformat(row[key]) for key in ("begins", "ends"))
        yield TimesFrom(row["valid_from"], begins, ends, int(row["break_minutes"]))


def _by_area(rows: list[dict[str, Any]]) -> Iterator[DemandDraft]:
    for row in rows:
        for area, count in row["areas"].items():
            for weekday in row.get("only", EVERY_DAY):
                yield DemandDraft(
                    kind=row["kind"],
                    weekday=weekday,
                    count=int(count),
                    preferred=int(row.get("better", {}).get(area, count)),
                    area=area,
                    reason=row.get("reason", ""),
                )


def _by_qualification(rows: list[dict[str, Any]]) -> Iterator[DemandDraft]:
    for row in rows:
        for weekday in row.get("only", EVERY_DAY):
            yield DemandDraft(
                kind=row["kind"],
                weekday=weekday,
                count=int(row["count"]),
                preferred=int(row["count"]),
                qualification=row["qualification"],
            )


def _things(rows: list[dict[str, Any]]) -> Iterator[EquipmentDraft]:
    """Yield a line for each kind of shift and, where some are named, each area."""
    for row in rows:
        for kind in row["kinds"]:
            for area in row.get("areas", [""]):
                yield EquipmentDraft(
                    kind=kind,
                    item=row["item"],
                    one_for=int(row["one_for"]),
                    area=area,
                    turnaround_minutes=int(row.get("turnaround_minutes", 0)),
                )
