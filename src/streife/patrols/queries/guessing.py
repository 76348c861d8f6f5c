"""How easy a plan is to guess for somebody who watched the ones before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from streife.patrols.models import PatrolPlan
from streife.patrols.queries.plans import earlier_visits
from streife.patrols.queries.situation import Situation, stops_in_order
from streife.patrols.rules.unpredictable import (
    Habit,
    Rate,
    Regular,
    Visit,
    clock_of,
    habits,
    mean_spread,
    rates_by_place,
    regular,
)

# So many earlier plans make a rate worth showing.
ENOUGH_PLANS = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """What can be foreseen; `by_hand`: place and time of day of visits that a person put there.

    `hours`: as if a place were visited in so many hours at equal shares, None with too few visits.
    `rates`: how often places should be in a plan and were, empty with too few plans.
    """

    habits: tuple[Habit, ...] = ()
    regular: tuple[Regular, ...] = ()
    hours: float | None = None
    rates: tuple[Rate, ...] = ()
    plans: int = 0
    by_hand: frozenset[tuple[str, time]] = frozenset()

    @property
    def places(self) -> frozenset[str]:
        """The places that can be foreseen."""
        return frozenset([one.place for one in self.habits] + [one.place for one in self.regular])

    def new_to(self, before: "Guess") -> "Guess":
        """Return what can be foreseen now and could not before."""
        known = {(one.place, one.clock) for one in before.habits}
        regulars = {one.place for one in before.regular}
        return Guess(
            tuple(one for one in self.habits if (one.place, one.clock) not in known),
            tuple(one for one in self.regular if one.place not in regulars),
            by_hand=self.by_hand,
        )


NOTHING = Guess()


def guess_of(plan: PatrolPlan, situation: Situation) -> Guess:
    """Return how easy a plan is to guess (two queries)."""
    stops = [stop for row in situation.routes for stop in stops_in_order(row)]
    once = {stop.stop: stop for stop in stops}  # a joint stop is one visit
    planned = [Visit(one.place, one.place_name, one.begins_at) for one in once.values()]
    past = earlier_visits(plan)
    every = [*planned, *(visit for visits in past for visit in visits)]
    return Guess(
        tuple(habits(planned, past)),
        tuple(regular(every, _open_hours(plan))),
        mean_spread(every),
        _rates(situation, len(planned), past),
        len(past),
        frozenset((stop.place, clock_of(stop.begins_at)) for stop in stops if stop.by_hand),
    )


def _open_hours(plan: PatrolPlan) -> int:
    return max(1, round((plan.shift.ends_at - plan.shift.starts_at) / timedelta(hours=1)))


def _rates(situation: Situation, visits: int, past: Sequence[Sequence[Visit]]) -> tuple[Rate, ...]:
    if len(past) < ENOUGH_PLANS:
        return ()
    return tuple(rates_by_place(situation.basis, visits, past))
