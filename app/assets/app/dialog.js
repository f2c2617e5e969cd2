// Dialogs of flows that wait for an answer, and waits.

let asked = ""; // the id of what had the focus when the dialog came
let pause = 0; // the timer of a wait

const dialogs = () => {
  const all = document.querySelectorAll("dialog[data-over], dialog[data-ask]");
  if (!all.length) {
    if (asked && document.activeElement === document.body) document.getElementById(asked)?.focus();
    asked = "";
  }
  for (const dialog of all) {
    if (!dialog.matches(":modal")) {
      dialog.close();
      dialog.showModal();
    } else if (dialog.hasAttribute("data-ask") || !dialog.contains(document.activeElement)) dialog.querySelector("[autofocus]")?.focus();
  }
  clearTimeout(pause);
  const wait = document.querySelector("[data-wait]");
  if (wait) pause = setTimeout(goOn, Number(wait.dataset.wait), wait);
};

// goOn sends the answer of a wait once nothing else is on its way.
const goOn = (wait) => {
  if (!wait.isConnected) return;
  if (sending) pause = setTimeout(goOn, 100, wait);
  else send(wait.querySelector("form"), wait.querySelector("button[class~=u-btn]"));
};

// Escape says no; where there is nothing to say no to, it closes.
const putAway = (dialog) => {
  if (dialog.hasAttribute("data-over")) dialog.querySelector("button[name=_close]")?.click();
  else (dialog.querySelector("button[value=no]") || dialog.querySelector("button[class~=u-btn]"))?.click();
};

document.addEventListener("cancel", (ev) => {
  if (!(ev.target instanceof Element) || !ev.target.matches("dialog[data-ask], dialog[data-over]")) return;
  ev.preventDefault();
  putAway(ev.target);
}, true);

// A browser closes a dialog by itself when Escape is pressed again and again. What the page behind it waits for stays open until it is answered.
document.addEventListener("close", (ev) => {
  const dialog = ev.target;
  if (dialog instanceof Element && dialog.matches("dialog[data-ask], dialog[data-over]") && dialog.isConnected && !dialog.open) dialog.showModal();
}, true);

// A press beside a dialog of the page closes it; one that began in it, such as the choice of a text, does not.
let outside = false;
document.addEventListener("pointerdown", (ev) => {
  const box = ev.target instanceof Element && ev.target.matches("dialog[data-over]") && ev.target.getBoundingClientRect();
  outside = box && (ev.clientX < box.left || ev.clientX > box.right || ev.clientY < box.top || ev.clientY > box.bottom);
});
document.addEventListener("click", (ev) => {
  if (outside && ev.target instanceof Element && ev.target.matches("dialog[data-over]")) putAway(ev.target);
});

onDrawn.push(dialogs);
