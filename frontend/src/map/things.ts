/** Our things on the map: shaded areas, clusters with numbers, marks, halo of the chosen one. */
import type { GeoJSONSource, LayerSpecification, Map as CityMap } from "maplibre-gl";
import type { Feature, FeatureCollection } from "geojson";
import { FONT } from "./base";
import type { Colours } from "./colours";
import { addMarks, markOf, nameOf } from "./marks";

export const CLICKABLE = ["thing-group", "thing-mark", "thing-unit", "thing-stop", "thing-area"] as const;
// Every team its own dash as well as its own tone: colour alone tells nothing.
const DASHES = [[1, 0], [3, 1.5], [1, 1], [5, 2], [3, 1, 1, 1], [2, 2]];
const GROUPED = new Set(["incident", "report", "cluster"]);
const TOTAL = ["coalesce", ["get", "total"], ["get", "count"], 1] as const;

export interface Layered {
  readonly areas: FeatureCollection;
  readonly routes: FeatureCollection;
  readonly grouped: FeatureCollection;
  readonly single: FeatureCollection;
}

/** Sorts features by how they are drawn and names each one's image. */
export function layered(data: FeatureCollection): Layered {
  const areas: Feature[] = [];
  const routes: Feature[] = [];
  const grouped: Feature[] = [];
  const single: Feature[] = [];
  for (const feature of data.features) {
    const kind = String(feature.properties?.["kind"] ?? "");
    const drawn = {
      ...feature,
      properties: { ...feature.properties, mark: nameOf(markOf(feature.properties)) },
    };
    if (kind === "route") routes.push(drawn);
    else if (feature.geometry?.type !== "Point") areas.push(drawn);
    else if (GROUPED.has(kind)) grouped.push(drawn);
    else single.push(drawn);
  }
  const of = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });
  return { areas: of(areas), routes: of(routes), grouped: of(grouped), single: of(single) };
}

function layers(paint: Colours): LayerSpecification[] {
  const total = TOTAL as unknown as ["get", string];
  const group = ["any", ["has", "point_count"], ["==", ["get", "kind"], "cluster"]] as const;
  const isGroup = group as unknown as ["has", string];
  return [
    {
      id: "thing-area",
      type: "fill",
      source: "thing-area",
      paint: {
        "fill-color": paint.act,
        "fill-opacity": [
          "case",
          ["==", ["get", "kind"], "need"],
          ["+", 0.15, ["*", 0.8, ["coalesce", ["get", "value"], 0]]],
          ["*", 0.75, ["coalesce", ["get", "value"], 0.15]],
        ],
      },
    },
    {
      id: "thing-area-edge",
      type: "line",
      source: "thing-area",
      paint: {
        "line-color": paint.act,
        "line-width": ["case", ["==", ["get", "kind"], "need"], 0.25, 1.5],
        "line-dasharray": ["case", ["==", ["get", "kind"], "zone"], ["literal", [3, 2]], ["literal", [1, 0]]],
      },
    },
    {
      id: "thing-route",
      type: "line",
      source: "thing-route",
      layout: { "line-join": "round", "line-cap": "butt" },
      paint: {
        "line-color": ["match", ["%", ["get", "team"], 2], 0, paint.act, paint.ink],
        "line-width": 2,
        "line-opacity": 0.75,
        "line-dasharray": [
          "match",
          ["%", ["get", "team"], DASHES.length],
          ...DASHES.slice(1).flatMap((dash, index) => [index + 1, ["literal", dash]]),
          ["literal", DASHES[0]],
        ] as unknown as ["literal", number[]],
      },
    },
    {
      id: "thing-halo",
      type: "circle",
      source: "thing",
      filter: ["==", ["get", "href"], ""],
      paint: { "circle-radius": 24, "circle-color": paint.act, "circle-opacity": 0.25 },
    },
    {
      id: "thing-group",
      type: "circle",
      source: "thing",
      filter: isGroup,
      paint: {
        "circle-color": paint.act,
        "circle-radius": ["interpolate", ["linear"], ["log10", total], 0.3, 15, 2, 22, 4, 32],
        "circle-stroke-color": ["case", ["==", ["get", "alarm"], 1], paint.danger, paint.surface],
        "circle-stroke-width": ["case", ["==", ["get", "alarm"], 1], 4, 2],
      },
    },
    // Below all marks, because room is given out from the top: a name stands where no mark is, on
    // whichever side is free, and waits for a closer look where none is.
    {
      id: "thing-unit-name",
      type: "symbol",
      source: "thing-single",
      filter: ["==", ["get", "kind"], "unit"],
      layout: {
        "text-field": ["coalesce", ["get", "title"], ""],
        "text-font": FONT,
        "text-size": 12,
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 1.4,
        "text-justify": "auto",
      },
      paint: { "text-color": paint.ink, "text-halo-color": paint.city, "text-halo-width": 2 },
    },
    {
      id: "thing-group-number",
      type: "symbol",
      source: "thing",
      filter: isGroup,
      layout: {
        "text-field": [
          "concat",
          ["case", ["==", ["get", "alarm"], 1], "! ", ""],
          ["number-format", total, { locale: document.documentElement.lang || "de" }],
        ],
        "text-font": FONT,
        "text-size": 13,
        "text-allow-overlap": true,
        "text-padding": 8, // the circle around the number, which keeps no room of its own
      },
      paint: { "text-color": paint.onAct },
    },
    {
      id: "thing-mark",
      type: "symbol",
      source: "thing",
      filter: ["!", isGroup],
      layout: {
        "icon-image": ["get", "mark"],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 10, 0.75, 13, 1],
        "icon-allow-overlap": true,
        "icon-padding": 0,
        "symbol-sort-key": ["match", ["get", "priority"], "urgent", 2, "high", 1, 0],
      },
    },
    {
      id: "thing-stop",
      type: "circle",
      source: "thing-single",
      filter: ["==", ["get", "kind"], "stop"],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 6, 12, 10],
        "circle-color": paint.surface,
        "circle-stroke-color": paint.act,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "thing-stop-number",
      type: "symbol",
      source: "thing-single",
      filter: ["==", ["get", "kind"], "stop"],
      layout: {
        "text-field": ["get", "number"],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 10, 9, 12, 12],
        "text-padding": 4,
      },
      paint: { "text-color": paint.act },
    },
    {
      id: "thing-unit",
      type: "symbol",
      source: "thing-single",
      filter: ["!=", ["get", "kind"], "stop"],
      layout: {
        "icon-image": ["get", "mark"],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 10, 0.75, 13, 1],
        "icon-allow-overlap": true,
      },
    },
  ];
}

