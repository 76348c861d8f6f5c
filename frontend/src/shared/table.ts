/** A table read as figures: one label a row, one number a column. */
export interface Figures {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly values: readonly number[] }[];
}

const GAP = Number.NaN;

/** Reads "1.234,5", "1,234.5", "86 %" or "–" (not known); `data-value` wins where it is given. */
export function number(cell: Element): number {
  const given = cell.getAttribute("data-value");
  if (given !== null) return given === "" ? GAP : Number(given);
  const text = (cell.textContent ?? "").replace(/[^\d.,-]/g, "");
  if (!/\d/.test(text)) return GAP;
  const decimalComma = document.documentElement.lang.startsWith("de") || !document.documentElement.lang;
  return Number(
    decimalComma ? text.replaceAll(".", "").replace(",", ".") : text.replaceAll(",", ""),
  );
}

/** Returns the figures of the first table inside `host`, or null when there is none. */
export function figures(host: Element): Figures | null {
  const table = host.querySelector("table");
  if (!table) return null;
  const heads = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent?.trim() ?? "");
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => {
    const cells = [...row.querySelectorAll("th, td")];
    return {
      label: cells[0]?.textContent?.trim() ?? "",
      values: cells.slice(1).map(number),
    };
  });
  return {
    title: table.querySelector("caption")?.textContent?.trim() ?? "",
    columns: heads.slice(1),
    rows,
  };
}
