import { afterEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import "./bar-plot";

afterEach(() => document.body.replaceChildren());

const TABLE = `<bar-plot><table><caption>Abfall führt</caption>
  <thead><tr><th>Sachgebiet</th><th>Hinweise</th></tr></thead>
  <tbody><tr><th>Abfall</th><td>1.104</td></tr><tr><th>Hunde</th><td>–</td></tr></tbody></table></bar-plot>`;

test("draws a bar a row, labels it directly and keeps the table", () => {
  mount(TABLE);
  expect(document.querySelectorAll(".plot__bar")).toHaveLength(1);
  const values = [...document.querySelectorAll(".plot__value")].map((value) => value.textContent);
  expect(values).toEqual(["1.104", "–"]);
  expect(document.querySelector("details.plot__table table")).not.toBeNull();
  expect(document.querySelector("svg")?.getAttribute("aria-label")).toBe("Abfall führt");
});

test("cuts no label on a telephone: it stands above its bar", () => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(320);
  mount(TABLE.replace("Hunde", "Sozialabweichendes Verhalten"));
  const said = [...document.querySelectorAll(".plot text:not(.plot__value)")].map((label) => label.textContent);
  expect(said).toEqual(["Abfall", "Sozialabweichendes Verhalten"]);
  vi.restoreAllMocks();
});

test("draws nothing without rows", () => {
  mount("<bar-plot><table><tbody></tbody></table></bar-plot>");
  expect(document.querySelector("svg")).toBeNull();
});

test("is not drawn twice when it is moved", () => {
  mount(TABLE);
  const plot = document.querySelector("bar-plot");
  if (plot) document.body.append(plot);
  expect(document.querySelectorAll("figure")).toHaveLength(1);
});
