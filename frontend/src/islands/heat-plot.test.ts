import { afterEach, expect, test } from "vitest";
import { mount } from "../shared/mount";
import "./heat-plot";

afterEach(() => document.body.replaceChildren());

test("draws a square a cell, darkest for the most, with its number on hover", () => {
  mount(`<heat-plot><table><caption>Abends</caption>
    <thead><tr><th>Tag</th><th>8</th><th>20</th></tr></thead>
    <tbody><tr><th>Mo</th><td>1</td><td>4</td></tr></tbody></table></heat-plot>`);
  const cells = [...document.querySelectorAll(".plot__cell")];
  expect(cells.map((cell) => cell.getAttribute("fill-opacity"))).toEqual(["0.295", "1.000"]);
  expect(cells[1]?.querySelector("title")?.textContent).toBe("Mo, 20: 4");
});
