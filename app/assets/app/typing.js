// What waits for a pause in typing, and what empties an input.

const told = new WeakMap(); // what each input has told of last
let lull = 0;

const tellChange = (el) => {
  clearTimeout(lull);
  if (!el.dataset.change || !el.isConnected || !el.form || !isEvent(el.form) || (el.dataset.typing && told.get(el) === el.value) || (isFiles(el) && amissFiles(el))) return;
  told.set(el, el.value);
  send(el.form, null, el, "change");
};

const lulls = (el) => {
  clearTimeout(lull);
  lull = setTimeout(() => tellChange(el), Number(el.dataset.typing));
};

document.addEventListener("input", (ev) => {
  const el = ev.target;
  if (!el.dataset?.typing) return;
  clearTimeout(lull);
  if (!ev.isComposing) lulls(el);
});
document.addEventListener("compositionend", (ev) => ev.target.dataset?.typing && lulls(ev.target));
document.addEventListener("submit", () => clearTimeout(lull)); // what was typed goes along

document.addEventListener("click", (ev) => {
  const button = ev.target instanceof Element && ev.target.closest("[data-clear]");
  const input = button && document.getElementById(button.getAttribute("aria-controls"));
  if (!input) return;
  input.value = "";
  input.focus();
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
});
