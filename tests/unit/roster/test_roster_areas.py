"""Who goes to which area: pairs, what shifts need there, and what areas need by the clock."""

from collections import Counter
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.roster.rules.areas import Ask, Crew, deal, spread

NORTH, MIDDLE, EAST = 10, 20, 30
LATE, NIGHT = 1, 2


def crew(size: int, first: int = 1, **more: dict[int, int]) -> Crew:
    return replace(Crew(range(first, first + size)), **more)  # type: ignore[arg-type]


def counted(crews: dict[int, Crew], asks: list[Ask]) -> dict[int, Counter[int]]:
    """Return how many of each shift go to each area."""
    found = deal(crews, asks, {})
    return {
        kind: Counter(found[one] for one in row.officers if one in found)
        for kind, row in crews.items()
    }


def test_what_is_needed_at_least_comes_before_what_is_better() -> None:
    needed, least = {NORTH: 6, MIDDLE: 4, EAST: 3}, {NORTH: 2, MIDDLE: 4}
    found = spread(range(7), [], needed, least=least)
    assert Counter(found.values()) == {NORTH: 3, MIDDLE: 4}  # three are no pair and one more


def test_an_area_gets_by_the_clock_what_the_others_can_spare() -> None:
    late = crew(9, least={NORTH: 2, MIDDLE: 2}, needed={NORTH: 2, MIDDLE: 7})
    found = counted({LATE: late}, [Ask((LATE,), NORTH, 5)])
    assert found[LATE] == {NORTH: 5, MIDDLE: 4}


def test_no_area_falls_below_what_its_shift_needs_there() -> None:
    late = crew(8, least={NORTH: 2, MIDDLE: 6}, needed={})
    found = counted({LATE: late}, [Ask((LATE,), NORTH, 4)])
    assert found[LATE] == {NORTH: 2, MIDDLE: 6}


def test_the_shift_with_people_to_spare_sends_them() -> None:
    late = crew(4, least={MIDDLE: 4})
    joint = crew(6, first=10, least={MIDDLE: 2})
    found = counted({LATE: late, NIGHT: joint}, [Ask((LATE, NIGHT), NORTH, 3)])
    assert found == {LATE: Counter({MIDDLE: 4}), NIGHT: Counter({MIDDLE: 3, NORTH: 3})}


def test_an_area_without_a_need_of_any_shift_is_opened_by_a_pair() -> None:
    found = counted({LATE: crew(5, least={MIDDLE: 2})}, [Ask((LATE,), NORTH, 1)])
    assert found[LATE] == {MIDDLE: 3, NORTH: 2}


def test_people_whom_no_area_needs_are_free_for_one_that_asks() -> None:
    found = counted({LATE: crew(4)}, [Ask((LATE,), NORTH, 3)])
    assert found[LATE] == {NORTH: 3}


def test_who_stays_is_not_moved_and_the_others_make_up_for_it() -> None:
    late = crew(6, least={NORTH: 2, MIDDLE: 2}, held={1: MIDDLE, 2: MIDDLE, 3: MIDDLE, 4: MIDDLE})
    found = deal({LATE: late}, [Ask((LATE,), NORTH, 4)], {})
    assert [found[one] for one in range(1, 7)] == [MIDDLE] * 4 + [NORTH] * 2


def test_an_apprentice_goes_along_and_never_counts() -> None:
    late = Crew([1, 2, 3, 4], [9], {MIDDLE: 4}, {MIDDLE: 2})
    found = deal({LATE: late}, [Ask((LATE,), NORTH, 2)], {})
    assert Counter(found[one] for one in (1, 2, 3, 4)) == {MIDDLE: 2, NORTH: 2}
    assert found[9] in {MIDDLE, NORTH}


AREAS = st.sampled_from([NORTH, MIDDLE, EAST])
COUNTS = st.dictionaries(AREAS, st.integers(2, 5))


@given(
    least=COUNTS,
    better=COUNTS,
    asked=st.dictionaries(AREAS, st.integers(1, 6)),
    more=st.integers(0, 5),
)
def test_enough_heads_in_one_shift_are_enough_in_every_area(
    least: dict[int, int], better: dict[int, int], asked: dict[int, int], more: int
) -> None:
    """What the solver is asked for together (`hours.together`) is what dealing needs."""
    heads = {area: max(least.get(area, 0), asked.get(area, 0), 2) for area in least | asked}
    late = crew(sum(heads.values()) + more, least=least, needed=better)
    found = counted({LATE: late}, [Ask((LATE,), area, n) for area, n in asked.items()])[LATE]
    assert all(found[area] >= n for area, n in least.items())
    assert all(found[area] >= n for area, n in asked.items())
    assert len(late.officers) == 1 or 1 not in found.values()


@st.composite
def days(draw: st.DrawFn) -> tuple[dict[int, Crew], list[Ask]]:
    """Return up to three shifts of any size, and needs that some of them cover."""
    numbers = count(1)
    sizes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    crews = {
        kind: Crew(
            [next(numbers) for _ in range(size)],
            needed=draw(COUNTS),
            least=draw(st.dictionaries(AREAS, st.integers(0, 4))),
        )
        for kind, size in enumerate(sizes)
    }
    kinds = st.sets(st.sampled_from(sorted(crews)), min_size=1).map(sorted).map(tuple)
    return crews, draw(st.lists(st.builds(Ask, kinds, AREAS, st.integers(1, 6)), max_size=4))


@given(days())
def test_moving_people_by_the_clock_takes_from_nobody_and_leaves_nobody_alone(
    drawn: tuple[dict[int, Crew], list[Ask]],
) -> None:
    crews, asks = drawn
    before, after = counted(crews, []), counted(crews, asks)
    for kind, row in crews.items():
        assert sum(after[kind].values()) >= sum(before[kind].values())
        for area, least in row.least.items():
            assert after[kind][area] >= min(least, before[kind][area])
        assert 1 not in after[kind].values() or 1 in before[kind].values()
    for ask in asks:
        there = sum(after[kind][ask.area] for kind in ask.kinds)
        assert there >= min(ask.count, sum(before[kind][ask.area] for kind in ask.kinds))


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_few_people_all_go_to_one_area(size: int) -> None:
    found = spread(range(size), [99], {NORTH: 4, MIDDLE: 4}, least={NORTH: 2, MIDDLE: 4})
    assert set(found.values()) <= {MIDDLE}
    assert len(found) in (size + 1, 0)
