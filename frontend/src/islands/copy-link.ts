import { html, render } from "lit";
import { icon } from "../shared/icon";
import { text } from "../shared/texts";

/**
 * Adds a button that copies the address of the link (or the text of `<code>`) inside.
 *
 * @example
 * <copy-link><a href="/hinweis/AB12/geheim">Ihr Link</a></copy-link>
 */
export class CopyLink extends HTMLElement {
  #place: HTMLElement | null = null;

  connectedCallback(): void {
    if (!this.#place) {
      this.#place = document.createElement("span");
      this.append(" ", this.#place);
    }
    this.#show("");
  }

  #show(state: string): void {
    if (!this.#place) return;
    render(
      html`<button type="button" class="kern-btn kern-btn--secondary kern-btn--x-small" @click=${this.#copy}>${icon(state ? "check" : "copy")}<span class="kern-label">${text("copy.copy")}</span></button> <span class="muted small" role="status">${state}</span>`,
      this.#place,
    );
  }

  readonly #copy = async (): Promise<void> => {
    const link = this.querySelector<HTMLAnchorElement>("a[href]");
    const value = link?.href ?? this.querySelector("code")?.textContent ?? "";
    try {
      await navigator.clipboard.writeText(value);
      this.#show(text("copy.copied"));
    } catch {
      this.#show(text("copy.failed")); // not allowed, or the page is not served securely
    }
  };
}

customElements.define("copy-link", CopyLink);
