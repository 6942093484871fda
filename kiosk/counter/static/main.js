/** The officers' page: sign in, choose a counter, work. One screen at a time. */

import { Refusal, ask } from "./api.js";
import { chooseScreen } from "./choose.js";
import { deskScreen } from "./desk.js";
import { h, icon, loadIcons } from "./dom.js";
import { signInScreen } from "./signin.js";
import { loadWords, t } from "./words.js";

const COUNTER_KEPT = "kiosk-counter";
const RETRY_MS = 2_000;

let site;
let leave = () => {};

/** Show a screen; `make` returns its element and what to do when it is left. */
function show(screen) {
  leave();
  leave = screen.leave ?? (() => {});
  document.body.replaceChildren(screen.element);
  screen.entered?.();
}

function signIn(notice) {
  show(signInScreen(site, { notice, done: enter }));
}

async function choose(officer, notice = "") {
  localStorage.removeItem(COUNTER_KEPT);
  try {
    const counters = await ask("GET", "/api/counters");
    show(chooseScreen(site, { officer, counters, notice, pick: (id) => work(officer, id), signOut }));
  } catch (error) {
    failed(error);
  }
}

function work(officer, counter) {
  localStorage.setItem(COUNTER_KEPT, counter);
  const change = () => choose(officer);
  show(deskScreen(site, { officer, counter, change, signOut, ended: failed }));
}

/** Go where a signed-in officer belongs: their counter when this device knows it, else the choice, as with a notice. */
function enter(officer, notice = "") {
  const counter = Number(localStorage.getItem(COUNTER_KEPT));
  if (!notice && site.counters.some(({ id }) => id === counter)) work(officer, counter);
  else choose(officer, notice);
}

async function signOut() {
  try {
    await ask("DELETE", "/api/session");
    signIn();
  } catch (error) {
    failed(error);
  }
}

/** The session is over, or the counter is gone, or the kiosk cannot be reached: start again from what we know. */
function failed(error) {
  if (error.status === 401) signIn(t("session_over"));
  else start();
}

function unreachable() {
  const words = h("p", { role: "alert" }, icon("unplug"), t("unreachable"));
  show({ element: h("main", { class: "away" }, words), leave: () => clearTimeout(again) });
  const again = setTimeout(start, RETRY_MS);
}

async function start() {
  try {
    await Promise.all([loadWords(), loadIcons()]);
    document.title = t("page_title");
    site = await ask("GET", "/api/site");
    const { officer } = await ask("GET", "/api/session");
    enter(officer);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) signIn();
    else unreachable();
  }
}

start();
