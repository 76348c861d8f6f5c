import { afterEach, expect, test } from "vitest";
import { mount } from "../shared/mount";
import "./line-plot";

afterEach(() => document.body.replaceChildren());

test("draws a line a column with its name at the end; a gap stays a gap", () => {
  mount(`<line-plot><table><caption>Weniger</caption>
    <thead><tr><th>Monat</th><th>2026</th><th>2025</th></tr></thead><tbody>
    <tr><th>Jan</th><td>10</td><td>12</td></tr><tr><th>Feb</th><td></td><td>11</td></tr>
    <tr><th>Mär</th><td>12</td><td>12</td></tr></tbody></table></line-plot>`);
  const paths = [...document.querySelectorAll(".plot__line")].map((line) => line.getAttribute("d") ?? "");
  expect(paths).toHaveLength(2);
  expect(paths[0]?.match(/M/g)).toHaveLength(2);
  expect(paths[1]?.match(/M/g)).toHaveLength(1);
  const ends = [...document.querySelectorAll("text")].filter((one) => /^202/.test(one.textContent ?? ""));
  const heights = ends.map((one) => Number(one.getAttribute("y")));
  expect(Math.abs((heights[0] ?? 0) - (heights[1] ?? 0))).toBeGreaterThanOrEqual(15);
});
