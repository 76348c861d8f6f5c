import { text } from "../shared/texts";

type Boxes = readonly (readonly [number, number, number, number, number])[]; // frame, left, top, right, bottom

interface Cover {
  readonly key: string;
  readonly off: boolean;
  readonly byHand: boolean;
  readonly boxes: Boxes;
}

interface Data {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly durationMs: number;
  readonly covers: readonly Cover[];
}

const SMALLEST = 4;

/**
 * Shows over the original what will be covered, and lets a box be drawn on the halted picture: it
 * fills the numbers of the form marked `data-box`. Without a script the numbers are typed.
 *
 * Inside: the project as `json_script` "redaction-data", a `<video>`, an `<svg class="footage__boxes">`.
 *
 * @example
 * <redaction-editor><script type="application/json" id="redaction-data">{…}</script>
 *   <div class="footage"><video …></video><svg class="footage__boxes" viewBox="0 0 1920 1080"></svg></div>
 *   <p role="status" data-said></p></redaction-editor>
 */
export class RedactionEditor extends HTMLElement {
  #data: Data | null = null;
  #from: readonly [number, number] | null = null;
  #drawn: SVGRectElement | null = null;
  #asked = 0;

  connectedCallback(): void {
    const stored = this.querySelector("#redaction-data")?.textContent;
    const [video, svg] = [this.#video(), this.#svg()];
    if (!stored || !video || !svg) return;
    this.#data = JSON.parse(stored) as Data;
    svg.classList.add("is-drawing");
    svg.addEventListener("pointerdown", this.#begun);
    svg.addEventListener("pointermove", this.#moved);
    svg.addEventListener("pointerup", this.#ended);
    document.addEventListener("click", this.#jumped);
    for (const kind of ["seeked", "loadeddata", "pause"]) video.addEventListener(kind, this.#paint);
    this.#paint(); // the picture may have been there before us
    this.#asked = requestAnimationFrame(this.#tick);
  }

  disconnectedCallback(): void {
    cancelAnimationFrame(this.#asked);
    document.removeEventListener("click", this.#jumped);
  }

  #video(): HTMLVideoElement | null {
    return this.querySelector("video");
  }

  #svg(): SVGSVGElement | null {
    return this.querySelector("svg.footage__boxes");
  }

  readonly #tick = (): void => {
    if (!this.#video()?.paused) this.#paint();
    this.#asked = requestAnimationFrame(this.#tick);
  };

  readonly #paint = (): void => {
    const [data, video, svg] = [this.#data, this.#video(), this.#svg()];
    if (!data || !video || !svg) return;
    const frame = Math.min(data.frames - 1, Math.floor((video.currentTime * 1000 * data.frames) / data.durationMs));
    const shown = data.covers.flatMap((cover) => {
      const box = boxAt(cover.boxes, frame);
      return box ? [rect(box, cover.off ? "is-off" : "")] : [];
    });
    svg.replaceChildren(...shown, ...(this.#drawn ? [this.#drawn] : []));
  };

  readonly #begun = (event: PointerEvent): void => {
    const video = this.#video();
    if (!video || event.button !== 0) return;
    video.pause();
    this.#from = this.#place(event);
    this.#svg()?.setPointerCapture(event.pointerId);
  };

  readonly #moved = (event: PointerEvent): void => {
    if (!this.#from) return;
    const [x, y] = this.#place(event);
    const [left, top] = [Math.min(x, this.#from[0]), Math.min(y, this.#from[1])];
    this.#drawn = rect([left, top, Math.max(x, this.#from[0]), Math.max(y, this.#from[1])], "is-drawn");
    this.#paint();
  };

  readonly #ended = (): void => {
    const drawn = this.#drawn;
    this.#from = null;
    if (!drawn) return;
    const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => Math.round(Number(drawn.getAttribute(name))));
    if (left === undefined || top === undefined || !width || !height || width < SMALLEST || height < SMALLEST) return;
    this.#fill({ left, top, width, height });
    this.#say(text("redaction.drawn"));
  };

  readonly #jumped = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>(".footage__jump[data-at]") : null;
    const video = this.#video();
    if (!link || !video) return;
    event.preventDefault();
    video.pause();
    video.currentTime = Number(link.dataset["at"]) / 1000;
    video.focus();
  };

  #fill(numbers: Record<string, number>): void {
    const form = document.querySelector<HTMLFormElement>("form[data-box]");
    const now = this.#video()?.currentTime ?? 0;
    const values: Record<string, string> = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]));
    values["from_at"] = now.toFixed(2);
    values["to_at"] = ((this.#data?.durationMs ?? 0) / 1000).toFixed(2);
    for (const [name, value] of Object.entries(values)) {
      const input = form?.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = value;
    }
  }

  #place(event: PointerEvent): readonly [number, number] {
    const svg = this.#svg();
    const matrix = svg?.getScreenCTM();
    if (!svg || !matrix) return [0, 0];
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return [clamp(point.x, this.#data?.width ?? 0), clamp(point.y, this.#data?.height ?? 0)];
  }

  #say(words: string): void {
    const place = this.querySelector("[data-said]");
    if (place) place.textContent = words;
  }
}

/** Where a cover is in a frame; between two known places it moves evenly. */
export function boxAt(boxes: Boxes, frame: number): [number, number, number, number] | null {
  const after = boxes.findIndex((box) => box[0] >= frame);
  const next = boxes[after];
  if (!next) return null;
  const previous = boxes[after - 1];
  if (!previous) return next[0] === frame ? [next[1], next[2], next[3], next[4]] : null;
  const part = (frame - previous[0]) / (next[0] - previous[0]);
  const way = (at: 1 | 2 | 3 | 4): number => previous[at] + (next[at] - previous[at]) * part;
  return [way(1), way(2), way(3), way(4)];
}

function rect([left, top, right, bottom]: readonly [number, number, number, number], kind: string): SVGRectElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const values = { x: left, y: top, width: right - left, height: bottom - top };
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, String(value));
  if (kind) made.classList.add(kind);
  return made;
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(0, value), most);
}

customElements.define("redaction-editor", RedactionEditor);
