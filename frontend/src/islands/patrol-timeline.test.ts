import { afterEach, expect, test } from "vitest";
import { mount } from "../shared/mount";
import "./patrol-timeline";

afterEach(() => document.body.replaceChildren());

function open(): { stop: SVGAElement; sent: [string, string, string][] } {
  mount(`<patrol-timeline movable hour-width="60" row-height="50" head="20"><svg>
    <g data-route="7" data-name="KOD 11"><a id="one" href="/halt/1/" data-move="/halt/1/verschieben/" data-begins="23:50" tabindex="0"><rect></rect></a>
      <a id="two" href="/halt/2/" data-move="/halt/2/verschieben/" data-begins="14:00" data-fixed tabindex="0"></a></g>
    <g data-route="8" data-name="KOD 12"></g></svg>
    <form data-mover hidden><input name="route"><input name="clock"></form><p data-said></p></patrol-timeline>`);
  const sent: [string, string, string][] = [];
  const form = document.querySelector("form") as HTMLFormElement;
  form.requestSubmit = () => {
    const data = new FormData(form);
    sent.push([new URL(form.action).pathname, String(data.get("route")), String(data.get("clock"))]);
  };
  return { stop: document.querySelector("#one") as SVGAElement, sent };
}

function press(stop: Element, ...keys: string[]): void {
  for (const key of keys) stop.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

const said = (): string => document.querySelector("[data-said]")?.textContent ?? "";

test("moves a stop by keyboard to another team and past midnight, and sends it once", () => {
  const { stop, sent } = open();
  press(stop, "ArrowRight");
  expect(stop.getAttribute("transform")).toBeNull();
  press(stop, "m", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown");
  expect(said()).toBe("KOD 12, 00:05 Uhr");
  expect(stop.getAttribute("transform")).toBe("translate(15 50)");
  press(stop, "Enter");
  expect(sent).toEqual([["/halt/1/verschieben/", "8", "00:05"]]);
  press(stop, "Enter");
  expect(sent).toHaveLength(1);
});

test("Escape puts a stop back and sends nothing", () => {
  const { stop, sent } = open();
  press(stop, "m", "ArrowLeft", "Escape", "Enter");
  expect(stop.getAttribute("transform")).toBeNull();
  expect(said()).toBe("Nicht verschoben.");
  expect(sent).toEqual([]);
});

test("a stop that is held fast stays", () => {
  const { sent } = open();
  const fixed = document.querySelector("#two") as Element;
  press(fixed, "m", "ArrowLeft", "Enter");
  expect(sent).toEqual([]);
});
