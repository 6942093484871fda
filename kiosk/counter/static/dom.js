/** Building and finding elements; text always goes in as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";

/** Return an element: `h("button", {class: "main", onclick: f}, "text", child)`. Null children are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
}

const drawings = new Map();

/** Load the icons once, so that the one for "connection lost" is there when it is needed. */
export async function loadIcons() {
  const sprite = new DOMParser().parseFromString(await (await fetch("/icons.svg")).text(), "image/svg+xml");
  for (const symbol of sprite.querySelectorAll("symbol")) drawings.set(symbol.id, [...symbol.children]);
}

/** Return an icon; it says nothing to a screen reader, the words beside it do. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(...(drawings.get(name) ?? []).map((line) => document.importNode(line, true)));
  return svg;
}

/** Replace what an element holds, only when `key` differs from last time, so that focus and selection stay. */
export function refill(element, key, make) {
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  element.replaceChildren(...[make()].flat().filter((child) => child != null));
}

/** Set text only when it differs: a screen reader does not read again what has not changed. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
