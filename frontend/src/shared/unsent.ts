import { html, render } from "lit";
import { icon } from "./icon";
import { text, type TextKey } from "./texts";

interface Request {
  readonly requestConfig?: { readonly verb?: string };
}

/**
 * Says where the thumb is that something was not sent. Nothing is lost: what was typed stays on
 * the page, and the same key (`client_id`) goes along when it is sent again. Reading goes quietly wrong
 * and is asked again by itself; the sign of the connection tells.
 */
export function tellWhatWasNotSent(): void {
  document.addEventListener("htmx:beforeRequest", (event) => writing(event) && hush());
  document.addEventListener("htmx:sendError", (event) => writing(event) && say("unsent.offline"));
  document.addEventListener("htmx:timeout", (event) => writing(event) && say("unsent.offline"));
  document.addEventListener("htmx:responseError", (event) => writing(event) && say("unsent.failed"));
  document.addEventListener("submit", stopWithoutNet, { capture: true });
  window.addEventListener("online", sayAgain);
}

function writing(event: Event): boolean {
  const verb = (event as CustomEvent<Request>).detail.requestConfig?.verb;
  return verb !== undefined && verb !== "get";
}

/** Keeps a form on its page that the browser would leave for a page of its own. */
function stopWithoutNet(event: Event): void {
  const form = event.target;
  if (navigator.onLine || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  say("unsent.offline");
}

function say(key: TextKey): void {
  hush();
  const place = document.querySelector(".thumb-bar") ?? document.querySelector("main");
  const note = document.createElement("div");
  note.id = "unsent";
  note.className = key === "unsent.online" ? "notice notice--warning" : "notice notice--danger";
  note.dataset["said"] = key;
  note.setAttribute("role", "alert");
  place?.prepend(note);
  render(html`${icon(key === "unsent.online" ? "online" : "offline")}<p class="notice__body">${text(key)}</p>`, note);
  note.scrollIntoView({ block: "nearest" });
}

/** Whoever waited for the net need not guess that it is back; a person sends, not the page. */
function sayAgain(): void {
  const note = document.getElementById("unsent");
  if (note?.dataset["said"] === "unsent.offline") say("unsent.online");
}

function hush(): void {
  document.getElementById("unsent")?.remove();
}
