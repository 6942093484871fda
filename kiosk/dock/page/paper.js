// The paper roll: a slip slides out of the slot as it prints; a click enlarges it.

import { make } from "./dom.js";

export function paper() {
  const roll = document.getElementById("roll");
  const empty = document.getElementById("roll-empty");
  const aside = document.getElementById("paper-aside");
  const dialog = document.getElementById("enlarged");
  let seen = null;

  dialog.addEventListener("click", () => dialog.close());

  function enlarge(url, name) {
    const picture = dialog.querySelector("img");
    picture.src = url;
    picture.alt = name;
    dialog.showModal();
  }

  function add({ name, url }, isFresh) {
    const picture = make("img", { src: url, alt: name, width: "576", height: "1000" });
    const slip = make("div", { class: "slip", "data-name": name },
      make("div", {}, make("button", { "aria-label": `Enlarge ${name}`, onclick: () => enlarge(url, name) }, picture)));
    picture.addEventListener("load", () => {
      picture.width = picture.naturalWidth;
      picture.height = picture.naturalHeight;
    });
    if (isFresh) {
      slip.classList.add("fresh");
      slip.addEventListener("animationend", () => slip.classList.remove("fresh"));
      roll.scrollTo({ top: 0 });
    }
    // The slip is fed only once it can be seen: an empty strip of paper sliding out would look broken.
    picture.decode().catch(() => {}).then(() => {
      const older = [...roll.querySelectorAll(".slip")].find((other) => Number(other.dataset.name) < Number(name));
      roll.insertBefore(slip, older ?? null);
    });
  }

  return ({ count, newest: slips }) => {
    const known = new Set(seen);
    const names = new Set(slips.map((slip) => slip.name));
    for (const old of roll.querySelectorAll(".slip")) {
      if (!names.has(old.dataset.name)) old.remove();
    }
    for (const slip of slips) {
      if (!known.has(slip.name)) add(slip, seen !== null);
    }
    seen = [...names];
    empty.hidden = slips.length > 0;
    aside.textContent = count ? `${count} printed` : "";
  };
}
