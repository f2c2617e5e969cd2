// What stands round a text that somebody types: a count of its characters, how hard a password is to guess, and lines that grow with it.

let counting = 0;
const count = (el, said) => {
  const note = document.getElementById("w-" + el.name + "-count");
  const used = Array.from(el.value).length;
  note.firstElementChild.textContent = used + " / " + note.dataset.most;
  note.toggleAttribute("data-over", used > note.dataset.most);
  clearTimeout(counting); // told after a pause, and where it is getting close
  const tell = () => (note.lastElementChild.textContent = note.dataset.says.replace("{used}", used));
  if (!said || used < 0.8 * note.dataset.most) return;
  counting = setTimeout(tell, 1000);
};

// The passwords that are tried first, whatever their case, the digits and signs behind them and letters written as digits.
const common = new Set(("password passwort passw0rd motdepasse contraseña admin administrator welcome willkommen hallo hello login letmein master secret geheim " +
  "qwerty qwertz azerty qwertyuiop asdf asdfgh asdfghjkl yxcvbnm zxcvbnm qazwsx abc abcdef abcd iloveyou ichliebedich monkey dragon football fussball baseball sunshine " +
  "princess prinzessin flower schatz shadow superman batman michael daniel thomas charlie jordan jennifer jessica ashley summer sommer winter spring autumn freedom " +
  "whatever starwars trustno computer internet pokemon cheese chocolate killer pepper ginger hunter cookie test guest user root changeme default access love").split(" "));
const asLetters = { 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t", "@": "a", $: "s", "!": "i" };

const plainly = (text) => {
  const small = text.toLowerCase().replace(/^[\d\W_]+|[\d\W_]+$/gu, "");
  return [small, small.replace(/[013457@$!]/g, (c) => asLetters[c])].filter((word) => word.length > 2);
};

// steps are the characters that do not just go on from the two before, as in aaa or 123.
const steps = (text) => Array.from(text).filter((c, i, all) => {
  const by = (at) => all[at].codePointAt(0) - all[at - 1].codePointAt(0);
  return i < 2 || Math.abs(by(i)) > 1 || by(i) !== by(i - 1);
});

// bits is an honest guess at the work of guessing: a word is one of a list, the rest what its kinds of characters allow. near are words that
// somebody would try first, such as the user name.
const bits = (text, near) => {
  const known = (word) => common.has(word.toLowerCase()) || near.some((other) => other.includes(word.toLowerCase()));
  if (plainly(text).some(known)) return 8;
  let sum = 0;
  const rest = text.replace(/\p{Lu}?\p{Ll}{3,}/gu, (word) => {
    sum += known(word) ? 4 : Math.min(14 + 3 * Math.max(0, word.length - 8), 4.7 * steps(word).length);
    return "";
  });
  const kinds = [[/[a-z]/, 26], [/[A-Z]/, 26], [/\d/, 10], [/[ -/:-@[-`{-~]/, 33], [/[^ -~]/, 60]];
  return sum + steps(rest).length * Math.log2(kinds.reduce((size, [kind, more]) => size + (kind.test(rest) ? more : 0), 0) || 1);
};

const strength = (el) => {
  const note = document.querySelector(`[data-of="${CSS.escape(el.id)}"]`);
  if (!note) return;
  const eyed = (other) => other.parentElement.querySelector("[data-eye]"); // its repetition is a password as well, also while it is shown
  const near = Array.from(el.form?.elements || [], (other) => (other !== el && /^(text|email)$/.test(other.type) && !eyed(other) ? other.value.toLowerCase().split("@")[0] : "")).filter((word) => word.length > 2);
  const b = bits(el.value, near);
  const level = b < 36 ? 1 : b < 52 ? 2 : b < 70 ? 3 : 4;
  note.hidden = !el.value;
  note.dataset.level = level;
  const word = note.lastElementChild.lastElementChild;
  const text = el.value ? note.getAttribute("data-" + level) : "";
  if (word.textContent !== text) word.textContent = text;
};

const grows = CSS.supports("field-sizing", "content"); // by itself, and from the first time that it is drawn

const grow = (el) => {
  if (grows) return;
  el.style.blockSize = "auto";
  if (el.scrollHeight) el.style.blockSize = el.scrollHeight + "px";
};

const around = (el, said) => {
  if (document.getElementById("w-" + el.name + "-count")) count(el, said);
  strength(el);
  if (el.matches("[data-grows]")) grow(el);
};

document.addEventListener("input", (ev) => ev.target.matches?.("input, textarea") && around(ev.target, true));
onDrawn.push(() => {
  for (const note of document.querySelectorAll(".u-count, .u-strength, [data-grows]")) {
    const el = note.matches("textarea") ? note : document.getElementById(note.dataset.of || note.id.replace(/-count$/, ""));
    if (el) around(el);
  }
});
