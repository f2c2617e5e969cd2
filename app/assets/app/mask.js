// What is typed into an input with a mask takes its form: 0 is a digit, a a letter, A a capital, * a digit or a letter, anything else itself.
// The server does the same (project/input_mask.go).

const letterOf = /\p{L}/u;
const digitOf = /\p{Nd}/u;
const stroke = (c) => !letterOf.test(c) && !digitOf.test(c);

const slotsOf = (mask) => {
  const slots = [];
  let itself = false;
  for (const c of mask) {
    if (!itself && c === "\\") {
      itself = true;
      continue;
    }
    slots.push(!itself && "0aA*".includes(c) ? { kind: c } : { self: c });
    itself = false;
  }
  return slots;
};

// taken is what a slot makes of a character, nothing when it has no place there.
const taken = (kind, c) => {
  if (digitOf.test(c)) return kind === "0" || kind === "*" ? digit(c) : undefined;
  if (!letterOf.test(c) || kind === "0") return undefined;
  const capital = kind === "A" ? c.toUpperCase() : c;
  return Array.from(capital).length === 1 ? capital : c; // ß has none of one letter
};

// fill puts a text into slots: what it has become, what the mask has behind that as far as it was typed or is the end (tail), whether that is
// all of the mask, and whether all of the text has found a place.
const fill = (slots, text, known) => {
  const left = Array.from(text);
  let out = "";
  let tail = ""; // what the mask has before the next character that somebody types
  let met = ""; // as much of that as was typed
  for (const { kind, self } of slots) {
    while (left.length && stroke(left[0]) && left[0] !== self) left.shift();
    if (!kind) {
      tail += self;
      if (left.length && left[0] === self && (known || stroke(self))) {
        met = tail;
        left.shift();
      }
      continue;
    }
    const c = left.length ? taken(kind, left[0]) : undefined;
    if (c === undefined) return { out, tail: met, whole: false, placed: !left.length };
    out += tail + c;
    tail = "";
    met = "";
    left.shift();
  }
  return { out, tail, whole: true, placed: left.every(stroke) };
};

const bareText = (text) => !Array.from(text).some(stroke);

// masked is a text in the form of a mask, as the server reads it: undefined when it does not fit.
const masked = (mask, text) => {
  const slots = slotsOf(mask);
  const ways = [fill(slots, text, true)];
  if (bareText(text)) ways.push(fill(slots, text, false)); // the 1 of +1 000 may be somebody's own
  const fits = ways.find(({ whole, placed }) => whole && placed);
  return fits && fits.out + fits.tail;
};

// fitted is what has been typed so far in the form of the mask.
const fitted = (mask, text) => {
  const first = fill(slotsOf(mask), text, true);
  return first.placed ? first : fill(slotsOf(mask), text, false);
};

// places counts the characters of a text that are no strokes.
const places = (text) => Array.from(text).filter((c) => !stroke(c)).length;

// caretAfter is where so many characters that are no strokes have gone by.
const caretAfter = (text, count, over) => {
  let at = 0;
  for (const c of text) {
    if (!count && !(over && stroke(c))) break;
    if (!stroke(c)) count--;
    at += c.length;
  }
  return at;
};

// formed gives what stands in an input the form of its mask, the caret staying behind the same character. One key that has no place is
// dropped; what was pasted and does not fit stays as it is, and is told.
const formed = (el, how = "", data) => {
  const mask = el.dataset.mask;
  const { value, selectionStart: caret } = el;
  const end = caret === value.length;
  let kept = value;
  let at = caret;
  if (!fitted(mask, value).placed && masked(mask, value) === undefined) {
    if (how !== "insertText" || Array.from(data || "").length !== 1) return;
    at = caret - data.length;
    kept = value.slice(0, at) + value.slice(caret);
  }
  const { out, tail, placed } = fitted(mask, kept);
  const given = how.startsWith("delete") || how === "insertText" ? undefined : masked(mask, kept); // by the browser, or pasted
  const text = given ?? (placed ? out + (how.startsWith("delete") ? "" : tail) : kept);
  const stops = places(kept.slice(0, at));
  if (text !== value) el.value = text;
  if (document.activeElement !== el) return;
  const to = end && kept === value ? text.length : caretAfter(text, stops, how === "deleteContentForward");
  el.setSelectionRange(to, to);
};

const maskInput = (ev) => ev.target.dataset?.mask && formed(ev.target, ev.inputType, ev.data);
document.addEventListener("input", (ev) => ev.isComposing || maskInput(ev));
document.addEventListener("compositionend", maskInput);
