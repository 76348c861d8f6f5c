import { text } from "../shared/texts";

const STARTS_DRAG_PIXELS = 4;
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

const FORMS = "[data-setter], [data-mover], [data-undo]";

/**
 * What was typed while the server still judged the change before. The answer replaces the grid with
 * its forms, so each is sent from the grid that comes with the answer to the one before it.
 */
const waiting: { name: string; values: Record<string, string> }[] = [];
let judged: Element | null = null; // the form whose answer is awaited

/**
 * Makes the month a sheet to work in: arrows walk from cell to cell, a letter puts somebody on that
 * kind of shift, Delete, Backspace or `-` frees the day, `z` takes the last change back. A duty that
 * is dragged onto another cell moves there, or the two change places. The hidden forms are sent; the
 * server changes, judges and answers with the plan; `seen` says what stood there, so that nobody
 * overwrites what they did not see. Without a script the table is read, and one form
 * below it changes one cell.
 *
 * Attributes: `editable` · `kinds` "F=1 S=2". Cells: `data-cell` "officer:day" and an id.
 *
 * @example
 * <roster-grid editable kinds="F=1 S=2"><table><td id="c4-1" data-cell="4:2026-11-01" tabindex="-1">F</td></table>
 *   <form data-setter hidden><input name="officer"><input name="day"><input name="kind"><input name="seen"></form>
 *   <form data-mover hidden><input name="officer"><input name="day"><input name="to_officer"><input name="to_day"><input name="seen"><input name="to_seen"></form>
 *   <form data-undo></form><p data-said role="status"></p></roster-grid>
 */
export class RosterGrid extends HTMLElement {
  #grabbed: { cell: HTMLElement; x: number; y: number; dragged: boolean } | null = null;
  #target: HTMLElement | null = null;

  connectedCallback(): void {
    if (!this.hasAttribute("editable")) return;
    const first = this.querySelector<HTMLElement>("[data-cell]");
    if (first) first.tabIndex = 0;
    this.addEventListener("keydown", this.#pressed);
    this.addEventListener("focusin", this.#entered);
    this.addEventListener("pointerdown", this.#took);
    this.addEventListener("pointermove", this.#dragged);
    this.addEventListener("pointerup", this.#dropped);
    this.addEventListener("pointercancel", this.#let);
  }

  disconnectedCallback(): void {
    this.#let();
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const cell = cellOf(event.target);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const kind = this.#kinds().get(event.key.toUpperCase());
    if (arrow) this.#walk(cell, ...arrow);
    else if (event.key === "Home" || event.key === "End") this.#edge(cell, event.key === "Home");
    else if (["Delete", "Backspace", "-"].includes(event.key)) this.#set(cell, "");
    else if (kind) this.#set(cell, kind);
    else if (event.key === "z") this.#undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** One cell at a time is in the order of the Tab key: the one that was last. */
  readonly #entered = (event: FocusEvent): void => {
    const cell = cellOf(event.target);
    if (!cell) return;
    for (const other of this.querySelectorAll<HTMLElement>('[data-cell][tabindex="0"]')) other.tabIndex = -1;
    cell.tabIndex = 0;
  };

  readonly #took = (event: PointerEvent): void => {
    const cell = cellOf(event.target);
    if (!cell || event.button !== 0 || event.pointerType === "touch" || !letterOf(cell)) return;
    this.#grabbed = { cell, x: event.clientX, y: event.clientY, dragged: false };
  };

  readonly #dragged = (event: PointerEvent): void => {
    const held = this.#grabbed;
    if (!held) return;
    if (!held.dragged && Math.hypot(event.clientX - held.x, event.clientY - held.y) < STARTS_DRAG_PIXELS) return;
    if (!held.dragged) this.#say(text("grid.held", { letter: letterOf(held.cell) }));
    held.dragged = true;
    event.preventDefault();
    this.#mark(cellOf(document.elementFromPoint(event.clientX, event.clientY)));
  };

  readonly #dropped = (): void => {
    const [held, target] = [this.#grabbed, this.#target];
    this.#let();
    if (!held?.dragged || !target || target === held.cell) return;
    const [officer, day] = keyOf(held.cell);
    const [toOfficer, toDay] = keyOf(target);
    target.focus({ preventScroll: true });
    const [seen, toSeen] = [this.#shown(held.cell), this.#shown(target)];
    this.#send("mover", { officer, day, to_officer: toOfficer, to_day: toDay, seen, to_seen: toSeen });
  };

  readonly #let = (): void => {
    this.#mark(null);
    this.#grabbed = null;
  };

  #mark(cell: HTMLElement | null): void {
    delete this.#target?.dataset["target"];
    this.#target = cell && this.contains(cell) ? cell : null;
    if (this.#target) this.#target.dataset["target"] = "";
  }

  #walk(cell: HTMLElement, down: number, right: number): void {
    const row = cell.closest("tr");
    if (!row) return;
    const rows = [...this.querySelectorAll("tr")].filter((one) => one.querySelector("[data-cell]"));
    const there = rows[rows.indexOf(row) + down];
    const cells = there ? cellsOf(there) : [];
    cells[cellsOf(row).indexOf(cell) + right]?.focus();
  }

  #edge(cell: HTMLElement, first: boolean): void {
    const row = cell.closest("tr");
    if (row) cellsOf(row).at(first ? 0 : -1)?.focus();
  }

  #set(cell: HTMLElement, kind: string): void {
    const [officer, day] = keyOf(cell);
    this.#send("setter", { officer, day, kind, seen: this.#shown(cell) });
  }

  #undo(): void {
    const form = this.querySelector<HTMLFormElement>("[data-undo]");
    if (judged || (form && !form.hidden)) this.#ask("undo", {});
  }

