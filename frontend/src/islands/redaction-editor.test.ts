import { describe, expect, it } from "vitest";
import { boxAt, typedAt } from "./redaction-editor";

describe("boxAt", () => {
  const boxes = [
    [10, 0, 0, 10, 10],
    [20, 100, 0, 110, 10],
  ] as const;

  it("moves evenly between the frames where a box is known", () => {
    expect(boxAt(boxes, 15)).toEqual([50, 0, 60, 10]);
    expect(boxAt(boxes, 10)).toEqual([0, 0, 10, 10]);
    expect(boxAt(boxes, 20)).toEqual([100, 0, 110, 10]);
  });

  it("is nowhere before the first and after the last", () => {
    expect(boxAt(boxes, 9)).toBeNull();
    expect(boxAt(boxes, 21)).toBeNull();
  });
});

describe("typedAt", () => {
  const moving = { from: 1, to: 3, start: [0, 0, 10, 10], end: [100, 50, 110, 60] } as const;

  it("goes with the film from begin to end", () => {
    expect(typedAt(moving, 1)).toEqual([0, 0, 10, 10]);
    expect(typedAt(moving, 2)).toEqual([50, 25, 60, 35]);
    expect(typedAt(moving, 3)).toEqual([100, 50, 110, 60]);
  });

  it("is nowhere outside of its time, and stands still in a single moment", () => {
    expect(typedAt(moving, 0.5)).toBeNull();
    expect(typedAt(moving, 3.5)).toBeNull();
    expect(typedAt({ ...moving, to: 1 }, 1)).toEqual([0, 0, 10, 10]);
  });
});
