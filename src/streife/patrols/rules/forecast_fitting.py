"""Fitting the forecast again on the city's own reports, and whether that is better. Plain Python.

Every week is forecast from the weeks before it alone. The weights are fitted on the older weeks;
the latest ones are looked at once, at the end, and only for the comparison.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streife.kernel.errors import Refused
from streife.patrols.rules.forecast import Recipe, components, fit
from streife.patrols.rules.forecast_quality import caught

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kernels = Sequence[Any]  # sparse matrices
SHARES = (0.01, 0.02, 0.03, 0.04, 0.05)
WARM_UP_WEEKS = 26  # nothing is learnt from weeks that have no past
HELD_OUT_WEEKS = 26
LEAST_WEEKS = 104
LEAST_REPORTS = 2000
LEARN_EVERY = 2  # neighbouring weeks say nearly the same
LEVEL_WEEKS = 26


@dataclass(frozen=True, slots=True, eq=False)
class Weekly:
    """Reports by week; arrays of one length. `cells` and `fields` are indices, `weeks` from 0.

    `counts`: what each counts in the forecast; `seen`: told by residents, so that it is forecast.
    """

    cells: Ints
    fields: Ints
    weeks: Ints
    counts: Floats
    seen: NDArray[np.bool_]
    field_count: int
    size: int

    @property
    def length(self) -> int:
        """How many weeks there are."""
        return int(self.weeks.max()) + 1 if len(self.weeks) else 0

    def table(self, week: int, *, seen: bool = False) -> Floats:
        """Return the counts of a week [fields, cells]; `seen`: whole reports of residents only."""
        mine = self.weeks == week
        weights = self.counts
        if seen:
            mine &= self.seen
            weights = np.ones(len(self.counts))
        flat = np.bincount(
            self.fields[mine] * self.size + self.cells[mine],
            weights=weights[mine],
            minlength=self.field_count * self.size,
        )
        return flat.reshape(self.field_count, self.size).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A new recipe beside the one in use; hits: mean share of reports caught on 1 to 5 % of the
    area in the weeks held out. `counting`: had one simply counted the last year.
    """

    recipe: Recipe
    weeks: int
    reports: int
    held_out_weeks: int
    new_hits: float
    old_hits: float
    counting_hits: float

    @property
    def better(self) -> bool:
        """Whether the new weights catch more than those in use."""
        return self.new_hits > self.old_hits


def check_enough(told: Weekly) -> None:
    """Pass a history long and dense enough to learn from.

    :raises Refused: `too-little-history`
    """
    reports = int(told.seen.sum())
    if told.length < LEAST_WEEKS or reports < LEAST_REPORTS:
        raise Refused(
            "Zum Anpassen braucht es mindestens %(weeks)s Wochen und %(reports)s Hinweise mit Ort;"
            " hier sind es %(has_weeks)s Wochen und %(has_reports)s Hinweise. Bis dahin gilt die"
            " mitgelieferte Vorhersage.",
            "too-little-history",
            values={
                "weeks": LEAST_WEEKS,
                "reports": LEAST_REPORTS,
                "has_weeks": told.length,
                "has_reports": reports,
            },
        )


def refit(told: Weekly, kernels: Kernels, old: Recipe) -> Fitted:
    """Return weights fitted on a city's own reports, for the widths and half-lives in use.

    :raises Refused: `too-little-history`
    """
    check_enough(told)
    first_held = told.length - HELD_OUT_WEEKS
    learn = range(WARM_UP_WEEKS, first_held, LEARN_EVERY)
    weights = fit(pair for pair in _observed(told, kernels, old, learn))
    size = len(old.widths) * len(old.half_lives)
    own, rest = weights[:size], weights[size:-1]
    new = replace(old, own=tuple(own), all_kinds=tuple(rest), even=float(weights[-1]))
    held = range(first_held, told.length)
    scores = _scores(told, kernels, (new, old), held)
    return Fitted(
        new, told.length, int(told.seen.sum()), len(held), scores[0], scores[1], scores[2]
    )


def _states(told: Weekly, recipe: Recipe, weeks: Sequence[int]) -> Iterator[tuple[int, Floats]]:
    """Yield (week, faded counts [fields, half-lives, cells]) as they stood before each week."""
    keep = np.array([0.5 ** (1 / life) for life in recipe.half_lives])[:, None]
    states = np.zeros((told.field_count, len(recipe.half_lives), told.size))
    wanted = set(weeks)
    for week in range(max(wanted, default=-1) + 1):
        if week in wanted:
            yield week, states
        states = states * keep + told.table(week)[:, None, :]


def _observed(
    told: Weekly, kernels: Kernels, recipe: Recipe, weeks: Sequence[int]
) -> Iterator[tuple[Floats, Floats]]:
    """Yield parts and counts at the cells with reports, for each field of each week."""
    lives = len(recipe.half_lives)
    for week, states in _states(told, recipe, weeks):
        seen = told.table(week, seen=True)
        everything = components(states.sum(axis=0), kernels)
        flat = components(states.reshape(-1, told.size), kernels, even=False)
        own = flat.reshape(told.size, len(kernels), told.field_count, lives)
        for field, counts in enumerate(seen):
            at = np.flatnonzero(counts)
            if len(at):
                mine = own[at, :, field, :].reshape(len(at), -1)
                yield np.column_stack([mine, everything[at]]), counts[at]


def _scores(
    told: Weekly, kernels: Kernels, recipes: Sequence[Recipe], weeks: Sequence[int]
) -> list[float]:
    """Return the mean share caught on 1 to 5 % of the cells: of the recipes, and of counting."""
    sizes = [max(1, round(share * told.size)) for share in SHARES]
    hits, total = np.zeros(len(recipes) + 1), 0.0
    for week, states in _states(told, recipes[0], weeks):
        seen = told.table(week, seen=True).sum(axis=0)
        level = sum(
            told.table(one, seen=True).sum(axis=1) for one in range(week - LEVEL_WEEKS, week)
        )
        year = sum(told.table(one, seen=True).sum(axis=0) for one in range(week - 52, week))
        scores = [recipe.shares(states, kernels).T @ level for recipe in recipes]
        for number, score in enumerate([*scores, np.asarray(year)]):
            hits[number] += np.mean([caught(score, seen, size) for size in sizes])
        total += float(seen.sum())
    return [float(hit / total) if total else 0.0 for hit in hits]
