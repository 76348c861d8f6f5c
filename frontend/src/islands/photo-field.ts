import { html, render } from "lit";
import { text } from "../shared/texts";

const MEGABYTE = 1_000_000;

/**
 * Shows the chosen photos small, says at once when one is too large, and makes large ones smaller
 * on the device when `downscale` names the longest side in pixels (which also drops place and
 * device from the file). The server checks everything again.
 *
 * @example
 * <photo-field max-mb="10" max-count="3" downscale="2560"><input type="file" accept="image/*"></photo-field>
 */
export class PhotoField extends HTMLElement {
  #list: HTMLElement | null = null;
  #addresses: string[] = [];

  connectedCallback(): void {
    this.addEventListener("change", this.#changed);
  }

  disconnectedCallback(): void {
    this.removeEventListener("change", this.#changed);
    this.#forget();
  }

  get #input(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("input[type=file]");
  }

  readonly #changed = async (event: Event): Promise<void> => {
    const input = this.#input;
    if (!input || event.target !== input) return;
    const longest = Number(this.getAttribute("downscale") ?? 0);
    if (longest > 0) {
      const smaller = await Promise.all([...(input.files ?? [])].map((file) => shrunk(file, longest)));
      replace(input, smaller);
    }
    this.#check(input);
    this.#show(input);
  };

  #check(input: HTMLInputElement): void {
    const files = [...(input.files ?? [])];
    const limit = Number(this.getAttribute("max-mb") ?? 10);
    const count = Number(this.getAttribute("max-count") ?? Number.POSITIVE_INFINITY);
    const large = files.find((file) => file.size > limit * MEGABYTE);
    let problem = "";
    if (large) {
      const size = (large.size / MEGABYTE).toFixed(1);
      problem = text("photo.tooLarge", { name: large.name, size, max: limit });
    } else if (files.length > count) problem = text("photo.tooMany", { max: count });
    input.setCustomValidity(problem);
    if (problem) input.reportValidity();
  }

  #show(input: HTMLInputElement): void {
    this.#forget();
    if (!this.#list) {
      this.#list = document.createElement("div");
      this.append(this.#list);
    }
    const files = [...(input.files ?? [])];
    const items = files.map((file, index) => {
      const address = URL.createObjectURL(file);
      this.#addresses.push(address);
      const remove = (): void => {
        replace(input, files.filter((_, other) => other !== index));
        this.#check(input);
        this.#show(input);
        input.focus();
      };
      return html`<li class="photo-field__preview"><img src=${address} alt=""><span>${file.name}</span><button type="button" class="kern-btn kern-btn--tertiary kern-btn--x-small" @click=${remove}><span class="kern-label">${text("photo.remove")}</span></button></li>`;
    });
    const problem = input.validationMessage;
    render(
      html`${problem ? html`<p class="field-error" role="alert">${problem}</p>` : ""}<ul class="photo-field__previews">${items}</ul>`,
      this.#list,
    );
  }

  #forget(): void {
    for (const address of this.#addresses) URL.revokeObjectURL(address);
    this.#addresses = [];
  }
}

function replace(input: HTMLInputElement, files: readonly File[]): void {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
}

/** Returns the photo with its longest side at most `longest` pixels; what cannot be read stays. */
async function shrunk(file: File, longest: number): Promise<File> {
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file; // HEIC and the like: the server can read them
  }
  const factor = Math.min(1, longest / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * factor);
  canvas.height = Math.round(image.height * factor);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.88));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
}

customElements.define("photo-field", PhotoField);
