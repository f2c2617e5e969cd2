// Snack bars.

let timers = [];

const ready = () => {
  timers.forEach(clearTimeout);
  timers = Array.from(document.querySelectorAll(".u-snack:not([data-clip])"), (el) => setTimeout(() => fade(el), stays(el)));
};

const stays = (el) => Number(el.dataset.for) || (el.matches(".u-error, :has(.u-snack-act)") ? 10000 : 6000);

const fade = (el) => {
  if (el.matches(":hover, :focus-within")) timers.push(setTimeout(() => fade(el), 2000));
  else leave(el);
};

const leave = (el) => {
  el.setAttribute("data-leaving", "");
  setTimeout(() => el.remove(), 250);
};

const offline = (fault) => {
  console.warn("usher:", fault);
  const place = document.getElementById("u-notices") || document.body;
  place.querySelector("[data-offline]")?.remove();
  const el = document.createElement("div");
  el.className = "u-snack u-error";
  el.setAttribute("role", "alert");
  el.setAttribute("data-offline", "");
  const text = document.createElement("p");
  text.textContent = document.body.dataset.offline || "";
  const close = Object.assign(document.createElement("button"), { type: "button", className: "u-snack-x", textContent: "×" });
  close.setAttribute("data-dismiss", "");
  close.setAttribute("aria-label", document.body.dataset.close || "×");
  el.append(text, close);
  place.append(el);
  ready();
};

onDrawn.push(ready);

document.addEventListener("click", (ev) => {
  const bar = ev.target instanceof Element && ev.target.closest("[data-dismiss]")?.closest(".u-snack");
  if (bar) leave(bar);
});
