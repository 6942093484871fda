// Small ways to make elements; all text goes in as text, never as markup.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

export function icon(name) {
  const element = make("i", { class: "icon", "data-icon": name });
  element.style.setProperty("--icon", picture(name));
  return element;
}

// Whole: an address in a variable of CSS may be read from the page or from the sheet that uses it.
function picture(name) {
  return `url(${new URL(`icons/${name}.svg`, document.baseURI)})`;
}

export function dressIcons(root) {
  for (const element of root.querySelectorAll("[data-icon]")) {
    element.style.setProperty("--icon", picture(element.dataset.icon));
  }
}

// What to show in place of something that does not run, and how to start it.
export function absent(sign, sentence, command) {
  return [icon(sign), make("strong", {}, sentence), make("span", {}, "It appears here by itself once you start"), make("code", {}, command)];
}

// Returns the answer; throws an error whose message says why not.
export async function post(path, body) {
  const isFile = body instanceof Blob;
  const type = isFile ? "application/octet-stream" : "application/json";
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": type }, body: isFile ? body : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}
