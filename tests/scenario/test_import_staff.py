"""People come from CSV and Excel: good rows are taken, bad ones named, nothing is doubled."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from streife.journal.models import Entry
from streife.kernel.clock import local
from streife.kernel.clock import now as present
from streife.staff import queries
from streife.staff.models import BirthDate, Contract, Officer, Qualification
from streife.staff.rules import ContractGroup

ClientFor = Callable[[str], Client]
pytestmark = pytest.mark.django_db
TITLES = [
    "Personalnummer",
    "Nachname",
    "Vorname",
    "Eintritt",
    "Gruppe",
    "Umfang",
    "Erste Hilfe bis",
]
ADA = ["K-1", "Muster", "Ada", "1.2.2026", "TVöD", "75 %", "31.1.2028"]
BEN = ["K-2", "Größner", "Ben", "2026-02-01", "Beamter", "1", ""]


def as_csv(*rows: list[str], delimiter: str = ";") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def as_excel(*rows: list[object], merge: str = "", other: bool = False) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    if other:
        book.create_sheet("Alte Liste").append(["K-9"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def run(
    tmp_path: Path, content: bytes | str, *options: str, name: str = "p.csv"
) -> list[list[str]]:
    """Import a file and return the lines of the report, without its header."""
    path, report = tmp_path / name, tmp_path / "report.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    call_command("import_staff", str(path), "--report", str(report), *options, stdout=io.StringIO())
    text = report.read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


def taken(lines: list[list[str]]) -> list[str]:
    return [line[2] for line in lines if line[0]]


def test_a_second_run_doubles_nothing(tmp_path: Path) -> None:
    text = as_csv(TITLES, ADA, BEN)
    assert taken(run(tmp_path, text)) == ["ja", "ja"]
    counts = [model.objects.count() for model in (Officer, Contract, Qualification, Entry)]
    lines = run(tmp_path, text)
    assert [line[4] for line in lines] == ["war schon da, nichts geändert"] * 2
    assert counts == [model.objects.count() for model in (Officer, Contract, Qualification, Entry)]
    ada = Officer.objects.get(personnel_number="K-1")
    span = queries.contracts_on([ada.pk], date(2026, 3, 1))[ada.pk]
    assert (span.group, span.share, span.weekly_minutes) == (
        ContractGroup.TARIF,
        Decimal("0.75"),
        1755,
    )
    assert queries.qualified("first_aid", on=date(2028, 1, 31)) == {ada.pk}
    assert queries.qualified("first_aid", on=date(2028, 2, 1)) == frozenset()
    more = as_csv(TITLES, [*ADA[:6], "31.1.2030"], BEN)
    assert [line[4] for line in run(tmp_path, more)] == [
        "war schon da, etwas ergänzt",
        "war schon da, nichts geändert",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_encoding_keeps_the_umlauts(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = run(tmp_path, as_csv(TITLES, BEN, delimiter=delimiter).encode(encoding))
    assert Officer.objects.get().last_name == "Größner"
    remarks = [line[4] for line in lines if not line[0]]
    assert bool(remarks) is (encoding in ("iso-8859-1", "utf-16"))


def test_broken_umlauts_are_refused_and_not_stored(tmp_path: Path) -> None:
    broken = "Größner".encode().decode("iso-8859-1")
    lines = run(tmp_path, as_csv(TITLES, [BEN[0], broken, *BEN[2:]]))
    assert taken(lines) == ["nein"]
    assert "Zeichenkodierung" in lines[0][4]


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        (3, "1.2.26", "zwei Ziffern"),
        (3, "02/01/2026", "nicht zu unterscheiden"),
        (3, "29.2.2025", "Diesen Tag gibt es nicht"),
        (3, "gestern", "kein Datum"),
        (3, "", "fehlt"),
        (0, "", "fehlt"),
        (1, "=HYPERLINK(A1)", "Formel"),
        (1, "@SUM(1)", "Formel"),
        (1, "123", "nicht lesbar"),
        (1, "x" * 81, "zu lang"),
        (0, "1" * 21, "zu lang"),
        (4, "Praktikum", "unbekannte Gruppe"),
        (5, "voll", "kein Umfang"),
        (5, "120 %", "kein Umfang"),
        (4, "", "fehlt die Gruppe"),
        (6, "1.1.2020", "vor dem Eintritt"),
    ],
)
def test_a_bad_cell_is_named_and_the_other_rows_are_taken(
    tmp_path: Path, column: int, text: str, reason: str
) -> None:
    bad = [*ADA]
    bad[column] = text
    lines = run(tmp_path, as_csv(TITLES, bad, BEN))
    assert taken(lines) == ["nein", "ja"]
    assert lines[0][0] == "2"  # the row as Excel counts
    assert reason in lines[0][4]
    assert [row.personnel_number for row in Officer.objects.all()] == ["K-2"]


@pytest.mark.parametrize(
    "cell",
    ["44927", 44927, datetime.combine(date(2023, 1, 1), time()), date(2023, 1, 1), "1.1.2023"],
)
def test_a_date_is_read_in_all_the_ways_excel_keeps_it(tmp_path: Path, cell: object) -> None:
    lines = run(tmp_path, as_excel(TITLES, ["K-1", "Muster", "Ada", cell]), name="p.xlsx")
    assert taken(lines) == ["ja"]
    assert Officer.objects.get().entered_date == date(2023, 1, 1)


def test_a_header_in_row_three_below_a_merged_title_is_found(tmp_path: Path) -> None:
    content = as_excel(
        ["Personal des Ordnungsdienstes"],
        [],
        [*TITLES, "Schuhgröße"],
        [17, "Muster", "Ada", date(2026, 2, 1), "TVöD", 0.75, None, 42],
        [],
        ["K-2", "Größner", "Ben", date(2026, 2, 1), "Azubi", 1, None, 43],
        merge="A1:G1",
        other=True,
    )
    lines = run(tmp_path, content, name="p.xlsx")
    assert taken(lines) == ["ja", "ja"]
    remarks = " ".join(line[4] for line in lines if not line[0])
    assert "Zeile 3" in remarks
    assert "„Schuhgröße“ ist unbekannt" in remarks
    assert "„Alte Liste“ wurde nicht gelesen" in remarks
    assert "1 leere Zeilen" in remarks
    assert set(Officer.objects.values_list("personnel_number", "apprentice")) == {
        ("17", False),
        ("K-2", True),
    }


def test_merged_cells_and_formulas_are_refused_and_not_guessed(tmp_path: Path) -> None:
    content = as_excel(
        TITLES,
        ["K-1", "Muster", "Ada", date(2026, 2, 1), "TVöD", 1, None],
        ["K-2", "Muster", "Ben", None, "TVöD", 1, None],
        ["K-3", "Probe", "Cem", date(2026, 2, 1), "TVöD", "=1/2", None],
        merge="D2:D3",
    )
    lines = run(tmp_path, content, name="p.xlsx")
    assert [line[2] for line in lines] == ["nein"] * 3
    assert [line[3] for line in lines] == ["Eintritt", "Eintritt", "Umfang"]
    assert "verbundene Zellen" in lines[0][4]
    assert "Formel" in lines[2][4]
    assert not Officer.objects.exists()


def test_the_same_person_twice_is_named(tmp_path: Path) -> None:
    again = ["K-7", *ADA[1:]]
    lines = run(tmp_path, as_csv(TITLES, ADA, ADA, again))
    assert taken(lines) == ["ja", "nein", "nein"]
    assert "Personalnummer steht schon" in lines[1][4]
    assert "anderen Personalnummer" in lines[2][4]
    lines = run(tmp_path, as_csv(TITLES, again, ["K-1", "Anders", *ADA[2:]]))
    assert "unter einer anderen Personalnummer" in lines[0][4]
    assert "jemand mit anderem Namen" in lines[1][4]
    assert Officer.objects.count() == 1


def test_a_second_contract_is_refused_and_its_row_leaves_nothing_behind(tmp_path: Path) -> None:
    run(tmp_path, as_csv(TITLES, ADA))
    titles = [*TITLES, "Vertrag ab", "Sprachen"]
    row = [*ADA[:4], "Beamte", "100", "31.1.2031", "1.6.2026", "Türkisch"]
    lines = run(tmp_path, as_csv(titles, row))
    assert taken(lines) == ["nein"]
    assert "gilt schon ein anderer Vertrag, seit 1.2.2026" in lines[0][4]
    officer = Officer.objects.get()
    assert officer.contracts.count() == 1
    assert not officer.languages.exists()


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        (3, "1.2.2024", "Als Eintritt ist der 1.2.2026 eingetragen"),
        (7, "28", "75 % und 29:15 Stunden"),
        (8, "31.12.2027", "mit anderem Umfang oder Ende"),
        (9, "30.6.2027", "Als letzter Tag ist der 31.12.2026 eingetragen"),
    ],
)
def test_what_differs_is_refused_and_not_called_unchanged(
    tmp_path: Path, column: int, text: str, reason: str
) -> None:
    titles = [*TITLES, "Wochenstunden", "Vertrag bis", "Austritt"]
    row = [*ADA, "", "", "31.12.2026"]
    row[5] = "75 %"
    assert taken(run(tmp_path, as_csv(titles, row))) == ["ja"]
    same = [*row]
    same[7] = "29:15"  # what 75 % of 39 hours come to
    assert run(tmp_path, as_csv(titles, same))[0][4] == "war schon da, nichts geändert"
    row[column] = text
    if column == 3:
        titles.append("Vertrag ab")
        row.append("1.2.2026")
    lines = run(tmp_path, as_csv(titles, row))
    assert taken(lines) == ["nein"]
    assert reason in lines[0][4]
    officer = Officer.objects.get()
    assert (officer.entered_date, officer.left_date) == (date(2026, 2, 1), date(2027, 1, 1))
    assert officer.contracts.get().weekly_minutes == 1755


def test_a_qualification_begins_when_it_is_read_in_and_not_at_the_entry(tmp_path: Path) -> None:
    old = [*ADA[:3], "1.2.2001", *ADA[4:6], "31.1.2040"]
    over = ["K-3", "Muster", "Cem", "1.2.2001", *ADA[4:6], "31.1.2020"]
    assert taken(run(tmp_path, as_csv(TITLES, old, over))) == ["ja", "ja"]
    today = local(present()).date()
    rows = Qualification.objects.order_by("officer__personnel_number")
    assert [(row.valid_from, row.valid_to) for row in rows] == [
        (today, date(2040, 2, 1)),
        (date(2020, 1, 31), date(2020, 2, 1)),
    ]
    assert [line[4] for line in run(tmp_path, as_csv(TITLES, old, over))] == [
        "war schon da, nichts geändert"
    ] * 2


def test_a_birth_date_without_need_is_refused(tmp_path: Path) -> None:
    titles = [*TITLES, "Geburtsdatum"]
    lines = run(tmp_path, as_csv(titles, [*ADA, "1.1.1990"], [*BEN, "1.1.1990"]))
    assert taken(lines) == ["nein", "ja"]
    assert "fragt kein Gesetz nach dem Alter" in lines[0][4]


def test_apprentices_of_unknown_age_are_named_and_those_of_age_are_remembered(
    tmp_path: Path, client_for: ClientFor
) -> None:
    titles = [*TITLES, "Geburtsdatum"]
    rows = [[f"A-{n}", "Muster", f"Ada{n}", *ADA[3:4], "Azubi", "1", "", ""] for n in (1, 2)]
    rows[1][7] = "1.1.2000"
    lines = run(tmp_path, as_csv(titles, *rows))
    assert taken(lines) == ["ja", "ja"]
    assert "wie unter 16" in lines[-1][4]
    assert "Es fehlt bei: A-1." in lines[-1][4]
    assert set(Officer.objects.values_list("personnel_number", "of_age")) == {
        ("A-1", False),
        ("A-2", True),
    }
    assert not BirthDate.objects.exists()
    assert [line[4] for line in run(tmp_path, as_csv(titles, *rows))][:2] == [
        "war schon da, nichts geändert"
    ] * 2
    leader = client_for("shift_leader")
    young, grown = (
        leader.get(reverse("staff:person", args=[one.pk])).content.decode()
        for one in Officer.objects.order_by("personnel_number")
    )
    assert "Ob diese Person volljährig ist, steht nicht fest." in young
    assert "Ob diese Person volljährig ist" not in grown


def test_another_birth_date_is_refused(tmp_path: Path) -> None:
    titles = [*TITLES, "Geburtsdatum"]
    assert taken(run(tmp_path, as_csv(titles, [*BEN, "1.1.1990"]))) == ["ja"]
    lines = run(tmp_path, as_csv(titles, [*BEN, "1.1.1991"]))
    assert taken(lines) == ["nein"]
    assert "anderes Geburtsdatum" in lines[0][4]
    assert BirthDate.objects.get().born_date == date(1990, 1, 1)


def test_looking_only_changes_nothing(tmp_path: Path) -> None:
    assert taken(run(tmp_path, as_csv(TITLES, ADA), "--check")) == ["ja"]
    assert not Officer.objects.exists()
    assert not Entry.objects.exists()


def many_rows(count: int = 5_100) -> str:
    return as_csv(TITLES, *([f"K-{n}", *ADA[1:]] for n in range(count)))


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "leer"),
        (b"\xef\xbb\xbf\r\n \r\n", "leer"),
        (as_csv(TITLES[:3], ADA[:3]).encode(), "Es fehlt: Eintritt"),
        (b"Liebe Kolleginnen,\nanbei die Liste.\n", "keine Überschrift"),
        (b"\xd0\xcf\x11\xe0" + b"\x01" * 600, "alte oder verschl"),
        (b"PK\x03\x04 and then nonsense", "besch"),
        (b"Personalnummer;Nachname\nK-1;\x00\x01\x02", "keine Textdatei"),
        (as_csv([*TITLES, "Name"], ADA).encode(), "gibt es zweimal"),
        (many_rows().encode(), "mehr als 5000 Zeilen"),
        (b"x" * (5 * 1024 * 1024 + 1), "als 5 MB"),
        (bomb(), "als 5 MB"),
        (as_excel(), "keine Zeile"),
    ],
    ids=["empty", "only-mark", "no-entry", "letter", "old", "damaged", "binary", "twice", "many",
         "large", "bomb", "empty-sheet"],
)  # fmt: skip
def test_a_file_of_no_use_is_refused_as_a_whole(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        run(tmp_path, content, name="p.xlsx" if content[:2] == b"PK" else "p.csv")
    assert not Officer.objects.exists()


def test_a_report_runs_no_formula_and_is_nobody_elses(
    client_for: ClientFor, tmp_path: Path
) -> None:
    bad = ["K-1", "=cmd|' /C calc'!A0", *ADA[2:]]
    lines = run(tmp_path, as_csv(TITLES, bad))
    assert lines[0][5].startswith("'=")
    assert (tmp_path / "report.csv").exists()


def test_the_page_checks_first_and_then_takes_in(client_for: ClientFor) -> None:
    leader = client_for("shift_leader")
    url = reverse("staff:import")

    def send(step: str, text: str) -> str:
        file = SimpleUploadedFile("p.csv", text.encode(), "text/csv")
        return leader.post(url, {"file": file, "step": step}).content.decode()

    text = as_csv(TITLES, ADA, [*BEN[:3], "gestern", *BEN[4:]])
    page = send("check", text)
    assert "Geprüft: 1 Zeile ginge, 1 nicht." in page
    assert "kein Datum" in page
    assert not Officer.objects.exists()
    page = send("import", text)
    assert "1 Zeile übernommen, 1 nicht." in page
    assert Officer.objects.get().last_name == "Muster"
    link = page.split('href="/personal/einlesen/bericht/')[1].split('"')[0]
    report = leader.get(f"/personal/einlesen/bericht/{link}")
    assert "kein Datum" in report.content.decode()
    assert client_for("admin").get(f"/personal/einlesen/bericht/{link}").status_code == 404
    assert "leer" in send("import", "")
    assert "diese Seite liest höchstens 400" in send("check", many_rows(401))
    assert client_for("head").get(url).status_code == 403
    sample = leader.get(reverse("staff:import_sample")).content.decode("utf-8-sig")
    assert "1 Zeile übernommen, 0 nicht." in send("import", sample)
