// An input of a form that somebody has tried to send is checked when it is left: by the rules and with the sentences that the server has
// drawn. What only the server can check, it says when the form is sent.

const tried = new WeakSet();

// Texts are read as the server reads them: what counts as white space and as a digit is Unicode's word.
const bare = (text) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
const digit = (c) => {
  const at = c.codePointAt(0);
  let zero = at; // of each script, they stand in a row
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((at - zero) % 10);
};
const numberOf = (text, mark) => {
  const plain = bare(text).replace(/\p{Nd}/gu, digit).replaceAll("\u2212", "-").replaceAll(mark, ".");
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
};

const email = /^[^\p{Z}\u0000-\u0020\u007f-\u009f@<>()[\],;:\\"]+@[\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?(\.[\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u;
const address = /^https?:\/\/([^\p{Z}\u0000-\u0020\u007f-\u009f/?#@\\]+@)?(\[[0-9a-f:.]+\]|[\p{L}\p{M}\p{N}._~-]+)(:[0-9]{1,5})?([/?#](%[0-9a-f]{2}|[^\p{Z}\u0000-\u0020\u007f-\u009f%])*)?$/iu;

// Each rule is asked of what was entered: its text and, where it shall be one, its number.
const length = ({ text }) => Array.from(text).length;
const beyond = ({ text, n }, limit) => (n !== undefined ? n - Number(limit) : text.replace(/(:\d\d):00$/, "$1") < limit ? -1 : Number(text.replace(/(:\d\d):00$/, "$1") > limit));
const offStep = ({ n }, [step, from]) => {
  const k = (n - from) / step;
  return Math.abs(k - Math.round(k)) > 1e-9 * Math.max(1, Math.abs(k));
};

const holds = {
  email: ({ text }) => email.test(text) && new TextEncoder().encode(text).length <= 254,
  url: ({ text }) => address.test(text),
  mask: ({ text }, limit) => masked(limit, text) !== undefined,
  date: ({ text }) => /^\d{4}-\d\d-\d\d$/.test(text),
  time: ({ text }) => /^\d\d:\d\d(:\d\d)?$/.test(text),
  dateTime: ({ text }) => /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text),
  minLength: (it, limit) => length(it) >= limit,
  maxLength: (it, limit) => length(it) <= limit,
  pattern: ({ text }, limit) => {
    try {
      return new RegExp("^(?:" + limit + ")$", "u").test(text);
    } catch {
      return true; // a browser that knows less of patterns than ours
    }
  },
  digits: (it, limit) => /^\d+$/.test(it.text) && length(it) === Number(limit),
  minCount: ({ count }, limit) => count >= limit,
  maxCount: ({ count }, limit) => count <= limit,
  sameAs: (it, limit) => {
    const other = document.getElementById("w-" + limit);
    return Object.is(...[it, other ? entered(other) : { text: "" }].map((x) => x.n ?? x.text));
  },
  number: ({ n }) => Number.isFinite(n),
  integer: ({ n }) => Number.isInteger(n),
  step: (it, limit) => !offStep(it, limit.split(" ")),
  min: (it, limit) => beyond(it, limit) >= 0,
  max: (it, limit) => beyond(it, limit) <= 0,
};

const typed = (el) => {
  const many = el.closest("[data-many]");
  if (many) return Array.from(many.querySelectorAll(":checked"), (box) => box.value).join("\n");
  if (el.type === "radio") return document.querySelector(`input[name="${CSS.escape(el.name)}"]:checked`)?.value || "";
  if (isFiles(el)) return Array.from(el.files, (f) => f.name).join();
  return el.type === "checkbox" ? (el.checked ? "on" : "") : el.value;
};

const rulesOf = (el) => JSON.parse(el.closest("[data-rules]")?.dataset.rules || "[]");

// entered is what the server would read of an input.
const entered = (el) => {
  let text = typed(el);
  if (el.matches("[type=email], [type=url], [type=tel], [autocorrect=off]")) text = bare(text); // the last is a user name
  if (el.dataset.mask) text = masked(el.dataset.mask, text) ?? text;
  if (el.dataset.pin) text = text.replace(/[\p{White_Space}.\u00ad\u200b-]/gu, "").replace(/\p{Nd}/gu, digit);
  const number = rulesOf(el).find(([rule]) => rule === "number");
  if (number) text = bare(text);
  return { text, n: number && text ? numberOf(text, number[1]) : undefined, count: el.closest("[data-many]")?.querySelectorAll(":checked").length };
};

// amiss is the sentence of the first rule that does not hold.
const amiss = (el) => {
  if (isFiles(el) && amissFiles(el)) return amissFiles(el);
  const it = entered(el);
  const half = el.validity.badInput; // half a date: the browser keeps it to itself
  for (const [rule, limit, sentence] of rulesOf(el)) {
    if (half ? /^(date|time|dateTime)$/.test(rule) : rule === "required" ? !bare(it.text) : (it.text || rule === "sameAs") && !(holds[rule]?.(it, limit) ?? true)) return sentence;
  }
  return half ? el.validationMessage : "";
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

// The browser's own checks give way to these: it knows neither all rules nor the sentences, and refuses what the server takes, such as an
// address of which the part before the @ is no ASCII.
onDrawn.push(() => {
  for (const form of document.getElementById("u-wrong") ? document.forms : []) form.noValidate = Array.from(form.elements).some(ruled);
});

// What is wrong stops a form, and the first such input has the focus.
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
const cameTo = (ev) => {
  if (ruled(ev.target)) came = typed(ev.target);
};
for (const name of ["focusin", "combofocus"]) document.addEventListener(name, cameTo, true); // before a select hands the focus on
const left = (el) => {
  if (typed(el) !== came || amiss(el)) judge(el);
};

// A sentence that comes or goes moves what is below it: never under a finger that is about to press it.
let pressed = false;
document.addEventListener("pointerdown", () => (pressed = true), true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => (pressed = false), true);

const wentFrom = (ev) => {
  const el = ev.target;
  if (!ruled(el) || !(tried.has(el.form) || el.form.querySelector("[aria-invalid=true]"))) return;
  if (!pressed) left(el);
  else if (typed(el) !== came || amiss(el)) document.addEventListener("pointerup", () => setTimeout(() => el.isConnected && judge(el)), { once: true });
};
for (const name of ["focusout", "comboleft"]) document.addEventListener(name, wentFrom);

// A choice that is put right is told at once; a text changes only when it is left.
document.addEventListener("change", (ev) => {
  const el = ev.target;
  if (ruled(el) && el.matches("select, [type=radio], [type=checkbox]") && el.closest("[aria-invalid=true]")) judge(el);
});
