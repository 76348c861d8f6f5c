/** The little geometry the browser needs: boxes, middle of an area, point in area. */
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon, Position } from "geojson";

export type Box = [west: number, south: number, east: number, north: number];
export type Area = Feature<Polygon | MultiPolygon>;

function positions(geometry: Geometry): Position[] {
  if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(positions);
  const flat = (value: unknown): Position[] =>
    Array.isArray(value) && typeof value[0] === "number"
      ? [value as Position]
      : (value as unknown[]).flatMap(flat);
  return flat(geometry.coordinates);
}

/** Returns the box around all features, or null when there are none. */
export function boxOf(collection: FeatureCollection): Box | null {
  let box: Box | null = null;
  for (const feature of collection.features) {
    if (!feature.geometry) continue;
    for (const [lon = 0, lat = 0] of positions(feature.geometry)) {
      box ??= [lon, lat, lon, lat];
      box = [Math.min(box[0], lon), Math.min(box[1], lat), Math.max(box[2], lon), Math.max(box[3], lat)];
    }
  }
  return box;
}

function rings(area: Area): Position[][] {
  const { geometry } = area;
  return geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
}

function middle(ring: readonly Position[]): { at: Position; size: number } {
  let size = 0;
  let x = 0;
  let y = 0;
  for (let index = 0; index < ring.length - 1; index += 1) {
    const [x1 = 0, y1 = 0] = ring[index] ?? [];
    const [x2 = 0, y2 = 0] = ring[index + 1] ?? [];
    const cross = x1 * y2 - x2 * y1;
    size += cross;
    x += (x1 + x2) * cross;
    y += (y1 + y2) * cross;
  }
  return { at: size ? [x / (3 * size), y / (3 * size)] : (ring[0] ?? [0, 0]), size: Math.abs(size) };
}

/** Returns a point feature for the area's name: where `label` says, else its largest part's middle. */
export function labelOf(area: Area): Feature {
  const given: unknown = area.properties?.["label"];
  if (Array.isArray(given)) return pointOf(given as Position, area);
  const parts = rings(area).map(middle);
  const largest = parts.reduce((best, part) => (part.size > best.size ? part : best));
  return pointOf(largest.at, area);
}

function pointOf(coordinates: Position, { properties }: Area): Feature {
  return { type: "Feature", geometry: { type: "Point", coordinates }, properties };
}

/** Returns what an area is called. */
export function nameOf(area: Area | undefined): string {
  return String(area?.properties?.["title"] ?? area?.properties?.["name"] ?? "");
}

/** Says whether the point lies in the area (even-odd over all rings, so holes count). */
export function contains(area: Area, [lon = 0, lat = 0]: Position): boolean {
  let inside = false;
  for (const ring of rings(area)) {
    for (let here = 0, before = ring.length - 1; here < ring.length; before = here, here += 1) {
      const [x1 = 0, y1 = 0] = ring[here] ?? [];
      const [x2 = 0, y2 = 0] = ring[before] ?? [];
      const crosses = y1 > lat !== y2 > lat;
      if (crosses && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}
