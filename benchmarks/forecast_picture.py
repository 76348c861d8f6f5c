"""The picture of the forecast benchmark: hit rate by share of the area, drawn by hand as SVG."""

from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

from streife.patrols.rules.forecast_quality import Record, interval, resample

LEFT, TOP, WIDE, HIGH = 56, 64, 400, 300
INK, QUIET, BLUE = "#1f2933", "#7b8794", "#0b5fa5"


def draw(found: dict[str, Record], path: Path, ours: str) -> None:
    """Write the picture: ours in blue with its 95 % interval, the others grey."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_svg(found, ours), encoding="utf-8")


def _svg(found: dict[str, Record], ours: str) -> str:
    top = max(float(record.hits().max()) for record in found.values()) * 1.08

    def place(share: float, hit: float) -> tuple[float, float]:
        return LEFT + WIDE * (share - 0.005) / 0.045, TOP + HIGH * (1 - hit / top)

    def line(points: list[tuple[float, float]]) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)

    mine = found[ours]
    draws = resample(len(mine.reports), 2000, 1)
    low, high = interval([mine.hits(weeks) for weeks in draws])
    band = [place(s, h) for s, h in zip(mine.shares, high, strict=True)]
    band += [place(s, h) for s, h in zip(mine.shares, low, strict=True)][::-1]
    parts = [
        f'<polygon points="{line(band)}" fill="{BLUE}" fill-opacity="0.15"/>',
        *_axes(top, place),
    ]
    for name, record in found.items():
        points = [place(s, float(h)) for s, h in zip(record.shares, record.hits(), strict=True)]
        colour, width = (BLUE, 2.5) if name == ours else (QUIET, 1.2)
        parts.append(
            f'<polyline points="{line(points)}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}"/>'
        )
    parts += _labels(found, ours, lambda hit: place(0.05, hit)[1])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {TOP + HIGH + 56}" '
        f'font-family="Fira Sans, sans-serif" font-size="13" fill="{INK}" role="img">'
        "<title>Anteil der Meldungen der nächsten Woche in den ausgewählten Zellen</title>"
        '<rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{LEFT - 40}" y="24" font-size="16" font-weight="600">So viele Meldungen der '
        "nächsten Woche liegen in den ausgewählten Zellen</text>"
        f'<text x="{LEFT - 40}" y="44" fill="{QUIET}">Zürich 2024–2025, jede Woche neu; '
        "blaues Band: 95 % über Wochen</text>" + "".join(parts) + "</svg>\n"
    )


def _axes(top: float, place: Callable[[float, float], tuple[float, float]]) -> list[str]:
    parts = []
    for percent in range(0, int(100 * top) + 1, 10):
        _, y = place(0.01, percent / 100)
        parts.append(
            f'<line x1="{LEFT}" x2="{LEFT + WIDE}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e4e7eb"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>'
        )
    for percent in range(1, 6):
        x, _ = place(percent / 100, 0)
        parts.append(
            f'<text x="{x:.1f}" y="{TOP + HIGH + 20}" text-anchor="middle">{percent} %</text>'
        )
    parts.append(
        f'<text x="{LEFT + WIDE / 2}" y="{TOP + HIGH + 44}" text-anchor="middle">'
        "ausgewählter Teil der Stadtfläche</text>"
    )
    return parts


def _labels(found: dict[str, Record], ours: str, height: Callable[[float], float]) -> list[str]:
    """Write each name beside the end of its line, pushed apart where lines end together."""
    ends = sorted(((height(float(r.hits()[-1])), name) for name, r in found.items()))
    parts, last = [], -100.0
    for y, name in ends:
        last = max(y, last + 17)
        hit = f"{100 * float(found[name].hits()[-1]):.1f} %".replace(".", ",")
        style = f'fill="{BLUE}" font-weight="600"' if name == ours else f'fill="{INK}"'
        parts.append(
            f'<text x="{LEFT + WIDE + 10}" y="{last + 4:.1f}" {style}>{escape(name)}: {hit}</text>'
        )
    return parts
