// Keeps a page up to date: fetches it again and puts in what differs. Without scripts the page refreshes as a whole.

const everyMs = Number(document.querySelector("script[data-every-s]").dataset.everyS) * 1000;
const offline = document.getElementById("offline");

async function look() {
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(15000) });
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = [...document.querySelectorAll("[data-live]")];
  const ids = (root) => [...root.querySelectorAll("[data-live]")].map((part) => part.id).join();
  if (ids(fresh) !== ids(document)) {
    location.reload(); // the page has another shape now: the first kiosk has spoken, say
    return;
  }
  document.title = fresh.title;
  for (const part of parts) put(part, fresh.getElementById(part.id));
}

function put(part, next) {
  if (part.outerHTML === next.outerHTML) return;
  const isCalled = next.dataset.state?.startsWith("called") && next.dataset.state !== part.dataset.state;
  const scrolled = [...part.querySelectorAll("[id]")].map((element) => [element.id, element.scrollTop]);
  const focused = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
  part.replaceWith(document.adoptNode(next));
  for (const [id, top] of scrolled) document.getElementById(id)?.scrollTo(0, top);
  if (focused) next.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  if (isCalled && navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 150, 300]);
}

async function keepLooking() {
  for (;;) {
    await new Promise((resume) => setTimeout(resume, everyMs));
    if (document.hidden) await new Promise((resume) => document.addEventListener("visibilitychange", resume, { once: true }));
    try {
      await look();
      offline.hidden = true;
    } catch {
      offline.hidden = false;
    }
  }
}

keepLooking();
