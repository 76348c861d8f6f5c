"""Several people at once: an item has one holder, a person one contract, whoever was quicker."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from streife.equipment import actions as equipment
from streife.equipment.models import Handover
from streife.kernel.clock import now
from streife.staff import actions as staff
from streife.staff.models import Contract
from streife.staff.rules import ContractGroup
from tests.committed import empty_journal
from tests.racing import at_once
from tests.staffing import TEST, an_officer

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.usefixtures("_record"),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"
    ),
]


@pytest.fixture
def _record(transactional_db: None) -> Iterator[None]:
    yield
    empty_journal()


def test_of_eight_who_take_the_last_radio_one_gets_it() -> None:
    officers = [an_officer(now()) for _ in range(8)]
    radio = equipment.take_in(
        kind="radio",
        inventory_number="F-1",
        acquired_date=now().date(),
        actor=TEST,
        now=now(),
    )
    results = at_once(
        [
            lambda pk=officer.pk: equipment.hand_over(  # type: ignore[misc]
                asset_id=radio.pk, officer_id=pk, actor=TEST, now=now()
            )
            for officer in officers
        ]
    )
    assert results == {"ok": 1, "asset-held": 7}
    assert Handover.objects.count() == 1


def test_of_four_contracts_for_the_same_time_one_is_stored() -> None:
    officer = an_officer(now())
    results = at_once(
        [
            lambda month=month: staff.make_contract(  # type: ignore[misc]
                officer_id=officer.pk,
                group=ContractGroup.TARIF,
                share=Decimal(1),
                valid_from=date(2026, month, 1),
                valid_to=date(2027, month, 1),
                actor=TEST,
                now=now(),
            )
            for month in range(1, 5)
        ]
    )
    assert results == {"ok": 1, "two-contracts": 3}
    assert Contract.objects.count() == 1


def test_of_three_who_enter_the_same_number_two_are_told() -> None:
    def hire(name: str) -> object:
        return staff.hire_officer(
            personnel_number="KOD-7001",
            first_name=name,
            last_name="Beispiel",
            entered_date=date(2026, 1, 1),
            actor=TEST,
            now=now(),
        )

    def take_in(serial: str) -> object:
        return equipment.take_in(
            kind="radio",
            inventory_number="F-7001",
            serial=serial,
            acquired_date=date(2026, 1, 1),
            actor=TEST,
            now=now(),
        )

    people = at_once([lambda one=one: hire(one) for one in ("Ada", "Bo", "Cem")])  # type: ignore[misc]
    assert people == {"ok": 1, "personnel-number-taken": 2}
    radios = at_once([lambda one=one: take_in(one) for one in ("1", "2", "3")])  # type: ignore[misc]
    assert radios == {"ok": 1, "inventory-number-taken": 2}
