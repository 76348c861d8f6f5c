import { html, render } from "lit";
import { text } from "../shared/texts";

const OFF = "shortcut-keys:off";

/**
 * Makes the page usable by single keys. Elements name their key by `data-key`; list rows carry
 * `data-row`. `j` and `k` walk the rows, Enter opens (it is a link), Esc leaves a field or follows
 * `data-key="Escape"`, `?` explains the keys of this page and can switch them off (WCAG 2.1.4).
 * `data-key-label` names what the element's text does not say.
 *
 * @example
 * <shortcut-keys></shortcut-keys>
 * <a href="/hinweis/neu/" data-key="n">Hinweis aufnehmen</a> <li data-row><a href="/vorgang/1">…</a></li>
 */
export class ShortcutKeys extends HTMLElement {
  #dialog: HTMLDialogElement | null = null;

  connectedCallback(): void {
    document.addEventListener("keydown", this.#pressed);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#pressed);
    this.#dialog?.remove();
    this.#dialog = null;
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const target = event.target as HTMLElement;
    if (typing(target)) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (event.key === "?") this.#explain();
    else if (localStorage.getItem(OFF)) return;
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (!follow(event.key)) return;
    event.preventDefault();
  };

  #explain(): void {
    this.#dialog ??= this.appendChild(document.createElement("dialog"));
    const dialog = this.#dialog;
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "shortcut-keys-title");
    const off = localStorage.getItem(OFF) !== null;
    const toggle = (): void => {
      if (off) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
      dialog.close();
    };
    const lines = explained().map(([key, label]) => html`<dt><kbd>${key}</kbd></dt><dd>${label}</dd>`);
    render(
      html`<h2 id="shortcut-keys-title">${text("keys.title")}</h2>
        <dl class="key-list">${lines}</dl>
        <div class="dialog__actions">
          <button type="button" class="kern-btn kern-btn--tertiary" @click=${toggle}><span class="kern-label">${text(off ? "keys.on" : "keys.off")}</span></button>
          <button type="button" class="kern-btn kern-btn--primary" autofocus @click=${() => dialog.close()}><span class="kern-label">${text("keys.close")}</span></button>
        </div>`,
      dialog,
    );
    dialog.showModal();
  }
}

function typing(target: HTMLElement): boolean {
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio|button|submit)$/.test(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function shown(element: HTMLElement): boolean {
  return !element.closest("[hidden], details:not([open]) > :not(summary)");
}

/** Moves the focus to the link of the next or previous row. */
function walk(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")].filter(shown);
  if (rows.length === 0) return;
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const current = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const from = focused >= 0 ? focused : current;
  const next = from < 0 ? (step > 0 ? 0 : rows.length - 1) : from + step;
  const row = rows[Math.min(rows.length - 1, Math.max(0, next))];
  const link = row?.querySelector<HTMLElement>("a[href], button") ?? row;
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}

/** Clicks what the key belongs to, or puts the cursor there; says whether there was anything. */
function follow(key: string): boolean {
  const all = document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  const found = [...all].find(shown);
  if (!found) return false;
  if (typing(found)) {
    found.focus();
    if (found instanceof HTMLInputElement) found.select();
  } else found.click();
  return true;
}

/** Returns the keys of this page with what they do. */
function explained(): [string, string][] {
  const lines: [string, string][] = [];
  if (document.querySelector("[data-row]")) {
    lines.push(["j", text("keys.next")], ["k", text("keys.previous")], ["↵", text("keys.enter")]);
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = element.dataset["key"] ?? "";
    if (key === "Escape" || !shown(element) || lines.some(([known]) => known === key)) continue;
    lines.push([key, label(element)]);
  }
  lines.push(["Esc", text("keys.escape")], ["?", text("keys.help")]);
  return lines;
}

function label(element: HTMLElement): string {
  const given = element.dataset["keyLabel"] ?? element.getAttribute("aria-label");
  if (given) return given;
  if (element.id) {
    const tied = document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
    if (tied) return tied.textContent?.trim() ?? "";
  }
  const copy = element.cloneNode(true) as HTMLElement;
  for (const key of copy.querySelectorAll("kbd, svg")) key.remove();
  return copy.textContent?.trim().replace(/\s+/g, " ") ?? "";
}

customElements.define("shortcut-keys", ShortcutKeys);
