"""Which crews share what is ready: by the clock, over midnight, with the time to charge."""

from datetime import date, time, timedelta

import pytest

from streife.equipment.rules import Ready
from streife.kernel.errors import Refused
from streife.roster.rules.basis import Basis, Released
from streife.roster.rules.equipping import check_equipment, stocks_of
from streife.roster.rules.planning import check_releasable, is_need, may_be_lifted
from streife.roster.rules.terms import EquipmentNeed, KindTimes, Member, Need
from streife.roster.solver.problem import Stock, Use

KINDS = (
    KindTimes(11, "frueh", "F", "Früh", time(6), time(14), 30),
    KindTimes(12, "spaet", "S", "Spät", time(14), time(22), 30),
    KindTimes(13, "nacht", "N", "Nacht", time(22), time(6), 30),
    KindTimes(14, "polizei", "P", "Polizei", time(16), time(0), 30),
)
FIRST = date(2026, 11, 2)
DAYS = tuple(FIRST + timedelta(days=n) for n in range(2))


def stocks(
    *needs: tuple[int, int, int],
    ready: int = 3,
    officers: int = 9,
    known: tuple[date, ...] = DAYS,
    **more: object,
) -> list[Stock]:
    """Return what bounds two days; needs are kind, one for how many, turnaround."""
    given: dict[str, object] = {"needs": (), "released": ()} | more
    return list(
        stocks_of(
            Basis(
                first_day=FIRST,
                last_day=DAYS[-1],
                kinds=KINDS,
                laws=(),
                members=tuple(Member(n, "tarif", 100, 2340) for n in range(officers)),
                equipment=tuple(
                    EquipmentNeed(day, kind, "radio", one_for, None, turn)
                    for kind, one_for, turn in needs
                    for day in DAYS
                ),
                ready={("radio", day): Ready(ready, 1, 0) for day in known},
                **given,  # type: ignore[arg-type]
            )
        )
    )


def names(found: list[Stock]) -> list[str]:
    return [one.id.removeprefix("equipment/radio/") for one in found]


def test_shifts_that_meet_hand_over_and_those_that_overlap_share() -> None:
    found = stocks((11, 1, 0), (12, 1, 0), (13, 1, 0), (14, 2, 0))
    assert names(found)[:3] == [
        "frueh:2026-11-02",
        "spaet+polizei:2026-11-02",
        "polizei+nacht:2026-11-02",
    ]
    assert len(found) == 6
    assert found[1].uses == (Use(0, 1, 1), Use(0, 3, 2))
    assert found[1].words == (("overdue", 1), ("repair", 0))


def test_charging_after_a_night_reaches_into_the_next_day() -> None:
    found = stocks((11, 1, 0), (13, 1, 45))
    assert names(found) == ["frueh:2026-11-02", "nacht+frueh:2026-11-02", "nacht:2026-11-03"]
    assert found[1].uses == (Use(0, 2, 1), Use(1, 0, 1))


def test_what_can_never_bind_and_what_is_lifted_is_left_out() -> None:
    assert stocks((11, 1, 0), ready=12) == []
    assert names(
        stocks((11, 1, 0), released=(Released("equipment/radio/frueh", None, FIRST),))
    ) == ["frueh:2026-11-03"]
    assert stocks((11, 0, 0)) == []


def test_of_days_that_are_over_nothing_is_known() -> None:
    found = stocks((11, 1, 0), (13, 1, 45), known=DAYS[1:])
    assert names(found) == ["nacht:2026-11-03"]  # early shares with the night before, unknown


def test_an_area_takes_what_its_least_number_needs() -> None:
    need = EquipmentNeed(FIRST, 11, "vehicle", 2, 7)
    basis = Basis(
        FIRST, FIRST, KINDS, (), (), (Need(FIRST, 11, 3, 5, area=7),),
        equipment=(need,), ready={("vehicle", FIRST): Ready(1)},
    )  # fmt: skip
    (found,) = stocks_of(basis)
    assert (found.uses, found.set_aside, found.ready) == ((), 2, 1)


def test_a_thing_may_be_lifted_by_its_name_only() -> None:
    assert is_need("equipment/radio/frueh")
    assert may_be_lifted("equipment/radio/frueh", ())
    check_releasable("equipment/radio/frueh+spaet", (), {"frueh", "spaet"})
    with pytest.raises(Refused) as refused:
        check_releasable("equipment/radio/ferien", (), {"frueh"})
    assert refused.value.code == "no-such-rule"


@pytest.mark.parametrize("figures", [(61, 0), (-1, 0), (1, 241), (1, -1)])
def test_figures_that_cannot_be_meant_are_refused(figures: tuple[int, int]) -> None:
    with pytest.raises(Refused) as refused:
        check_equipment(*figures)
    assert refused.value.code == "equipment-need-impossible"
