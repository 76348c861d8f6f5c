import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import "./draft-keeper";

const FORM = `<draft-keeper key="t"><form><textarea name="text"></textarea><input name="email" type="email">
  <input name="who" autocomplete="name"><div data-private><input name="secret"></div></form></draft-keeper>`;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

function type(name: string, value: string): void {
  const field = document.querySelector<HTMLInputElement>(`[name=${name}]`);
  if (!field) throw new Error(name);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  vi.advanceTimersByTime(400);
}

test("brings back unsent text and never contact data", () => {
  mount(FORM);
  for (const name of ["text", "email", "who", "secret"]) type(name, `${name}-typed`);
  expect(localStorage.getItem("draft:t")).not.toMatch(/email-typed|who-typed|secret-typed/);
  mount(FORM);
  expect(document.querySelector("textarea")?.value).toBe("text-typed");
  expect(document.querySelector(".draft-note")).not.toBeNull();
});

test("is gone after it was sent, stays when the form was refused", () => {
  mount(FORM);
  type("text", "kept");
  document.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true }));
  mount(FORM.replace("<form>", '<form><div id="error-summary"></div>'));
  expect(document.querySelector("textarea")?.value).toBe("kept");
  mount(FORM);
  expect(document.querySelector("textarea")?.value).toBe("");
  expect(localStorage.getItem("draft:t")).toBeNull();
});

test("is gone after a day", () => {
  mount(FORM);
  type("text", "old");
  document.body.replaceChildren();
  vi.advanceTimersByTime(25 * 3_600_000);
  mount(FORM);
  expect(document.querySelector("textarea")?.value).toBe("");
});

test("what the server sent back wins", () => {
  mount(FORM);
  type("text", "draft");
  mount(FORM.replace("></textarea>", ">server</textarea>"));
  expect(document.querySelector("textarea")?.value).toBe("server");
});
