import { afterEach, expect, test } from "vitest";
import { mount } from "../shared/mount";
import "./confirm-reason";

afterEach(() => document.body.replaceChildren());

function page(reason: string): { form: HTMLFormElement; sent: () => number } {
  mount(`<confirm-reason question="Wirklich?"><form><input name="reason" value="${reason}"><button>Löschen</button></form></confirm-reason>`);
  let count = 0;
  document.body.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) count += 1;
    event.preventDefault();
  });
  return { form: document.querySelector("form") as HTMLFormElement, sent: () => count };
}

test("asks first and sends once it is confirmed", () => {
  const { form, sent } = page("Auftrag der Person");
  form.requestSubmit();
  expect(sent()).toBe(0);
  expect(document.querySelector("dialog")?.open).toBe(true);
  document.querySelector<HTMLButtonElement>("dialog .kern-btn--danger")?.click();
  expect(sent()).toBe(1);
});

test("does not ask before the reason is given", () => {
  const { form, sent } = page("  ");
  form.requestSubmit();
  expect(sent()).toBe(0);
  expect(document.querySelector("dialog")).toBeNull();
});

test("sends nothing when it is cancelled", () => {
  const { form, sent } = page("Grund");
  form.requestSubmit();
  document.querySelector<HTMLButtonElement>("dialog .kern-btn--secondary")?.click();
  expect(sent()).toBe(0);
});
