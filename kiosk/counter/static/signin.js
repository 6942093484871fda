/** Signing in: a name, a PIN, and a pad of numbers for tablets that have no keyboard. */

import { ask } from "./api.js";
import { h, icon } from "./dom.js";
import { stopwatch } from "./time.js";
import { chosen, languageButton, refusal, t } from "./words.js";

const NAMES_KEPT = "kiosk-officers";
const MOST_NAMES = 6;
const MOST_DIGITS = 12;

/** Names that signed in on this device lately, newest first; only names, and only here. */
function lateNames() {
  try {
    return JSON.parse(localStorage.getItem(NAMES_KEPT)) ?? [];
  } catch {
    return [];
  }
}

function keepName(name) {
  const names = [name, ...lateNames().filter((other) => other !== name)].slice(0, MOST_NAMES);
  localStorage.setItem(NAMES_KEPT, JSON.stringify(names));
}

export function signInScreen(site, { notice, done }) {
  const name = h("input", { id: "name", name: "name", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 32, required: true });
  // inputmode none: the pad is on the screen already, a second keyboard would cover it.
  const pin = h("input", { id: "pin", type: "password", inputmode: "none", autocomplete: "off", maxlength: MOST_DIGITS, required: true });
  const says = h("p", { class: "says", role: "alert" });
  const submit = h("button", { class: "main", type: "submit" }, icon("check"), h("span", {}, t("sign_in")), h("kbd", {}, "Enter"));
  const pad = h("div", { class: "pad", role: "group", "aria-label": t("number_pad") }, ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(digit), erase(), digit("0"), enter());
  const form = h("form", { class: "signin", onsubmit: send, novalidate: true }, fields(), pad);
  let isBusy = false;
  let countdown;

  function fields() {
    const late = lateNames();
    const chips = late.map((who) => h("button", { class: "chip", type: "button", onclick: () => pickName(who) }, who));
    return h(
      "div",
      { class: "fields" },
      h("h1", {}, t("officers_page")),
      h("label", { for: "name" }, t("officer_name")),
      name,
      late.length ? h("div", { class: "chips" }, chips) : null,
      h("label", { for: "pin" }, t("pin")),
      pin,
      says,
      submit,
    );
  }

  function digit(value) {
    return h("button", { type: "button", class: "digit", onclick: () => press(value) }, value);
  }

  function erase() {
    const label = t("erase");
    return h("button", { type: "button", class: "digit", "aria-label": label, onclick: () => press(null) }, icon("delete"));
  }

  function enter() {
    return h("button", { type: "submit", class: "digit enter", "aria-label": t("sign_in") }, icon("check"));
  }

  function press(value) {
    if (pin.disabled) return;
    pin.value = value === null ? pin.value.slice(0, -1) : (pin.value + value).slice(0, MOST_DIGITS);
    say("");
    if (name.value) pin.focus();
  }

  function pickName(who) {
    name.value = who;
    pin.focus();
  }

  function say(text, kind = "") {
    says.replaceChildren(...(text ? [icon(kind === "locked" ? "lock" : "circle-alert"), h("span", {}, text)] : []));
    says.dataset.kind = kind;
  }

  async function send(event) {
    event.preventDefault();
    if (isBusy || pin.disabled) return;
    const who = name.value.trim().toLowerCase();
    if (!who) return name.focus();
    if (!pin.value) return pin.focus();
    isBusy = true;
    submit.toggleAttribute("data-busy", true);
    try {
      const signedIn = await ask("POST", "/api/session", { officer: who, pin: pin.value });
      keepName(signedIn.officer);
      done(signedIn.officer, signedIn.pin_is_short ? t("pin_short") : "");
    } catch (error) {
      fail(error);
    } finally {
      isBusy = false;
      submit.toggleAttribute("data-busy", false);
    }
  }

  function fail(error) {
    pin.value = "";
    if (error.code === "locked") return lock(error.retry_after_s);
    say(error.code === "wrong_pin" ? t("wrong_pin", { count: error.tries_left }) : refusal(error));
    pin.focus();
  }

  function lock(seconds) {
    const until = performance.now() + seconds * 1000;
    freeze(true);
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (left <= 0) return unlock();
      const text = t("locked", { time: stopwatch(left) });
      const words = says.querySelector("span");
      if (words) words.textContent = text;
      else say(text, "locked");
      countdown = setTimeout(tick, 250);
    };
    say("");
    tick();
  }

  function unlock() {
    freeze(false);
    say("");
    pin.focus();
  }

  function freeze(isFrozen) {
    clearTimeout(countdown);
    for (const part of [name, pin, submit, ...form.querySelectorAll("button")]) part.disabled = isFrozen;
  }

  if (notice) say(notice);
  const head = h("header", {}, icon("landmark"), h("span", {}, `${chosen(site.hall)} · ${chosen(site.ward)}`), languageButton());
  return {
    element: h("main", { class: "entrance" }, head, form),
    entered: () => {
      const [latest] = lateNames();
      if (latest) name.value = latest;
      (latest ? pin : name).focus();
    },
    leave: () => clearTimeout(countdown),
  };
}
