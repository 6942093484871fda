/** Which service should this ticket wait for? A dialog with a letter for each. */

import { h, icon } from "./dom.js";
import { chosen, t } from "./words.js";

/** Ask and call `pick(letter)`; Escape or a click outside leaves all as it was. */
export function askService(site, row, pick) {
  const services = site.services.filter(({ letter }) => letter !== row.service);
  const dialog = h("dialog", { class: "transfer", "aria-labelledby": "transfer-title" });

  function take(letter) {
    dialog.close();
    pick(letter);
  }

  const choice = ({ letter, name }) =>
    h("button", { type: "button", "data-letter": letter, onclick: () => take(letter) }, h("kbd", {}, letter), h("span", {}, chosen(name)));
  dialog.append(
    h("h2", { id: "transfer-title" }, t("transfer_title", { number: row.number })),
    h("p", {}, t("transfer_hint")),
    h("div", { class: "services" }, services.map(choice)),
    h("button", { class: "cancel", type: "button", onclick: () => dialog.close() }, icon("x"), h("span", {}, t("cancel")), h("kbd", {}, "Esc")),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const letter = event.key.toUpperCase();
    if (!event.repeat && !event.ctrlKey && services.some((service) => service.letter === letter)) take(letter);
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