/** Adds the empty sources and their layers to a map that has its base. */
export function addThings(map: CityMap, paint: Colours): void {
  const empty: FeatureCollection = { type: "FeatureCollection", features: [] };
  map.addSource("thing-area", { type: "geojson", data: empty });
  map.addSource("thing-route", { type: "geojson", data: empty });
  map.addSource("thing-single", { type: "geojson", data: empty });
  map.addSource("thing", {
    type: "geojson",
    data: empty,
    cluster: true,
    clusterRadius: 40,
    clusterMaxZoom: 15,
    clusterProperties: {
      total: ["+", ["coalesce", ["get", "count"], 1]],
      alarm: ["max", ["match", ["get", "priority"], ["urgent", "high"], 1, 0]],
    },
  });
  for (const layer of layers(paint)) map.addLayer(layer);
}

/** Shows these features instead of what was shown before. */
export async function showThings(map: CityMap, data: FeatureCollection, paint: Colours): Promise<void> {
  const parts = layered(data);
  const points = [...parts.grouped.features, ...parts.single.features];
  await addMarks(map, points.map((feature) => markOf(feature.properties)), paint);
  map.getSource<GeoJSONSource>("thing-area")?.setData(parts.areas);
  map.getSource<GeoJSONSource>("thing-route")?.setData(parts.routes);
  map.getSource<GeoJSONSource>("thing")?.setData(parts.grouped);
  map.getSource<GeoJSONSource>("thing-single")?.setData(parts.single);
}

/** Gives our layers the colours of the present scheme. */
export function repaintThings(map: CityMap, paint: Colours): void {
  for (const layer of layers(paint)) {
    for (const [property, value] of Object.entries(layer.paint ?? {})) {
      map.setPaintProperty(layer.id, property as "fill-color", value as string);
    }
  }
}

/** Puts a halo around the thing with this address; an empty address takes it away. */
export function halo(map: CityMap, href: string): void {
  map.setFilter("thing-halo", ["==", ["get", "href"], href]);
}
