import { html, render } from "lit";
import { icon } from "../shared/icon";
import { text } from "../shared/texts";

const QUIET_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Follows the journal over server-sent events and lets each `[data-live]` region fetch itself
 * again (it carries `hx-get` and `hx-trigger="refresh"`), at most once a second. A region in which
 * somebody types waits until they are done; what was unfolded stays so; focus stays on what has an id. Nothing is lost over a break: the browser sends
 * `Last-Event-ID`, and after a refused connection we send it as `?after=`.
 * Sends `live:message` on the document with the event's data. With `subjects` (a space
 * between them) it renews for entries about these alone: a phone need not load for the whole city.
 *
 * @example
 * <live-follow src="/leitstelle/strom/"></live-follow>
 * <div data-live hx-get="/leitstelle/" hx-trigger="refresh" hx-select="#queue" id="queue">…</div>
 */
export class LiveFollow extends HTMLElement {
  #source: EventSource | null = null;
  #lastId = "";
  #wait = QUIET_MS;
  #retry = 0;
  #refresh = 0;
  readonly #waiting = new Set<Element>();
  readonly #unfolded = new Set<string>();

  connectedCallback(): void {
    this.#show("connecting");
    this.#open();
    document.addEventListener("htmx:beforeSwap", this.#remember);
    document.addEventListener("htmx:afterSwap", this.#unfold);
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.#retry);
    window.clearTimeout(this.#refresh);
    document.removeEventListener("htmx:beforeSwap", this.#remember);
    document.removeEventListener("htmx:afterSwap", this.#unfold);
    this.#source?.close();
    this.#source = null;
  }

  #open(): void {
    const address = new URL(this.getAttribute("src") ?? "", location.href);
    if (this.#lastId) address.searchParams.set("after", this.#lastId);
    const source = new EventSource(address);
    this.#source = source;
    source.onopen = () => {
      this.#wait = QUIET_MS;
      this.#show("connected");
    };
    // The journal's line is named; other streams may send plain messages.
    source.onmessage = (event) => this.#heard(event);
    source.addEventListener("journal", (event: MessageEvent<string>) => this.#heard(event));
    source.onerror = () => this.#lost();
  }

  #heard(event: MessageEvent<string>): void {
    if (event.lastEventId) this.#lastId = event.lastEventId;
    document.dispatchEvent(new CustomEvent("live:message", { detail: event.data }));
    const ours = this.getAttribute("subjects");
    if (ours && !ours.split(" ").includes(subjectOf(event.data))) return;
    if (!this.#refresh) this.#refresh = window.setTimeout(this.#refreshAll, QUIET_MS);
  }

  #lost(): void {
    this.#show("lost");
    if (this.#source?.readyState !== EventSource.CLOSED) return; // the browser tries again itself
    this.#retry = window.setTimeout(() => this.#open(), this.#wait);
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
  }

  readonly #refreshAll = (): void => {
    this.#refresh = 0;
    for (const region of document.querySelectorAll<HTMLElement>("[data-live]")) this.#renew(region);
  };

  #renew(region: HTMLElement): void {
    const active = document.activeElement;
    if (!active?.matches("input, textarea, select") || !region.contains(active)) {
      region.dispatchEvent(new Event("refresh"));
    } else if (!this.#waiting.has(region)) {
      this.#waiting.add(region);
      // Not at once: the field may have been left for the button that sends what was typed.
      const later = (): void => {
        this.#waiting.delete(region);
        window.setTimeout(() => this.#renew(region), QUIET_MS);
      };
      active.addEventListener("blur", later, { once: true });
    }
  }

  readonly #remember = (event: Event): void => {
    const target = (event as CustomEvent<{ target?: Element }>).detail.target;
    if (!target?.matches("[data-live]")) return;
    for (const open of target.querySelectorAll("details[id][open]")) this.#unfolded.add(open.id);
  };

  readonly #unfold = (): void => {
    for (const id of this.#unfolded) document.getElementById(id)?.setAttribute("open", "");
    this.#unfolded.clear();
  };

  #show(state: "connecting" | "connected" | "lost"): void {
    const lost = state === "lost";
    render(
      html`<span class=${lost ? "live-state live-state--lost" : "live-state"} role="status">${icon(lost ? "offline" : "online")}<span>${text(`live.${state}`)}</span></span>`,
      this,
    );
    this.dataset["state"] = state;
  }
}

/** What a journal entry is about, empty for a message of another kind. */
function subjectOf(data: string): string {
  const entry: unknown = JSON.parse(data);
  return typeof entry === "object" && entry !== null && "subject" in entry ? String(entry.subject) : "";
}

customElements.define("live-follow", LiveFollow);
