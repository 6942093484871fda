// The four keys, the lamps and the sensors beside the screen; a keyboard works them too, as it does the screen itself.

import { icon, make, post } from "./dom.js";

const SHORTCUTS = {
  ArrowLeft: "previous", ArrowUp: "previous", ArrowRight: "next", ArrowDown: "next", Enter: "choose", " ": "speak",
};
const LIGHT = { off: "off", ready: "ready", attention: "attention", fault: "fault" };
const LAMP = { off: "lamp off", on: "lamp on", blink: "lamp blinks" };
const PRESSED_MS = 150;

export function panel() {
  const part = document.getElementById("panel");
  const call = document.getElementById("call");
  const light = document.getElementById("light");
  const senses = document.getElementById("senses");
  const screen = document.getElementById("screen");
  let last = Promise.resolve();

  // One after the other: keys must arrive in the order in which they were pressed.
  function press(key) {
    const button = part.querySelector(`[data-key="${key}"]`);
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), PRESSED_MS);
    last = last.then(() => post("key", { key })).then(() => { part.title = ""; }, (error) => { part.title = error.message; });
  }

  for (const button of part.querySelectorAll("[data-key]")) button.addEventListener("click", () => press(button.dataset.key));

  function move(button) {
    const isOn = button.getAttribute("aria-pressed") === "true";
    post("fault", { device: "sensed", action: button.dataset.action, is_on: !isOn })
      .then(() => { part.title = ""; }, (error) => { part.title = error.message; });
  }

  function tile({ action, label, icon: picture, hint }) {
    const onclick = (event) => move(event.currentTarget);
    return make("button", { title: hint, "data-action": action, onclick }, icon(picture), label);
  }

  addEventListener("keydown", (event) => {
    const key = SHORTCUTS[event.key];
    const isOurs = document.activeElement === document.body || document.activeElement === screen;
    if (!key || !isOurs || part.hidden || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    press(key);
  });

  return ({ is_there: isThere, is_plugged: isPlugged, lamp, light: state, senses: sensed }) => {
    part.hidden = !isThere;
    document.documentElement.classList.toggle("has-panel", isThere);
    part.classList.toggle("unplugged", !isPlugged);
    call.className = `call ${lamp}`;
    // They stay and only their state changes: one that is replaced under a finger would miss its click.
    if (!senses.children.length) senses.append(...sensed.map(tile));
    for (const { action, is_on: isOn } of sensed) {
      senses.querySelector(`[data-action="${action}"]`).setAttribute("aria-pressed", String(isOn));
    }
    light.className = `light ${state}`;
    light.querySelector("b").textContent = LIGHT[state];
    call.querySelector("b").textContent = isPlugged ? LAMP[lamp] : "unplugged";
  };
}
