// An input of a form that somebody has tried to send is checked when it is left: by the rules and with the sentences that the server has
// drawn. What only the server can check, it says when the form is sent.

const tried = new WeakSet();

const email = /^[^\s@<>()[\],;:\\"]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u;
const beyond = (text, limit) => (Number.isFinite(Number(limit)) ? Number(text) - Number(limit) : text < limit ? -1 : Number(text > limit));

const holds = {
  email: (text) => email.test(text.trim()),
  url: (text) => /^https?:\/\/[^/]/i.test(text.trim()),
  minLength: (text, limit) => Array.from(text).length >= limit,
  maxLength: (text, limit) => Array.from(text).length <= limit,
  pattern: (text, limit) => {
    try {
      return new RegExp("^(?:" + limit + ")$", "u").test(text);
    } catch {
      return true; // the server knows more of patterns
    }
  },
  digits: (text, limit) => /^\p{Nd}+$/u.test(text) && text.length === Number(limit),
  minCount: (text, limit) => text.split("\n").length >= limit,
  maxCount: (text, limit) => text.split("\n").length <= limit,
  sameAs: (text, limit) => text === document.getElementById("w-" + limit)?.value,
  number: (text) => Number.isFinite(Number(text)),
  integer: (text) => Number.isInteger(Number(text)),
  min: (text, limit) => beyond(text, limit) >= 0,
  max: (text, limit) => beyond(text, limit) <= 0,
};

const typed = (el) => {
  const many = el.closest("[data-many]");
  if (many) return Array.from(many.querySelectorAll(":checked"), (box) => box.value).join("\n");
  if (el.type === "radio") return document.querySelector(`input[name="${CSS.escape(el.name)}"]:checked`)?.value || "";
  if (isFiles(el)) return Array.from(el.files, (f) => f.name).join();
  return el.type === "checkbox" ? (el.checked ? "on" : "") : el.value;
};

// amiss is the sentence of the first rule that does not hold.
const amiss = (el) => {
  if (isFiles(el) && amissFiles(el)) return amissFiles(el);
  const text = typed(el);
  for (const [rule, limit, sentence] of JSON.parse(el.closest("[data-rules]").dataset.rules)) {
    if (rule === "required" ? !text.trim() : (text.trim() || rule === "sameAs") && !(holds[rule]?.(text, limit) ?? true)) return sentence;
  }
  return el.validity.badInput ? el.validationMessage : "";
};

// judge shows what is wrong with an input, or takes it back.
const judge = (el) => {
  const marked = el.closest("[data-rules]");
  const field = el.closest(".u-field");
  const template = document.getElementById("u-wrong");
  if (!field || !template || el.disabled) return;
  const id = "w-" + el.name + "-error";
  const sentence = amiss(el);
  const described = new Set((marked.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
  let note = document.getElementById(id);
  if (!sentence) {
    note?.remove();
    described.delete(id);
    marked.removeAttribute("aria-invalid");
  } else {
    if (!note) {
      note = template.content.firstElementChild.cloneNode(true);
      note.id = id;
      field.append(note);
    }
    if (note.lastElementChild.textContent !== sentence) note.lastElementChild.textContent = sentence;
    described.add(id);
    marked.setAttribute("aria-invalid", "true");
  }
  if (described.size) marked.setAttribute("aria-describedby", Array.from(described).join(" "));
  else marked.removeAttribute("aria-describedby");
};

const ruled = (el) => el instanceof Element && el.matches("input, select, textarea") && el.form && el.closest("[data-rules]");

// The browser stops a form before it is sent: its bubble gives way to our sentence, and the first such input has the focus.
document.addEventListener("invalid", (ev) => {
  const el = ev.target;
  if (!ruled(el) || !document.getElementById("u-wrong")) return;
  ev.preventDefault();
  judge(el);
  if (!tried.has(el.form) || !el.form.contains(document.activeElement) || !document.activeElement.matches("[aria-invalid=true]")) el.focus();
  tried.add(el.form);
}, true);

// What the browser does not know of, such as the same password twice, stops the form as well.
document.addEventListener("submit", (ev) => {
  tried.add(ev.target);
  if (ev.submitter?.formNoValidate) return;
  const wrong = Array.from(ev.target.elements).filter((el) => ruled(el) && !el.disabled && amiss(el));
  if (!wrong.length || !document.getElementById("u-wrong")) return;
  ev.preventDefault();
  wrong.forEach(judge);
  wrong[0].focus();
}, true);

// What the server has said of a text stands until the text is another.
let came = ""; // what stood in the input when the focus came
document.addEventListener("focusin", (ev) => {
  if (ruled(ev.target)) came = typed(ev.target);
});
const left = (el) => {
  if (typed(el) !== came || amiss(el)) judge(el);
};

// A sentence that comes or goes moves what is below it: never under a finger that is about to press it.
let pressed = false;
document.addEventListener("pointerdown", () => (pressed = true), true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => (pressed = false), true);

document.addEventListener("focusout", (ev) => {
  const el = ev.target;
  if (!ruled(el) || !(tried.has(el.form) || el.form.querySelector("[aria-invalid=true]"))) return;
  if (!pressed) left(el);
  else if (typed(el) !== came || amiss(el)) document.addEventListener("pointerup", () => setTimeout(() => el.isConnected && judge(el)), { once: true });
});

// A choice that is put right is told at once; a text changes only when it is left.
document.addEventListener("change", (ev) => {
  const el = ev.target;
  if (ruled(el) && el.matches("select, [type=radio], [type=checkbox]") && el.closest("[aria-invalid=true]")) judge(el);
});
