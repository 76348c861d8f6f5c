import { html, render } from "lit";
import { text } from "../shared/texts";

/**
 * Asks before its form is sent, for the few acts that cannot be undone, and needs the field
 * `reason` filled first. Without a script the form is sent at once and the server checks the reason.
 *
 * @example
 * <confirm-reason question="Kontaktdaten endgültig löschen?">
 *   <form method="post"><input name="reason" required><button>Löschen</button></form>
 * </confirm-reason>
 */
export class ConfirmReason extends HTMLElement {
  #dialog: HTMLDialogElement | null = null;
  #agreed = false;

  connectedCallback(): void {
    this.addEventListener("submit", this.#ask);
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.#ask);
    this.#dialog?.remove();
    this.#dialog = null;
  }

  readonly #ask = (event: SubmitEvent): void => {
    if (this.#agreed) {
      this.#agreed = false;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const form = event.target as HTMLFormElement;
    const reason = form.querySelector<HTMLInputElement | HTMLTextAreaElement>("[name=reason]");
    if (reason && !reason.value.trim()) {
      reason.setCustomValidity(text("confirm.reason"));
      reason.reportValidity();
      reason.addEventListener("input", () => reason.setCustomValidity(""), { once: true });
      return;
    }
    this.#open(form, event.submitter);
  };

  #open(form: HTMLFormElement, submitter: HTMLElement | null): void {
    this.#dialog ??= document.body.appendChild(document.createElement("dialog"));
    const dialog = this.#dialog;
    dialog.className = "dialog";
    const close = (): void => dialog.close();
    const go = (): void => {
      dialog.close();
      this.#agreed = true;
      form.requestSubmit(submitter);
    };
    render(
      html`<p>${this.getAttribute("question") ?? text("confirm.question")}</p>
        <div class="dialog__actions">
          <button type="button" class="kern-btn kern-btn--secondary" @click=${close}><span class="kern-label">${text("confirm.cancel")}</span></button>
          <button type="button" class="kern-btn kern-btn--danger" @click=${go}><span class="kern-label">${submitter?.textContent?.trim() || text("confirm.go")}</span></button>
        </div>`,
      dialog,
    );
    dialog.showModal();
  }
}

customElements.define("confirm-reason", ConfirmReason);
