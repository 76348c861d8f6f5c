import { figures, type Figures } from "./table";
import { text } from "./texts";

const SVG = "http://www.w3.org/2000/svg";

/** Makes an SVG element; text content as third argument. */
export function draw(
  name: string,
  attributes: Record<string, string | number>,
  content = "",
): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (content) element.textContent = content;
  return element;
}

/** Writes a number as the page's language does. */
export function written(value: number): string {
  const language = document.documentElement.lang || "de";
  return Number.isNaN(value) ? "–" : value.toLocaleString(language, { maximumFractionDigits: 1 });
}

/** Returns round steps from 0 to at least `top`: [0, 100, 200, 300]. */
export function ticks(top: number, wanted = 5): number[] {
  if (!(top > 0)) return [0, 1];
  const rough = top / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.ceil(top / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Cuts a label to about `pixels`, with an ellipsis. */
export function fitted(label: string, pixels: number): string {
  const letters = Math.max(3, Math.floor(pixels / 7));
  return label.length <= letters ? label : `${label.slice(0, letters - 1).trimEnd()}…`;
}

/**
 * What all plots share: the table inside is read and drawn above itself, then folded away.
 * The drawing is redone when the width changes.
 */
export abstract class Plot extends HTMLElement {
  #figure: HTMLElement | null = null;
  #observer: ResizeObserver | null = null;
  #width = 0;

  protected abstract paint(svg: SVGElement, data: Figures, width: number): number;

  connectedCallback(): void {
    const data = figures(this);
    if (!data || data.rows.length === 0) return;
    this.#frame(data);
    this.#redraw(data);
    this.#observer = new ResizeObserver(() => this.#redraw(data));
    this.#observer.observe(this);
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
  }

  #frame(data: Figures): void {
    if (this.querySelector(":scope > .plot")) {
      this.#figure = this.querySelector(":scope > .plot");
      return;
    }
    const figure = document.createElement("figure");
    figure.className = "plot";
    const caption = document.createElement("figcaption");
    caption.className = "plot__title";
    caption.textContent = data.title;
    figure.append(caption);
    const details = document.createElement("details");
    details.className = "plot__table";
    const summary = document.createElement("summary");
    summary.textContent = text("plot.table");
    const scroll = document.createElement("div");
    scroll.className = "table-scroll";
    scroll.append(...this.childNodes);
    details.append(summary, scroll);
    this.append(figure, details);
    this.#figure = figure;
  }

  #redraw(data: Figures): void {
    const width = Math.round(this.clientWidth) || 480;
    if (width === this.#width || !this.#figure) return;
    this.#width = width;
    const svg = draw("svg", { role: "img", "aria-label": data.title });
    const height = this.paint(svg, data, width);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", String(width));
    svg.setAttribute("height", String(height));
    this.#figure.querySelector("svg")?.remove();
    this.#figure.append(svg);
  }
}
