import { draw, Plot, written } from "../shared/plot";
import type { Figures } from "../shared/table";

const CELL = 26;

/**
 * Draws rows and columns as a field of squares, darker for more; the number shows on hover and
 * the highest is written in.
 *
 * @example
 * <heat-plot>
 *   <table class="table"><caption>Freitag abends ist am meisten los</caption>
 *     <thead><tr><th>Tag</th><th>0</th><th>1</th></tr></thead>
 *     <tbody><tr><th>Mo</th><td>3</td><td>1</td></tr></tbody></table>
 * </heat-plot>
 */
export class HeatPlot extends Plot {
  protected override paint(svg: SVGElement, data: Figures, width: number): number {
    const left = Math.max(...data.rows.map((row) => row.label.length)) * 8 + 12;
    const columns = Math.max(1, data.columns.length);
    const cell = (width - left) / columns;
    const high = Math.min(CELL, Math.max(16, cell * 1.2));
    const top = Math.max(1, ...data.rows.flatMap((row) => row.values.filter((v) => v === v)));
    const every = Math.ceil(24 / cell);
    data.columns.forEach((name, column) => {
      if (column % every) return;
      svg.append(draw("text", { class: "plot__muted", x: left + (column + 0.5) * cell, y: 12, "text-anchor": "middle" }, name));
    });
    data.rows.forEach((row, index) => {
      const y = 20 + index * high;
      svg.append(draw("text", { x: left - 10, y: y + high / 2, "text-anchor": "end", "dominant-baseline": "central" }, row.label));
      row.values.forEach((value, column) => {
        const share = Number.isNaN(value) ? 0 : value / top;
        const square = draw("rect", { class: "plot__cell", x: left + column * cell, y, width: cell, height: high, rx: 3, "fill-opacity": (0.06 + 0.94 * share).toFixed(3) });
        square.append(draw("title", {}, `${row.label}, ${data.columns[column] ?? ""}: ${written(value)}`));
        svg.append(square);
        if (value === top && cell > 18) {
          svg.append(draw("text", { class: "plot__on-bar", x: left + (column + 0.5) * cell, y: y + high / 2, "text-anchor": "middle", "dominant-baseline": "central" }, written(value)));
        }
      });
    });
    return 20 + data.rows.length * high + 2;
  }
}

customElements.define("heat-plot", HeatPlot);
