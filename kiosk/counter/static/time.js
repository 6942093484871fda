/** The kiosk's time, not this device's: told with every view and beat, carried on by a clock that cannot step. */

import { language, t } from "./words.js";

let known = null;

/** Take the kiosk's time, ISO 8601 with the site's own offset. */
export function tell(iso) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(iso) ?? [null, "+", 0, 0];
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  known = { ms: Date.parse(iso), at: performance.now(), offset };
}

/** Return the kiosk's time in milliseconds since 1970, or null before it was told. */
export function now() {
  return known && known.ms + performance.now() - known.at;
}

/** Return `09:24`. */
export function clock() {
  return known ? new Date(now() + known.offset).toISOString().slice(11, 16) : "";
}

/** Return the name of the day, `thứ Hai`. */
export function weekday() {
  if (!known) return "";
  const name = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(now() + known.offset);
  return language === "vi" ? name[0].toLowerCase() + name.slice(1) : name;
}

/** Return whole seconds from one moment to another (ISO; the second defaults to now), never below 0. */
export function seconds(since, until) {
  return Math.max(0, Math.floor(((until ? Date.parse(until) : now()) - Date.parse(since)) / 1000));
}

/** Return a wait in words people use: `dưới 1 phút`, `9 phút`, `1 giờ 05 phút`. */
export function wait(total) {
  const minutes = Math.floor(total / 60);
  if (minutes < 1) return t("under_a_minute");
  if (minutes < 60) return t("minutes", { count: minutes });
  return t("hours_minutes", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });
}

/** Return a running time, `03:12` or `1:03:12`. */
export function stopwatch(total) {
  const pair = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const rest = `${pair(Math.floor(total / 60) % 60)}:${pair(total % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
