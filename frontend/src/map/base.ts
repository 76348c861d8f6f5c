/** The city's own base map: no tiles, no fonts, nothing from anywhere else. */
import "maplibre-gl/dist/maplibre-gl.css";
import {
  AttributionControl,
  Map as CityMap,
  type LayerSpecification,
  type MapOptions,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
  type StyleSpecification,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { FeatureCollection } from "geojson";
import { text } from "../shared/texts";
import { type Colours, colours } from "./colours";
import { type Area, type Box, boxOf, labelOf } from "./geo";

setWorkerUrl(new URL(workerUrl, location.href).href);

export const BASEMAP = "/karte/grundkarte.geojson";
/** MapLibre takes the weight from the first name and the face from the first it finds: ours. */
export const FONT = ["Fira Sans Medium", "Fira Sans"];
const MARGIN_DEGREES = 0.3;

let loading: Promise<FeatureCollection> | null = null;

/** Fetches the base map once a page. */
export function basemap(): Promise<FeatureCollection> {
  loading ??= fetch(BASEMAP).then((answer) => {
    if (!answer.ok) throw new Error(`Base map: ${answer.status}`);
    return answer.json() as Promise<FeatureCollection>;
  });
  return loading;
}

/** Returns the areas of one kind: city, district or quarter. */
export function areas(base: FeatureCollection, kind: string): Area[] {
  return base.features.filter((feature) => feature.properties?.["kind"] === kind) as Area[];
}

function collection(features: FeatureCollection["features"]): FeatureCollection {
  return { type: "FeatureCollection", features };
}

function layers(paint: Colours): LayerSpecification[] {
  const name = (id: string, size: number, minzoom: number, maxzoom: number): LayerSpecification => ({
    id: `base-${id}-name`,
    type: "symbol",
    source: `base-${id}-names`,
    minzoom,
    maxzoom,
    layout: {
      "text-field": ["coalesce", ["get", "title"], ["get", "name"], ""],
      "text-font": FONT,
      "text-size": size,
      "text-max-width": 7,
      "text-padding": 6,
    },
    paint: { "text-color": paint.label, "text-halo-color": paint.city, "text-halo-width": 1.5 },
  });
  return [
    { id: "base-ground", type: "background", paint: { "background-color": paint.ground } },
    { id: "base-city", type: "fill", source: "base-city", paint: { "fill-color": paint.city } },
    {
      id: "base-quarter",
      type: "line",
      source: "base-quarter",
      minzoom: 10.5,
      paint: { "line-color": paint.line, "line-width": 0.5, "line-opacity": 0.7 },
    },
    {
      id: "base-district",
      type: "line",
      source: "base-district",
      paint: { "line-color": paint.line, "line-width": 1.1 },
    },
    {
      id: "base-edge",
      type: "line",
      source: "base-city",
      paint: { "line-color": paint.line, "line-width": 1.8 },
    },
    name("district", 13, 9, 12.2),
    name("quarter", 12, 12.2, 24),
  ];
}

function style(base: FeatureCollection, paint: Colours): StyleSpecification {
  const sources: StyleSpecification["sources"] = {};
  for (const kind of ["city", "district", "quarter"]) {
    const found = areas(base, kind);
    sources[`base-${kind}`] = { type: "geojson", data: collection(found) };
    sources[`base-${kind}-names`] = { type: "geojson", data: collection(found.map(labelOf)) };
  }
  return { version: 8, sources, layers: layers(paint) };
}

/** Gives the base layers the colours of the present scheme. */
export function repaint(map: CityMap, paint: Colours): void {
  for (const layer of layers(paint)) {
    for (const [property, value] of Object.entries(layer.paint ?? {})) {
      map.setPaintProperty(layer.id, property as "fill-color", value as string);
    }
  }
}

/** Says whether this device can draw maps. */
export function drawable(): boolean {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2"));
}

/**
 * Draws the base map into `place` and returns it once it stands.
 *
 * @throws Error when the base map cannot be fetched
 */
export async function cityMap(
  place: HTMLElement,
  label: string,
  box: Box | null,
  options: Partial<MapOptions> = {},
): Promise<CityMap> {
  const base = await basemap();
  const city = boxOf(collection(areas(base, "city"))) ?? boxOf(base) ?? [7.3, 51.41, 7.64, 51.6];
  const map = new CityMap({
    container: place,
    style: style(base, colours(place)),
    bounds: box ?? city,
    // No streets are shipped: closer than this a place would lie on bare ground.
    fitBoundsOptions: { padding: 44, maxZoom: 12.9 },
    maxBounds: [city[0] - MARGIN_DEGREES, city[1] - MARGIN_DEGREES, city[2] + MARGIN_DEGREES, city[3] + MARGIN_DEGREES],
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    cooperativeGestures: false,
    locale: {
      "Map.Title": label,
      "NavigationControl.ZoomIn": text("map.zoomIn"),
      "NavigationControl.ZoomOut": text("map.zoomOut"),
      "Popup.Close": text("popup.close"),
      "Marker.Title": text("location.label"),
      "AttributionControl.ToggleAttribution": text("map.source"),
    },
    ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric", maxWidth: 90 }), "bottom-left");
  const source = base as FeatureCollection & { attribution?: string };
  if (source.attribution) {
    map.addControl(new AttributionControl({ compact: true, customAttribution: source.attribution }));
  }
  await new Promise<void>((done) => map.once("load", () => done()));
  return map;
}

/** Calls `change` whenever light turns dark or back; returns how to stop that. */
export function onScheme(change: () => void): () => void {
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  device.addEventListener("change", change);
  document.addEventListener("theme-change", change);
  return () => {
    device.removeEventListener("change", change);
    document.removeEventListener("theme-change", change);
  };
}
