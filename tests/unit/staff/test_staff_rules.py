"""Rules of contracts, absences and qualifications."""

from datetime import date, time
from decimal import Decimal

import pytest

from streife.kernel.errors import Refused
from streife.staff.rules import (
    AbsenceKind,
    ContractGroup,
    ContractSpan,
    age_on,
    full_time_minutes,
    owed_minutes,
)
from streife.staff.rules.absences import check_free, check_school, check_span, left_of
from streife.staff.rules.contracts import (
    birth_date_needed,
    check_contract,
    check_no_other,
    hours_text,
)
from streife.staff.rules.qualifications import step_due, validities_of

B, T, A = ContractGroup.BEAMTE, ContractGroup.TARIF, ContractGroup.AZUBI
DAY = date(2026, 11, 23)


def code_of(error: "pytest.ExceptionInfo[Refused]") -> str:
    return error.value.code


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2008, 11, 23), DAY, 18),
        (date(2008, 11, 24), DAY, 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_an_age_changes_on_the_birthday(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age


@pytest.mark.parametrize(
    ("group", "age", "hours"), [(B, 54, 41), (B, 55, 40), (B, 60, 39), (B, None, 41), (T, 60, 39)]
)
def test_full_time_is_what_the_law_says(group: ContractGroup, age: int | None, hours: int) -> None:
    assert full_time_minutes(group, age) == hours * 60


def test_from_the_55th_birthday_on_a_civil_servant_owes_less() -> None:
    born = date(1971, 11, 24)
    half = ContractSpan(1, B, Decimal("0.5"), 1230, date(2020, 1, 1), None)
    assert owed_minutes(half, born, date(2026, 11, 23)) == 1230
    assert owed_minutes(half, born, date(2026, 11, 24)) == 1200
    assert owed_minutes(half, None, date(2026, 11, 24)) == 1230
    other = ContractSpan(1, T, Decimal("0.5"), 1170, date(2020, 1, 1), None)
    assert owed_minutes(other, born, date(2026, 11, 24)) == 1170


@pytest.mark.parametrize(
    ("group", "share", "minutes", "code"),
    [
        (T, "1", 2340, ""),
        (B, "1", 2460, ""),
        (B, "1", 2390, ""),  # 39:50 with a disability, § 2 AZVO: the contract says so
        (T, "0.3333", 780, ""),
        (T, "0", 60, "share-impossible"),
        (T, "1.01", 2340, "share-impossible"),
        (T, "0.5", 1300, "weekly-minutes-impossible"),
        (A, "1", 2460, "weekly-minutes-impossible"),
        (T, "1", 0, "weekly-minutes-impossible"),
    ],
)
def test_share_and_hours_go_together(
    group: ContractGroup, share: str, minutes: int, code: str
) -> None:
    if not code:
        check_contract(group, Decimal(share), minutes)
        return
    with pytest.raises(Refused) as refused:
        check_contract(group, Decimal(share), minutes)
    assert code_of(refused) == code


def test_nobody_works_under_two_contracts() -> None:
    known = [(date(2024, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), None)]
    check_no_other(known[:1], date(2026, 1, 1), None)
    check_no_other(known[1:], date(2025, 1, 1), date(2026, 1, 1))
    for start, end in (
        (date(2026, 1, 1), None),
        (date(2025, 12, 31), date(2026, 1, 1)),
        (date(2023, 1, 1), None),
        (date(2030, 1, 1), date(2030, 1, 2)),
    ):
        with pytest.raises(Refused) as refused:
            check_no_other(known, start, end)
        assert code_of(refused) == "two-contracts"
        assert "seit 1.1.20" in refused.value.message


@pytest.mark.parametrize(
    ("group", "born", "needed"),
    [
        (A, date(2008, 11, 24), True),
        (A, date(2008, 11, 23), False),
        (T, date(1980, 1, 1), False),
        (B, date(1980, 1, 1), True),
        (None, date(1980, 1, 1), False),
        (None, date(2009, 1, 1), True),
    ],
)
def test_a_birth_date_is_kept_only_where_the_law_asks(
    group: ContractGroup | None, born: date, *, needed: bool
) -> None:
    assert birth_date_needed(group, born, DAY) is needed


@pytest.mark.parametrize(
    ("cut", "parts"),
    [
        ((3, 4), [(1, 2), (5, 7)]),
        ((1, 7), []),
        ((0, 9), []),
        ((1, 2), [(3, 7)]),
        ((7, 9), [(1, 6)]),
        ((8, 9), [(1, 7)]),
    ],
)
def test_what_is_left_of_a_leave(cut: tuple[int, int], parts: list[tuple[int, int]]) -> None:
    def day(number: int) -> date:
        return date(2026, 11, 10 + number)

    left = left_of(day(1), day(7), day(cut[0]), day(cut[1]))
    assert list(left) == [(day(a), day(b)) for a, b in parts]


def test_absences_are_refused_by_name() -> None:
    with pytest.raises(Refused) as refused:
        check_span(DAY, date(2026, 11, 22))
    assert code_of(refused) == "period-backwards"
    with pytest.raises(Refused) as refused:
        check_span(DAY, date(2030, 1, 1))
    assert code_of(refused) == "absence-too-long"
    known = [(AbsenceKind.LEAVE, date(2026, 12, 1), date(2026, 12, 5))]
    check_free(known, date(2026, 12, 6), date(2026, 12, 7))
    check_free(known, date(2026, 11, 1), date(2026, 11, 30))
    with pytest.raises(Refused) as refused:
        check_free(known, date(2026, 12, 5), date(2026, 12, 7))
    assert code_of(refused) == "absence-overlaps"
    assert "Vom 1.12.2026 bis 5.12.2026 ist schon Urlaub" in refused.value.message
    with pytest.raises(Refused) as refused:
        check_school(AbsenceKind.LEAVE, 6, None)
    assert code_of(refused) == "not-school"
    with pytest.raises(Refused) as refused:
        check_school(AbsenceKind.SCHOOL, 13, time(8))
    assert code_of(refused) == "lessons-impossible"
    check_school(AbsenceKind.SCHOOL, 6, time(8))


@pytest.mark.parametrize(
    ("left", "step"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-1, None)],
)
def test_a_reminder_comes_in_steps(left: int, step: int | None) -> None:
    last = date.fromordinal(DAY.toordinal() + left)
    assert step_due(last, DAY) == step


def test_a_wrong_file_of_validities_is_refused() -> None:
    row = {"months": 24, "reason": "x"}
    assert validities_of({"qualifications": {"first_aid": row}})
    for wrong in ({"juggling": row}, {"first_aid": row | {"months": 0}}):
        with pytest.raises(ValueError, match=r"juggling|first_aid"):
            validities_of({"qualifications": wrong})


def test_hours_are_written_as_people_do() -> None:
    assert [hours_text(m) for m in (2340, 1170, 1230)] == ["39", "19:30", "20:30"]
