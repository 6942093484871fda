// Under the board: switches, cards to scan, what was said, the officers' page, the city's dashboard, a visitor's phone.

import { absent, make } from "./dom.js";

const BESIDE_THE_PAPER = ["faults", "sound"]; // the others take its place too
const PAGE_PX = 1360; // as wide a window as the officers' page and the dashboard think they have

export function bench() {
  const stage = document.querySelector(".stage");
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const out = document.getElementById("out");
  let links = {};
  // In the address, so that a page that is loaded again (main.js) shows what it showed.
  let chosen = tabs.map((tab) => tab.dataset.tab).find((name) => location.hash === `#${name}`) ?? "faults";
  let ticket = null;

  function frame(pane, url, title) {
    if (pane.querySelector("iframe")?.dataset.url === url) return;
    pane.replaceChildren(make("iframe", { src: url, title, "data-url": url }));
    fit(pane);
  }

  function fit(pane) {
    const inside = pane.querySelector("iframe");
    if (!inside || !pane.clientWidth) return;
    const isPhone = pane.classList.contains("phone");
    const scale = isPhone ? pane.clientWidth / 390 : Math.min(1, pane.clientWidth / PAGE_PX);
    inside.style.transform = `scale(${scale})`;
    if (!isPhone) {
      inside.style.width = `${pane.clientWidth / scale}px`;
      inside.style.height = `${pane.clientHeight / scale}px`;
    }
  }

  function page(name, title) {
    const pane = document.getElementById(`pane-${name}`);
    const link = links[name];
    if (!link) return;
    if (link.url) frame(pane, link.url, title);
    else pane.replaceChildren(make("div", { class: "absent" }, ...absent("power", link.sentence, link.command)));
    setOut(link.url);
  }

  function follow() {
    const pane = document.getElementById("pane-follow");
    const link = links.follow;
    if (!link) return;
    const pick = link.tickets.find((one) => one.url === ticket?.url && ticket.isPicked) ?? link.tickets[0];
    ticket = pick && { ...pick, isPicked: ticket?.isPicked && pick.url === ticket.url };
    setOut(pick?.url);
    if (!pick) {
      pane.replaceChildren(make("div", { class: "absent" }, make("strong", {}, link.sentence), make("code", {}, link.command)));
      return;
    }
    const phone = pane.querySelector(".phone") ?? watch(make("div", { class: "phone" }));
    const chips = link.tickets.map((one) => make("button", {
      "aria-pressed": String(one.url === pick.url),
      onclick: () => { ticket = { ...one, isPicked: true }; follow(); },
    }, one.number));
    pane.replaceChildren(phone, make("div", { class: "chosen" },
      make("p", {}, "What a visitor sees after scanning the code on the slip: one number, how many are ahead, and where to go."),
      make("div", { class: "chips", "aria-label": "Tickets of today, newest first" }, ...chips)));
    frame(phone, pick.url, `Phone following ${pick.number}`);
  }

  function setOut(url) {
    out.hidden = !url;
    if (url) out.href = url;
  }

  function show() {
    stage.classList.toggle("wide", !BESIDE_THE_PAPER.includes(chosen));
    stage.classList.toggle("deals", chosen === "scan");
    for (const tab of tabs) {
      const isChosen = tab.dataset.tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
    }
    if (!["counter", "city", "follow"].includes(chosen)) setOut(null);
    if (chosen === "counter") page("counter", "Officers' counter page");
    if (chosen === "city") page("city", "City dashboard");
    if (chosen === "follow") follow();
  }

  function watch(pane) {
    new ResizeObserver(() => fit(pane)).observe(pane);
    return pane;
  }

  for (const pane of document.querySelectorAll(".pane.web")) watch(pane);
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => {
      chosen = tab.dataset.tab;
      history.replaceState(null, "", `#${chosen}`);
      show();
    });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        const next = tabs[(index + step + tabs.length) % tabs.length];
        next.click();
        next.focus();
      }
    });
  }

  return (newest) => { links = near(newest); show(); };
}

// Under one name for this machine: a page of 127.0.0.1 framed by one of localhost would not get its own cookies.
function near(links) {
  const there = (url) => url && location.hostname === "localhost" ? url.replace("//127.0.0.1:", "//localhost:") : url;
  const follow = { ...links.follow, tickets: links.follow.tickets.map((one) => ({ ...one, url: there(one.url) })) };
  const page = (link) => ({ ...link, url: there(link.url) });
  return { counter: page(links.counter), city: page(links.city), follow };
}
