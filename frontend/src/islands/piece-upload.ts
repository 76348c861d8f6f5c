import { text } from "../shared/texts";

interface Begun {
  upload: string;
  piece: number;
  received: number;
}

const TRIES = 6;

/**
 * Sends a file in pieces, so that a broken line costs one piece: whoever chooses the same file
 * again goes on where it stopped. Needs a script, because a file sent as a whole would lie in clear
 * in a temporary folder of the server; without one the form says so. Fields named `told.…` become
 * what is said about the file.
 *
 * @example
 * <piece-upload begin="/beweismittel/hochladen/beginnen/" done="/beweismittel/aufnahme/-/">
 *   <form><input type="hidden" name="csrfmiddlewaretoken" value="…"><select name="dock">…</select>
 *   <input type="file" name="file"><input name="told.facts"><button>Hochladen</button>
 *   <progress hidden></progress><p role="status"></p></form>
 * </piece-upload>
 */
export class PieceUpload extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", this.#send);
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.#send);
  }

  readonly #send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const file = form.querySelector<HTMLInputElement>("input[type=file]")?.files?.[0];
    const button = form.querySelector<HTMLButtonElement>("button:not([type=button])");
    if (!file || !button) return;
    button.disabled = true;
    try {
      const recording = await this.#upload(form, file);
      location.assign((this.getAttribute("done") ?? "").replace("-", recording));
    } catch (error) {
      this.#say(form, error instanceof Error && error.message ? error.message : text("upload.broken"));
      button.disabled = false;
    }
  };

  async #upload(form: HTMLFormElement, file: File): Promise<string> {
    const key = `streife-upload:${file.name}:${file.size}:${file.lastModified}`;
    const begun = (await this.#goOn(form, key)) ?? (await this.#begin(form, file));
    remember(key, begun);
    const address = (this.getAttribute("begin") ?? "").replace(/[^/]+\/$/, `${begun.upload}/`);
    let at = begun.received;
    while (at < file.size) {
      this.#progress(form, at, file.size);
      const piece = file.slice(at, at + begun.piece);
      const answer = await patiently(() => post(form, `${address}teil/?offset=${at}`, piece));
      at = Number(answer["received"]);
    }
    this.#progress(form, file.size, file.size);
    this.#say(form, text("upload.checking"));
    const done = await patiently(() => post(form, `${address}fertig/`, new Blob()));
    remember(key, null);
    return String(done["recording"]);
  }

  /** Asks how much of an upload begun before has arrived; null if there was none, or it is gone. */
  async #goOn(form: HTMLFormElement, key: string): Promise<Begun | null> {
    const kept = localStorage.getItem(key);
    if (!kept) return null;
    const before = JSON.parse(kept) as Begun;
    const address = (this.getAttribute("begin") ?? "").replace(/[^/]+\/$/, `${before.upload}/`);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) return null;
    const state = (await answer.json()) as { received: number };
    this.#say(form, text("upload.goesOn"));
    return { ...before, received: state.received };
  }

  async #begin(form: HTMLFormElement, file: File): Promise<Begun> {
    const asked = JSON.stringify({
      dock: new FormData(form).get("dock"),
      name: file.name,
      size: file.size,
      sidecar: told(form),
    });
    const body = new Blob([asked], { type: "application/json" });
    return (await post(form, this.getAttribute("begin") ?? "", body)) as unknown as Begun;
  }

  #progress(form: HTMLFormElement, done: number, all: number): void {
    const bar = form.querySelector("progress");
    if (bar) {
      bar.hidden = false;
      bar.max = all;
      bar.value = done;
    }
    this.#say(form, text("upload.sent", { percent: Math.floor((done / all) * 100) }));
  }

  #say(form: HTMLFormElement, words: string): void {
    const status = form.querySelector("[role=status]");
    if (status) status.textContent = words;
  }
}

/** What the fields say; nothing typed is nothing said. */
export function told(form: HTMLFormElement): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  for (const [name, value] of new FormData(form)) {
    if (!name.startsWith("told.") || typeof value !== "string" || !value.trim()) continue;
    said[name.slice(5)] = value === "true" ? true : value === "false" ? false : value;
  }
  return said;
}

function remember(key: string, begun: Begun | null): void {
  if (begun) localStorage.setItem(key, JSON.stringify(begun));
  else localStorage.removeItem(key);
}

/** A refusal of the server is final; a line that broke is tried again, each time a little later. */
class RefusedError extends Error {}

async function patiently(
  send: () => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  for (let time = 0; ; time += 1) {
    try {
      return await send();
    } catch (error) {
      if (error instanceof RefusedError || time === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** time));
    }
  }
}

async function post(form: HTMLFormElement, address: string, body: Blob): Promise<Record<string, unknown>> {
  const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(address, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": body.type || "application/octet-stream",
      "X-CSRFToken": token,
    },
    body,
  });
  const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  if (answer.ok) return told as Record<string, unknown>;
  if (answer.status < 500 || answer.status === 507) throw new RefusedError(told.title ?? text("upload.broken"));
  throw new Error(text("upload.broken"));
}

customElements.define("piece-upload", PieceUpload);
