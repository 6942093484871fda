/** What can be done with the ticket in hand: one table for buttons and keys. */

const IN_HAND = ["called", "serving"];

/** In the order of the buttons; `states` are those of the ticket in hand in which the step makes sense. */
export const STEPS = [
  { name: "serve", key: "S", icon: "user-check", states: ["called"] },
  { name: "recall", key: "R", icon: "megaphone", states: ["called"] },
  { name: "done", key: "X", icon: "circle-check", states: IN_HAND },
  { name: "no-show", key: "V", icon: "user-x", states: ["called"] },
  { name: "park", key: "H", icon: "pause", states: IN_HAND },
  { name: "transfer", key: "C", icon: "corner-up-right", states: IN_HAND },
];

export const NEXT = { name: "next", key: "Enter" };

/** Not a step of a ticket: the officer goes to a visitor who calls for somebody at the kiosk. */
export const HELP = { name: "help", key: "G" };

/** A call rings through the hall: the next one has to wait a moment, so that none is made by accident. */
export const REST_MS = 2_000;

/** No-show takes the visitor's place away, so it is asked for twice; this long the first time counts. */
export const CONFIRM_MS = 4_000;

/** Return the step a key stands for, or undefined. Reads the key's place where an input method swallowed its letter. */
export function stepOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (event.key === "Enter") return NEXT;
  const letter = /^[a-z]$/i.test(event.key) ? event.key : (/^Key([A-Z])$/.exec(event.code)?.[1] ?? "");
  return [...STEPS, HELP].find(({ key }) => key === letter.toUpperCase());
}
