import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import "./live-follow";

/** The browser's EventSource, with the network replaced by us. */
class Line extends EventTarget {
  static readonly CLOSED = 2;
  static readonly open: Line[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string; lastEventId: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly url: URL) {
    super();
    Line.open.push(this);
  }
  close(): void {
    this.readyState = Line.CLOSED;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Line);
  Line.open.length = 0;
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const PAGE = '<live-follow src="/strom/"></live-follow><div data-live><input></div>';

test("refreshes live regions once for many messages", () => {
  mount(PAGE);
  let refreshed = 0;
  document.querySelector("[data-live]")?.addEventListener("refresh", () => (refreshed += 1));
  Line.open[0]?.onopen?.();
  for (const id of ["1", "2", "3"]) Line.open[0]?.onmessage?.({ data: "{}", lastEventId: id });
  vi.advanceTimersByTime(1100);
  expect(refreshed).toBe(1);
});

test("with subjects of its own it leaves the rest of the city alone", () => {
  mount('<live-follow src="/strom/" subjects="unit:7 user:3"></live-follow><div data-live></div>');
  let refreshed = 0;
  document.querySelector("[data-live]")?.addEventListener("refresh", () => (refreshed += 1));
  const hear = (data: string): void => {
    Line.open[0]?.onmessage?.({ data, lastEventId: "1" });
    vi.advanceTimersByTime(1100);
  };
  hear('{"subject": "unit:77"}');
  hear('{"subject": "incident:7"}');
  hear("{}");
  expect(refreshed).toBe(0);
  hear('{"subject": "unit:7"}');
  expect(refreshed).toBe(1);
});

test("waits with a region in which somebody types", () => {
  mount(PAGE);
  let refreshed = 0;
  document.querySelector("[data-live]")?.addEventListener("refresh", () => (refreshed += 1));
  document.querySelector("input")?.focus();
  Line.open[0]?.onmessage?.({ data: "{}", lastEventId: "1" });
  vi.advanceTimersByTime(1100);
  expect(refreshed).toBe(0);
  document.querySelector("input")?.blur();
  expect(refreshed).toBe(0);
  vi.advanceTimersByTime(1100);
  expect(refreshed).toBe(1);
});

test("says when the line is lost and takes up where it stopped", () => {
  mount(PAGE);
  const first = Line.open[0];
  first?.onmessage?.({ data: "{}", lastEventId: "41" });
  first?.close();
  first?.onerror?.();
  expect(document.querySelector("live-follow")?.textContent).toMatch(/unterbrochen/);
  vi.advanceTimersByTime(1100);
  expect(Line.open[1]?.url.searchParams.get("after")).toBe("41");
  Line.open[1]?.onopen?.();
  expect(document.querySelector("live-follow")?.textContent).toMatch(/verbunden/);
});
