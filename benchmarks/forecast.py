"""`make bench-forecast`: where next week's reports will be, ours beside simple methods.

Rolling origin on ten years of Zürich: every Monday each method names the best 1 to 5 % of the
city's H3 cells from what was known the day before; then the week is looked up. Widths, half-lives
and windows of every method are chosen on 2022 and 2023; 2024 and 2025 are looked at once, at the
end. Intervals: weeks drawn again, 2,000 times. Prints Markdown, draws docs/pictures/vorhersage.svg.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from benchmarks.forecast_methods import (
    SHARES,
    Mixture,
    counting,
    density,
    of_kinds,
    record,
    records,
)
from benchmarks.forecast_picture import draw
from benchmarks.zurich import History, first_week, read
from streife.patrols.rules.forecast_quality import Record, caught, interval, resample

ROOT = Path(__file__).resolve().parents[1]
SHAPES: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...] = (
    ((0, 60, 120, 250), (4, 26, 1000)),
    ((0, 80, 250), (4, 26, 104, 1000)),
    ((0, 100, 300), (6, 52, 1000)),
)
LEARN_EVERY = 2  # weeks; neighbouring weeks say nearly the same
PERSISTENCE = (2, 4, 8, 13)
WINDOWS = (26, 52, 104, 208, 0)
WIDTHS = (60, 120, 250, 500)
OURS = "Streife"
GROUPS = {
    "Abfall": ("Abfall/Sammelstelle",),
    "Graffiti": ("Graffiti",),
    "Grün, Spielplätze": ("Grünflächen/Spielplätze",),
    "Straße, Licht, Signale, Brunnen, ÖV": (
        "Beleuchtung/Uhren", "Brunnen/Hydranten", "Signalisation/Lichtsignal",
        "Strasse/Trottoir/Platz", "VBZ/ÖV",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """Which weeks are for what; the later ones are never seen by the earlier steps."""

    learn: range  # to fit the candidates
    choose: range  # to choose among them
    relearn: range  # to fit the chosen one
    test: range

    @classmethod
    def of(cls, history: History) -> "Years":
        """Learn on 2019–2021, choose on 2022–2023, fit again on both, test on 2024–2025."""
        return cls(
            range(first_week(2019), first_week(2022), LEARN_EVERY),
            range(first_week(2022), first_week(2024)),
            range(first_week(2019), first_week(2024), LEARN_EVERY),
            range(first_week(2024), history.weeks),
        )


def mean_hit(found: Record) -> float:
    """Return the mean hit rate over 1 to 5 %: what is chosen by."""
    return float(found.hits().mean())


def best_window(
    reports: NDArray[np.uint8], windows: Sequence[int], weeks: Sequence[int]
) -> tuple[int, float]:
    """Return the window with the best mean hit rate on some weeks."""
    hits = {w: mean_hit(record(counting(reports, w), reports, weeks)) for w in windows}
    window = max(hits, key=lambda w: hits[w])
    return window, hits[window]


def simple_methods(history: History, reports: NDArray[np.uint8], years: Years) -> dict[str, Record]:
    """Return the simple methods on the test weeks, each tuned on the years before."""
    lately, _ = best_window(reports, PERSISTENCE, years.choose)
    window, _ = best_window(reports, WINDOWS, years.choose)
    hits = {
        (width, back): mean_hit(
            record(density(history, reports, width, back), reports, years.choose[::2])
        )
        for width in WIDTHS
        for back in (52, 104, 0)
    }
    width, back = max(hits, key=lambda pair: hits[pair])
    methods = {
        "Zählung, letzte Woche": counting(reports, 1),
        f"Zählung, letzte {lately} Wochen": counting(reports, lately),
        "Zählung, letztes Jahr": counting(reports, 52),
        f"Zählung, bestes Fenster ({window or 'alle'} Wochen)": counting(reports, window),
        "KDE, alles bisher, 250 m": density(history, reports, 250, 0),
        f"KDE, bestes ({width} m, {back or 'alle'} Wochen)": density(history, reports, width, back),
    }
    return {name: record(scores, reports, years.test) for name, scores in methods.items()}


def choose(history: History, years: Years) -> Mixture:
    """Return the shape of the mixture with the best mean hit rate on the years to choose by."""
    everything = {"": tuple(range(len(history.kinds)))}
    hits: dict[Mixture, float] = {}
    candidates = [Mixture(history, *shape) for shape in SHAPES]
    candidates.append(Mixture(history, *SHAPES[0], softened=False))
    candidates += [Mixture(history, *SHAPES[0], memory=weeks) for weeks in (104, 208)]
    for mixture in candidates:
        mixture.fit(years.learn)
        hits[mixture] = mean_hit(records(mixture, years.choose, everything)[""])
        print(f"- {mixture.name}: {hits[mixture]:.2%}", flush=True)
    return max(hits, key=lambda mixture: hits[mixture])


def number(value: float, digits: int = 2) -> str:
    """Return a number the German way."""
    return f"{value:.{digits}f}".replace(".", ",")


def table(found: dict[str, Record], what: str) -> str:
    """Return PAI or PEI with intervals for each method and share of the area."""
    draws = resample(len(next(iter(found.values())).reports), 2000, 1)
    lines = [
        f"| {what} | " + " | ".join(f"{share:.0%} der Fläche" for share in SHARES) + " |",
        "| --- |" + " ---: |" * len(SHARES),
    ]
    for name, rec in found.items():
        value = rec.pai if what == "PAI" else rec.pei
        low, high = interval([value(draw_) for draw_ in draws])
        cells = [
            f"{number(v)} ({number(a)}–{number(b)})"
            for v, a, b in zip(value(), low, high, strict=True)
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def differences(found: dict[str, Record]) -> str:
    """Return by how many percentage points ours catches more, with intervals over weeks."""
    draws = resample(len(found[OURS].reports), 2000, 2)
    lines = [
        "| Treffer von Streife minus | " + " | ".join(f"{share:.0%}" for share in SHARES) + " |",
        "| --- |" + " ---: |" * len(SHARES),
    ]
    for name, rec in found.items():
        if name == OURS:
            continue
        gaps = [found[OURS].hits(draw_) - rec.hits(draw_) for draw_ in draws]
        low, high = interval(gaps)
        middle = found[OURS].hits() - rec.hits()
        cells = [
            f"{'+' if m > 0 else ''}{number(100 * m)} ({number(100 * a)} bis {number(100 * b)})"
            for m, a, b in zip(middle, low, high, strict=True)
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def groups_table(history: History, years: Years, chosen: Mixture) -> str:
    """Return PAI at 1, 3 and 5 % by group of kinds: ours, and each group's best simple method."""
    groups = {
        name: tuple(history.kinds.index(kind) for kind in kinds) for name, kinds in GROUPS.items()
    }
    ours = records(chosen, years.test, groups)
    lines = [
        "| Gruppe | Meldungen | Methode | PAI 1 % | PAI 3 % | PAI 5 % | Treffer 5 % |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for name, kinds in groups.items():
        simple = simple_methods(history, of_kinds(history, kinds), years)
        best = max(simple, key=lambda method: mean_hit(simple[method]))
        year = "Zählung, letztes Jahr"
        for method, rec in {OURS: ours[name], best: simple[best], year: simple[year]}.items():
            pai = rec.pai()
            lines.append(
                f"| {name} | {rec.reports.sum():.0f} | {method} | "
                + " | ".join(number(pai[place]) for place in (0, 2, 4))
                + f" | {number(100 * rec.hits()[4], 1)} % |"
            )
    return "\n".join(lines)


def resolutions() -> str:
    """Return the hit rates on the years to choose by, at three sizes of cell."""
    lines = [
        "| Auflösung | Zellen | Streife 1 % | Streife 5 % | Zählung 104 Wochen 1 % | 5 % "
        "| Streife, 60 Zellen |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for resolution in (9, 10, 11):
        history = read(resolution)
        years = Years.of(history)
        weeks = years.choose[::4]
        mixture = Mixture(history, *SHAPES[2])
        mixture.fit(years.learn[::3])
        reports = history.total()
        kinds = range(len(history.kinds))
        scores = {parts.week: mixture.expected(parts, kinds) for parts in mixture.parts(weeks)}
        ours = record(scores.__getitem__, reports, weeks).hits()
        counts = record(counting(reports, 104), reports, weeks).hits()
        sixty = sum(caught(s, reports[w].astype(float), 60) for w, s in scores.items())
        sixty /= float(reports[list(weeks)].sum())
        figures = (ours[0], ours[4], counts[0], counts[4], sixty)
        lines.append(
            f"| {resolution} | {len(history.grid)} | "
            + " | ".join(f"{number(100 * float(hit), 1)} %" for hit in figures)
            + " |"
        )
    return "\n".join(lines)


def write_recipe(mixture: Mixture, resolution: int, path: Path) -> None:
    """Write what was fitted where the product reads it."""
    recipe = mixture.recipe(resolution)
    rounded = {
        "resolution": recipe.resolution,
        "widths_metres": [int(width) for width in recipe.widths],
        "half_lives_weeks": [int(life) for life in recipe.half_lives],
        "own": [round(float(weight), 4) for weight in recipe.own],
        "all_kinds": [round(float(weight), 4) for weight in recipe.all_kinds],
    }
    path.write_text(
        "# Written by `make bench-forecast BENCH=--write-recipe`: fitted on Zürich 2019 to 2023.\n"
        "# No history of Dortmund with points is public; fit again when two years of own reports\n"
        "# are there. Each list: widths × half-lives, the half-life running fastest.\n"
        'source: "Stadt Zürich, Züri wie neu 2016–2025 (CC0), eigene Anpassung"\n'
        "verified: false\n" + yaml.safe_dump(rounded, sort_keys=False, default_flow_style=None),
        encoding="utf-8",
    )


def main() -> None:
    """Choose, test, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resolution", type=int, default=10)
    parser.add_argument("--resolutions", action="store_true", help="also compare three cell sizes")
    parser.add_argument("--write-recipe", action="store_true", help="keep what was fitted")
    options = parser.parse_args()
    started = time.process_time()
    history = read(options.resolution)
    years = Years.of(history)
    print(f"{int(history.counts.sum())} reports, {len(history.grid)} cells of resolution "
          f"{options.resolution} on {history.area_km2:.1f} km², {history.left_out} left out "
          "(outside, first days, last days)\n\nmean hit rate 1–5 %, 2022–2023:\n")  # fmt: skip
    chosen = choose(history, years)
    chosen.fit(years.relearn)
    if options.write_recipe:
        path = ROOT / "data" / "patrols" / "forecast.yaml"
        write_recipe(chosen, options.resolution, path)
    reports = history.total()
    ours = records(chosen, years.test, {"": tuple(range(len(history.kinds)))})[""]
    found = {OURS: ours, **simple_methods(history, reports, years)}
    print(f"\nchosen: {chosen.name}; tested on {len(years.test)} weeks, "
          f"{ours.reports.sum():.0f} reports\n")  # fmt: skip
    for part in (table(found, "PAI"), table(found, "PEI"), differences(found)):
        print(part + "\n")
    print(groups_table(history, years, chosen) + "\n", flush=True)
    if options.resolutions:
        print(resolutions() + "\n")
    draw(found, ROOT / "docs" / "pictures" / "vorhersage.svg", OURS)
    print(f"{time.process_time() - started:.0f} s CPU")


if __name__ == "__main__":
    main()
