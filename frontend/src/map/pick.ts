/** What `location-picker` loads: a map with one pin that can be moved. */
import { Marker } from "maplibre-gl";
import type { Position } from "geojson";
import { areas, basemap, cityMap, onScheme, repaint } from "./base";
import { colours } from "./colours";
import { contains, nameOf } from "./geo";

export interface Pick {
  set(lon: number, lat: number, fly: boolean): void;
  takeCentre(): void;
  remove(): void;
}

/** Draws the map into `place` and calls `picked` whenever the person sets the pin. */
export async function openPick(
  place: HTMLElement,
  label: string,
  picked: (lon: number, lat: number) => void,
): Promise<Pick> {
  const map = await cityMap(place, label, null);
  const marker = new Marker({ color: colours(place).act, draggable: true });
  const set = (lon: number, lat: number, fly: boolean): void => {
    marker.setLngLat([lon, lat]).addTo(map);
    if (fly) map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 15) });
  };
  const choose = ({ lng, lat }: { lng: number; lat: number }): void => {
    set(lng, lat, false);
    picked(lng, lat);
  };
  map.on("click", (event) => choose(event.lngLat));
  marker.on("dragend", () => choose(marker.getLngLat()));
  const canvas = map.getCanvas();
  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    choose(map.getCenter());
  };
  canvas.addEventListener("keydown", pressed);
  const stopScheme = onScheme(() => repaint(map, colours(place)));
  return {
    set,
    takeCentre: () => choose(map.getCenter()),
    remove() {
      stopScheme();
      map.remove();
    },
  };
}

/** Returns the names of quarter and district at a point, or null outside the city. */
export async function nameOfPlace(point: Position): Promise<string | null> {
  const base = await basemap();
  if (!areas(base, "city").some((area) => contains(area, point))) return null;
  const names = ["quarter", "district"].map((kind) =>
    nameOf(areas(base, kind).find((area) => contains(area, point))),
  );
  return names.filter((name, index) => name && names.indexOf(name) === index).join(", ");
}
