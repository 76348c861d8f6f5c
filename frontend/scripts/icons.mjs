// Writes src/streife/ui/icons.json: our icon names with the drawing of each (Lucide, ISC licence).
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const names = JSON.parse(readFileSync(new URL("../icons.json", import.meta.url), "utf8"));
const folder = new URL(
  process.env.LUCIDE_DIR ?? "../../node_modules/lucide-static/icons/",
  import.meta.url,
);
const drawings = {};
for (const [name, lucide] of Object.entries(names)) {
  const file = new URL(`${lucide}.svg`, folder);
  if (!existsSync(file)) throw new Error(`No Lucide icon "${lucide}" for "${name}"`);
  const inside = readFileSync(file, "utf8").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  drawings[name] = inside.replace(/\s+/g, " ").replace(/> </g, "><").trim();
}
writeFileSync(
  new URL("../../src/streife/ui/icons.json", import.meta.url),
  `${JSON.stringify(drawings, null, 1)}\n`,
);
