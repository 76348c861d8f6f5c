import { html, render } from "lit";
import { icon } from "../shared/icon";
import { text } from "../shared/texts";
import type { Pick } from "../map/pick";

const GEOLOCATION: PositionOptions = { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 };

/**
 * Lets a person point at a place: click, drag, arrow keys with Enter, or "Ich bin hier". Writes
 * the two inputs named by id and sends `change` on them. Without a script the address field alone
 * does (the server looks it up).
 *
 * @example
 * <location-picker lat-input="id_lat" lon-input="id_lon" address-input="id_address"></location-picker>
 */
export class LocationPicker extends HTMLElement {
  #pick: Pick | null = null;
  #place: HTMLElement | null = null;
  #bar: HTMLElement | null = null;

  connectedCallback(): void {
    this.#place = document.createElement("div");
    this.#place.className = `map ${this.getAttribute("height") ?? ""}`.trim();
    this.#bar = document.createElement("div");
    this.#bar.className = "location-picker__bar";
    this.append(this.#place, this.#bar);
    this.#show(text("location.help"));
    void this.#open();
  }

  disconnectedCallback(): void {
    this.#pick?.remove();
    this.#pick = null;
    this.replaceChildren();
  }

  #input(name: string): HTMLInputElement | null {
    const id = this.getAttribute(`${name}-input`);
    return id ? (document.getElementById(id) as HTMLInputElement | null) : null;
  }

  async #open(): Promise<void> {
    const place = this.#place;
    if (!place) return;
    const { drawable } = await import("../map/base");
    if (!drawable()) {
      place.hidden = true;
      return;
    }
    const { openPick } = await import("../map/pick");
    const canvas = document.createElement("div");
    canvas.className = "map__canvas";
    place.append(canvas);
    try {
      this.#pick = await openPick(canvas, text("location.label"), (lon, lat) => void this.#picked(lon, lat));
    } catch (error) {
      place.hidden = true; // the address field still works
      console.error(error);
      return;
    }
    const lat = Number.parseFloat(this.#input("lat")?.value ?? "");
    const lon = Number.parseFloat(this.#input("lon")?.value ?? "");
    if (lat === lat && lon === lon) this.#pick.set(lon, lat, true);
    this.#show(text("location.help"));
  }

  readonly #here = (): void => {
    this.#show(text("location.searching"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.#pick?.set(coords.longitude, coords.latitude, true);
        void this.#picked(coords.longitude, coords.latitude);
      },
      ({ code, PERMISSION_DENIED }) =>
        this.#show(text(code === PERMISSION_DENIED ? "location.denied" : "location.unavailable")),
      GEOLOCATION,
    );
  };

  async #picked(lon: number, lat: number): Promise<void> {
    const { nameOfPlace } = await import("../map/pick");
    const name = await nameOfPlace([lon, lat]);
    const values = name === null ? ["", ""] : [lat.toFixed(6), lon.toFixed(6)];
    for (const [index, side] of ["lat", "lon"].entries()) {
      const input = this.#input(side);
      if (!input) continue;
      input.value = values[index] ?? "";
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (name === null) {
      this.#show(text("location.outside"));
      return;
    }
    this.#show(name ? `${text("location.picked")}: ${name}` : text("location.picked"));
    this.dispatchEvent(new CustomEvent("location-picked", { bubbles: true, detail: { lat, lon, name } }));
  }

  #show(state: string): void {
    if (!this.#bar) return;
    const here = html`<button type="button" class="kern-btn kern-btn--secondary" @click=${this.#here}>${icon("here")}<span class="kern-label">${text("location.here")}</span></button>`;
    const centre = html`<button type="button" class="kern-btn kern-btn--tertiary" @click=${() => this.#pick?.takeCentre()}><span class="kern-label">${text("location.centre")}</span></button>`;
    render(
      html`${"geolocation" in navigator ? here : ""}${this.#pick ? centre : ""}<span class="location-picker__state" role="status">${state}</span>`,
      this.#bar,
    );
  }
}

customElements.define("location-picker", LocationPicker);
