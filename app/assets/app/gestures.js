// Taps that a browser does not tell from others: two in quick succession, and one that is held. Shift and Enter, and the context-menu key, do the
// same. Of a control that has both, a single tap waits until it is sure that none follows.

const doubleIn = 300;
const holdFor = 500;

const marked = (ev, name) => ev.target instanceof Element && ev.target.closest(`[data-${name}]:not(:disabled)`);

const act = async (el, name) => {
  if (el.hasAttribute("data-busy") || !el.form || !isEvent(el.form)) return;
  busy(el, true);
  await send(el.form, null, el, name);
  busy(el, false);
};

let first = null; // the control of a tap that a second may follow
let single = 0;

const tapped = (el) => {
  const again = first === el;
  clearTimeout(single);
  first = again ? null : el;
  if (again) act(el, "double");
  else {
    single = setTimeout(() => {
      first = null;
      if (el.type === "submit" && el.isConnected) el.form?.requestSubmit(el);
    }, doubleIn);
  }
};

let held = null; // the control of a press that has acted: what the browser makes of it besides does nothing
let hold = 0;
let from = null;

const acted = (el) => {
  clearTimeout(hold);
  if (held === el) return;
  held = el;
  act(el, "long");
};

document.addEventListener("pointerdown", (ev) => {
  clearTimeout(hold);
  held = null;
  const el = ev.button === 0 && marked(ev, "long");
  from = ev;
  if (el) hold = setTimeout(acted, holdFor, el);
});
document.addEventListener("pointermove", (ev) => from && Math.hypot(ev.clientX - from.clientX, ev.clientY - from.clientY) > 10 && clearTimeout(hold));
for (const name of ["pointerup", "pointercancel", "scroll", "dragstart"]) document.addEventListener(name, () => clearTimeout(hold), true);

document.addEventListener("contextmenu", (ev) => {
  const el = marked(ev, "long");
  if (!el) return;
  ev.preventDefault();
  acted(el);
});

document.addEventListener("click", (ev) => {
  const el = marked(ev, "double") || marked(ev, "long");
  if (!el || !ev.detail) return; // a key, or a script
  if (held === el) held = null;
  else if (el.dataset.double) tapped(el);
  else return;
  ev.preventDefault();
  ev.stopImmediatePropagation();
}, true);

document.addEventListener("keydown", (ev) => {
  held = null;
  const el = ev.key === "Enter" && ev.shiftKey && marked(ev, "double");
  if (!el) return;
  ev.preventDefault();
  if (!ev.repeat) act(el, "double");
}, true);
