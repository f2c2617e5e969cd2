// What a page does by itself: its timers, what runs when it is left, and when somebody comes back to it. Each is marked in the page's own form.

const clocks = new Map(); // by the id of a mark: the timer until its next time
const late = new Set(); // what is due and waits until the page is looked at
let clocked = null; // the body that the clocks belong to
let hiddenAt = 0; // since when nobody looks at the page

const awayFor = 30000; // shorter is only a glance elsewhere

const clock = () => {
  if (document.body !== clocked) {
    clocks.forEach(clearTimeout);
    clocks.clear();
    late.clear();
    clocked = document.body;
  }
  for (const [id, timer] of clocks) {
    if (document.getElementById(id)) continue;
    clearTimeout(timer);
    clocks.delete(id);
    late.delete(id);
  }
  for (const { id } of document.querySelectorAll("[data-timer]")) if (!clocks.has(id)) wind(id);
};

const wind = (id) => clocks.set(id, setTimeout(() => due(id), Number(document.getElementById(id).dataset.timer)));

// due runs what a mark names as soon as the page is looked at and nothing else is under way; what has come due meanwhile runs once. The next
// time is counted from its end, so runs never pile up.
const due = async (id) => {
  const mark = document.getElementById(id);
  if (!mark?.dataset.event) return;
  if (document.hidden) {
    late.add(id);
    return;
  }
  if (sending || waiting || leaving || document.querySelector("[data-ask], [data-wait]")) {
    clocks.set(id, setTimeout(() => due(id), 200));
    return;
  }
  const body = document.body;
  await send(document.getElementById("page"), null, mark, "event");
  if (body !== document.body) return;
  clocks.delete(id);
  if (document.getElementById(id)?.dataset.timer) wind(id);
};

const lookedAt = () => {
  const gone = hiddenAt ? Date.now() - hiddenAt : 0;
  hiddenAt = 0;
  if (gone >= awayFor && document.querySelector("[data-resume]")) due("u-resume");
  for (const id of late) due(id);
  late.clear();
};

document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (!document.documentElement.hasAttribute("data-away")) lookedAt();
});

// depart tells the server, once, that somebody goes. Nobody waits for the answer.
const depart = () => {
  const mark = document.querySelector("[data-leave]");
  const form = document.getElementById("page");
  if (!mark?.dataset.event || !form) return;
  const body = fields(form);
  body.set("_event", mark.dataset.event);
  mark.remove();
  fetch(target(form), { method: "POST", body, headers: { "X-Usher": "1" }, credentials: "same-origin", keepalive: true }).catch(() => {});
};

addEventListener("pagehide", depart);

onDrawn.push(clock);
