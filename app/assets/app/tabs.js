// Tabs: the arrow keys go from one to the next, Home and End to the first and the last; Enter shows the one that has the focus.

document.addEventListener("keydown", (ev) => {
  const tab = ev.target instanceof Element && ev.target.closest("[role=tab]");
  if (!tab || ev.altKey || ev.ctrlKey || ev.metaKey) return;
  const all = Array.from(tab.parentElement.querySelectorAll("[role=tab]"));
  const step = getComputedStyle(tab).direction === "rtl" ? -1 : 1;
  const at = all.indexOf(tab);
  const to = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: all.length - 1 }[ev.key];
  if (to === undefined) return;
  ev.preventDefault();
  all[(to + all.length) % all.length].focus();
});
