import { describe, expect, it } from "vitest";
import { boxAt } from "./redaction-editor";

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
