import { draw, Plot, ticks, written } from "../shared/plot";
import type { Figures } from "../shared/table";

const HEIGHT = 240;
const TOP = 14;
const BOTTOM = 28;
const LINE = 16;

interface End {
  readonly column: number;
  readonly row: number;
  readonly value: number;
  at: number;
}

/**
 * Draws each column as a line over the rows, its name at its end. The first is the one that
 * matters; others are dashed, so that they differ without colour.
 *
 * @example
 * <line-plot>
 *   <table class="table"><caption>Seit dem Sommer weniger als im Vorjahr</caption>
 *     <thead><tr><th>Monat</th><th>2026</th><th>2025</th></tr></thead>
 *     <tbody><tr><th>Jan</th><td>280</td><td>260</td></tr></tbody></table>
 * </line-plot>
 */
export class LinePlot extends Plot {
  protected override paint(svg: SVGElement, data: Figures, width: number): number {
    const values = data.rows.flatMap((row) => row.values.filter((v) => v === v));
    const steps = ticks(Math.max(...values, 0));
    const top = steps.at(-1) ?? 1;
    const left = written(top).length * 7.5 + 12;
    const right = Math.max(...data.columns.map((name) => name.length)) * 7.5 + 14;
    const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
    const gap = (width - left - right) / Math.max(1, data.rows.length - 1);
    const x = (index: number): number => left + index * gap;

    for (const step of steps) {
      svg.append(
        draw("line", { class: "plot__grid", x1: left, x2: width - right, y1: y(step), y2: y(step) }),
        draw("text", { class: "plot__muted", x: left - 8, y: y(step), "text-anchor": "end", "dominant-baseline": "central" }, written(step)),
      );
    }
    this.#axis(svg, data, x, gap);
    data.columns.forEach((_, column) => this.#line(svg, data, column, x, y));
    for (const { column, row, value, at } of this.#ends(data, y)) {
      svg.append(
        draw("circle", { class: `plot__dot plot__dot--${column}`, cx: x(row), cy: y(value), r: 4.5 }),
        draw("text", { class: column ? "plot__muted" : "plot__value", x: x(row) + 10, y: at, "dominant-baseline": "central" }, data.columns[column] ?? ""),
      );
    }
    return HEIGHT;
  }

  /** The last known value of each line, its name moved down where two would overlap. */
  #ends(data: Figures, y: (value: number) => number): End[] {
    const ends = data.columns.flatMap((_, column) => {
      const row = data.rows.findLastIndex((one) => !Number.isNaN(one.values[column] ?? Number.NaN));
      if (row < 0) return [];
      const value = data.rows[row]?.values[column] ?? 0;
      return [{ column, row, value, at: y(value) }];
    });
    ends.sort((first, second) => first.at - second.at);
    ends.forEach((end, index) => {
      const above = ends[index - 1];
      if (above) end.at = Math.max(end.at, above.at + LINE);
    });
    return ends;
  }

  #axis(svg: SVGElement, data: Figures, x: (index: number) => number, gap: number): void {
    const longest = Math.max(...data.rows.map((row) => row.label.length)) * 7.5 + 10;
    const every = Math.max(1, Math.ceil(longest / Math.max(gap, 1)));
    data.rows.forEach((row, index) => {
      if (index % every) return;
      svg.append(draw("text", { class: "plot__muted", x: x(index), y: HEIGHT - 6, "text-anchor": "middle" }, row.label));
    });
  }

  #line(svg: SVGElement, data: Figures, column: number, x: (index: number) => number, y: (value: number) => number): void {
    let path = "";
    let open = false;
    data.rows.forEach((row, index) => {
      const value = row.values[column] ?? Number.NaN;
      if (Number.isNaN(value)) {
        open = false; // a gap stays a gap: unknown is not zero
        return;
      }
      path += `${open ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      open = true;
    });
    svg.append(draw("path", { class: `plot__line plot__line--${column}`, d: path }));
  }
}

customElements.define("line-plot", LinePlot);
