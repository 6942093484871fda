/** The left half: the ticket in hand, large, and what can be done with it. */

import { NEXT, REST_MS, STEPS } from "./actions.js";
import { h, icon, refill, write } from "./dom.js";
import { seconds, stopwatch, wait } from "./time.js";
import { chosen, language, t } from "./words.js";

/** Return the badge of a ticket's priority group, or null. */
function priorityBadge(site, row) {
  if (!row.priority) return null;
  const group = chosen(site.priority_groups[row.priority] ?? {});
  return h("span", { class: "badge priority", title: group }, group ? `${t("priority")} · ${group}` : t("priority"));
}

/** Return the badge of a visitor who reads another language than Vietnamese, or null. */
function languageBadge(row) {
  return row.language === "vi" ? null : h("span", { class: "badge" }, new Intl.DisplayNames(language, { type: "language" }).of(row.language));
}

/** Return what is special about a ticket: who goes first, the time booked online, the way its result goes, the language. */
export function badges(site, row) {
  const booked = row.booked_at && h("span", { class: "badge booked" }, icon("calendar-check"), t("booked", { time: row.booked_at.slice(11, 16) }));
  const post = row.by_post ? h("span", { class: "badge" }, icon("mail"), t("by_post")) : null;
  return [priorityBadge(site, row), booked, post, languageBadge(row)];
}

/** Return what a ticket is for, as exactly as is known. */
export function matter(row) {
  return chosen(row.procedure_name ?? row.service_name);
}

export class Hand {
  constructor(site, act) {
    this.site = site;
    this.label = h("p", { class: "label" });
    this.number = h("p", { class: "number" });
    this.matter = h("p", { class: "matter" });
    this.meta = h("p", { class: "meta" });
    this.badges = h("p", { class: "badges" });
    this.main = h("button", { class: "main", type: "button", onclick: (event) => press(event, NEXT) });
    this.buttons = new Map(STEPS.map((step) => [step.name, h("button", { class: "step", type: "button", onclick: (event) => press(event, step) })]));
    const hero = h("div", { class: "hero" }, this.label, this.number, this.matter, this.meta, this.badges);
    this.element = h("div", { class: "hand" }, hero, this.main, h("div", { class: "steps" }, ...this.buttons.values()));

    function press(event, step) {
      // After a click by hand the focus goes back to the page, so that Enter means "next" again and not this button.
      if (event.detail > 0) event.currentTarget.blur();
      act(step);
    }
  }

  /** Show a view; `isLost` greys everything that needs the kiosk, `confirming` asks for no-show once more. */
  show(view, { isLost, confirming }) {
    const row = view.active ?? view.queue[0];
    const state = view.active?.state ?? (row ? "idle" : "empty");
    this.element.dataset.state = state;
    write(this.label, this.heading(view, state));
    write(this.number, row?.number ?? t("nobody_waits"));
    this.number.classList.toggle("long", row?.number.length > 4);
    write(this.matter, row ? matter(row) : t("new_numbers_appear"));
    const special = row && [row.priority, row.booked_at, row.by_post, row.language];
    refill(this.badges, String(special ?? ""), () => row && badges(this.site, row));
    refill(this.main, state, () => this.mainWords(state));
    this.main.disabled = isLost || state === "empty";
    for (const step of STEPS) {
      const button = this.buttons.get(step.name);
      const isAsking = step.name === "no-show" && confirming === row?.number;
      const words = isAsking ? t("confirm_no_show") : t(`step_${step.name}`);
      refill(button, words, () => [icon(step.icon), h("span", {}, words), h("kbd", {}, step.key)]);
      button.classList.toggle("asking", isAsking);
      button.classList.toggle("likely", step.name === "serve" && state === "called");
      button.disabled = isLost || !step.states.includes(state);
    }
    this.tick(view);
  }

  heading(view, state) {
    if (state === "called") return view.active.calls > 1 ? t("calling_again", { count: view.active.calls }) : t("calling");
    return { serving: t("serving"), idle: t("coming_next"), empty: "" }[state];
  }

  mainWords(state) {
    const isHeld = state === "called" || state === "serving";
    const words = isHeld ? t("done_and_next") : t("call_next");
    return [icon(isHeld ? "check" : "bell-ring"), h("span", {}, words), h("kbd", {}, NEXT.key)];
  }

  /** Move the times on; called every second. */
  tick(view) {
    const { active } = view;
    const row = active ?? view.queue[0];
    if (!row) return write(this.meta, "");
    const waited = t("waited", { time: wait(active ? seconds(row.issued_at, row.called_at) : seconds(row.since)) });
    if (!active) return write(this.meta, waited);
    const isServing = row.state === "serving";
    const since = stopwatch(seconds(isServing ? row.serving_at : row.called_at));
    // The running time comes last: its changing width must not push other words about.
    write(this.meta, `${waited} · ${t(isServing ? "served_for" : "called_for", { time: since })}`);
  }

  /** Show that a call was just made: the buttons that call rest for a moment. */
  rest() {
    for (const button of [this.main, this.buttons.get("recall")]) {
      button.style.setProperty("--rest", `${REST_MS}ms`);
      button.classList.remove("resting");
      void button.offsetWidth; // starts the animation anew
      button.classList.add("resting");
    }
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      for (const button of this.element.querySelectorAll(".resting")) button.classList.remove("resting");
    }, REST_MS);
  }
}
