import { afterEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import "./photo-field";

afterEach(() => document.body.replaceChildren());

function choose(...files: File[]): HTMLInputElement {
  const input = document.querySelector<HTMLInputElement>("input");
  if (!input) throw new Error("no input");
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return input;
}

const photo = (name: string, size: number): File => new File([new Uint8Array(size)], name, { type: "image/jpeg" });

test("shows each photo and takes one away", async () => {
  mount('<photo-field><input type="file" multiple></photo-field>');
  const input = choose(photo("eins.jpg", 10), photo("zwei.jpg", 10));
  await vi.waitFor(() => expect(document.querySelectorAll("li")).toHaveLength(2));
  document.querySelector<HTMLButtonElement>("li button")?.click();
  expect(document.querySelectorAll("li")).toHaveLength(1);
  expect([...(input.files ?? [])].map((file) => file.name)).toEqual(["zwei.jpg"]);
});

test("says at once when a photo is too large", async () => {
  mount('<photo-field max-mb="1"><input type="file"></photo-field>');
  choose(photo("gross.jpg", 2_500_000));
  await vi.waitFor(() => expect(document.querySelector("[role=alert]")?.textContent).toMatch(/gross\.jpg.*2\.5 MB/));
});
