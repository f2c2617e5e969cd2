// Snack bars: one at a time, each until its time is over, it is put away or its button is pressed. The others wait in line, over drawings as well;
// what the browser does at once, such as to copy a text, does not wait.

let line = []; // those that wait
let come = null; // those that the page has brought; null: they stand in the page as it was loaded
let timer = 0;
let offlineTimer = 0; // until the message that nothing was reached goes

const place = () => document.getElementById("u-notices");
const shownBar = () => place()?.querySelector("[data-shown]");
const atOnce = (el) => el.matches("[data-clip], :has([data-launch])");
const alike = (a, b) => a.textContent === b.textContent && !a.querySelector(".u-snack-act");

// said takes the messages out of a page that has come, and puts those in that are shown here. anew: it is for somebody else, who sees none of them.
const said = (doc, anew) => {
  const theirs = doc.getElementById("u-notices");
  if (anew) line = [];
  come = theirs ? Array.from(theirs.children) : [];
  theirs?.replaceChildren(...(anew ? [] : Array.from(place()?.children || [], (el) => el.cloneNode(true))));
};

const queue = () => {
  const here = place();
  if (!here) return;
  come ??= Array.from(here.children);
  for (const el of come) {
    el.remove();
    if (el.dataset.replace !== undefined) {
      line = [];
      here.replaceChildren();
    }
    if (el.hidden) continue;
    if (atOnce(el)) here.append(el);
    else if (![...line, shownBar()].some((other) => other && alike(el, other))) line.push(el);
  }
  come = [];
  here.querySelectorAll("[data-leaving]").forEach((el) => el.remove());
  nextBar();
};

const nextBar = () => {
  if (!place() || shownBar() || !line.length) return;
  const el = line.shift();
  el.setAttribute("data-shown", "");
  place().append(el);
  clearTimeout(timer);
  timer = setTimeout(fade, stays(el));
};

const stays = (el) => Number(el.dataset.for) || (el.matches(".u-error, :has(.u-snack-act)") ? 10000 : 6000);

const fade = () => {
  const el = shownBar();
  if (el?.matches(":hover, :focus-within")) timer = setTimeout(fade, 2000);
  else if (el) leave(el);
  else nextBar();
};

const leave = (el) => {
  el.setAttribute("data-leaving", "");
  setTimeout(() => {
    el.remove();
    nextBar();
  }, 250);
};

const offline = (fault) => {
  console.warn("usher:", fault);
  const here = place() || document.body;
  here.querySelector("[data-offline]")?.remove();
  const el = document.createElement("div");
  el.className = "u-snack u-error";
  el.setAttribute("role", "alert");
  el.setAttribute("data-offline", "");
  const text = document.createElement("p");
  text.textContent = document.body.dataset.offline || "";
  const close = Object.assign(document.createElement("button"), { type: "button", className: "u-snack-x", textContent: "×" });
  close.setAttribute("data-dismiss", "");
  close.setAttribute("aria-label", document.body.dataset.close || "×");
  el.append(text, close);
  here.append(el);
  clearTimeout(offlineTimer);
  offlineTimer = setTimeout(() => document.querySelectorAll(".u-snack[data-offline]").forEach(leave), 10000);
};

onDrawn.push(queue);

document.addEventListener("click", (ev) => {
  const bar = ev.target instanceof Element && ev.target.closest("[data-dismiss]")?.closest(".u-snack");
  if (bar) leave(bar);
});
