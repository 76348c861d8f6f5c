/// <reference types="vitest/config" />
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const OUT = resolve(import.meta.dirname, "src/streife/ui/static/ui/dist");

/** Puts .gz and .br beside every text file, so that the server sends small answers at no cost. */
function precompressed(): Plugin {
  return {
    name: "precompressed",
    apply: "build",
    async closeBundle() {
      const folder = join(OUT, "assets");
      if (!existsSync(folder)) return;
      const names = (await readdir(folder)).filter((name) => /\.(m?js|css|svg)$/.test(name));
      for (const name of names) {
        const content = await readFile(join(folder, name));
        if (content.length < 1024) continue;
        await writeFile(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 10 };
        await writeFile(join(folder, `${name}.br`), brotliCompressSync(content, { params: quality }));
      }
    },
  };
}

export default defineConfig({
  base: "/static/ui/dist/",
  publicDir: false,
  plugins: [precompressed()],
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ["if-function"] } } },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    cssTarget: ["chrome111", "edge111", "firefox114", "safari16.4"],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1400, // MapLibre; loaded only where a map is
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { main: "frontend/src/main.ts" },
      output: { hashCharacters: "base64" },
      // htmx can run code from attributes; we forbid it (htmx-config: allowEval) and the policy does.
      onLog(level, log, report) {
        if (!(log.code === "EVAL" && log.id?.includes("/htmx.org/"))) report(level, log);
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["frontend/src/**/*.test.ts"],
    restoreMocks: true,
  },
});
