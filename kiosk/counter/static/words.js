/** The page's words, in Vietnamese unless English was asked for. */

import { h } from "./dom.js";

const KEPT = "kiosk-language";
let messages = {};
export let language = "vi";

/** Load the words of `wanted`, else of the language chosen last on this device. */
export async function loadWords(wanted) {
  language = wanted ?? localStorage.getItem(KEPT) ?? "vi";
  if (language !== "en") language = "vi";
  messages = await (await fetch(`/words/${language}`)).json();
  document.documentElement.lang = language;
}

/** Keep a language for this device and show the page in it. */
export function choose(wanted) {
  localStorage.setItem(KEPT, wanted);
  location.reload();
}

/** Return a message with its `{places}` filled. A message with two forms takes the one for `values.count`. */
export function t(id, values = {}) {
  let message = messages[id] ?? id;
  if (Array.isArray(message)) message = message[values.count === 1 ? 0 : 1];
  return message.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Return the sentence for a refusal: by its code, else a general one. */
export function refusal(error) {
  return t(messages[`error_${error.code}`] ? `error_${error.code}` : "error_other", {
    number: error.number,
    count: error.retry_after_s,
  });
}

/** Return a ward's own text in the page's language, else in Vietnamese, else the first there is. */
export function chosen(text) {
  return text[language] ?? text.vi ?? Object.values(text)[0] ?? "";
}

/** Return the button that switches to the other language, named in that language. */
export function languageButton() {
  const [code, name] = language === "vi" ? ["en", "English"] : ["vi", "Tiếng Việt"];
  return h("button", { class: "link", type: "button", lang: code, onclick: () => choose(code) }, name);
}
