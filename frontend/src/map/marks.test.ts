import { expect, test } from "vitest";
import { boxOf, contains, labelOf, type Area } from "./geo";
import { markOf } from "./marks";
import { layered } from "./things";
import { popupContent } from "./view";

const area: Area = {
  type: "Feature",
  geometry: {
    type: "Polygon",
    coordinates: [
      [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]],
      [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]],
    ],
  },
  properties: { title: "Mitte" },
};

test("shape says how urgent, an old position is faint", () => {
  expect(markOf({ kind: "incident", priority: "urgent", icon: "hunde" })).toEqual({ shape: "filled", icon: "hunde" });
  expect(markOf({ kind: "incident", priority: "high" }).shape).toBe("diamond");
  expect(markOf({ kind: "unit", age_minutes: 16 }).shape).toBe("faint");
  expect(markOf({ kind: "unit", age_minutes: 3 }).shape).toBe("square");
  expect(markOf({ kind: "incident", icon: "gibt-es-nicht" }).icon).toBe("incident");
});

test("areas, grouped and single things are told apart", () => {
  const point = (kind: string) => ({
    type: "Feature" as const,
    geometry: { type: "Point" as const, coordinates: [0, 0] },
    properties: { kind },
  });
  const parts = layered({ type: "FeatureCollection", features: [area, point("report"), point("unit")] });
  expect([parts.areas, parts.grouped, parts.single].map((part) => part.features.length)).toEqual([1, 1, 1]);
});

test("a hole is outside, the box is around everything, the name sits in the middle", () => {
  expect(contains(area, [3, 3])).toBe(true);
  expect(contains(area, [1.5, 1.5])).toBe(false);
  expect(boxOf({ type: "FeatureCollection", features: [area] })).toEqual([0, 0, 4, 4]);
  expect(labelOf(area).geometry).toEqual({ type: "Point", coordinates: [2, 2] });
});

test("texts in a popup are text, links stay on our server", () => {
  const content = popupContent({ title: "<img src=x onerror=alert(1)>", href: "https://example.org/" });
  expect(content.querySelector("img, a")).toBeNull();
  expect(popupContent({ title: "4711", href: "/vorgang/4711/" }).querySelector("a")).not.toBeNull();
  expect(popupContent({ title: "x", href: "//example.org" }).querySelector("a")).toBeNull();
});
