"""What crews need of the inventory at once: so many pieces as are ready, whoever takes them out.

A need says: in this kind of shift one piece for so many officers. Of the whole city the solver
counts who stands in the shift. It knows no areas, so for an area that many are set aside as its
least number of people takes, in every shift that sends people there; both kinds add up. What is
short once people are dealt to the areas, `outfitting` says.

Shifts that run at the same moment share what there is. One that ends when another begins hands over
from hand to hand; a piece that must be charged or read out first is in use for so much longer
(`turnaround_minutes`). What the last shift before a plan still has is not looked at.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from math import ceil

from streife.kernel.errors import Refused
from streife.roster.rules.basis import Basis
from streife.roster.rules.clock import span_on
from streife.roster.rules.hours import Least, Lifted, least_of
from streife.roster.rules.terms import EquipmentNeed
from streife.roster.solver.problem import Stock, Use

PREFIX = "equipment/"
MOST = 60
LONGEST_TURNAROUND = 240


def check_equipment(one_for: int, turnaround_minutes: int) -> None:
    """Pass figures that can be meant; one piece for 0 officers: none is needed any more.

    :raises Refused: `equipment-need-impossible`
    """
    if not 0 <= one_for <= MOST or not 0 <= turnaround_minutes <= LONGEST_TURNAROUND:
        raise Refused(
            "Bitte ein Stück für 1 bis %(most)s Kräfte angeben (0: nicht mehr nötig) und höchstens "
            "%(longest)s Minuten bis zur nächsten Ausgabe.",
            "equipment-need-impossible",
            field="one_for",
            values={"most": MOST, "longest": LONGEST_TURNAROUND},
        )


def is_equipment(rule: str) -> bool:
    """Say whether a rule of a plan is about things, and not about people."""
    return rule.startswith(PREFIX)


def is_well_formed(rule: str) -> bool:
    """Say whether a rule about things names a thing and kinds of shift.

    >>> is_well_formed("equipment/radio/spaet"), is_well_formed("equipment/radio")
    (True, False)
    """
    return is_equipment(rule) and len(rule.removeprefix(PREFIX).split(":")[0].split("/")) == 2


def item_and_kinds(rule: str) -> tuple[str, list[str]]:
    """Return the kind of thing and the kinds of shift that a rule names.

    >>> item_and_kinds("equipment/radio/spaet+polizei:2026-12-04")
    ('radio', ['spaet', 'polizei'])
    """
    item, codes = rule.removeprefix(PREFIX).split(":")[0].split("/")
    return item, codes.split("+")


@dataclass(frozen=True, slots=True)
class _Slot:
    """The crew of a kind of shift on a day, as far as one kind of thing is concerned."""

    day: int
    kind: int
    starts_at: datetime
    ends_at: datetime
    one_for: int  # 0: nobody in it is counted
    set_aside: int


def stocks_of(basis: Basis, there: Least | None = None) -> Iterator[Stock]:
    """Yield what limits the crews that are on duty at once, where it can limit them at all.

    `there`: how many go to which area in each shift, where that is known (`outfitting`).

    Nothing for a kind of thing of which the inventory knows no piece, and for days that are over.
    """
    people = len(basis.members)
    least = least_of(basis.needs, basis.kinds, basis.released) if there is None else there
    lifted = Lifted(basis.released)
    tracked = {item for item, _ in basis.ready}
    for item in sorted({need.item for need in basis.equipment} & tracked):
        for crew in _at_once(_slots(basis, item, least)):
            if any((item, basis.days[one.day]) not in basis.ready for one in crew):
                continue
            stock = _stock(basis, item, crew)
            name = stock.id.split(":")[0]
            taken = sum(use.one_for for use in stock.uses)
            most = ceil(people / min(use.one_for for use in stock.uses)) if taken else 0
            binds = stock.set_aside + most + len(stock.uses) > stock.ready
            if binds and not lifted.has(name, basis.days[stock.day]):
                yield stock


def _slots(basis: Basis, item: str, least: Least) -> list[_Slot]:
    rows: dict[tuple[date, int], list[EquipmentNeed]] = defaultdict(list)
    for need in basis.equipment:
        if need.item == item and need.one_for:
            rows[need.day, need.kind].append(need)
    found = []
    for n, day in enumerate(basis.days):
        for k, kind in enumerate(basis.kinds):
            needs = rows.get((day, kind.pk))
            if needs:
                found.append(_slot(basis, (n, k), needs, least.get((day, kind.pk), {})))
    return sorted(found, key=lambda one: (one.starts_at, one.kind))


def _slot(
    basis: Basis,
    place: tuple[int, int],
    needs: Sequence[EquipmentNeed],
    least: Mapping[int | None, int],
) -> _Slot:
    day, kind = place
    start, end = span_on(basis.kinds[kind], basis.days[day])
    longer = max(need.turnaround_minutes for need in needs)
    return _Slot(
        day,
        kind,
        start,
        end + timedelta(minutes=longer),
        min((need.one_for for need in needs if need.area is None), default=0),
        sum(ceil(least.get(need.area, 0) / need.one_for) for need in needs if need.area),
    )


def _at_once(slots: Sequence[_Slot]) -> Iterator[tuple[_Slot, ...]]:
    """Yield the largest sets of crews that are on duty at one moment."""
    sets: list[tuple[_Slot, ...]] = []
    for one in slots:
        crews = tuple(other for other in slots if other.starts_at <= one.starts_at < other.ends_at)
        if crews not in sets[-1:]:
            sets.append(crews)
    for crews, following in zip_longest(sets, sets[1:], fillvalue=()):
        # Who is on duty at a later beginning, too, is looked at there.
        if not set(crews) <= set(following):
            yield crews


def _stock(basis: Basis, item: str, crews: Sequence[_Slot]) -> Stock:
    days = sorted({basis.days[crew.day] for crew in crews})
    ready = min((basis.ready[item, day] for day in days), key=lambda one: one.count)
    codes = "+".join(basis.kinds[crew.kind].code for crew in crews)
    return Stock(
        id=f"{PREFIX}{item}/{codes}:{days[0]}",
        day=(days[0] - basis.first_day).days,
        uses=tuple(Use(crew.day, crew.kind, crew.one_for) for crew in crews if crew.one_for),
        ready=ready.count,
        set_aside=sum(crew.set_aside for crew in crews),
        words=(("overdue", ready.overdue), ("repair", ready.repair)),
    )
