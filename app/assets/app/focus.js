// Inputs that tell when somebody comes to them and leaves them. A drawing, or a look at another window, is neither.

let within = null; // the key of the input in which the focus is, as told, and the body that it stands in
let withinBody = null;

const tellFocus = (el, name) => {
  const form = document.activeElement?.form || el.querySelector("input, select, textarea, button")?.form;
  if (el.dataset[name] && form && isEvent(form)) send(form, null, el, name);
};

const about = (el) => el instanceof Element && el.closest("[data-focus], [data-blur]");
const keyOf = (el) => el.querySelector("input[name], select[name], textarea[name]")?.name || "";

document.addEventListener("focusin", (ev) => {
  const el = about(ev.target);
  if (!el || (keyOf(el) === within && withinBody === document.body)) return;
  within = keyOf(el);
  withinBody = document.body;
  tellFocus(el, "focus");
});

document.addEventListener("focusout", (ev) => {
  const el = about(ev.target);
  if (!el || !document.hasFocus() || drawing || el.contains(ev.relatedTarget)) return;
  within = null;
  tellFocus(el, "blur");
});
