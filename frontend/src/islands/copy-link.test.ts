import { afterEach, expect, test, vi } from "vitest";
import { mount } from "../shared/mount";
import "./copy-link";

afterEach(() => document.body.replaceChildren());

test("copies the whole address and says so", async () => {
  const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  mount('<copy-link><a href="/hinweis/AB12">Link</a></copy-link>');
  document.querySelector("button")?.click();
  await vi.waitFor(() => expect(document.querySelector("[role=status]")?.textContent).toBe("Kopiert"));
  expect(writeText.mock.calls[0]?.[0]).toMatch(/\/hinweis\/AB12$/);
});

test("says when the browser does not allow it", async () => {
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("not allowed"));
  mount('<copy-link><a href="/x">Link</a></copy-link>');
  document.querySelector("button")?.click();
  await vi.waitFor(() => expect(document.querySelector("[role=status]")?.textContent).toMatch(/ging nicht/));
});
