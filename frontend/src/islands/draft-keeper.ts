import { html, render } from "lit";
import { text } from "../shared/texts";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
interface Draft {
  readonly savedAt: number;
  readonly sent: boolean;
  readonly values: Record<string, string>;
}

const DAY_MS = 86_400_000;
const NEVER = new Set(["password", "file", "hidden", "email", "tel", "submit", "button"]);

/**
 * Keeps what is typed on this device until it was sent, so that no text is lost. Never keeps
 * contact data: inputs with `data-private`, an `autocomplete` of a person, e-mail, telephone,
 * passwords and files are left out. A draft is gone after a day. `clear` on the page that thanks
 * takes it away at once.
 *
 * @example
 * <draft-keeper key="hinweis"><form method="post">…</form></draft-keeper>
 * <draft-keeper key="hinweis" clear></draft-keeper>
 */
export class DraftKeeper extends HTMLElement {
  #timer = 0;

  get #slot(): string {
    return `draft:${this.getAttribute("key") ?? location.pathname}`;
  }

  connectedCallback(): void {
    if (this.hasAttribute("clear")) {
      localStorage.removeItem(this.#slot);
      return;
    }
    this.addEventListener("input", this.#later);
    this.addEventListener("submit", this.#sent);
    window.addEventListener("pagehide", this.#flush);
    this.#restore();
  }

  disconnectedCallback(): void {
    this.#flush();
    this.removeEventListener("input", this.#later);
    this.removeEventListener("submit", this.#sent);
    window.removeEventListener("pagehide", this.#flush);
  }

  #controls(): Control[] {
    const all = [...this.querySelectorAll<Control>("input, textarea, select")];
    return all.filter((control) => {
      const personal = control.closest("[data-private]") !== null;
      const about = control.getAttribute("autocomplete") ?? "";
      const contact = /name|email|tel|street|address|bday/.test(about);
      return control.name !== "" && !personal && !contact && !NEVER.has(control.type);
    });
  }

  #restore(): void {
    const draft = this.#read();
    if (!draft) return;
    const refused = this.querySelector("[aria-invalid=true], #error-summary") !== null;
    if ((draft.sent && !refused) || Date.now() - draft.savedAt > DAY_MS) {
      localStorage.removeItem(this.#slot);
      return;
    }
    let restored = false;
    for (const control of this.#controls()) {
      const value = draft.values[control.name];
      if (value !== undefined && fill(control, value)) restored = true;
    }
    if (restored) this.#offer();
  }

  #offer(): void {
    const note = document.createElement("div");
    note.className = "draft-note";
    note.setAttribute("role", "status");
    const discard = (): void => {
      localStorage.removeItem(this.#slot);
      this.querySelector("form")?.reset();
      note.remove();
    };
    render(
      html`<span>${text("draft.restored")}</span><button type="button" class="kern-btn kern-btn--tertiary kern-btn--x-small" @click=${discard}><span class="kern-label">${text("draft.discard")}</span></button>`,
      note,
    );
    this.prepend(note);
  }

  readonly #later = (): void => {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#write(false), 300);
  };

  readonly #flush = (): void => {
    if (!this.#timer) return;
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#write(false);
  };

  readonly #sent = (): void => {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#write(true);
  };

  #write(sent: boolean): void {
    const values: Record<string, string> = {};
    for (const control of this.#controls()) {
      if (control instanceof HTMLInputElement && /radio|checkbox/.test(control.type)) {
        if (control.checked) values[control.name] = control.value;
      } else if (control.value) values[control.name] = control.value;
    }
    const draft: Draft = { savedAt: Date.now(), sent, values };
    localStorage.setItem(this.#slot, JSON.stringify(draft));
  }

  #read(): Draft | null {
    const stored = localStorage.getItem(this.#slot);
    return stored ? (JSON.parse(stored) as Draft) : null;
  }
}

/** Fills an untouched control; what the server sent back wins over the draft. */
function fill(control: Control, value: string): boolean {
  if (control instanceof HTMLInputElement && /radio|checkbox/.test(control.type)) {
    if (control.value !== value || control.checked) return false;
    control.checked = true;
    return true;
  }
  if (control.value) return false;
  control.value = value;
  return control.value === value;
}

customElements.define("draft-keeper", DraftKeeper);
