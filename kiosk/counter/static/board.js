/** The board for further televisions: the newest call as large as it can be, the calls before it, who waits. */

import { Stream } from "./api.js";
import { h, icon, loadIcons, refill, write } from "./dom.js";
import { clock, now, tell } from "./time.js";
import { chosen, loadWords, t } from "./words.js";

const NOTICE_MS = 12_000;
const RETRY_MS = 2_000;

const lost = h("p", { class: "lost", role: "alert" });
const place = h("p", { class: "place" });
const time = h("p", { class: "time" });
const call = h("section", { class: "call", "aria-live": "polite" });
const last = h("section", { class: "last" });
const waiting = h("div", { class: "waiting" });
const notice = h("p", { class: "notice" });

let view;
let seen = new Set(); // the calls that were there before: one that is the newest again is not called again

function show(fresh) {
  setLost(false);
  const isFirst = !view;
  view = fresh;
  document.body.dataset.ready = "";
  refill(place, JSON.stringify([view.hall, view.ward]), () => [
    h("span", { class: "mark" }, icon("landmark")),
    h("span", {}, `${chosen(view.hall)} · ${chosen(view.ward)}`),
  ]);
  const key = view.current ? String(view.current.seq) : "";
  refill(call, key, () => (view.current ? calling(view.current) : idle()));
  call.classList.toggle("idle", !view.current);
  if (key && !seen.has(key) && !isFirst) blink();
  seen = new Set([key, ...view.last.map((call) => String(call.seq))]);
  refill(last, JSON.stringify(view.last), () => (view.last.length ? lastCalls(view.last) : null));
  refill(waiting, JSON.stringify(view.waiting.map((s) => [s.letter, s.waiting])), () => [h("span", {}, t("waiting_board")), ...view.waiting.map(service)]);
  fit();
  tick();
}

/** Shrink a number that is too wide for its place (a fourth digit, a W); one that fits is as large as it can be. */
function fit() {
  const number = call.querySelector(".number");
  number.style.setProperty("--fit", 1);
  number.style.setProperty("--fit", Math.min(1, number.clientWidth / number.scrollWidth));
}

function calling({ number, counter }) {
  return [
    h("p", { class: "invite" }, t("please_number")),
    h("p", { class: "number" }, number),
    h("p", { class: "to" }, h("span", {}, t("to")), " ", h("b", {}, t("counter", { number: counter }))),
  ];
}

function idle() {
  const isClosed = view.faults.includes("closed");
  return [h("p", { class: "number" }, t(isClosed ? "board_closed" : "board_idle")), isClosed ? null : h("p", { class: "to" }, t("board_idle_hint"))];
}

function lastCalls(calls) {
  const row = ({ number, counter }) => h("li", {}, h("b", {}, number), icon("arrow-right"), h("span", {}, t("counter", { number: counter })));
  return [h("h2", {}, t("just_called")), h("ol", {}, calls.map(row))];
}

function service({ letter, short, waiting: count }) {
  return h("span", { class: "service" }, h("b", {}, `${letter} ${chosen(short)}`), ` ${count}`);
}

/** Blink three times; a call that comes meanwhile starts its own three. */
function blink() {
  call.classList.remove("new");
  void call.offsetWidth;
  call.classList.add("new");
}

function tick() {
  if (!view) return;
  const isUnsure = view.faults.includes("clock_unsure");
  refill(time, `${clock()}|${isUnsure}`, () => [isUnsure ? h("span", { class: "unsure" }, t("clock_unsure")) : null, h("span", {}, clock())]);
  const turn = view.notices.length && Math.floor(now() / NOTICE_MS) % view.notices.length;
  write(notice, view.notices.length ? chosen(view.notices[turn]) : "");
}

function setLost(isLost) {
  document.body.toggleAttribute("data-lost", isLost);
  refill(lost, String(isLost), () => (isLost ? [icon("unplug"), h("span", {}, t("board_lost"))] : null));
}

async function start() {
  try {
    await Promise.all([loadWords(new URLSearchParams(location.search).get("lang") ?? "vi"), loadIcons()]);
  } catch {
    setTimeout(start, RETRY_MS); // a television that was switched on before the kiosk
    return;
  }
  document.title = t("board_title");
  document.body.replaceChildren(lost, h("header", {}, place, time), h("main", {}, call, last), h("footer", {}, waiting, notice));
  new Stream("/api/board/events", { onBeat: tell, onView: show, onLost: () => setLost(true), onRefused: () => location.reload() });
  setInterval(tick, 1_000);
  addEventListener("resize", () => view && fit());
}

start();
