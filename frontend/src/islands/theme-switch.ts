import { html, render } from "lit";
import { icon } from "../shared/icon";
import { text } from "../shared/texts";

const CHOICES = ["system", "light", "dark"] as const;
const SYMBOLS = { system: "system", light: "sun", dark: "moon" } as const;
const YEAR_SECONDS = 31_536_000;

/**
 * Lets a person choose light, dark or what the device says. The choice is a cookie, so the server
 * sends the right page at once next time. Without a script the device decides.
 * Sends `theme-change` on the document.
 *
 * @example
 * <theme-switch></theme-switch>
 */
export class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("theme-change", this.#show);
    this.#show();
  }

  disconnectedCallback(): void {
    document.removeEventListener("theme-change", this.#show);
  }

  readonly #show = (): void => {
    const now = document.documentElement.dataset["kernTheme"] ?? "system";
    const choices = CHOICES.map(
      (choice) => html`<button type="button" class="theme-switch__choice" aria-pressed=${choice === now} title=${text(`theme.${choice}`)} @click=${() => this.#choose(choice)}>${icon(SYMBOLS[choice])}<span class="visually-hidden">${text(`theme.${choice}`)}</span></button>`,
    );
    render(html`<span class="theme-switch" role="group" aria-label=${text("theme.label")}>${choices}</span>`, this);
  };

  #choose(choice: (typeof CHOICES)[number]): void {
    const root = document.documentElement;
    if (choice === "system") delete root.dataset["kernTheme"];
    else root.dataset["kernTheme"] = choice;
    const age = choice === "system" ? 0 : YEAR_SECONDS;
    document.cookie = `theme=${choice}; path=/; max-age=${age}; samesite=lax`;
    document.dispatchEvent(new CustomEvent("theme-change", { detail: choice }));
  }
}

customElements.define("theme-switch", ThemeSwitch);
