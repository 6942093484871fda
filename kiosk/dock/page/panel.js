// The four keys and the call lamp beside the screen; a keyboard works them too, as it does the screen itself.

import { post } from "./dom.js";

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
  const screen = document.getElementById("screen");
  let last = Promise.resolve();

  // One after the other: keys must arrive in the order in which they were pressed.
  function press(key) {
    const button = part.querySelector(`[data-key="${key}"]`);
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), PRESSED_MS);
    last = last.then(() => post("/key", { key })).then(() => { part.title = ""; }, (error) => { part.title = error.message; });
  }

  for (const button of part.querySelectorAll("button")) button.addEventListener("click", () => press(button.dataset.key));

  addEventListener("keydown", (event) => {
    const key = SHORTCUTS[event.key];
    const isOurs = document.activeElement === document.body || document.activeElement === screen;
    if (!key || !isOurs || part.hidden || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    press(key);
  });

  return ({ is_there: isThere, is_plugged: isPlugged, lamp, light: state }) => {
    part.hidden = !isThere;
    document.documentElement.classList.toggle("has-panel", isThere);
    part.classList.toggle("unplugged", !isPlugged);
    call.className = `call ${lamp}`;
    light.className = `light ${state}`;
    light.querySelector("b").textContent = LIGHT[state];
    call.querySelector("b").textContent = isPlugged ? LAMP[lamp] : "unplugged";
  };
}
