import { text } from "../shared/texts";

const SECONDS = 5;
const FRAME = 1 / 25;

/**
 * Keys for a recording, jumps to chapters and notes. The mark of who looks stays over the picture,
 * on a full screen, too (key f). Without a script the browser's own controls play the recording.
 *
 * Attribute: `mark` what lies over the picture.
 *
 * @example
 * <footage-player mark="Ada Beispiel · 24.11.2026 10:00">
 *   <div class="footage"><video src="/wiedergabe/x/" controls></video><p class="footage__mark">…</p></div>
 *   <p role="status" data-said></p>
 * </footage-player>
 * <a class="footage__jump" data-at="83000" data-chapter href="#t=83000">1:23</a>
 */
export class FootagePlayer extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("keydown", this.#pressed);
    document.addEventListener("click", this.#jumped);
    this.#video()?.addEventListener("contextmenu", stay);
    this.#video()?.addEventListener("error", this.#failed);
    this.#video()?.addEventListener("timeupdate", this.#filled);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#pressed);
    document.removeEventListener("click", this.#jumped);
  }

  #video(): HTMLVideoElement | null {
    return this.querySelector("video");
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const video = this.#video();
    if (!video || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === " " && !pressable(event.target)) void (video.paused ? video.play() : video.pause());
    else if (event.key === "ArrowLeft") this.#go(video.currentTime - SECONDS);
    else if (event.key === "ArrowRight") this.#go(video.currentTime + SECONDS);
    else if (event.key === ",") this.#go(video.currentTime - FRAME);
    else if (event.key === ".") this.#go(video.currentTime + FRAME);
    else if (event.key === "k") this.#chapter(video);
    else if (event.key === "n") this.#note(video);
    else if (event.key === "f") this.#fill();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  readonly #jumped = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>(".footage__jump[data-at]") : null;
    if (!link || !this.#video()) return;
    event.preventDefault();
    this.#go(Number(link.dataset["at"]) / 1000);
  };

  readonly #failed = (): void => this.#say(text("footage.failed"));

  /** The form for notes follows the picture until somebody types a moment. */
  readonly #filled = (): void => {
    const at = document.querySelector<HTMLInputElement>("#id_at");
    if (at && document.activeElement !== at) at.value = clock(this.#video()?.currentTime ?? 0);
  };

  #go(seconds: number): void {
    const video = this.#video();
    if (!video) return;
    video.currentTime = Math.min(Math.max(0, seconds), video.duration || seconds);
    this.#say(clock(video.currentTime));
  }

  #chapter(video: HTMLVideoElement): void {
    const marks = [...document.querySelectorAll<HTMLElement>(".footage__jump[data-chapter]")];
    const next = marks.map((one) => Number(one.dataset["at"]) / 1000).find((at) => at > video.currentTime + 0.1);
    if (next === undefined) this.#say(text("footage.lastChapter"));
    else this.#go(next);
  }

  /** The whole box, not the video alone: the mark comes along. */
  #fill(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.querySelector(".footage")?.requestFullscreen();
  }

  #note(video: HTMLVideoElement): void {
    video.pause();
    document.querySelector<HTMLInputElement>("#id_text")?.focus();
  }

  #say(words: string): void {
    const place = this.querySelector("[data-said]");
    if (place) place.textContent = words;
  }
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function pressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(BUTTON|A|SUMMARY|VIDEO)$/.test(target.tagName);
}

function stay(event: Event): void {
  event.preventDefault();
}

customElements.define("footage-player", FootagePlayer);
