import { text } from "../shared/texts";

const STEP_MINUTES = 5;
const DAY_MINUTES = 24 * 60;
const STARTS_DRAG_PIXELS = 4;

interface Held {
  readonly stop: SVGAElement;
  readonly row: number;
  readonly begins: number;
  by: number; // minutes later than planned
  down: number; // rows further down
  pointer: { readonly id: number; readonly x: number; readonly y: number; dragged: boolean } | null;
}

/**
 * Lets stops of a plan be dragged to another time or team. By keyboard: `m` on a focused stop picks
 * it up, arrows move it by five minutes or a team, Enter puts it down, Escape leaves it. The form
 * marked `data-mover` is sent; the server moves, checks and answers with the plan. Without a script
 * every stop is a link to a page with the same form.
 *
 * Attributes: `movable` · `hour-width`, `row-height`, `head` pixels of the picture.
 * Stops: `data-move` address · `data-begins` "14:05" · `data-fixed` stays. Rows: `data-route`, `data-name`.
 *
 * @example
 * <patrol-timeline movable hour-width="156" row-height="56" head="28">
 *   <svg><g data-route="7" data-name="KOD 11"><a href="/halt/1/" data-move="/halt/1/verschieben/" data-begins="14:05">…</a></g></svg>
 *   <form data-mover hidden method="post" hx-post="/plan/1/"><input name="route"><input name="clock"></form>
 *   <p role="status" data-said></p>
 * </patrol-timeline>
 */
export class PatrolTimeline extends HTMLElement {
  #held: Held | null = null;
  #address = "";
  #dropped = false;

  connectedCallback(): void {
    if (!this.hasAttribute("movable")) return;
    this.addEventListener("keydown", this.#pressed);
    this.addEventListener("pointerdown", this.#grabbed);
    this.addEventListener("pointermove", this.#dragged);
    this.addEventListener("pointerup", this.#released);
    this.addEventListener("pointercancel", this.#cancelled);
    this.addEventListener("click", this.#clicked, true);
    this.addEventListener("dragstart", stay);
    this.addEventListener("htmx:configRequest", this.#addressed);
  }

  disconnectedCallback(): void {
    this.#held = null;
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.#held) {
      const stop = event.key === "m" ? movable(event.target) : null;
      if (!stop) return;
      this.#take(stop);
    } else if (event.key === "ArrowLeft") this.#move(this.#held.by - STEP_MINUTES, this.#held.down);
    else if (event.key === "ArrowRight") this.#move(this.#held.by + STEP_MINUTES, this.#held.down);
    else if (event.key === "ArrowUp") this.#move(this.#held.by, this.#held.down - 1);
    else if (event.key === "ArrowDown") this.#move(this.#held.by, this.#held.down + 1);
    else if (event.key === "Enter") this.#put();
    else if (event.key === "Escape") this.#let(text("timeline.left"));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  readonly #grabbed = (event: PointerEvent): void => {
    this.#dropped = false;
    // A finger scrolls the picture; it moves a stop on the stop's own page.
    if (event.button !== 0 || event.pointerType === "touch" || this.#held) return;
    const stop = movable(event.target);
    if (!stop) return;
    this.#held = { ...this.#of(stop), pointer: { id: event.pointerId, x: event.clientX, y: event.clientY, dragged: false } };
  };

  readonly #dragged = (event: PointerEvent): void => {
    const held = this.#held;
    if (!held?.pointer || held.pointer.id !== event.pointerId) return;
    const [x, y] = [event.clientX - held.pointer.x, event.clientY - held.pointer.y];
    if (!held.pointer.dragged && Math.hypot(x, y) < STARTS_DRAG_PIXELS) return;
    if (!held.pointer.dragged) this.setPointerCapture(event.pointerId);
    held.pointer.dragged = true;
    const minutes = (x / this.#pixels("hour-width")) * 60;
    const snapped = Math.round((held.begins + minutes) / STEP_MINUTES) * STEP_MINUTES - held.begins;
    this.#move(snapped, Math.round(y / this.#pixels("row-height")));
  };

  readonly #released = (): void => {
    const pointer = this.#held?.pointer;
    if (!pointer) return;
    this.#dropped = pointer.dragged;
    if (pointer.dragged) this.#put();
    else this.#let("");
  };

  readonly #cancelled = (): void => {
    if (this.#held?.pointer) this.#let("");
  };

  /** The click that ends a drag opens nothing. */
  readonly #clicked = (event: Event): void => {
    if (!this.#dropped) return;
    this.#dropped = false;
    event.preventDefault();
    event.stopPropagation();
  };

  readonly #addressed = (event: Event): void => {
    const { detail } = event as CustomEvent<{ path: string }>;
    if (this.#address && event.target === this.querySelector("[data-mover]")) detail.path = this.#address;
  };

  #of(stop: SVGAElement): Held {
    const rows = this.#rows();
    const row = rows.findIndex((one) => one.contains(stop));
    return { stop, row, begins: minutesOf(stop.dataset["begins"] ?? ""), by: 0, down: 0, pointer: null };
  }

  #take(stop: SVGAElement): void {
    this.#held = this.#of(stop);
    this.#move(0, 0);
  }

  #move(by: number, down: number): void {
    const held = this.#held;
    if (!held) return;
    const rows = this.#rows();
    held.by = by;
    held.down = Math.min(rows.length - 1 - held.row, Math.max(-held.row, down));
    const x = (held.by / 60) * this.#pixels("hour-width");
    held.stop.setAttribute("transform", `translate(${x} ${held.down * this.#pixels("row-height")})`);
    held.stop.classList.add("gantt__stop--held");
    const team = rows[held.row + held.down]?.dataset["name"] ?? "";
    this.#say(text("timeline.moving", { team, clock: clockOf(held.begins + held.by) }));
  }

  #put(): void {
    const held = this.#held;
    const form = this.querySelector<HTMLFormElement>("[data-mover]");
    const row = held && this.#rows()[held.row + held.down];
    if (!held || !form || !row) return;
    if (held.by === 0 && held.down === 0) {
      this.#let("");
      return;
    }
    this.#address = held.stop.dataset["move"] ?? "";
    form.action = this.#address;
    (form.elements.namedItem("route") as HTMLInputElement).value = row.dataset["route"] ?? "";
    (form.elements.namedItem("clock") as HTMLInputElement).value = clockOf(held.begins + held.by);
    this.#say(text("timeline.checking"));
    this.#held = null;
    form.requestSubmit();
  }

  #let(said: string): void {
    this.#held?.stop.removeAttribute("transform");
    this.#held?.stop.classList.remove("gantt__stop--held");
    this.#held = null;
    this.#say(said);
  }

  #say(said: string): void {
    const place = this.querySelector("[data-said]");
    if (place) place.textContent = said;
  }

  #rows(): SVGGElement[] {
    return [...this.querySelectorAll<SVGGElement>("[data-route]")];
  }

  #pixels(name: string): number {
    return Number(this.getAttribute(name)) || 1;
  }
}

function movable(target: EventTarget | null): SVGAElement | null {
  const stop = target instanceof Element ? target.closest<SVGAElement>("[data-move]") : null;
  return stop && !stop.hasAttribute("data-fixed") ? stop : null;
}

function stay(event: Event): void {
  event.preventDefault();
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

function clockOf(minutes: number): string {
  const day = ((minutes % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return `${String(Math.floor(day / 60)).padStart(2, "0")}:${String(day % 60).padStart(2, "0")}`;
}

customElements.define("patrol-timeline", PatrolTimeline);
