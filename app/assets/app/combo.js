// A dropdown with a search: a combobox beside the select, which stays what is sent and what the rules look at. Typing finds options, arrows go
// through them, Enter takes one, Escape puts back what was chosen.

const plainText = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const comboOf = (select) => document.getElementById(select.id + "-combo");
const selectOf = (combo) => document.getElementById(combo.id.replace(/-combo$/, ""));
const optionsOf = (combo) => document.getElementById(combo.getAttribute("aria-controls"));
const labelOf = (select) => (select.value && select.selectedOptions[0]?.label) || "";
const isCombo = (el) => el instanceof Element && el.matches(".u-combo");
const mostShown = 200;
let sought = null; // what the open list shows, which a drawing by itself takes away: the id of its combobox, both texts, and the row gone to

const comboRow = (select, option, at) => {
  const row = document.createElement("div");
  row.id = `${select.id}-option-${at}`;
  row.role = "option";
  row.className = "u-opt";
  row.textContent = option.label;
  row.dataset.at = option.index;
  row.setAttribute("aria-selected", String(option.selected));
  return row;
};

// fillList shows the options that have what was typed in them, under their headings. What only says that nothing is chosen is none of them.
const fillList = (combo, text) => {
  const [select, list] = [selectOf(combo), optionsOf(combo)];
  const wanted = plainText(bare(text));
  const found = Array.from(select.options).filter((o) => !o.disabled && !("hint" in o.dataset) && (o.value || !wanted) && plainText(o.label).includes(wanted)).slice(0, mostShown);
  const groups = new Map();
  list.replaceChildren();
  found.forEach((option, at) => {
    const heading = option.parentElement.label;
    let into = list;
    if (heading) {
      into = groups.get(heading) || list.appendChild(Object.assign(document.createElement("div"), { role: "group", ariaLabel: heading }));
      if (!groups.has(heading)) into.append(Object.assign(document.createElement("div"), { className: "u-opt-group", ariaHidden: "true", textContent: heading }));
      groups.set(heading, into);
    }
    into.append(comboRow(select, option, at));
  });
  const none = list.nextElementSibling;
  none.textContent = found.length ? "" : none.dataset.none;
};

const comboRows = (combo) => Array.from(optionsOf(combo).querySelectorAll("[role=option]"));
const activeRow = (combo) => document.getElementById(combo.getAttribute("aria-activedescendant") || "-");

const goTo = (combo, row) => {
  activeRow(combo)?.removeAttribute("data-active");
  if (sought) sought.row = row?.textContent;
  row?.setAttribute("data-active", "");
  row?.scrollIntoView({ block: "nearest" });
  if (row) combo.setAttribute("aria-activedescendant", row.id);
  else combo.removeAttribute("aria-activedescendant");
};

const openList = (combo, text = "") => {
  sought = { id: combo.id, value: combo.value, text };
  fillList(combo, text);
  const list = optionsOf(combo);
  list.hidden = !comboRows(combo).length;
  combo.setAttribute("aria-expanded", String(!list.hidden));
  list.toggleAttribute("data-up", combo.getBoundingClientRect().bottom + list.offsetHeight > innerHeight && combo.getBoundingClientRect().top > list.offsetHeight);
  goTo(combo, null);
};

const closeList = (combo) => {
  optionsOf(combo).hidden = true;
  optionsOf(combo).nextElementSibling.textContent = "";
  combo.setAttribute("aria-expanded", "false");
  goTo(combo, null);
  sought = null;
};

// relist shows the list as it was before a drawing.
const relist = (combo) => {
  const { value, text, row } = sought;
  if (combo.value !== value) combo.value = value;
  openList(combo, text);
  if (row) goTo(combo, comboRows(combo).find((other) => other.textContent === row));
};

// pick chooses an option, and tells it as a select would.
const pick = (combo, option) => {
  const select = selectOf(combo);
  const other = option && !option.selected;
  if (other) option.selected = true;
  combo.value = labelOf(select);
  closeList(combo);
  if (other) for (const name of ["input", "change"]) select.dispatchEvent(new Event(name, { bubbles: true }));
};

