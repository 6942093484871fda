// Switches for everything that can go wrong with the simulated hardware and the line.

import { icon, make, post } from "./dom.js";

export function faults() {
  const pane = document.getElementById("pane-faults");
  let newest = [];

  async function act(button, device, action, isOn) {
    button.disabled = true;
    try {
      await post("fault", { device, action, is_on: isOn });
    } catch (error) {
      pane.querySelector(`[data-device="${device}"] p`).textContent = error.message;
    }
    button.disabled = false;
  }

  function isOn(device, action) {
    return newest.find((group) => group.device === device).switches.find((one) => one.action === action).is_on;
  }

  function tile({ device, is_there: isThere, is_choice: isChoice }, { action, label, icon: picture, hint, is_there: hasOne }) {
    return make("button", {
      class: "tile", role: isChoice && "radio", title: hint, disabled: !isThere || !hasOne, "data-action": action,
      onclick: (event) => act(event.currentTarget, device, action, isChoice || !isOn(device, action)),
    }, icon(picture), make("span", {}, label));
  }

  function section(group) {
    const mend = group.mend_all && make("button", {
      class: "mend", onclick: (event) => act(event.currentTarget, group.device, group.mend_all, true),
    }, "Mend all");
    return make("section", { class: "group", "data-device": group.device },
      make("header", {}, make("h3", {}, group.title), make("p", {}, group.note), mend || null),
      make("div", { class: "tiles", role: group.is_choice ? "radiogroup" : "group", "aria-label": group.title },
        ...group.switches.map((one) => tile(group, one))));
  }

  // The switches stay and only their state changes: one that is replaced under a finger would miss its click.
  return (groups) => {
    newest = groups;
    if (!pane.children.length) pane.append(...groups.map(section));
    for (const group of groups) {
      const part = pane.querySelector(`[data-device="${group.device}"]`);
      for (const one of group.switches) {
        const pressed = group.is_choice ? "aria-checked" : "aria-pressed";
        part.querySelector(`[data-action="${one.action}"]`).setAttribute(pressed, String(one.is_on));
      }
      const mend = part.querySelector(".mend");
      if (mend) mend.disabled = !group.is_there || !group.switches.some((one) => one.is_on);
    }
  };
}
