import { afterEach, expect, test } from "vitest";
import { mount } from "../shared/mount";
import "./theme-switch";

afterEach(() => {
  document.body.replaceChildren();
  delete document.documentElement.dataset["kernTheme"];
});

test("remembers dark in a cookie and tells the page", () => {
  let heard = "";
  document.addEventListener("theme-change", (event) => (heard = (event as CustomEvent<string>).detail), { once: true });
  mount("<theme-switch></theme-switch>");
  document.querySelectorAll("button")[2]?.click();
  expect(document.documentElement.dataset["kernTheme"]).toBe("dark");
  expect(document.cookie).toContain("theme=dark");
  expect(heard).toBe("dark");
  expect(document.querySelectorAll("button")[2]?.getAttribute("aria-pressed")).toBe("true");
});

test("follows the device again", () => {
  document.documentElement.dataset["kernTheme"] = "dark";
  mount("<theme-switch></theme-switch>");
  document.querySelectorAll("button")[0]?.click();
  expect(document.documentElement.dataset["kernTheme"]).toBeUndefined();
});
