/** Brings the current page into sight where a bar of pages scrolls sideways. */
export function showCurrent(): void {
  for (const here of document.querySelectorAll<HTMLElement>(".work-nav__list, .tabs, .chips")) {
    const link = here.querySelector<HTMLElement>("[aria-current]");
    if (!link || here.scrollWidth <= here.clientWidth) continue;
    const [bar, mark] = [here.getBoundingClientRect(), link.getBoundingClientRect()];
    here.scrollLeft += mark.left + mark.width / 2 - (bar.left + bar.width / 2);
  }
}
