/** The right half: how many wait, who they are in calling order, who is parked, and what is wrong in the hall. */

import { h, icon, refill, write } from "./dom.js";
import { badges, matter } from "./hand.js";
import { clock, seconds, wait, weekday } from "./time.js";
import { t } from "./words.js";

/** Faults an officer should know of, and how loud each is. The line and the clock have their own places. */
const NOTICES = {
  store_corrupt: ["alarm", "circle-alert"],
  disk_full: ["alarm", "circle-alert"],
  out_of_service: ["alarm", "circle-alert"],
  printer_offline: ["alarm", "printer"],
  paper_out: ["alarm", "printer"],
  cover_open: ["alarm", "printer"],
  printer_error: ["alarm", "printer"],
  printer_silent: ["hint", "printer"],
  scanner_offline: ["hint", "scan-line"],
  speaker_offline: ["hint", "volume-x"],
  panel_offline: ["hint", "keyboard"],
  paper_low: ["hint", "printer"],
  case_open: ["hint", "lock"],
};

export class Line {
  /** `resume(number)` brings a parked ticket back, `settle("confirm" | "reprint", number)` ends the doubt about a slip. */
  constructor(site, { resume, settle }) {
    this.site = site;
    this.resume = resume;
    this.settle = settle;
    this.waiting = h("dd");
    this.longest = h("dd");
    this.done = h("dd");
    this.clock = h("span", { class: "time" });
    this.day = h("span", { class: "day" });
    this.notices = h("div", { class: "notices", role: "status" });
    this.rows = h("tbody");
    this.parked = h("div", { class: "parked" });
    const count = (value, words) => h("div", {}, value, h("dt", {}, words));
    const counts = h("dl", {}, count(this.waiting, t("waiting")), count(this.longest, t("longest_wait")), count(this.done, t("done_today")));
    const head = h("header", {}, counts, h("p", { class: "clock" }, this.clock, this.day));
    const column = (name) => h("th", { scope: "col", class: name }, t(`column_${name}`));
    const columns = h("thead", {}, h("tr", {}, ["number", "matter", "note", "wait"].map(column)));
    this.table = h("table", { "aria-label": t("queue") }, columns, this.rows);
    this.element = h("div", { class: "line" }, head, this.notices, h("div", { class: "queue" }, this.table), this.parked);
  }

  /** Show a view. */
  show(view, { isLost }) {
    write(this.waiting, String(view.queue.length));
    write(this.done, String(view.done_today));
    this.isUnsure = view.faults.includes("clock_unsure");
    refill(this.rows, JSON.stringify(view.queue), () => view.queue.map((row) => this.row(row)));
    this.table.hidden = view.queue.length === 0;
    this.notify(view);
    refill(this.parked, JSON.stringify(view.parked), () => (view.parked.length ? this.parking(view.parked) : null));
    this.tick(view);
    for (const button of this.element.querySelectorAll(".held, .choice")) button.disabled = isLost;
  }

  /** Move clock and waits on; called every second. */
  tick(view) {
    write(this.clock, clock());
    write(this.day, this.isUnsure ? t("clock_unsure") : weekday());
    const longest = Math.max(-1, ...view.queue.map((row) => seconds(row.since)));
    write(this.longest, longest < 0 ? "–" : wait(longest));
    for (const cell of this.element.querySelectorAll("[data-since]")) write(cell, wait(seconds(cell.dataset.since)));
  }

  /** Show what somebody should see to: first a slip, then the faults. */
  notify({ faults, uncertain_slips: slips }) {
    refill(this.notices, `${slips}|${faults}`, () => [
      slips.length ? this.doubt(slips) : null,
      ...faults.filter((fault) => fault in NOTICES).map((fault) => notice(...NOTICES[fault], t(`fault_${fault}`))),
    ]);
  }

  /** Ask about the oldest slip that may not have come out; the others are named, so that one walk settles all. */
  doubt([number, ...others]) {
    const choice = (name, picture, words) => {
      // The next slip's buttons stand where these stood: the second click of a double one must not hit them.
      const press = (event) => {
        if (event.detail > 0) event.currentTarget.blur();
        if (event.detail < 2) this.settle(name, number);
      };
      return h("button", { class: "choice", type: "button", onclick: press }, icon(picture), words);
    };
    const element = notice("hint doubt", "printer", t("slip_doubt", { number }));
    const rest = others.length ? h("span", {}, t("slip_doubt_others", { numbers: others.join(", ") })) : null;
    const choices = [choice("confirm", "check", t("slip_seen")), choice("reprint", "files", t("slip_copy"))];
    element.append(h("span", { class: "choices" }, choices, rest));
    return element;
  }

  row(row) {
    return h(
      "tr",
      {},
      h("th", { scope: "row", class: "number" }, row.number),
      h("td", { class: "matter" }, matter(row)),
      h("td", { class: "note" }, badges(this.site, row)),
      h("td", { class: "wait", "data-since": row.since }),
    );
  }

  parking(rows) {
    const buttons = rows.map((row) =>
      h(
        "button",
        { class: "held", type: "button", "data-number": row.number, onclick: (event) => this.press(event, row.number) },
        h("b", {}, row.number),
        h("span", { class: "what" }, matter(row)),
        h("span", { class: "wait", "data-since": row.since }),
        h("span", { class: "do" }, icon("rotate-ccw"), t("resume")),
      ),
    );
    return [h("h2", {}, t("parked")), h("div", { class: "list" }, buttons)];
  }

  press(event, number) {
    if (event.detail > 0) event.currentTarget.blur();
    this.resume(number);
  }
}

function notice(kind, picture, words) {
  return h("p", { class: kind }, icon(picture), h("span", {}, words));
}
