"""What presence changed here: reports in the days after visits beside the same places' own mean.

Plain Python, no Django. Research found an effect for police and none for unarmed civilian patrols
(docs: dwell.yaml), so nothing is promised; this measures ours, for all places together and never
for a person. For each place its days after a visit are compared with its other days; places that
were never or always visited say nothing. Days fall into seasons: only days of the same place and
the same month are compared, so that a summer with more of both does not look like an effect.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streife.kernel.texts import german
from streife.patrols.rules.need_words import reason

AFTER_DAYS = 7
ENOUGH_VISITS = 30
ENOUGH_REPORTS = 50  # with fewer the interval reaches from half to double
ENOUGH_PLACES = 5
WIDEST = 4.0  # high over low: from half to double; a wider interval says nothing
Z = 1.96


@dataclass(frozen=True, slots=True)
class Effect:
    """Reports a day after presence over those without: 1 = no difference; 95 % interval.

    `ratio`, `low`, `high` are None while there are not `enough` data.
    """

    enough: bool
    visits: int
    places: int
    reports: int
    ratio: float | None
    low: float | None
    high: float | None
    said: Mapping[str, Any]


def exposed(visits: NDArray[np.bool_], days: int = AFTER_DAYS) -> NDArray[np.bool_]:
    """Return for places × days whether somebody was there on one of the `days` days before.

    The day of the visit itself belongs to neither side: reports of its morning were not after it.
    """
    after = np.zeros_like(visits)
    for back in range(1, days + 1):
        after[:, back:] |= visits[:, :-back] if back < visits.shape[1] else False
    return after


def measured(
    reports: NDArray[np.int64], visits: NDArray[np.bool_], strata: NDArray[np.int64]
) -> Effect:
    """Return the ratio of Mantel and Haenszel over places and strata (months) of days.

    `reports`, `visits`: places × days; `strata`: one number for each day. The first week has no
    known past and is left out. The interval allows for reports that come in bursts (the spread
    over places, by leaving out one place at a time).
    """
    after = exposed(visits)
    use = ~visits
    use[:, :AFTER_DAYS] = False
    parts = _parts(reports, after & use, ~after & use, strata)
    seen = int(reports[use].sum())
    counted = int(visits.sum())
    told = (parts[:2] > 0).any(axis=0)
    places = int(told.sum())
    enough = (
        counted >= ENOUGH_VISITS
        and seen >= ENOUGH_REPORTS
        and places >= ENOUGH_PLACES
        and parts[:2].sum(axis=1).min() > 0
    )
    nothing = Effect(False, counted, places, seen, None, None, None, TOO_FEW)
    if not enough:
        return nothing
    ratio, spread = _ratio(parts[:, told])
    if 2 * Z * spread > math.log(WIDEST):
        return nothing
    low, high = ratio * math.exp(-Z * spread), ratio * math.exp(Z * spread)
    return Effect(True, counted, places, seen, ratio, low, high, words(ratio, low, high, counted))


def _parts(
    reports: NDArray[np.int64],
    after: NDArray[np.bool_],
    without: NDArray[np.bool_],
    strata: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return, place by place, numerator, denominator and their variances by chance: [4, places]."""
    parts = np.zeros((4, len(reports)))
    for stratum in np.unique(strata):
        days = strata == stratum
        days_after = after[:, days].sum(axis=1)
        days_without = without[:, days].sum(axis=1)
        both = np.maximum(days_after + days_without, 1)
        seen_after = (reports * after)[:, days].sum(axis=1)
        seen_without = (reports * without)[:, days].sum(axis=1)
        parts[0] += seen_after * days_without / both
        parts[1] += seen_without * days_after / both
        parts[2] += seen_after * (days_without / both) ** 2
        parts[3] += seen_without * (days_after / both) ** 2
    return parts


def _ratio(parts: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ratio and the standard error of its logarithm (jackknife over places)."""
    top, bottom, top_chance, bottom_chance = parts.sum(axis=1)
    without = np.array([top - parts[0], bottom - parts[1]])
    if without.min() <= 1e-9 * min(top, bottom):
        return float(top / bottom), math.inf  # one place holds all of one side
    rest = np.log(without[0] / without[1])
    count = parts.shape[1]
    spread = math.sqrt((count - 1) / count * float(((rest - rest.mean()) ** 2).sum()))
    # Never narrower than chance alone: single reports that do not know of each other.
    chance = math.sqrt(top_chance / top**2 + bottom_chance / bottom**2)
    return float(top / bottom), max(spread, chance)


TOO_FEW = reason(
    "too-few",
    german("Noch zu wenig Daten, um zu sagen, ob Präsenz bei uns Hinweise verändert."),
)


def words(ratio: float, low: float, high: float, visits: int) -> dict[str, Any]:
    """Return what was measured in words: a difference only where the interval excludes none."""
    values = {
        "days": AFTER_DAYS,
        "visits": visits,
        "percent": round(abs(ratio - 1) * 100),
        "low": _signed(low),
        "high": _signed(high),
    }
    if low <= 1 <= high:
        text = german(
            "Gemessen bei uns: kein Unterschied nachweisbar in den %(days)s Tagen nach"
            " %(visits)s Besuchen (%(low)s bis %(high)s Prozent)."
        )
        return reason("no-difference", text, **values)
    if ratio < 1:
        text = german(
            "Gemessen bei uns: %(percent)s Prozent weniger Hinweise in den %(days)s Tagen nach"
            " %(visits)s Besuchen als sonst am selben Platz (%(low)s bis %(high)s Prozent)."
        )
        return reason("fewer", text, **values)
    text = german(
        "Gemessen bei uns: %(percent)s Prozent mehr Hinweise in den %(days)s Tagen nach"
        " %(visits)s Besuchen als sonst am selben Platz (%(low)s bis %(high)s Prozent)."
    )
    return reason("more", text, **values)


def _signed(ratio: float) -> str:
    """Return a ratio as percent more or less: −12, +7."""
    percent = round((ratio - 1) * 100)
    return f"−{-percent}" if percent < 0 else f"+{percent}"


CAUTION = german(
    "Ein Vergleich ist kein Versuch: Streifen gehen dorthin, wo viel los ist, und danach wird es"
    " oft von selbst ruhiger."
)
