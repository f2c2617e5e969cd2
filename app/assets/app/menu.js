// Menus: one open at a time; Escape and a click elsewhere close it, arrows go through it.

const openMenu = () => document.querySelector("details[data-menu][open]");

document.addEventListener("click", (ev) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(ev.target) || ev.target.closest(".u-menu-list a, .u-menu-list button")) menu.open = false;
  }
});

document.addEventListener("keydown", (ev) => {
  const menu = ev.target instanceof Element && (ev.target.closest("details[data-menu]") || (ev.key === "Escape" && openMenu()));
  if (!menu) return;
  const items = Array.from(menu.querySelectorAll(".u-menu-list a[href], .u-menu-list button:not(:disabled)"));
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[ev.key];
  if (ev.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (to !== undefined && (menu.open || ev.key === "ArrowDown")) {
    menu.open = true;
    items[(to + items.length) % items.length]?.focus();
  } else return;
  ev.preventDefault();
});
