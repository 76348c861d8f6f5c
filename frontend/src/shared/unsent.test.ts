import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { tellWhatWasNotSent } from "./unsent";

beforeAll(tellWhatWasNotSent);
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const PAGE = '<main><form method="post"><textarea>Halterin angetroffen</textarea></form><div class="thumb-bar"><button>Abschließen</button></div></main>';

function heard(name: string, verb: string): void {
  document.dispatchEvent(new CustomEvent(name, { detail: { requestConfig: { verb } } }));
}

const note = (): string | undefined => document.querySelector(".thumb-bar [role=alert]")?.textContent ?? undefined;

test("a tap that found no network says so beside the thumb, and is quiet at the next try", () => {
  document.body.innerHTML = PAGE;
  heard("htmx:sendError", "post");
  expect(note()).toMatch("noch nicht gesendet");
  heard("htmx:beforeRequest", "post");
  expect(note()).toBeUndefined();
});

test("a page that renews itself without network does not cry", () => {
  document.body.innerHTML = PAGE;
  heard("htmx:sendError", "get");
  expect(note()).toBeUndefined();
});

test("without network a form stays on its page with what was typed", () => {
  document.body.innerHTML = PAGE;
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const sent = new Event("submit", { bubbles: true, cancelable: true });
  document.querySelector("form")?.dispatchEvent(sent);
  expect(sent.defaultPrevented).toBe(true);
  expect(note()).toMatch("Ihre Eingabe bleibt stehen");
  expect(document.querySelector("textarea")?.value).toBe("Halterin angetroffen");
});

test("when the network is back it says so, and sends nothing by itself", () => {
  document.body.innerHTML = PAGE;
  window.dispatchEvent(new Event("online"));
  expect(note()).toBeUndefined();
  heard("htmx:sendError", "post");
  window.dispatchEvent(new Event("online"));
  expect(note()).toMatch("Wieder Netz");
  expect(note()).not.toMatch("Kein Netz");
  heard("htmx:responseError", "post");
  const failed = note();
  window.dispatchEvent(new Event("online"));
  expect(note()).toBe(failed);
});

test("with network a form is sent", () => {
  document.body.innerHTML = PAGE;
  const sent = new Event("submit", { bubbles: true, cancelable: true });
  document.querySelector("form")?.dispatchEvent(sent);
  expect(sent.defaultPrevented).toBe(false);
});
