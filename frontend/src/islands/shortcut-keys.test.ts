import { afterEach, beforeEach, expect, test } from "vitest";
import { mount } from "../shared/mount";
import "./shortcut-keys";

beforeEach(() => localStorage.clear());
afterEach(() => document.body.replaceChildren());

const PAGE = `<shortcut-keys></shortcut-keys><input id="q" data-key="/"><button data-key="a">Annehmen <kbd>a</kbd></button>
  <ol><li data-row><a id="one" href="#1">1</a></li><li data-row><a id="two" href="#2">2</a></li></ol>`;

function press(key: string, target: EventTarget = document.body): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

test("j and k walk the rows and stop at the ends", () => {
  mount(PAGE);
  press("j");
  expect(document.activeElement?.id).toBe("one");
  press("j", document.activeElement ?? document.body);
  press("j", document.activeElement ?? document.body);
  expect(document.activeElement?.id).toBe("two");
  press("k", document.activeElement ?? document.body);
  expect(document.activeElement?.id).toBe("one");
});

test("a key clicks its button, but not while somebody types", () => {
  mount(PAGE);
  let clicks = 0;
  document.querySelector("button")?.addEventListener("click", () => (clicks += 1));
  press("a");
  press("a", document.getElementById("q") ?? document.body);
  expect(clicks).toBe(1);
});

test("/ goes to the search, Esc leaves it", () => {
  mount(PAGE);
  press("/");
  expect(document.activeElement?.id).toBe("q");
  press("Escape", document.activeElement ?? document.body);
  expect(document.activeElement?.id).not.toBe("q");
});

test("? explains the keys of the page and can switch them off", () => {
  mount(PAGE);
  press("?");
  expect(document.querySelector("dialog")?.textContent).toMatch(/Annehmen/);
  document.querySelector<HTMLButtonElement>("dialog .kern-btn--tertiary")?.click();
  press("j");
  expect(document.activeElement?.id).not.toBe("one");
});
