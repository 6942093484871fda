// The dock's one stream of news, shared out to the parts of the page.

import { dressIcons } from "./dom.js";
import { bench } from "./bench.js";
import { faults } from "./faults.js";
import { panel } from "./panel.js";
import { paper } from "./paper.js";
import { scan } from "./scan.js";
import { sound } from "./sound.js";
import { view } from "./view.js";
import { lamps, place, strip } from "./strip.js";

dressIcons(document);

const readers = {
  place,
  screen: view("screen", { touchable: true }),
  board: view("board", { touchable: false }),
  slips: paper(),
  faults: faults(),
  scanner: scan(),
  panel: panel(),
  heard: sound(),
  links: bench(),
  lamps,
  strip,
};

const news = new EventSource("news");
for (const [topic, read] of Object.entries(readers)) {
  news.addEventListener(topic, (event) => read(JSON.parse(event.data)));
}
news.addEventListener("error", () => lose(true));
news.addEventListener("open", () => lose(false));
// A page that is left must not hold one of the browser's few connections to the dock.
addEventListener("pagehide", () => news.close());

// The page may show only what ran when it was loaded, at that very port; what was started since is allowed to the next.
let isOld = false;
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective !== "frame-src" || isOld) return;
  isOld = true;
  location.reload();
});

function lose(isLost) {
  document.getElementById("lost").hidden = !isLost;
  document.body.classList.toggle("is-lost", isLost);
}
