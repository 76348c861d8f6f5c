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
const SAME_MOMENT = 0.04; // seconds: one frame of 25

/** What the form says: numbers as typed, null where nothing usable stands. */
interface Typed {
  readonly from: number;
  readonly to: number;
  readonly start: Rectangle;
  readonly end: Rectangle;
}

type Rectangle = readonly [number, number, number, number]; // left, top, right, bottom

/**
 * Shows over the original what will be covered, and lets a box be drawn on the halted picture, by
 * mouse, pen or finger: it fills the numbers of the form marked `data-box`, and numbers typed there
 * show as the box. Taken hold of later in the film the box moves along: where it is put down is
 * where it ends. Without a script the numbers are typed.
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
  #held: Rectangle | null = null; // the box in the form, when that is what is moved
  #drawn: SVGRectElement | null = null;
  // Where a box may be begun: over the picture, but above the player's controls.
  readonly #area = document.createElement("div");
  #asked = 0;

  connectedCallback(): void {
    const stored = this.querySelector("#redaction-data")?.textContent;
    const [video, svg] = [this.#video(), this.#svg()];
    if (!stored || !video || !svg) return;
    this.#data = JSON.parse(stored) as Data;
    this.#area.className = "footage__area";
    svg.after(this.#area);
    this.#area.addEventListener("pointerdown", this.#begun);
    this.#area.addEventListener("pointermove", this.#moved);
    this.#area.addEventListener("pointerup", this.#ended);
    this.#area.addEventListener("pointercancel", this.#dropped);
    document.addEventListener("keydown", this.#pressed);
    this.#form()?.addEventListener("input", this.#paint);
    document.addEventListener("click", this.#jumped);
    for (const kind of ["seeked", "loadeddata", "pause"]) video.addEventListener(kind, this.#paint);
    this.#paint(); // the picture may have been there before us
    this.#asked = requestAnimationFrame(this.#tick);
  }

  disconnectedCallback(): void {
    cancelAnimationFrame(this.#asked);
    document.removeEventListener("click", this.#jumped);
    this.#area.remove();
    document.removeEventListener("keydown", this.#pressed);
    this.#form()?.removeEventListener("input", this.#paint);
  }

  #form(): HTMLFormElement | null {
    return document.querySelector<HTMLFormElement>("form[data-box]");
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
    const own = this.#drawn ?? this.#fromForm();
    svg.replaceChildren(...shown, ...(own ? [own] : []));
  };

  readonly #begun = (event: PointerEvent): void => {
    const video = this.#video();
    if (!video || event.button !== 0) return;
    video.pause();
    event.preventDefault(); // a finger draws here, it does not scroll
    this.#from = this.#place(event);
    const box = this.#boxNow();
    this.#held = box && within(box, this.#from) ? box : null;
    this.#area.setPointerCapture(event.pointerId);
  };

  readonly #moved = (event: PointerEvent): void => {
    if (!this.#from) return;
    const [x, y] = this.#place(event);
    const [left, top] = [Math.min(x, this.#from[0]), Math.min(y, this.#from[1])];
    const fresh: Rectangle = [left, top, Math.max(x, this.#from[0]), Math.max(y, this.#from[1])];
    const box = this.#held ? this.#moveTo(this.#held, x - this.#from[0], y - this.#from[1]) : fresh;
    this.#drawn = rect(box, "is-drawn");
    this.#paint();
  };

  readonly #ended = (): void => {
    const [drawn, held] = [this.#drawn, this.#held];
    this.#dropped();
    if (!drawn) return;
    const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => Math.round(Number(drawn.getAttribute(name))));
    if (left === undefined || top === undefined || !width || !height || width < SMALLEST || height < SMALLEST) return;
    if (held) this.#carry(left, top);
    else this.#begin(left, top, width, height);
    this.#paint();
  };

  readonly #dropped = (): void => {
    this.#from = this.#held = this.#drawn = null;
    this.#paint();
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.#from) this.#dropped();
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

  /** A new box: from here to the end, standing still. */
  #begin(left: number, top: number, width: number, height: number): void {
    const end = ((this.#data?.durationMs ?? 0) / 1000).toFixed(2);
    this.#fill({ left, top, width, height, from_at: this.#now().toFixed(2), to_at: end, end_left: "", end_top: "" });
    this.#say(text("redaction.drawn"));
  }

  /** The box was put elsewhere: at its first moment it begins there, later it ends there and then. */
  #carry(left: number, top: number): void {
    const typed = this.#typed();
    if (!typed) return;
    if (this.#now() - typed.from < SAME_MOMENT) {
      this.#fill({ left, top });
      this.#say(text("redaction.drawn"));
      return;
    }
    this.#fill({ end_left: left, end_top: top, to_at: this.#now().toFixed(2) });
    this.#form()?.querySelector("details")?.setAttribute("open", "");
    this.#say(text("redaction.carried"));
  }

  #fill(values: Record<string, number | string>): void {
    for (const [name, value] of Object.entries(values)) {
      const input = this.#form()?.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = String(value);
    }
  }

  #now(): number {
    return this.#video()?.currentTime ?? 0;
  }

  #moveTo([left, top, right, bottom]: Rectangle, across: number, down: number): Rectangle {
    const [width, height] = [right - left, bottom - top];
    const x = clamp(left + across, (this.#data?.width ?? 0) - width);
    const y = clamp(top + down, (this.#data?.height ?? 0) - height);
    return [x, y, x + width, y + height];
  }

  #typed(): Typed | null {
    const form = this.#form();
    if (!form) return null;
    const number = (name: string): number => {
      const input = form.elements.namedItem(name);
      return input instanceof HTMLInputElement && input.value !== "" ? Number(input.value.replace(",", ".")) : Number.NaN;
    };
    const [from, to, left, top, width, height] = ["from_at", "to_at", "left", "top", "width", "height"].map(number);
    if (from === undefined || to === undefined || left === undefined || top === undefined || !width || !height) return null;
    if ([from, to, left, top, width, height].some(Number.isNaN)) return null;
    const at = (name: string, otherwise: number): number => (Number.isNaN(number(name)) ? otherwise : number(name));
    const [endLeft, endTop] = [at("end_left", left), at("end_top", top)];
    return { from, to, start: [left, top, left + width, top + height], end: [endLeft, endTop, endLeft + width, endTop + height] };
  }

  /** The box of the form where it is at this moment of the film; null before and after it. */
  #boxNow(): Rectangle | null {
    const typed = this.#typed();
    return typed ? typedAt(typed, this.#now()) : null;
  }

  #fromForm(): SVGRectElement | null {
    const box = this.#boxNow();
    return box ? rect(box, "is-drawn") : null;
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

/** Where the box of the form is at a moment: it moves evenly from its begin to its end. */
export function typedAt(typed: Typed, now: number): Rectangle | null {
  if (now < typed.from - SAME_MOMENT || now > typed.to + SAME_MOMENT) return null;
  const part = typed.to > typed.from ? Math.min(1, Math.max(0, (now - typed.from) / (typed.to - typed.from))) : 0;
  const way = (at: 0 | 1 | 2 | 3): number => typed.start[at] + (typed.end[at] - typed.start[at]) * part;
  return [way(0), way(1), way(2), way(3)];
}

function within([left, top, right, bottom]: Rectangle, [x, y]: readonly [number, number]): boolean {
  return left <= x && x <= right && top <= y && y <= bottom;
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
