// Who runs, and how far the journal has come.

import { icon, make } from "./dom.js";

export function place(word) {
  document.getElementById("place").textContent = word;
}

export function lamps(processes) {
  document.getElementById("lamps").replaceChildren(...processes.map(({ name, is_running, hint }) =>
    make("li", { class: is_running ? "" : "stopped", title: hint },
      make("i", { class: "lamp" }), name, make("span", { hidden: true }, is_running ? " runs" : " is not running"))));
}

export function strip({ journal, printer, line, last }) {
  document.getElementById("slot-lamp").className = `lamp ${printer.lamp}`;
  document.getElementById("slot-words").textContent = printer.words;
  document.getElementById("strip").replaceChildren(
    cell("", icon("book-open-check"), "Journal", make("b", {}, journal.events)),
    cell(journal.pending ? "waits" : "", icon("cloud-upload"), "On the way to the city", make("b", {}, journal.pending)),
    cell("", icon("check"), "Stored by the city", make("b", {}, journal.acked)),
    cell("", make("i", { class: `lamp ${printer.lamp}` }), "Printer", make("b", {}, printer.words)),
    cell("", make("i", { class: `lamp ${line.lamp}` }), "Line", make("b", {}, line.words)),
    cell("last", make("span", {}, last)),
  );
}

function cell(kind, ...children) {
  return make("div", { class: kind }, ...children);
}
