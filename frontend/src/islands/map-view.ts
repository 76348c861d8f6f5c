import { text } from "../shared/texts";
import type { View } from "../map/view";

/**
 * Shows features on the city's own base map. What stands inside the element is for those who see
 * no map (it stays for screen readers); a list beside the map shows the same things.
 *
 * Attributes: `src` GeoJSON address · `fit` show all features first · `height` a class (map--small,
 * map--tall, map--fill) · `label` its name · `follow-filter` asks again after each move with
 * `box` and `zoom` · `live` asks again on live messages.
 *
 * @example
 * <map-view src="/leitstelle/karte.geojson" fit live label="Karte der Vorgänge" height="map--tall">
 *   <p>Die Liste zeigt dieselben Vorgänge.</p>
 * </map-view>
 */
export class MapView extends HTMLElement {
  #view: View | null = null;
  #seen: IntersectionObserver | null = null;
  #place: HTMLElement | null = null;

  connectedCallback(): void {
    for (const child of this.children) child.classList.add("visually-hidden");
    this.#place = document.createElement("div");
    this.#place.className = `map ${this.getAttribute("height") ?? ""}`.trim();
    this.append(this.#place);
    this.#seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#seen?.disconnect();
      void this.#open();
    }, { rootMargin: "200px" });
    this.#seen.observe(this.#place);
    document.addEventListener("live:message", this.#live);
  }

  disconnectedCallback(): void {
    this.#seen?.disconnect();
    document.removeEventListener("live:message", this.#live);
    this.#view?.remove();
    this.#view = null;
    this.#place?.remove();
    this.#place = null;
  }

  async #open(): Promise<void> {
    const place = this.#place;
    if (!place) return;
    const { drawable } = await import("../map/base");
    if (!drawable()) {
      this.#say(text("map.webgl"));
      return;
    }
    const { openView } = await import("../map/view");
    const canvas = document.createElement("div");
    canvas.className = "map__canvas";
    place.append(canvas);
    try {
      const view = await openView(canvas, {
        src: this.getAttribute("src") ?? "",
        label: this.getAttribute("label") ?? text("map.label"),
        fit: this.hasAttribute("fit") && this.getAttribute("fit") !== "false",
        followFilter: this.hasAttribute("follow-filter"),
      });
      if (this.isConnected) this.#view = view;
      else view.remove();
    } catch (error) {
      canvas.remove();
      this.#say(text("map.failed"));
      console.error(error);
    }
  }

  readonly #live = (): void => {
    if (this.hasAttribute("live")) void this.#view?.reload();
  };

  #say(message: string): void {
    const paragraph = document.createElement("p");
    paragraph.className = "map__message";
    paragraph.textContent = message;
    this.#place?.replaceChildren(paragraph);
    for (const child of this.children) child.classList.remove("visually-hidden");
  }
}

customElements.define("map-view", MapView);
