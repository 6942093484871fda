// A kiosk window, live: its newest picture, and fingers on it.

import { absent, make, post } from "./dom.js";

export function view(name, { touchable }) {
  const device = document.getElementById(name);
  const aside = document.getElementById(`${name}-aside`);
  let word = null;
  let isLoading = false;

  // One picture at a time: when frames come faster than they load, the ones between are skipped.
  async function load() {
    if (isLoading) return;
    isLoading = true;
    while (word && !word.gone) {
      const wanted = word;
      const next = make("img", { draggable: "false", alt: wanted.texts.join(". ") });
      const width = Math.round(device.clientWidth * devicePixelRatio) || 540;
      next.src = `frame/${name}.jpg?v=${wanted.serial}&w=${width}`;
      try {
        await next.decode();
      } catch {
        break; // gone meanwhile: the next word tells
      }
      const shown = device.querySelector("img");
      if (shown) shown.replaceWith(next);
      else device.replaceChildren(next);
      if (word === wanted) break;
    }
    isLoading = false;
  }

  function read(newest) {
    word = newest;
    device.classList.toggle("is-gone", Boolean(word.gone));
    if (word.gone) {
      aside.textContent = "not running";
      device.replaceChildren(make("div", { class: "gone" }, ...absent("power", word.gone.sentence, word.gone.command)));
      return;
    }
    const stage = document.documentElement.style;
    stage.setProperty(name === "screen" ? "--w" : "--board-w", word.width);
    stage.setProperty(name === "screen" ? "--h" : "--board-h", word.height);
    aside.textContent = [word.screen.replaceAll("_", " "), word.language].filter(Boolean).join(" · ");
    load();
  }

  if (touchable) fingers(name, device, () => word);
  new ResizeObserver(() => word && load()).observe(device);
  return read;
}

function fingers(name, device, newest) {
  let last = Promise.resolve();
  let ring = null;

  // One after the other: a lift must not overtake its touch.
  const send = (kind, spot) => {
    last = last.then(() => post("touch", { window: name, kind, ...spot })).catch(() => {});
  };

  function spotOf(event) {
    const word = newest();
    const box = device.querySelector("img")?.getBoundingClientRect();
    if (!box || !word || word.gone) return null;
    const within = (value, size) => Math.max(0, Math.min(size - 1, Math.floor(value * size)));
    return {
      x: within((event.clientX - box.left) / box.width, word.width),
      y: within((event.clientY - box.top) / box.height, word.height),
    };
  }

  device.addEventListener("pointerdown", (event) => {
    const spot = event.button === 0 ? spotOf(event) : null;
    if (!spot) return;
    event.preventDefault();
    device.setPointerCapture(event.pointerId);
    ring?.remove();
    ring = make("span", { class: "ring" });
    const box = device.getBoundingClientRect();
    ring.style.left = `${event.clientX - box.left - device.clientLeft}px`;
    ring.style.top = `${event.clientY - box.top - device.clientTop}px`;
    device.append(ring);
    send("down", spot);
  });

  const lift = (event) => {
    if (!ring) return;
    const gone = ring;
    ring = null;
    gone.classList.add("up");
    setTimeout(() => gone.remove(), 300);
    const spot = spotOf(event);
    if (spot) send("up", spot);
  };
  device.addEventListener("pointerup", lift);
  device.addEventListener("pointercancel", lift);

  device.addEventListener("pointermove", (event) => {
    const spot = spotOf(event);
    const over = ([x, y, width, height]) => spot.x >= x && spot.x < x + width && spot.y >= y && spot.y < y + height;
    device.classList.toggle("touchable", Boolean(spot && newest().targets.some((target) => over(target.rect))));
  });
}
