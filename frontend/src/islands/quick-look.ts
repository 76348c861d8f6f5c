import htmx from "htmx.org";
import { html, render } from "lit";
import { text } from "../shared/texts";

const WIDE = "(min-width: 64rem)";
const PARTS = "#incident-lead, #report-lead, #summary, #refused";

/**
 * Opens what a row, a mark on the map or a link inside names beside the list instead of leaving
 * it, where the screen is wide enough. Forms in what is open answer there too. Nothing takes the
 * focus; Esc closes; a middle click, a narrow screen and a browser without script follow the link.
 *
 * Attributes: `for` the id of the place · `paths` the beginnings of the addresses it opens.
 *
 * @example
 * <quick-look for="opened" paths="/vorgang/ /leitstelle/eingang/">… <section id="opened" hidden></section></quick-look>
 */
export class QuickLook extends HTMLElement {
  #href = "";

  connectedCallback(): void {
    this.addEventListener("click", this.#clicked);
    this.addEventListener("submit", this.#sent);
    document.addEventListener("htmx:afterSwap", this.#mark);
  }

  disconnectedCallback(): void {
    document.removeEventListener("htmx:afterSwap", this.#mark);
  }

  get #place(): HTMLElement | null {
    return document.getElementById(this.getAttribute("for") ?? "");
  }

  readonly #clicked = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
    if (!link || event.defaultPrevented || event.button || link.target) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!this.#opens(link.href) || !window.matchMedia(WIDE).matches) return;
    event.preventDefault();
    void this.#open(link.href);
  };

  readonly #sent = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const [place, body] = [this.#place, this.#body()];
    // What has an answer of its own (`hx-post`) is htmx's business.
    if (event.defaultPrevented || !place?.contains(form) || form.matches("[hx-post]") || !body) return;
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form, event.submitter));
    void htmx.ajax("post", form.action, { target: body, swap: "innerHTML", select: PARTS, values });
  };

  #opens(address: string): boolean {
    const { origin, pathname } = new URL(address, location.href);
    const paths = (this.getAttribute("paths") ?? "").split(" ").filter(Boolean);
    return origin === location.origin && paths.some((path) => pathname.startsWith(path));
  }

  async #open(address: string): Promise<void> {
    const place = this.#place;
    if (!place) return;
    place.hidden = false;
    const close = html`<div class="quick__bar"><button type="button" class="kern-btn kern-btn--tertiary" data-key="Escape" @click=${this.#close}><span class="kern-label">${text("quick.close")}</span><kbd>Esc</kbd></button></div>`;
    render(html`${close}<div class="quick__body stack"></div>`, place);
    this.#href = new URL(address).pathname;
    this.#mark();
    const target = this.#body();
    if (target) await htmx.ajax("get", address, { target, swap: "innerHTML", select: PARTS });
    place.scrollTop = 0;
  }

  #body(): HTMLElement | null {
    return this.#place?.querySelector<HTMLElement>(".quick__body") ?? null;
  }

  readonly #close = (): void => {
    const place = this.#place;
    const back = this.#row()?.querySelector<HTMLElement>("a[href]");
    const inside = place?.contains(document.activeElement);
    if (place) {
      place.hidden = true;
      render(html``, place);
    }
    this.#href = "";
    this.#mark();
    if (inside) back?.focus();
  };

  #row(): HTMLElement | undefined {
    const rows = [...this.querySelectorAll<HTMLElement>("[data-row]")];
    return rows.find((row) => row.querySelector("a[href]")?.getAttribute("href") === this.#href);
  }

  readonly #mark = (): void => {
    for (const row of this.querySelectorAll("[data-row][aria-current]")) row.removeAttribute("aria-current");
    if (this.#href) this.#row()?.setAttribute("aria-current", "true");
  };
}

customElements.define("quick-look", QuickLook);
