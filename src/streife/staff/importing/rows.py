"""Rows of a table as people: what each says, and everything that is wrong with it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from streife.kernel.errors import Refused
from streife.kernel.texts import german
from streife.staff.importing.cells import COLUMNS, NEEDED, SKILLS, Bad, day_of, end_of, text_of
from streife.staff.importing.raw import FORMULA, MERGED, RawRow, Table
from streife.staff.rules import ContractGroup, QualificationKind

HEADER_WITHIN = 20
EXCERPT = 40
MOST_NAMED = 20
MOST_ON_PAGE = 400

REASONS = {
    "stored": german("neu aufgenommen"),
    "completed": german("war schon da, etwas ergänzt"),
    "unchanged": german("war schon da, nichts geändert"),
    "date-unreadable": german("kein Datum. Erwartet wird zum Beispiel 1.2.2026."),
    "date-two-digits": german("Das Jahr hat nur zwei Ziffern. Bitte vierstellig schreiben."),
    "date-ambiguous": german("Tag und Monat sind nicht zu unterscheiden. Erwartet wird 1.2.2026."),
    "date-impossible": german("Diesen Tag gibt es nicht."),
    "date-year": german("Das Jahr kann nicht stimmen. Ohne Ende bleibt die Zelle leer."),
    "share-unreadable": german("kein Umfang. Erwartet wird zum Beispiel 75 % oder 0,75."),
    "hours-unreadable": german("keine Wochenstunden. Erwartet wird zum Beispiel 39 oder 19:30."),
    "group-unknown": german("unbekannte Gruppe. Erwartet wird Beamte, TVöD oder Azubi."),
    "language-unknown": german("unbekannte Sprache. Erwartet wird etwa Türkisch, Englisch."),
    "text-too-long": german("zu lang"),
    "name-unreadable": german("Der Name ist nicht lesbar. Stimmt die Zeichenkodierung der Datei?"),
    "number-unreadable": german("Die Personalnummer enthält Zeichen, die niemand sieht."),
    "missing": german("fehlt"),
    MERGED: german("verbundene Zellen. Bitte die Verbindung aufheben und jede Zelle ausfüllen."),
    FORMULA: german("eine Formel oder ein Fehlerwert. Bitte als Wert einfügen."),
    "row-twice": german("Diese Personalnummer steht schon in einer früheren Zeile der Datei."),
    "person-twice": german(
        "Dieselbe Person (Name und Eintritt) steht schon unter einer anderen Personalnummer."
    ),
    "other-person": german("Unter dieser Personalnummer ist jemand mit anderem Namen eingetragen."),
    "contract-incomplete": german("Für einen Vertrag fehlt die Gruppe."),
    "qualification-backwards": german("Das Ende der Befähigung liegt vor dem Eintritt."),
}
REMARKS = {
    "encoding": german("Die Datei ist nicht in UTF-8, gelesen wurde sie als %(what)s."),
    "other-sheet": german("Das Blatt „%(what)s“ wurde nicht gelesen, nur das erste."),
    "named-excel": german("Die Datei heißt .xlsx, ist aber eine Textdatei; so wurde sie gelesen."),
    "column-unknown": german("Die Spalte „%(what)s“ ist unbekannt und wurde nicht gelesen."),
    "header-row": german("Die Überschriften stehen in Zeile %(what)s; davor wurde nichts gelesen."),
    "age-unknown": german(
        "Ohne Geburtsdatum plant der Dienstplan Auszubildende wie unter 16, bis feststeht, dass "
        "sie volljährig sind. Es fehlt bei: %(what)s."
    ),
    "rows-empty": german("%(what)s leere Zeilen wurden übergangen."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: the column as the file calls it, why, and what stood there."""

    column: str
    code: str
    excerpt: str = ""
    message: str = ""  # a refusal in its own words


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row says about a person; days `to` and `left` are the last ones included.

    `skills`: kind, since when if the file says it, last day if there is one.
    """

    number: str
    first_name: str
    last_name: str
    entered: date
    left: date | None = None
    group: ContractGroup | None = None
    share: Decimal | None = None
    minutes: int | None = None
    contract_from: date | None = None
    contract_to: date | None = None
    born: date | None = None
    languages: tuple[str, ...] = ()
    skills: tuple[tuple[QualificationKind, date | None, date | None], ...] = ()


@dataclass(slots=True)
class Row:
    """One row of the file: a draft, or problems."""

    number: int
    label: str
    draft: Draft | None
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Header:
    """Where columns stand: index by our name, and what the file calls them."""

    row_number: int
    columns: dict[str, int]
    titles: dict[int, str]
    unknown: tuple[str, ...]


def rows_of(table: Table) -> tuple[list[Row], list[tuple[str, str]]]:
    """Return every row below the header as a person or as problems, and remarks about the file.

    :raises Refused: `header-missing`, `column-twice`
    """
    header = _header(table.rows)
    remarks = [*table.remarks, *(("column-unknown", title) for title in header.unknown)]
    if header.row_number > 1:
        remarks.append(("header-row", str(header.row_number)))
    body = [row for row in table.rows if row.number > header.row_number]
    filled = [row for row in body if not row.empty]
    if len(filled) < len(body):
        remarks.append(("rows-empty", str(len(body) - len(filled))))
    rows = list(_checked(_row(raw, header, table.late_days) for raw in filled))
    if ageless := _ageless(rows):
        remarks.append(("age-unknown", ", ".join(ageless)))
    return rows, remarks


def _ageless(rows: Sequence[Row]) -> list[str]:
    """Return the numbers of the apprentices of unknown age, not more than a line holds."""
    drafts = [row.draft for row in rows if row.draft is not None]
    numbers = [
        one.number for one in drafts if one.group == ContractGroup.AZUBI and one.born is None
    ]
    return [*numbers[:MOST_NAMED], "…"] if len(numbers) > MOST_NAMED else numbers


def check_for_page(rows: Sequence[Row]) -> None:
    """Pass only a file that a page can bring in while somebody waits.

    :raises Refused: `file-too-long-for-page`
    """
    if len(rows) > MOST_ON_PAGE:
        raise Refused(
            "Die Datei hat %(count)s Zeilen, diese Seite liest höchstens %(most)s. Bitte teilen "
            "Sie sie auf oder bitten Sie die Administration um import_staff.",
            "file-too-long-for-page",
            field="file",
            values={"count": len(rows), "most": MOST_ON_PAGE},
        )


def _header(rows: Sequence[RawRow]) -> Header:
    names = {name.lower(): key for key, (names, _) in COLUMNS.items() for name in names}
    names |= {name.lower(): key for key, (_, names) in SKILLS.items() for name in names}
    best: Header | None = None
    for row in rows[:HEADER_WITHIN]:
        titles = {n: text_of(cell) for n, cell in enumerate(row.cells) if cell not in (None, "")}
        known: dict[str, int] = {}
        for column, title in titles.items():
            key = names.get(title.lower().rstrip(":*").strip())
            if key in known:
                raise Refused(
                    "Die Spalte „%(title)s“ gibt es zweimal. Bitte lassen Sie eine weg.",
                    "column-twice",
                    field="file",
                    values={"title": title},
                )
            if key is not None:
                known[key] = column
        if best is None or len(known) > len(best.columns):
            unknown = tuple(t for n, t in titles.items() if n not in known.values() and t.strip())
            best = Header(row.number, known, titles, unknown)
    missing = [COLUMNS[key][0][0] for key in NEEDED if best is None or key not in best.columns]
    if best is None or missing:
        raise Refused(
            "In den ersten 20 Zeilen steht keine Überschrift mit allen nötigen Spalten. Es fehlt: "
            "%(missing)s.",
            "header-missing",
            field="file",
            values={"missing": ", ".join(missing)},
        )
    return best


def _skill_day(key: str) -> Callable[[Any], date | None]:
    return day_of if key == "verwarnung" else end_of


def _of_windows(cell: Any, late_days: int) -> Any:
    """Return a day that is still a number as Excel for Windows counts it."""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return cell + late_days if is_number else cell


def _row(raw: RawRow, header: Header, late_days: int) -> Row:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, column in header.columns.items():
        cell = raw.cells[column] if column < len(raw.cells) else None
        title = header.titles[column]
        if column in raw.odd:
            problems.append(Problem(title, raw.odd[column], _excerpt(cell)))
            continue
        if cell is None or text_of(cell) in ("", "-", "–"):
            if key in NEEDED:
                problems.append(Problem(title, "missing"))
            continue
        read = COLUMNS[key][1] if key in COLUMNS else _skill_day(key)
        try:
            values[key] = read(_of_windows(cell, late_days) if read in (day_of, end_of) else cell)
        except Bad as bad:
            problems.append(Problem(title, str(bad.args[0]), _excerpt(cell)))
    label = " ".join(
        text_of(raw.cells[header.columns[key]])
        for key in ("number", "last_name", "first_name")
        if header.columns[key] < len(raw.cells) and raw.cells[header.columns[key]] is not None
    )
    if not problems:
        problems += _together(values)
    return Row(raw.number, label, None if problems else _draft(values), problems)


def _excerpt(cell: Any) -> str:
    text = "" if cell is None else text_of(cell)
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def _together(values: dict[str, Any]) -> list[Problem]:
    """Return what does not fit together in a row whose cells could all be read."""
    terms = {"share", "minutes", "from", "to"} & values.keys()
    if terms and "group" not in values:
        return [Problem("", "contract-incomplete")]
    ends = [values[key] for key in SKILLS if key in values and key != "verwarnung"]
    if any(end is not None and end < values["entered"] for end in ends):
        return [Problem("", "qualification-backwards")]
    return []


def _draft(values: dict[str, Any]) -> Draft:
    skills: list[tuple[QualificationKind, date | None, date | None]] = []
    for key, (kind, _) in SKILLS.items():
        if key == "verwarnung" and key in values:
            skills.append((kind, values[key], None))
        elif key in values:
            skills.append((kind, None, values[key]))
    return Draft(
        number=values["number"],
        first_name=values["first_name"],
        last_name=values["last_name"],
        entered=values["entered"],
        left=values.get("left"),
        group=values.get("group"),
        share=values.get("share"),
        minutes=values.get("minutes"),
        contract_from=values.get("from"),
        contract_to=values.get("to"),
        born=values.get("born"),
        languages=values.get("languages", ()),
        skills=tuple(skills),
    )


def _checked(rows: Iterator[Row]) -> Iterator[Row]:
    """Name whoever stands in the file twice: the first row counts."""
    numbers: set[str] = set()
    people: set[tuple[str, str, date]] = set()
    for row in rows:
        draft = row.draft
        if draft is not None:
            person = (draft.last_name.lower(), draft.first_name.lower(), draft.entered)
            code = ""
            if draft.number.lower() in numbers:
                code = "row-twice"
            elif person in people:
                code = "person-twice"
            numbers.add(draft.number.lower())
            people.add(person)
            if code:
                row.draft, row.problems = None, [Problem("", code, draft.number)]
        yield row
