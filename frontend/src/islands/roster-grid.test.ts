import { beforeEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import "./roster-grid";

const HTML = `<roster-grid editable kinds="F=1 S=2"><table>
  <tr><td id="c4-1" class="k" data-cell="4:2026-11-01" tabindex="-1">F</td><td id="c4-2" data-cell="4:2026-11-02" tabindex="-1"></td></tr>
  <tr><th>group</th></tr>
  <tr><td id="c5-1" data-cell="5:2026-11-01" tabindex="-1"></td><td id="c5-2" data-cell="5:2026-11-02" tabindex="-1"></td></tr>
  </table><form data-setter><input name="officer"><input name="day"><input name="kind"><input name="seen"></form>
  <form data-mover><input name="officer"><input name="day"><input name="to_officer"><input name="to_day"><input name="seen"><input name="to_seen"></form>
  <form data-undo></form><p data-said></p></roster-grid>`;

const sent: Record<string, string>[] = [];

function cell(id: string): HTMLElement {
  return document.querySelector<HTMLElement>(`#${id}`)!;
}

function press(key: string): void {
  document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}

beforeEach(() => {
  sent.length = 0;
  document.body.replaceChildren();
  mount(HTML);
  vi.spyOn(HTMLFormElement.prototype, "requestSubmit").mockImplementation(function (this: HTMLFormElement) {
    const values = [...this.querySelectorAll("input")].map((input) => [input.name, input.value]);
    sent.push({ form: this.getAttributeNames()[0]!.slice(5), ...Object.fromEntries(values) });
  });
});

test("one cell is in the order of the Tab key, and arrows walk over group rows", () => {
  expect(document.querySelectorAll('[data-cell][tabindex="0"]').length).toBe(1);
  cell("c4-1").focus();
  press("ArrowRight");
  expect(document.activeElement?.id).toBe("c4-2");
  press("ArrowDown");
  expect(document.activeElement?.id).toBe("c5-2");
  press("Home");
  expect(document.activeElement?.id).toBe("c5-1");
  expect([...document.querySelectorAll('[data-cell][tabindex="0"]')].map((one) => one.id)).toEqual(["c5-1"]);
});

test("a letter puts somebody on a shift, Delete frees the day, z takes it back", () => {
  cell("c5-2").focus();
  press("s");
  press("Delete");
  press("z");
  press("q");
  expect(sent).toEqual([
    { form: "setter", officer: "5", day: "2026-11-02", kind: "2", seen: "" },
    { form: "setter", officer: "5", day: "2026-11-02", kind: "", seen: "" },
    { form: "undo" },
  ]);
});

test("a duty is dragged onto another cell", () => {
  const [from, to] = [cell("c4-1"), cell("c5-2")];
  document.elementFromPoint = () => to;
  from.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0, clientX: 0, clientY: 0 }));
  from.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: 30, clientY: 9 }));
  from.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
  const days = { officer: "4", day: "2026-11-01", to_officer: "5", to_day: "2026-11-02" };
  expect(sent).toEqual([{ form: "mover", ...days, seen: "1", to_seen: "" }]);
});

test("what a cell showed is sent with its change, and a mark or an absence is no shift", () => {
  const shown = { "F!": "k k--broken", "S°": "k k--wish", "S": "k--away", "!": "k--broken" };
  for (const [letters, classes] of Object.entries(shown)) {
    cell("c4-1").textContent = letters;
    cell("c4-1").className = classes;
    cell("c4-1").focus();
    press("Delete");
  }
  expect(sent.map((one) => one["seen"])).toEqual(["1", "2", "", ""]);
});

function tell(name: string, elt: Element | null, successful = false): void {
  const detail = { elt: document.body, requestConfig: { elt }, successful };
  document.dispatchEvent(new CustomEvent(`htmx:${name}`, { detail }));
}

/** The server answers: with another grid, and htmx tells when it knows its forms. */
function answer(elt: Element, successful: boolean): void {
  document.body.replaceChildren();
  mount(HTML);
  tell("afterRequest", elt, successful);
  tell("afterSettle", elt);
}

test("what is typed while the server judges is sent from the grid that it answers with", () => {
  const elt = document.querySelector("[data-setter]")!;
  cell("c4-2").focus();
  press("f");
  tell("beforeRequest", elt);
  press("ArrowDown");
  press("s");
  press("Delete");
  expect(sent.length).toBe(1);
  answer(elt, true);
  const there = { form: "setter", officer: "5", day: "2026-11-02", seen: "" };
  expect(sent.slice(1)).toEqual([{ ...there, kind: "2" }]);
  const next = document.querySelector("[data-setter]")!;
  tell("beforeRequest", next);
  answer(next, true);
  expect(sent.slice(2)).toEqual([{ ...there, kind: "" }]);
});

test("what is typed after a change that is refused is not sent behind its back", () => {
  const elt = document.querySelector("[data-setter]")!;
  cell("c4-2").focus();
  press("f");
  tell("beforeRequest", elt);
  press("s");
  answer(elt, false);
  expect(sent.map((one) => one["kind"])).toEqual(["1"]);
  cell("c4-2").focus();
  press("s");
  expect(sent.length).toBe(2);
});

test("without an answer the grid takes the next change", () => {
  const elt = document.querySelector("[data-setter]")!;
  cell("c4-2").focus();
  press("f");
  tell("beforeRequest", elt);
  tell("afterRequest", elt);
  press("s");
  expect(sent.length).toBe(2);
});

test("nothing is sent where only reading is allowed", () => {
  document.body.replaceChildren();
  mount(HTML.replace(" editable", ""));
  cell("c5-2").focus();
  press("s");
  expect(sent).toEqual([]);
});
