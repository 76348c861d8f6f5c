"""Files that want too much, and what a personnel system writes that no calendar knows."""

import io
import tracemalloc
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from streife.kernel.errors import Refused
from streife.staff import actions
from streife.staff.importing.rows import Row, rows_of
from streife.staff.importing.table import read_table
from streife.staff.models import Contract, Officer
from streife.staff.rules import QualificationKind
from tests.staffing import TEST

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
TITLES = ["Personalnummer", "Nachname", "Vorname", "Eintritt", "Gruppe"]
ADA = ["K-1", "Muster", "Ada", date(2020, 2, 1), "TVöD"]


def excel(*rows: Sequence[object], mac: bool = False, far: int = 0) -> bytes:
    book = Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if far:
        sheet.cell(row=far, column=60).number_format = "0.00"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_xml(content: bytes, after_rows: bytes = b"", more_rows: bytes = b"") -> bytes:
    """Return the file with more XML in its sheet."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            part = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                part = part.replace(b"</sheetData>", more_rows + b"</sheetData>" + after_rows)
            new.writestr(info, part)
    return out.getvalue()


def read(content: bytes, name: str = "leute.xlsx") -> list[Row]:
    rows, _remarks = rows_of(read_table(name, content))
    return rows


def csv(**cells: str) -> bytes:
    known = {
        "Personalnummer": "K-1",
        "Nachname": "Muster",
        "Vorname": "Ada",
        "Eintritt": "1.2.2020",
    }
    known |= {"Gruppe": "TVöD"} | cells
    return f"{';'.join(known)}\n{';'.join(known.values())}\n".encode()


MERGED = b'<mergeCells count="1"><mergeCell ref="K1:AR20000"/></mergeCells>'
LINKED = b'<hyperlinks><hyperlink ref="K1:AR20000" location="x"/></hyperlinks>'


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(with_xml(excel(TITLES, ADA), MERGED), id="merged"),
        pytest.param(with_xml(excel(TITLES, ADA), LINKED), id="linked"),
        pytest.param(excel(TITLES, ADA, far=20_000), id="formatted"),
    ],
)
def test_a_small_file_takes_little_whatever_it_says_of_itself(content: bytes) -> None:
    assert len(content) < MEGABYTE // 100
    tracemalloc.start()
    try:
        (row,) = read(content)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert row.draft is not None
    assert most < 60 * MEGABYTE


def test_whole_columns_merged_are_still_named(now: datetime) -> None:
    (row,) = read(with_xml(excel(TITLES, ADA), MERGED.replace(b"K1:AR20000", b"C1:C1048576")))
    assert [(one.column, one.code) for one in row.problems] == [("Vorname", "merged")]


def test_what_unpacks_to_millions_of_elements_is_refused() -> None:
    many = (b"<row>" + b"<c/>" * 16_000 + b"</row>") * 200
    content = with_xml(excel(TITLES, ADA), more_rows=many)
    assert len(content) < MEGABYTE // 10
    with pytest.raises(Refused) as refused:
        read(content)
    assert refused.value.code == "file-too-large"


def test_a_file_of_an_old_mac_counts_its_days_from_1904() -> None:
    rows = read(excel(TITLES, ADA, ["K-2", "Muster", "Ben", 42_400, "TVöD"], mac=True))
    assert [row.draft.entered for row in rows if row.draft] == [date(2020, 2, 1)] * 2


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Umfang": "NaN"}, "share-unreadable"),
        ({"Umfang": "sNaN"}, "share-unreadable"),
        ({"Umfang": "0,00001"}, "share-unreadable"),  # rounded to nothing, and nothing is not 100 %
        ({"Wochenstunden": "inf"}, "hours-unreadable"),
        ({"Wochenstunden": "1e99999999"}, "hours-unreadable"),
        ({"Wochenstunden": "39:-30"}, "hours-unreadable"),
        ({"Eintritt": "31.12.9999"}, "date-year"),
        ({"Eintritt": "1.2.1026"}, "date-year"),
        ({"Vertrag ab": "31.12.9999"}, "date-year"),
        ({"Nachname": "Mus\x07ter"}, "name-unreadable"),
        ({"Nachname": "Mus\u202eter"}, "name-unreadable"),
        ({"Personalnummer": "K\x07-1"}, "number-unreadable"),
    ],
)
def test_what_is_no_number_no_day_and_no_name_is_named(
    now: datetime, cells: dict[str, str], code: str
) -> None:
    rows = read(csv(**cells), "leute.csv")
    drafts = [row.draft for row in rows if row.draft is not None]
    outcomes = actions.import_people(drafts=drafts, actor=TEST, now=now)
    assert [one.code for row in rows for one in row.problems] == [code]
    assert outcomes == []


def test_the_end_of_time_of_a_personnel_system_is_no_end(now: datetime) -> None:
    never = "31.12.9999"
    cells = {"Vertrag bis": never, "Austritt": never, "EMS bis": never}
    (row,) = read(csv(**cells), "leute.csv")
    assert row.draft is not None
    assert actions.import_people(drafts=[row.draft], actor=TEST, now=now) == [("stored", None)]
    officer = Officer.objects.get()
    assert officer.left_date is None
    assert Contract.objects.get().valid_to is None
    skill = officer.qualifications.get()
    assert (skill.kind, skill.valid_to) == (QualificationKind.BATON, None)
    assert actions.import_people(drafts=[row.draft], actor=TEST, now=now) == [("unchanged", None)]


def test_nobody_is_hired_under_a_name_that_no_sheet_can_hold(now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        actions.hire_officer(
            personnel_number="K-1", first_name="A\x07", last_name="Muster",
            entered_date=date(2026, 1, 1), actor=TEST, now=now,
        )  # fmt: skip
    assert (refused.value.code, refused.value.field) == ("name-unreadable", "first_name")
