/** A visitor at the kiosk calls for somebody: large above all else until an officer says "I am coming", then who that is. */

import { HELP } from "./actions.js";
import { chime } from "./chime.js";
import { h, icon, refill, write } from "./dom.js";
import { seconds, wait } from "./time.js";
import { t } from "./words.js";

/** How long a call is of interest: after that the visitor has gone, or has found somebody. */
const LASTS_S = 600;

/** How long it is shown who goes: long enough to be read at every counter. */
const COMING_S = 90;

export class Help {
  /** `come()` says that this counter's officer goes. */
  constructor(counter, come) {
    this.counter = counter;
    this.come = come;
    this.since = h("span", { class: "since", "aria-live": "off" });
    this.element = h("section", { class: "help", role: "alert" });
  }

  /** Tell whether a visitor waits for somebody to come. */
  isAsked(view) {
    const { help_requested_at: asked, help_counter: comes } = view;
    return isFresh(asked) && comes == null;
  }

  /** Show a view; `isLost` greys what needs the kiosk. */
  show(view, { isLost }) {
    const { help_requested_at: asked, help_counter: comes } = view;
    if (asked !== this.asked || comes !== this.comes) {
      if (this.isAsked(view) && asked !== this.asked) chime();
      // What was answered before this page was opened is no news.
      this.comesSince = this.asked !== undefined && comes != null ? view.now : null;
      [this.asked, this.comes] = [asked, comes];
    }
    this.tick(view);
    for (const button of this.element.querySelectorAll("button")) button.disabled = isLost;
  }

  /** Move the time on, and take away what is over; called every second. */
  tick(view) {
    const isAsked = this.isAsked(view);
    const isComing = this.comesSince && seconds(this.comesSince) < COMING_S;
    const state = isAsked ? "asked" : isComing ? "coming" : "";
    this.element.dataset.state = state;
    if (isAsked) write(this.since, t("waited", { time: wait(seconds(this.asked)) }));
    refill(this.element, `${state}|${this.asked}|${this.comes}`, () => ({ asked: () => this.asking(), coming: () => this.coming() })[state]?.());
  }

  asking() {
    const press = (event) => {
      if (event.detail > 0) event.currentTarget.blur();
      if (event.detail < 2) this.come();
    };
    const words = h("p", {}, h("b", {}, t("help_requested")), this.since);
    return [icon("hand-helping"), words, h("button", { type: "button", onclick: press }, icon("check"), h("span", {}, t("help_come")), h("kbd", {}, HELP.key))];
  }

  coming() {
    const isMine = this.comes === this.counter;
    return [icon("user-check"), h("p", {}, h("b", {}, t(isMine ? "help_mine" : "help_theirs", { number: this.comes })))];
  }
}

function isFresh(asked) {
  return Boolean(asked) && seconds(asked) < LASTS_S;
}
