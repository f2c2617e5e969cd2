// Drawers: the browser opens and closes them; here the focus stays in one that is open, and what leads elsewhere closes it.

const openDrawer = () => document.querySelector(".u-drawer:popover-open");

document.addEventListener("toggle", (ev) => {
  if (ev.newState === "open" && ev.target.classList.contains("u-drawer")) ev.target.querySelector("button").focus();
}, true);

document.addEventListener("click", (ev) => {
  const drawer = openDrawer();
  if (drawer && drawer.contains(ev.target) && ev.target.closest("a[href], button[type=submit]")) drawer.hidePopover();
});

document.addEventListener("keydown", (ev) => {
  const drawer = ev.key === "Tab" && openDrawer();
  if (!drawer) return;
  const stops = Array.from(drawer.querySelectorAll("a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary"))
    .filter((stop) => stop.checkVisibility());
  const edge = ev.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge && drawer.contains(document.activeElement)) return;
  ev.preventDefault();
  (ev.shiftKey ? stops.at(-1) : stops[0]).focus();
});
