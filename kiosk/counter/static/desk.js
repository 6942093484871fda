/** The page an officer works at: shows the newest view, does one thing at a time, says what came of it. */

import { CONFIRM_MS, HELP, NEXT, REST_MS, stepOf } from "./actions.js";
import { Refusal, Stream, ask } from "./api.js";
import { h, icon, refill, write } from "./dom.js";
import { Hand } from "./hand.js";
import { Help } from "./help.js";
import { Line } from "./line.js";
import { tell } from "./time.js";
import { askService } from "./transfer.js";
import { chosen, languageButton, refusal, t } from "./words.js";

const SAID_MS = 6_000;
const LATE_VIEW_MS = 5_000;

export function deskScreen(site, { officer, counter, change, signOut, ended }) {
  const path = `/api/counter/${counter}`;
  const hand = new Hand(site, act);
  const line = new Line(site, { resume, settle });
  const help = new Help(counter, () => act(HELP));
  const lost = h("p", { class: "lost", role: "alert" });
  const says = h("p", { class: "says", role: "alert" });
  const aloud = h("p", { class: "unseen", "aria-live": "assertive" });
  const open = h("span", { class: "open" });
  const city = h("p", { class: "city" });
  const element = h("main", { class: "desk" }, lost, help.element, h("section", { class: "left" }, head(), hand.element, says, foot(), aloud), line.element);

  let view;
  let isLost = false;
  let isBusy = false;
  let restsUntil = 0;
  let confirming = null;
  let confirmTimer;
  let saidTimer;
  let dialog;

  const stream = new Stream(`${path}/events`, {
    onBeat: tell,
    onView: (fresh) => {
      setLost(false);
      take(fresh);
    },
    onLost: () => setLost(true),
    onRefused: ended,
  });
  const ticking = setInterval(tick, 1_000);
  document.addEventListener("keydown", press);

  function head() {
    const letters = site.counters.find(({ id }) => id === counter).services;
    const served = site.services.filter(({ letter }) => letters.includes(letter)).map(({ short }) => chosen(short));
    const title = h("h1", {}, icon("landmark"), h("b", {}, t("counter", { number: counter })), h("span", {}, served.join(", ")));
    return h("header", {}, title, open);
  }

  function foot() {
    const button = (words, action, picture) => h("button", { class: "link", type: "button", onclick: action }, picture && icon(picture), words);
    const who = h("p", { class: "who" }, h("b", {}, officer), button(t("change_counter"), change), languageButton(), button(t("sign_out"), signOut, "log-out"));
    return h("footer", {}, city, who);
  }

  /** Show a view unless it is older than the one on the page: answers and the stream can overtake each other. */
  function take(fresh) {
    const age = view ? Date.parse(view.now) - Date.parse(fresh.now) : 0;
    if (age > 0 && age < LATE_VIEW_MS) return;
    announce(view?.active, fresh.active);
    if (dialog?.open && fresh.active?.number !== view?.active?.number) dialog.close();
    view = fresh;
    render();
  }

  function announce(before, after) {
    const isCalled = after?.state === "called" && (after.number !== before?.number || after.calls !== before.calls);
    if (isCalled) write(aloud, t("announce", { number: after.number, count: after.calls }));
  }

  function render() {
    if (!view) return;
    element.dataset.ready = "";
    hand.show(view, { isLost, confirming });
    line.show(view, { isLost });
    help.show(view, { isLost });
    const isClosed = view.faults.includes("closed");
    refill(open, String(isClosed), () => (isClosed ? t("hall_closed") : t("hall_open")));
    open.classList.toggle("closed", isClosed);
    const isDown = view.faults.includes("line_down");
    const pending = view.pending_events;
    refill(city, `${isDown}|${pending}`, () => [icon(isDown ? "cloud-off" : pending ? "cloud-upload" : "cloud-check"), h("span", {}, cityWords(isDown, pending))]);
    document.title = `${view.active?.number ?? t("counter", { number: counter })} · ${t("page_title")}`;
  }

  function cityWords(isDown, pending) {
    if (!isDown) return pending ? t("line_sending", { count: pending }) : t("line_up");
    return pending ? `${t("line_down")} ${t("line_waiting", { count: pending })}` : t("line_down");
  }

  function tick() {
    if (!view) return;
    hand.tick(view);
    line.tick(view);
    help.tick(view);
  }

  function setLost(isNow) {
    if (isNow === isLost) return;
    isLost = isNow;
    element.toggleAttribute("data-lost", isLost);
    refill(lost, String(isLost), () => (isLost ? [icon("unplug"), h("span", {}, t("lost"))] : null));
    if (isLost) dialog?.close();
    render();
  }

  function say(text, kind = "refused") {
    clearTimeout(saidTimer);
    refill(says, text, () => (text ? [icon(kind === "done" ? "check" : "circle-alert"), h("span", {}, text)] : null));
    says.dataset.kind = kind;
    if (text) saidTimer = setTimeout(() => say(""), SAID_MS);
  }

  function press(event) {
    if (dialog?.open) return;
    const step = stepOf(event);
    if (!step) return;
    // Somebody who tabbed to a button means that button.
    const isOnButton = document.activeElement instanceof HTMLButtonElement;
    if (event.key === "Enter" && isOnButton) {
      if (event.repeat) event.preventDefault();
      return;
    }
    event.preventDefault();
    if (!event.repeat) act(step);
  }

  /** Do a step if it can be done now; otherwise say why not. */
  function act(step) {
    if (!view || isLost || isBusy) return;
    if (step === HELP) return help.isAsked(view) && come();
    const isCall = step.name === "next" || step.name === "recall";
    if (isCall && performance.now() < restsUntil) return say(t("error_too_soon"));
    const { active } = view;
    if (step === NEXT) return active || view.queue.length ? send("next", active ? { finish: active.number } : {}) : say(t("nobody_waits"));
    if (!step.states.includes(active?.state)) return say(active ? t("not_while_serving") : t("nothing_in_hand"));
    if (step.name === "transfer") dialog = askService(site, active, (service) => send("transfer", { number: active.number, service }));
    else if (step.name === "no-show" && confirming !== active.number) confirm(active.number);
    else send(step.name, { number: active.number });
  }

  function confirm(number) {
    clearTimeout(confirmTimer);
    confirming = number;
    if (number) confirmTimer = setTimeout(() => confirm(null), CONFIRM_MS);
    render();
  }

  function resume(number) {
    send("resume", { number });
  }

  /** Tell the visitor at the kiosk, and every other counter, that somebody comes from here. */
  function come() {
    busily("", async () => {
      const answer = await ask("POST", `${path}/help`, {});
      take(answer.counter);
    });
  }

  /** End the doubt about a slip: the stream takes the notice away, here and at every other counter. */
  function settle(name, number) {
    busily(number, async () => {
      await ask("POST", `/api/slips/${number}/${name}`);
      say(t(`said_${name}`, { number }), "done");
    });
  }

  function send(name, body) {
    const before = view.active?.number;
    busily(body.number ?? body.finish ?? "", async () => {
      const answer = await ask("POST", `${path}/${name}`, body);
      confirm(null);
      if (answer.number && (name === "next" || name === "recall")) rest();
      take(answer.counter);
      report(name, answer.number, before);
    });
  }

  /** Do one thing with the kiosk, unless another is under way; say so when it is refused. */
  async function busily(number, work) {
    if (isLost || isBusy) return;
    isBusy = true;
    element.toggleAttribute("data-busy", true);
    try {
      await work();
    } catch (error) {
      fail(error, number);
    } finally {
      isBusy = false;
      element.toggleAttribute("data-busy", false);
    }
  }

  function rest() {
    restsUntil = performance.now() + REST_MS;
    hand.rest();
  }

  function report(name, number, before) {
    if (name === "next" && !number) return say(before ? t("said_done_nobody", { number: before }) : t("nobody_waits"), "done");
    if (name === "next" || name === "serve") return say("");
    return say(t(`said_${name}`, { number }), "done");
  }

  function fail(error, number) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401) return ended(error);
    say(refusal({ ...error, number }));
  }

  return {
    element,
    leave: () => {
      stream.close();
      clearInterval(ticking);
      clearTimeout(confirmTimer);
      clearTimeout(saidTimer);
      document.removeEventListener("keydown", press);
      dialog?.remove();
    },
  };
}
