import { afterEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import "./send-position";

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const PAGE = '<send-position><form action="/dienst/position/" method="post"><input type="hidden" name="unit" value="7"></form></send-position>';

function standAt(latitude: number, longitude: number): void {
  vi.stubGlobal("navigator", {
    geolocation: {
      getCurrentPosition: (found: (position: unknown) => void) =>
        found({ coords: { latitude, longitude }, timestamp: Date.now() - 3000 }),
    },
  });
}

test("sends nothing before somebody taps, then one position with its age", async () => {
  standAt(51.5142, 7.4653);
  const sent: FormData[] = [];
  vi.stubGlobal("fetch", async (_: string, options: { body: FormData }) => {
    sent.push(options.body);
    return { ok: true };
  });
  mount(PAGE);
  expect(sent).toEqual([]);
  document.querySelector("button")?.click();
  await vi.waitFor(() => expect(document.querySelector("[role=status]")?.textContent).toBe("Gesendet."));
  expect(sent).toHaveLength(1);
  expect(sent[0]?.get("latitude")).toBe("51.514200");
  expect(sent[0]?.get("age_seconds")).toBe("3");
  expect(sent[0]?.get("unit")).toBe("7");
});

test("says in the server's words why a position was not taken", async () => {
  standAt(51.5, 7.4);
  const fragment = '<div id="refused" role="alert"><p>Die Schicht ist zu Ende.</p></div>';
  vi.stubGlobal("fetch", async () => ({ ok: false, text: async () => fragment }));
  mount(PAGE);
  document.querySelector("button")?.click();
  await vi.waitFor(() => expect(document.querySelector("[role=status]")?.textContent).toBe("Die Schicht ist zu Ende."));
});

test("says so when the position could not be sent", async () => {
  standAt(51.5, 7.4);
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("offline");
  });
  mount(PAGE);
  document.querySelector("button")?.click();
  await vi.waitFor(() => expect(document.querySelector("[role=status]")?.textContent).toMatch(/Kein Netz/));
});
