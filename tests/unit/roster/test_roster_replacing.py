"""Who may do what somebody else cannot: what a change breaks, and which reason is told first."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.conf import settings

from streife.roster.reading import read_laws
from streife.roster.rules.basis import Basis, Built
from streife.roster.rules.building import build
from streife.roster.rules.replacing import changed_roster, newly_broken
from streife.roster.rules.terms import KindTimes, Law, Member
from streife.roster.solver.problem import FREE, Roster

LAWS: tuple[Law, ...] = tuple(one.law for one in read_laws(settings.ROOT / "data" / "roster"))
KINDS = (
    KindTimes(11, "frueh", "F", "Früh", time(6), time(14), 30),
    KindTimes(12, "spaet", "S", "Spät", time(14), time(22), 30),
)
F, S = 0, 1
FIRST = date(2026, 11, 2)  # a Monday


def built_with(codes: dict[str, str]) -> Built:
    """Return a fortnight of one person, with laws and agreements under other codes."""
    laws = tuple(replace(law, code=codes.get(law.code, law.code)) for law in LAWS)
    return build(
        Basis(
            first_day=FIRST,
            last_day=FIRST + timedelta(days=13),
            kinds=KINDS,
            laws=laws,
            members=(Member(1, "tarif", 100, 2340),),
            needs=(),
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
