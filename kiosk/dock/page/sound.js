// What the two loudspeakers have said last, and a browser that can say it aloud.

import { icon, make } from "./dom.js";

const FACES = { screen: "Visitor screen", board: "Board" };
const VOICES = { vi: "vi-VN", en: "en-US", ko: "ko-KR" };

export function sound() {
  const pane = document.getElementById("pane-sound");
  const canSpeak = "speechSynthesis" in window;
  const columns = {};
  let aloud = null;
  let newest = null;

  function speak({ text, language }) {
    if (!text) return;
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = VOICES[language] ?? language;
    speechSynthesis.speak(utterance);
  }

  function build() {
    if (canSpeak) {
      aloud = make("input", { type: "checkbox" });
      aloud.addEventListener("change", () => speechSynthesis.cancel());
      pane.append(make("label", { class: "aloud" }, aloud, "Say everything aloud in this browser"));
    }
    for (const [name, title] of Object.entries(FACES)) {
      columns[name] = make("ol", { tabindex: "0", "aria-label": `Said by the ${name}, newest first` });
      pane.append(make("section", {}, make("h3", {}, title), columns[name]));
    }
  }

  function row(line) {
    const time = make("time", {}, new Date(line.at).toLocaleTimeString("en-GB"));
    if (line.sound) return make("li", { class: "tone" }, time, icon("bell-ring"), make("span", {}, line.sound));
    const play = canSpeak && make("button", { "aria-label": "Say it", title: "Say it in this browser", onclick: () => speak(line) }, icon("play"));
    return make("li", {}, time, make("i", { class: "tongue" }, line.language),
      make("span", { lang: line.language }, line.text), play || null);
  }

  return (heard) => {
    if (!pane.children.length) build();
    for (const [name, lines] of Object.entries(heard)) {
      columns[name].replaceChildren(...lines.map(row));
      if (!lines.length) columns[name].append(make("li", { class: "empty" }, "Nothing said yet"));
    }
    const all = Object.values(heard).flat().sort((one, other) => one.at.localeCompare(other.at));
    if (newest !== null && aloud?.checked) all.filter((line) => line.at > newest).forEach(speak);
    newest = all.at(-1)?.at ?? newest ?? "";
  };
}
