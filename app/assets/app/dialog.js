// Dialogs of flows that wait for an answer, and waits.

let asked = ""; // the id of what had the focus when the dialog came
let pause = 0; // the timer of a wait

const dialogs = () => {
  const dialog = document.querySelector("dialog[data-ask]");
  if (!dialog) {
    if (asked && document.activeElement === document.body) document.getElementById(asked)?.focus();
    asked = "";
  } else if (!dialog.matches(":modal")) {
    dialog.close();
    dialog.showModal();
  } else dialog.querySelector("[autofocus]")?.focus();
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
document.addEventListener("cancel", (ev) => {
  const dialog = ev.target instanceof Element && ev.target.closest("dialog[data-ask]");
  if (!dialog) return;
  ev.preventDefault();
  (dialog.querySelector("button[value=no]") || dialog.querySelector("button[class~=u-btn]"))?.click();
}, true);

onDrawn.push(dialogs);
