import { draw, fitted, Plot, written } from "../shared/plot";
import type { Figures } from "../shared/table";

const ROW = 30;
const BAR = 18;
/** On a telephone a label that would be cut has a line of its own above its bar. */
const TELEPHONE = 480;
const ROW_WITH_LABEL = 46;
const LETTER = 7.2;

/**
 * Draws the first column of figures as bars, labelled directly; the caption is the message.
 * A second column is drawn behind as a soft bar (last year).
 *
 * @example
 * <bar-plot>
 *   <table class="table"><caption>Abfall ist jeder dritte Hinweis</caption>
 *     <thead><tr><th>Sachgebiet</th><th>Hinweise</th></tr></thead>
 *     <tbody><tr><th>Abfall</th><td>104</td></tr></tbody></table>
 * </bar-plot>
 */
export class BarPlot extends Plot {
  protected override paint(svg: SVGElement, data: Figures, width: number): number {
    const top = Math.max(1, ...data.rows.flatMap((row) => row.values.filter((v) => v === v)));
    const longest = Math.max(...data.rows.map((row) => row.label.length));
    const above = width < TELEPHONE && longest * LETTER + 12 > width * 0.42;
    const left = above ? 0 : Math.min(width * 0.42, longest * LETTER + 12);
    const row = above ? ROW_WITH_LABEL : ROW;
    const scale = Math.max(0, width - left - 52) / top;
    data.rows.forEach(({ label, values }, index) => {
      const middle = (index + 1) * row - ROW / 2;
      const [value = Number.NaN, before = Number.NaN] = values;
      const beside = { x: left - 10, y: middle, "text-anchor": "end", "dominant-baseline": "central" };
      const over = { x: 0, y: index * row + 14 };
      svg.append(draw("text", above ? over : beside, fitted(label, above ? width : left - 12)));
      if (before === before) {
        svg.append(draw("rect", { class: "plot__bar--soft", x: left, y: middle - BAR / 2 - 3, width: before * scale, height: BAR + 6, rx: 2 }));
      }
      if (value === value) {
        svg.append(draw("rect", { class: "plot__bar", x: left, y: middle - BAR / 2, width: Math.max(1, value * scale), height: BAR, rx: 2 }));
      }
      const end = left + Math.max(value || 0, before || 0) * scale;
      svg.append(draw("text", { class: "plot__value", x: end + 7, y: middle, "dominant-baseline": "central" }, written(value)));
    });
    if (!above) svg.append(draw("line", { class: "plot__axis", x1: left, x2: left, y1: 0, y2: data.rows.length * row }));
    return data.rows.length * row + 2;
  }
}

customElements.define("bar-plot", BarPlot);
