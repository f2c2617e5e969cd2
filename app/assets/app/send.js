// Sending.

const target = (form) => new URL(form.getAttribute("action") || location.href, location.href);

const isEvent = (form) =>
  (form.getAttribute("method") || "").toLowerCase() === "post" && !form.hasAttribute("data-plain") && target(form).origin === location.origin;

// fields are those of the form that is sent and, behind them, the other fields of the page.
const fields = (form, button) => {
  const data = button ? new FormData(form, button) : new FormData(form);
  const own = new Set(Array.from(form.elements, (el) => el.name));
  for (const el of document.querySelectorAll("input[name], select[name], textarea[name]")) {
    if (own.has(el.name) || el.disabled || el.name.startsWith("_") || el.type === "file") continue;
    if ((el.type === "checkbox" || el.type === "radio") && !el.checked) continue;
    data.append(el.name, el.value);
  }
  return new URLSearchParams(Array.from(data).filter(([, v]) => typeof v === "string"));
};

const busy = (el, on) => {
  if (!el) return;
  if (el.name === "_again" || el.name === "_more") el.closest(".u-list")?.toggleAttribute("data-asking", on);
  el.toggleAttribute("data-busy", on);
  if (on) el.setAttribute("aria-busy", "true");
  else el.removeAttribute("aria-busy");
};

// send sends a form: as a button does, or with the event that an element has under a name. That is read when it is sent, for a drawing in between
// brings others.
const send = async (form, button, from, name) => {
  if (sending) { // the second of a double click is dropped; what somebody sends while a change is told of is not
    if (from ? !waiting || waiting[2] : telling) waiting = [form, button, from, name];
    return;
  }
  sending = true;
  telling = !!from;
  sent++;
  busy(button, true);
  if (!form.closest("[data-wait]") && !(button || document.activeElement)?.closest("dialog") && !button?.dataset.near) asked = (button || document.activeElement)?.id || "";
  const quiet = !!from?.dataset.timer; // nobody has done anything
  const body = fields(form, button);
  if (from) body.set("_event", from.dataset[name] || "");
  try {
    const files = withFiles(form) && (!from || isFiles(from)); // a change elsewhere sends no files
    const headers = { "X-Usher": "1", ...(quiet && { "X-Usher-Live": "1" }) };
    await share(async () => {
      const res = await (files ? upload(form, body) : fetch(target(form), { method: "POST", body, headers, credentials: "same-origin" }));
      button?.closest(".u-snack")?.remove();
      if (!quiet || res.status < 500) await draw(res, "", 0, quiet);
    });
    launch();
    if (login()) tell("drawn", login());
  } catch (fault) {
    if (!quiet) offline(fault);
  } finally {
    busy(button, false);
    sending = false;
  }
  if (waiting) {
    const next = waiting;
    waiting = null;
    if (next[0].isConnected && (!next[2] || next[2].isConnected)) send(...next);
  } else follow();
};

// visit opens an address that the history already shows.
const visit = async (url, y) => {
  try {
    await draw(await fetch(url, { headers: { "X-Usher": "1" }, credentials: "same-origin" }), "none", y);
  } catch {
    location.reload();
  }
};