// settle ends what was typed: an option of just this name is taken, nothing takes the choice back where it may be, all else is put back.
const settle = (combo) => {
  const select = selectOf(combo);
  const text = plainText(bare(combo.value));
  const same = Array.from(select.options).filter((o) => (text ? o.value && plainText(o.label) === text : !o.value));
  pick(combo, text === plainText(labelOf(select)) ? null : same.length === 1 ? same[0] : null);
};

const comboKeys = {
  ArrowDown: (combo, open, rows, at) => goTo(combo, rows[(at + 1) % rows.length]),
  ArrowUp: (combo, open, rows, at) => goTo(combo, rows.at(at < 0 ? -1 : at - 1)),
  PageDown: (combo, open, rows, at) => goTo(combo, rows[Math.min(at + 8, rows.length - 1)]),
  PageUp: (combo, open, rows, at) => goTo(combo, rows[Math.max(at - 8, 0)]),
};

document.addEventListener("keydown", (ev) => {
  const combo = ev.target;
  if (!isCombo(combo) || ev.isComposing) return;
  const open = !optionsOf(combo).hidden;
  if (comboKeys[ev.key]) {
    ev.preventDefault();
    if (!open) openList(combo);
    if (ev.altKey) return;
    const rows = comboRows(combo);
    const at = rows.indexOf(activeRow(combo) || (open ? null : rows.find((row) => row.getAttribute("aria-selected") === "true")));
    comboKeys[ev.key](combo, open, rows, open || at < 0 ? at : at - (ev.key === "ArrowDown" ? 1 : ev.key === "ArrowUp" ? -1 : 0));
  } else if (ev.key === "Enter" && !open) {
    settle(combo);
  } else if (ev.key === "Enter") {
    ev.preventDefault();
    const row = activeRow(combo);
    if (row) pick(combo, selectOf(combo).options[row.dataset.at]);
    else settle(combo);
  } else if (ev.key === "Escape" && (open || combo.value !== labelOf(selectOf(combo)))) {
    ev.preventDefault();
    ev.stopPropagation();
    combo.value = labelOf(selectOf(combo));
    closeList(combo);
  }
}, true);

document.addEventListener("input", (ev) => isCombo(ev.target) && openList(ev.target, ev.target.value));

document.addEventListener("click", (ev) => {
  if (isCombo(ev.target) && optionsOf(ev.target).hidden) openList(ev.target);
  const row = ev.target instanceof Element && ev.target.closest(".u-opt");
  if (row) {
    const combo = row.closest(".u-select").querySelector(".u-combo");
    pick(combo, selectOf(combo).options[row.dataset.at]);
    combo.focus();
  }
});
document.addEventListener("mousedown", (ev) => ev.target instanceof Element && ev.target.closest(".u-options") && ev.preventDefault()); // the focus stays

// Who comes to the select, by its label or a link to it, comes to the combobox; the rules hear of both coming and going.
document.addEventListener("focusin", (ev) => {
  const el = ev.target;
  if (el instanceof Element && el.matches("[data-search]")) comboOf(el).focus();
  else if (isCombo(el)) {
    el.select();
    selectOf(el).dispatchEvent(new CustomEvent("combofocus", { bubbles: true }));
  }
});
document.addEventListener("focusout", (ev) => {
  if (!isCombo(ev.target)) return;
  settle(ev.target);
  selectOf(ev.target).dispatchEvent(new CustomEvent("comboleft", { bubbles: true }));
});

const mirrored = (select) => {
  for (const name of ["aria-invalid", "aria-describedby"]) {
    const value = select.getAttribute(name);
    if (value) comboOf(select).setAttribute(name, value);
    else comboOf(select).removeAttribute(name);
  }
};
const mirrors = new MutationObserver((all) => all.forEach(({ target }) => target.isConnected && mirrored(target)));

onDrawn.push(() => {
  for (const select of document.querySelectorAll("[data-search]")) {
    const combo = comboOf(select);
    select.tabIndex = -1;
    select.ariaHidden = "true";
    mirrored(select);
    mirrors.observe(select, { attributeFilter: ["aria-invalid", "aria-describedby"] });
    if (combo === document.activeElement && sought?.id === combo.id) relist(combo);
    else combo.value = labelOf(select);
  }
});
