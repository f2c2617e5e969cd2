// A pin code holds digits alone, of any script, and as many as it has boxes. The last one may send the form, or an event.

const pins = new WeakMap(); // what each was complete with

const complete = (el) => {
  if (el.value.length !== Number(el.dataset.pin) || pins.get(el) === el.value) return;
  pins.set(el, el.value);
  if (el.dataset.complete) send(el.form, null, el, "complete");
  else if ("submit" in el.dataset) el.form.requestSubmit(el.form.querySelector("[type=submit]"));
};

const pinned = (el) => {
  if (!el.dataset?.pin) return;
  const digits = el.value.replace(/\P{Nd}/gu, "").slice(0, el.dataset.pin);
  if (digits !== el.value) el.value = digits;
  if (digits.length < el.dataset.pin) pins.delete(el);
  complete(el);
};

document.addEventListener("input", (ev) => ev.isComposing || pinned(ev.target));
document.addEventListener("compositionend", (ev) => pinned(ev.target));
