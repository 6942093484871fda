// Things to hold to the scanner: a deck of cards, any text, a picture. What a code says never comes back here.

import { make, post } from "./dom.js";

const ANSWERS = {
  ok: "read",
  duplicate: "the same code was there within 2 seconds: counts once",
  unplugged: "not read, the scanner is unplugged",
};

export function scan() {
  const deck = document.getElementById("deck");
  const said = document.getElementById("scan-said");
  const form = document.getElementById("scan-text");
  const file = document.getElementById("scan-file");
  const shown = new Map();
  let noted = "";

  async function holdUp(name, path, body) {
    say(`${name} …`);
    try {
      const codes = await (await post(path, body)).json();
      say(codes.map(({ symbology, kind, answer }) => `${name} · ${words(symbology)}, ${words(kind)}: ${ANSWERS[answer]}`).join("; "),
        codes.every(({ answer }) => answer === "ok") ? "good" : "odd");
    } catch (error) {
      say(`${name}: ${error.message}`, "odd");
    }
  }

  function say(text, mood = "") {
    said.textContent = text;
    said.title = text;
    said.className = mood;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.text.value;
    if (text) holdUp("Your text", "scan", { text });
    form.reset(); // it may be somebody's card
  });
  file.addEventListener("change", () => {
    if (file.files.length) holdUp("Your picture", "picture", file.files[0]);
    file.value = "";
  });

  function suit({ title, cards }) {
    return make("section", { class: "suit", "data-suit": title, "aria-label": title }, make("h3", {}, title),
      make("div", {}, ...cards.map(({ id, label, hint }) => make("button", {
        class: "card", "data-card": id, title: hint, onclick: () => holdUp(label, "scan", { card: id }),
      }, make("b", {}, label), make("span", {}, hint)))));
  }

  // Only a suit that has changed is laid out anew: a card that is replaced under a finger would miss its click.
  return ({ is_there: isThere, note, suits }) => {
    if (note !== noted) say(note, note ? "odd" : "");
    noted = note;
    for (const control of [...form.elements, file]) control.disabled = !isThere;
    deck.classList.toggle("off", !isThere);
    deck.inert = !isThere;
    const titles = suits.map(({ title }) => title);
    for (const old of deck.querySelectorAll(".suit")) {
      if (!titles.includes(old.dataset.suit)) old.remove();
    }
    for (const [place, one] of suits.entries()) {
      const standing = deck.querySelector(`[data-suit="${one.title}"]`);
      const told = JSON.stringify(one);
      if (standing && shown.get(one.title) === told) continue;
      shown.set(one.title, told);
      if (standing) standing.replaceWith(suit(one));
      else deck.insertBefore(suit(one), deck.children[place] ?? null);
    }
  };
}

function words(name) {
  return name === "qr" ? "QR" : name.replaceAll("_", " ");
}
