import { html, render } from "lit";
import { icon } from "../shared/icon";
import { text } from "../shared/texts";

const GEOLOCATION: PositionOptions = { enableHighAccuracy: true, timeout: 10_000, maximumAge: 0 };

/**
 * One tap sends one position: never by itself, never in the background. Holds the form that is
 * sent, with inputs named latitude, longitude and age_seconds. Without a script there is no button.
 *
 * @example
 * <send-position refresh="duty"><form method="post" action="/dienst/position/">…</form></send-position>
 */
export class SendPosition extends HTMLElement {
  #bar: HTMLElement | null = null;
  #busy = false;

  connectedCallback(): void {
    if (!("geolocation" in navigator)) return;
    this.#bar = this.appendChild(document.createElement("div"));
    this.#bar.className = "stack stack--tight";
    this.#show("");
  }

  disconnectedCallback(): void {
    this.#bar?.remove();
    this.#bar = null;
  }

  readonly #tell = (): void => {
    if (this.#busy) return;
    this.#busy = true;
    this.#show(text("position.searching"));
    navigator.geolocation.getCurrentPosition(
      (position) => void this.#send(position),
      ({ code, PERMISSION_DENIED }) =>
        this.#done(text(code === PERMISSION_DENIED ? "position.denied" : "position.unavailable")),
      GEOLOCATION,
    );
  };

  async #send({ coords, timestamp }: GeolocationPosition): Promise<void> {
    const form = this.querySelector("form");
    if (!form) return;
    const data = new FormData(form);
    data.set("latitude", coords.latitude.toFixed(6));
    data.set("longitude", coords.longitude.toFixed(6));
    data.set("age_seconds", String(Math.max(0, Math.round((Date.now() - timestamp) / 1000))));
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      this.#done(answer.ok ? text("position.sent") : await refusal(answer));
      const region = document.getElementById(this.getAttribute("refresh") ?? "");
      if (answer.ok) region?.dispatchEvent(new Event("refresh"));
    } catch {
      this.#done(text("position.offline"));
    }
  }

  #done(state: string): void {
    this.#busy = false;
    this.#show(state);
  }

  #show(state: string): void {
    if (!this.#bar) return;
    render(
      html`<button type="button" class="kern-btn kern-btn--secondary" aria-disabled=${this.#busy} @click=${this.#tell}>${icon("here")}<span class="kern-label">${text("position.tell")}</span></button><p role="status" class="muted">${state}</p>`,
      this.#bar,
    );
  }
}

/** What the server says about a position that it does not take, without its markup. */
async function refusal(answer: Response): Promise<string> {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("#refused p")?.textContent?.trim() || text("position.failed");
}

customElements.define("send-position", SendPosition);
