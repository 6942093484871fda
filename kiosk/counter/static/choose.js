/** Which counter is this? Cards to touch, digits to press. */

import { h, icon } from "./dom.js";
import { chosen, languageButton, t } from "./words.js";

export function chooseScreen(site, { officer, counters, notice, pick, signOut }) {
  const names = Object.fromEntries(site.services.map((service) => [service.letter, chosen(service.short)]));
  const cards = counters.map((counter) => card(counter));

  function card({ id, services, officers }) {
    const others = officers.filter((other) => other !== officer);
    const served = services.map((letter) => h("li", {}, h("b", {}, letter), names[letter]));
    return h(
      "button",
      { class: "counter", type: "button", onclick: () => pick(id) },
      h("span", { class: "name" }, t("counter", { number: id })),
      h("ul", {}, served),
      others.length ? h("span", { class: "others" }, icon("users"), t("open_at", { names: others.join(", ") })) : null,
    );
  }

  function press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const counter = counters.find(({ id }) => String(id) === event.key);
    if (counter) pick(counter.id);
  }

  document.addEventListener("keydown", press);
  const head = h(
    "header",
    {},
    icon("landmark"),
    h("span", {}, `${chosen(site.hall)} · ${chosen(site.ward)}`),
    languageButton(),
    h("button", { class: "link", type: "button", onclick: signOut }, icon("log-out"), t("sign_out")),
  );
  const says = notice ? h("p", { class: "says", role: "alert" }, icon("circle-alert"), h("span", {}, notice)) : null;
  const title = h("h1", {}, t("which_counter", { name: officer }));
  return {
    element: h("main", { class: "entrance" }, head, h("section", { class: "choose" }, title, says, h("div", { class: "counters" }, cards))),
    entered: () => cards[0]?.focus(),
    leave: () => document.removeEventListener("keydown", press),
  };
}
