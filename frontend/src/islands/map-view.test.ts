import { afterEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import "./map-view";

afterEach(() => document.body.replaceChildren());

test("without WebGL it says so and shows what stands inside", async () => {
  vi.stubGlobal("IntersectionObserver", class {
    constructor(readonly seen: (entries: { isIntersecting: boolean }[]) => void) {}
    observe(): void {
      this.seen([{ isIntersecting: true }]);
    }
    disconnect(): void {
      // nothing is observed
    }
  });
  mount('<map-view src="/x.geojson"><p>Die Liste zeigt dasselbe.</p></map-view>');
  await vi.waitFor(() => expect(document.querySelector(".map__message")?.textContent).toMatch(/nicht zeichnen/), 20_000);
  expect(document.querySelector("map-view > p")?.classList.contains("visually-hidden")).toBe(false);
}, 30_000);
