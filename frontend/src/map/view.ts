/** What `map-view` loads when it is seen: the map with our things on it. */
import { type GeoJSONSource, type Map as CityMap, type MapGeoJSONFeature, Popup } from "maplibre-gl";
import type { FeatureCollection, Point } from "geojson";
import { text } from "../shared/texts";
import { cityMap, onScheme, repaint } from "./base";
import { colours } from "./colours";
import { boxOf } from "./geo";
import { addThings, CLICKABLE, halo, repaintThings, showThings } from "./things";

export interface ViewOptions {
  readonly src: string;
  readonly label: string;
  readonly fit: boolean;
  readonly followFilter: boolean;
}

export interface View {
  reload(): Promise<void>;
  remove(): void;
}

const SETTLE_MS = 250;
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Draws the map into `place`; throws when base map or features cannot be fetched. */
export async function openView(place: HTMLElement, options: ViewOptions): Promise<View> {
  let data = options.followFilter || !options.src ? EMPTY : await features(options.src);
  const map = await cityMap(place, options.label, options.fit ? boxOf(data) : null);
  addThings(map, colours(place));
  let asking = new AbortController();

  const reload = async (): Promise<void> => {
    if (!options.src) return;
    asking.abort();
    asking = new AbortController();
    const address = options.followFilter ? boxed(options.src, map) : options.src;
    try {
      data = await features(address, asking.signal);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return; // a newer one runs
      throw error;
    }
    await showThings(map, data, colours(place));
  };

  if (options.followFilter) {
    await reload();
    let timer = 0;
    map.on("moveend", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void reload(), SETTLE_MS);
    });
  } else await showThings(map, data, colours(place));

  const stopScheme = onScheme(() => {
    const paint = colours(place);
    repaint(map, paint);
    repaintThings(map, paint);
    void showThings(map, data, paint);
  });
  const stopPointing = pointing(map);
  const stopHovering = hovering(map);
  return {
    reload,
    remove() {
      stopScheme();
      stopPointing();
      stopHovering();
      asking.abort();
      map.remove();
    },
  };
}

async function features(src: string, signal: AbortSignal | null = null): Promise<FeatureCollection> {
  const answer = await fetch(src, { signal, headers: { Accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(`${src}: ${answer.status}`);
  return (await answer.json()) as FeatureCollection;
}

function boxed(src: string, map: CityMap): string {
  const address = new URL(src, location.href);
  const [[west, south], [east, north]] = map.getBounds().toArray() as [[number, number], [number, number]];
  address.searchParams.set("box", [west, south, east, north].map((side) => side.toFixed(5)).join(","));
  address.searchParams.set("zoom", map.getZoom().toFixed(1));
  return address.href;
}

/** Opens what is clicked, or with Enter what lies in the middle. */
function pointing(map: CityMap): () => void {
  const layers = [...CLICKABLE];
  const open = (x: number, y: number, reach: number): void => {
    const found = map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers });
    const feature = found.find((one) => one.layer.id !== "thing-area") ?? found[0];
    if (feature) void openFeature(map, feature);
  };
  map.on("click", (event) => open(event.point.x, event.point.y, 6));
  map.on("mousemove", (event) => {
    const over = map.queryRenderedFeatures(event.point, { layers }).length > 0;
    map.getCanvas().classList.toggle("map__canvas--over", over);
  });
  const canvas = map.getCanvas();
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Enter") open(canvas.clientWidth / 2, canvas.clientHeight / 2, 40);
  };
  canvas.addEventListener("keydown", pressed);
  return () => canvas.removeEventListener("keydown", pressed);
}

async function openFeature(map: CityMap, feature: MapGeoJSONFeature): Promise<void> {
  const at = feature.geometry.type === "Point" ? (feature.geometry as Point).coordinates : null;
  const properties = feature.properties;
  if (properties["kind"] === "cluster" || properties["point_count"]) {
    const group = Number(properties["cluster_id"]);
    const source = map.getSource<GeoJSONSource>("thing");
    const zoom = properties["point_count"] && source ? await source.getClusterExpansionZoom(group) : map.getZoom() + 2;
    if (at) map.easeTo({ center: [at[0] ?? 0, at[1] ?? 0], zoom });
    return;
  }
  const popup = new Popup({ maxWidth: "18rem", focusAfterOpen: true, offset: 18 });
  popup.setDOMContent(popupContent(properties));
  popup.setLngLat(at ? [at[0] ?? 0, at[1] ?? 0] : map.getCenter()).addTo(map);
}

/** Returns the inside of a popup; texts go in as text, never as HTML. */
export function popupContent(properties: Readonly<Record<string, unknown>>): HTMLElement {
  const content = document.createElement("div");
  const href = String(properties["href"] ?? "");
  const local = href.startsWith("/") && !href.startsWith("//");
  const title = document.createElement(local ? "a" : "span");
  if (title instanceof HTMLAnchorElement) title.href = href;
  title.className = "map-popup__title";
  title.textContent = String(properties["title"] ?? properties["name"] ?? "");
  content.append(title);
  const age = properties["age_minutes"];
  const lines = [properties["meta"], age === undefined ? "" : text("map.age", { minutes: Number(age) })];
  for (const line of lines) {
    if (!line) continue;
    const meta = document.createElement("span");
    meta.className = "map-popup__meta";
    meta.textContent = String(line);
    content.append(meta);
  }
  return content;
}

/** A link elsewhere on the page to something on the map lights it up while it is pointed at. */
function hovering(map: CityMap): () => void {
  let lit = "";
  const over = (event: Event): void => {
    const row = event.target instanceof Element ? event.target.closest("[data-row]") : null;
    const href = row?.querySelector("a[href]")?.getAttribute("href") ?? "";
    if (href === lit) return;
    lit = href;
    halo(map, href);
  };
  document.addEventListener("mouseover", over);
  document.addEventListener("focusin", over);
  return () => {
    document.removeEventListener("mouseover", over);
    document.removeEventListener("focusin", over);
  };
}
