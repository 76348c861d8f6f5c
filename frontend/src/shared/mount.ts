/** For tests: puts HTML on the page the way a browser does, whole elements at once. */
export function mount(html: string): void {
  const template = document.createElement("template");
  template.innerHTML = html;
  document.body.replaceChildren(document.importNode(template.content, true));
}
