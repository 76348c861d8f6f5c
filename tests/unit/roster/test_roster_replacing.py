"""Who may do what somebody else cannot: what a change breaks, and which reason is told first."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.conf import settings

from streife.roster.dealing.filling import filled
from streife.roster.reading import read_laws
from streife.roster.rules.basis import Basis, Built
from streife.roster.rules.building import build
from streife.roster.rules.replacing import changed_roster, newly_broken
from streife.roster.rules.terms import KindTimes, Law, Member, Need, Off
from streife.roster.solver.problem import FREE, Roster

LAWS: tuple[Law, ...] = tuple(one.law for one in read_laws(settings.ROOT / "data" / "roster"))
KINDS = (
    KindTimes(11, "frueh", "F", "Früh", time(6), time(14), 30),
    KindTimes(12, "spaet", "S", "Spät", time(14), time(22), 30),
)
F, S = 0, 1
FIRST = date(2026, 11, 2)  # a Monday


def built_with(codes: dict[str, str], *members: Member, **more: Any) -> Built:
    """Return a fortnight of one person or more, with laws and agreements under other codes."""
    laws = tuple(replace(law, code=codes.get(law.code, law.code)) for law in LAWS)
    return build(
        Basis(
            first_day=FIRST,
            last_day=FIRST + timedelta(days=13),
            kinds=KINDS,
            laws=laws,
            members=members or (Member(1, "tarif", 100, 2340),),
            needs=more.pop("needs", ()),
            **more,
        )
    )


@pytest.mark.parametrize(
    ("rest", "run"), [("T6", "L1"), ("LARBZG", "D1"), ("LARBZG", "L1"), ("T6", "D1")]
)
def test_the_law_is_told_before_what_was_agreed_whatever_the_codes(rest: str, run: str) -> None:
    """Late, then early: § 5 ArbZG; and a seventh day in a row: the agreement. `T6` is the law."""
    built = built_with({"T6": rest, "L1": run})
    days = [F, F, F, F, F, S, FREE]
    before: Roster = (tuple(days + [FREE] * 7),)
    after = changed_roster(before, {(0, 6): F})
    codes = [one.rule.split("/")[0] for one in newly_broken(built, before, after)]
    assert codes[0] == rest
    assert run in codes


EVERYBODY = tuple(Member(pk, "tarif", 100, 2340) for pk in (1, 2, 3))
NEED = (Need(FIRST, 11, 1, 1),)


@pytest.mark.parametrize(
    ("members", "row", "takes"),
    [
        (EVERYBODY, FREE, 0),
        (EVERYBODY, S, 1),  # has a duty on that day
        ((replace(EVERYBODY[0], apprentice=True), *EVERYBODY[1:]), FREE, 1),  # counts for no need
        ((replace(EVERYBODY[0], offs=(Off(FIRST, "leave"),)), *EVERYBODY[1:]), FREE, 1),
    ],
    ids=["free", "busy", "apprentice", "on leave"],
)
def test_a_need_that_a_search_left_open_is_filled_by_whoever_may(
    members: tuple[Member, ...], row: int, takes: int
) -> None:
    built = built_with({}, *members, needs=NEED)
    before: Roster = tuple((row if n == 0 else FREE, *[FREE] * 13) for n in range(3))
    after = filled(built, before)
    assert [n for n in range(3) if after[n][0] == F] == [takes]
    assert filled(built, after) == after  # no more than is needed


def test_nobody_is_filled_in_against_a_rule_or_what_was_settled() -> None:
    """Two have the late shift of the evening before the need; the third was settled to be free."""
    needs = (Need(FIRST + timedelta(days=1), 11, 1, 1),)
    settled = {(3, FIRST + timedelta(days=1)): None}
    built = built_with({}, *EVERYBODY, needs=needs, fixed=settled)
    before: Roster = tuple((S if n < 2 else FREE, *[FREE] * 13) for n in range(3))
    assert filled(built, before) == before
