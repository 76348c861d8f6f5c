import { afterEach, beforeEach, describe, expect, it } from "vitest";
import "./footage-player";

function press(key: string, target: EventTarget = document.body): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

describe("footage-player", () => {
  beforeEach(() => {
    document.body.innerHTML = `<footage-player><div class="footage"><video></video></div><p data-said></p></footage-player>
      <a class="footage__jump" data-at="3000" data-chapter href="#t=3000">0:03</a><input id="id_at" value="0:00"><input id="id_text">`;
    const video = document.querySelector("video") as HTMLVideoElement;
    let at = 0;
    Object.defineProperty(video, "currentTime", { get: () => at, set: (value: number) => (at = value) });
    Object.defineProperty(video, "pause", { value: () => undefined });
  });

  afterEach(() => {
    document.body.innerHTML = "";
  });

  it("jumps by arrows, to chapters and by links", () => {
    const video = document.querySelector("video") as HTMLVideoElement;
    press("k");
    expect(video.currentTime).toBe(3);
    press("ArrowRight");
    expect(video.currentTime).toBe(8);
    document.querySelector<HTMLElement>(".footage__jump")?.click();
    expect(video.currentTime).toBe(3);
    expect(document.querySelector("[data-said]")?.textContent).toBe("0:03");
  });

  it("leaves keys to whoever types, and n goes to the note", () => {
    const video = document.querySelector("video") as HTMLVideoElement;
    const input = document.querySelector("#id_text") as HTMLInputElement;
    press("ArrowRight", input);
    expect(video.currentTime).toBe(0);
    press("n");
    expect(document.activeElement).toBe(input);
  });
});
