/** Marks on the map: shape and colour say what and how urgent, the icon says what about. */
import type { Map as CityMap } from "maplibre-gl";
import drawings from "../../../src/streife/ui/icons.json";
import type { Colours } from "./colours";

const SIZE = 34;
const RATIO = 2;
const KIND_ICONS: Record<string, string> = {
  incident: "incident",
  office: "office",
  report: "report",
  site: "pin",
  unit: "unit",
};

export interface Mark {
  readonly shape: "round" | "square" | "diamond" | "filled" | "late" | "faint";
  readonly icon: string;
}

type Properties = Readonly<Record<string, unknown>> | null;

/** A unit's position older than this is drawn faint: what is old must not look known. */
export const STALE_MINUTES = 15;

/** Returns the mark of a feature: urgent filled diamond, high diamond, late amber, unit square. */
export function markOf(properties: Properties): Mark {
  const kind = String(properties?.["kind"] ?? "");
  const given = String(properties?.["icon"] ?? "");
  const icon = given in drawings ? given : (KIND_ICONS[kind] ?? "other");
  if (kind === "unit") {
    const age = Number(properties?.["age_minutes"] ?? 0);
    return { shape: age > STALE_MINUTES ? "faint" : "square", icon };
  }
  const priority = String(properties?.["priority"] ?? "");
  if (priority === "urgent") return { shape: "filled", icon };
  if (priority === "high") return { shape: "diamond", icon };
  if (properties?.["late"] === true) return { shape: "late", icon };
  return { shape: "round", icon };
}

/** Returns the name of the mark's image. */
export function nameOf(mark: Mark): string {
  return `mark-${mark.shape}-${mark.icon}`;
}

const ROUND = '<circle cx="17" cy="17" r="14"';
const DIAMOND = '<rect x="6" y="6" width="22" height="22" rx="4" transform="rotate(45 17 17)"';
const SQUARE = '<rect x="3" y="3" width="28" height="28" rx="7"';

function outline(shape: Mark["shape"], paint: Colours): { frame: string; ink: string } {
  switch (shape) {
    case "filled":
      return { frame: `${DIAMOND} fill="${paint.danger}" stroke="${paint.surface}" stroke-width="2"/>`, ink: paint.onDanger };
    case "diamond":
      return { frame: `${DIAMOND} fill="${paint.surface}" stroke="${paint.danger}" stroke-width="2.5"/>`, ink: paint.danger };
    case "late":
      return { frame: `${ROUND} fill="${paint.surface}" stroke="${paint.wait}" stroke-width="3"/>`, ink: paint.wait };
    case "square":
      return { frame: `${SQUARE} fill="${paint.act}" stroke="${paint.surface}" stroke-width="2"/>`, ink: paint.onAct };
    case "faint":
      return { frame: `${SQUARE} fill="${paint.surface}" stroke="${paint.label}" stroke-width="2" stroke-dasharray="4 3"/>`, ink: paint.label };
    default:
      return { frame: `${ROUND} fill="${paint.surface}" stroke="${paint.act}" stroke-width="2"/>`, ink: paint.act };
  }
}

/** Returns the mark as SVG text. */
export function svgOf(mark: Mark, paint: Colours): string {
  const { frame, ink } = outline(mark.shape, paint);
  const drawing = (drawings as Record<string, string>)[mark.icon] ?? drawings.other;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE * RATIO}" height="${SIZE * RATIO}" viewBox="0 0 ${SIZE} ${SIZE}">${frame}<g transform="translate(9 9) scale(0.6667)" fill="none" stroke="${ink}" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">${drawing}</g></svg>`;
}

/** Puts the images of these marks on the map, drawn anew when the colours have changed. */
export async function addMarks(map: CityMap, marks: Iterable<Mark>, paint: Colours): Promise<void> {
  const wanted = new Map([...marks].map((mark) => [nameOf(mark), mark]));
  await Promise.all(
    [...wanted].map(async ([name, mark]) => {
      const image = new Image(SIZE * RATIO, SIZE * RATIO);
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(mark, paint))}`;
      await image.decode();
      if (map.hasImage(name)) map.updateImage(name, image);
      else map.addImage(name, image, { pixelRatio: RATIO });
    }),
  );
}
