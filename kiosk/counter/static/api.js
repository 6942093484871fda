/** Asking the kiosk: JSON there and back, and a stream of views that reconnects by itself. */

/** A refusal (`code` as in docs/counter-api.md), or `unreachable` when there was no answer. */
export class Refusal extends Error {
  constructor(status, fault) {
    super(fault.message);
    Object.assign(this, fault, { status });
  }
}

const PATIENCE_MS = 8_000;

/** Ask the kiosk and return the JSON of its answer; throws Refusal. */
export async function ask(method, path, body) {
  const headers = method === "GET" ? {} : { "content-type": "application/json" };
  let response;
  let content;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    response = await fetch(path, { method, headers, signal, body: body && JSON.stringify(body) });
    content = await response.json();
  } catch (error) {
    throw new Refusal(0, { code: "unreachable", message: String(error) });
  }
  if (!response.ok) throw new Refusal(response.status, content);
  return content;
}

const SILENCE_MS = 16_000; // three beats of the kiosk
const RETRY_MS = [500, 1_000, 2_000, 3_000];

/**
 * Follow a stream of views.
 *
 * `onView(view)` for each view, `onBeat(iso)` for each sign of life, `onLost()` when the kiosk cannot be heard (again
 * and again until it can), `onRefused(refusal)` when it answers but not to us: then the stream has ended.
 */
export class Stream {
  constructor(path, listeners) {
    this.path = path;
    this.listeners = listeners;
    this.failures = 0;
    this.connect();
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  connect() {
    this.close();
    const source = (this.source = new EventSource(this.path));
    source.addEventListener("view", (event) => {
      this.heard();
      const view = JSON.parse(event.data);
      this.listeners.onBeat(view.now);
      this.listeners.onView(view);
    });
    source.addEventListener("beat", (event) => {
      this.heard();
      this.listeners.onBeat(JSON.parse(event.data).now);
    });
    source.addEventListener("error", () => this.lost());
    this.timer = setTimeout(() => this.lost(), SILENCE_MS);
  }

  heard() {
    this.failures = 0;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lost(), SILENCE_MS);
  }

  lost() {
    this.close();
    this.listeners.onLost();
    const pause = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)];
    this.timer = setTimeout(() => this.knock(), pause);
  }

  /** An EventSource does not tell why it failed, so ask in a way that does before opening another. */
  async knock() {
    const timer = this.timer;
    try {
      await ask("GET", this.path.replace(/\/events$/, ""));
    } catch (error) {
      if (timer !== this.timer) return; // closed meanwhile
      if ([401, 404].includes(error.status)) this.listeners.onRefused(error);
      else this.lost();
      return;
    }
    if (timer === this.timer) this.connect();
  }
}
