import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import { told } from "./piece-upload";
import "./piece-upload";

const sent: { address: string; body: Blob | null }[] = [];
let received = 0;
let broken = 0;

beforeEach(() => {
  sent.length = 0;
  received = 0;
  broken = 0;
  localStorage.clear();
  vi.stubGlobal("fetch", async (address: string, options?: { body: Blob }) => {
    sent.push({ address, body: options?.body ?? null });
    if (address.includes("teil") && broken > 0) {
      broken -= 1;
      throw new TypeError("line broken");
    }
    if (address.includes("teil")) received += options?.body.size ?? 0;
    const answer = address.endsWith("beginnen/")
      ? { upload: "U1", piece: 4, received: 0 }
      : address.includes("fertig")
        ? { recording: "R1" }
        : { received };
    return new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json" } });
  });
  vi.spyOn(location, "assign").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

function page(): HTMLFormElement {
  mount(`<piece-upload begin="/v/hochladen/beginnen/" done="/v/aufnahme/-/"><form>
    <input type="hidden" name="csrfmiddlewaretoken" value="T"><input name="dock" value="wache">
    <input type="file" name="file"><input name="told.facts" value="Streit"><input name="told.wearer" value=" ">
    <select name="told.announced"><option value="true" selected>ja</option></select>
    <button>Hochladen</button><progress hidden></progress><p role="status"></p></form></piece-upload>`);
  const form = document.querySelector("form") as HTMLFormElement;
  const input = form.querySelector("input[type=file]") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: [new File(["0123456789"], "a.mp4", { lastModified: 1 })] });
  return form;
}

async function until(done: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(done()).toBe(true), { timeout: 4000 });
}

test("says what the fields say and leaves out what nobody typed", () => {
  expect(told(page())).toEqual({ facts: "Streit", announced: true });
});

test("sends piece by piece, ends it, and goes to the recording", async () => {
  page().requestSubmit();
  await until(() => vi.mocked(location.assign).mock.calls.length === 1);
  expect(sent.map((one) => one.address)).toEqual([
    "/v/hochladen/beginnen/",
    "/v/hochladen/U1/teil/?offset=0",
    "/v/hochladen/U1/teil/?offset=4",
    "/v/hochladen/U1/teil/?offset=8",
    "/v/hochladen/U1/fertig/",
  ]);
  expect(location.assign).toHaveBeenCalledWith("/v/aufnahme/R1/");
  expect(localStorage.length).toBe(0);
});

test("tries a piece again when the line breaks", async () => {
  broken = 2;
  page().requestSubmit();
  await until(() => vi.mocked(location.assign).mock.calls.length === 1);
  expect(sent.filter((one) => one.address.endsWith("offset=0"))).toHaveLength(3);
});

test("goes on with the same file where it stopped", async () => {
  localStorage.setItem("streife-upload:a.mp4:10:1", JSON.stringify({ upload: "U1", piece: 4, received: 0 }));
  received = 8;
  page().requestSubmit();
  await until(() => vi.mocked(location.assign).mock.calls.length === 1);
  expect(sent.map((one) => one.address)).toEqual([
    "/v/hochladen/U1/",
    "/v/hochladen/U1/teil/?offset=8",
    "/v/hochladen/U1/fertig/",
  ]);
});