  #send(name: string, values: Record<string, string>): void {
    this.#say(text("grid.checking"));
    this.#ask(name, values);
  }

  #ask(name: string, values: Record<string, string>): void {
    if (judged) waiting.push({ name, values });
    else this.submit(name, values);
  }

  /** Send one of the hidden forms. */
  submit(name: string, values: Record<string, string>): void {
    const form = this.querySelector<HTMLFormElement>(`[data-${name}]`);
    if (!form || (name === "undo" && form.hidden)) return;
    for (const [key, value] of Object.entries(values)) (form.elements.namedItem(key) as HTMLInputElement).value = value;
    form.requestSubmit();
  }

  #say(said: string): void {
    const place = this.querySelector("[data-said]");
    if (place) place.textContent = said;
  }

  /** The kind of shift that a cell shows, empty for a free day. */
  #shown(cell: HTMLElement): string {
    return (cell.classList.contains("k") && this.#kinds().get(letterOf(cell))) || "";
  }

  #kinds(): Map<string, string> {
    const pairs = (this.getAttribute("kinds") ?? "").trim().split(/\s+/);
    return new Map(pairs.map((pair) => pair.split("=") as [string, string]));
  }
}

/** Return the form that a request is of; `detail.elt` is another once the form is replaced. */
function formOf(event: Event): Element | null {
  const elt = (event as CustomEvent<{ requestConfig?: { elt?: unknown } }>).detail.requestConfig?.elt;
  return elt instanceof Element && elt.matches(FORMS) ? elt : null;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  judged = formOf(event) ?? judged;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = formOf(event);
  if (!form) return;
  // What came after a refusal was typed without knowing of it: the refusal is to be read first.
  if (!(event as CustomEvent<{ successful?: boolean }>).detail.successful) waiting.length = 0;
  if (form.isConnected) judged = null; // no answer came: the grid is the same
});

/** The answer is in its place and its forms are known to htmx. */
document.addEventListener("htmx:afterSettle", () => {
  if (!judged || judged.isConnected) return;
  judged = null;
  const grid = document.querySelector<RosterGrid>("roster-grid[editable]");
  if (!grid) waiting.length = 0;
  const next = waiting.shift();
  if (next) grid?.submit(next.name, next.values);
});

function cellOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-cell]") : null;
}

function cellsOf(row: Element): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>("[data-cell]")];
}

function keyOf(cell: HTMLElement): [string, string] {
  const [officer = "", day = ""] = (cell.dataset["cell"] ?? "").split(":");
  return [officer, day];
}

function letterOf(cell: HTMLElement): string {
  return cell.classList.contains("k") || cell.classList.contains("k--broken") ? (cell.textContent ?? "").charAt(0) : "";
}

customElements.define("roster-grid", RosterGrid);
