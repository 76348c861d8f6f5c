import { afterEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import "./location-picker";

const SQUARE = [[[7, 51], [8, 51], [8, 52], [7, 52], [7, 51]]];
const BASE = {
  type: "FeatureCollection",
  features: ["city", "quarter"].map((kind) => ({
    type: "Feature",
    geometry: { type: "Polygon", coordinates: SQUARE },
    properties: { kind, title: kind === "city" ? "Stadt" : "Nordmarkt" },
  })),
};

afterEach(() => document.body.replaceChildren());

function here(lon: number, lat: number): void {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(BASE))));
  const getCurrentPosition = (done: PositionCallback): void =>
    done({ coords: { longitude: lon, latitude: lat } } as GeolocationPosition);
  Object.defineProperty(navigator, "geolocation", { configurable: true, value: { getCurrentPosition } });
  mount(`<location-picker lat-input="lat" lon-input="lon"></location-picker><input id="lat"><input id="lon">`);
  document.querySelector("button")?.click();
}

const value = (id: string): string => (document.getElementById(id) as HTMLInputElement).value;

test('"hier" sets both inputs and names the quarter', async () => {
  here(7.5, 51.5);
  await vi.waitFor(() => expect(document.querySelector("[role=status]")?.textContent).toBe("Ort gesetzt: Nordmarkt"), 20_000);
  expect([value("lat"), value("lon")]).toEqual(["51.500000", "7.500000"]);
}, 30_000);

test("a place outside the city is not taken", async () => {
  here(9, 51.5);
  await vi.waitFor(() => expect(document.querySelector("[role=status]")?.textContent).toMatch(/außerhalb/), 20_000);
  expect([value("lat"), value("lon")]).toEqual(["", ""]);
}, 30_000);
