// The canvas of the studio: outlines, selection and inline text inside the frame. The studio lives on another origin and never
// touches this page; this script only says what was pointed at, and the studio alone turns that into edits.
//
// Every message is an object with `usher` (the launch nonce) and `type`. To the studio:
//   ready  {page, revision}                    the page has been drawn
//   rects  {rects: [{path, kind, rect}], slots: [{of, slot, rect}], scroll, view}   where each widget and each empty slot is, in CSS pixels of
//                                               the document, and what of it is in view; sent after each change
//   scroll {x, y}                               the page has been scrolled
//   drag   {path, x, y}                         a widget is dragged to a place of the window; drop {} ends it there, still {} nowhere
//   hover  {path, kind} · select {path, kind, add}   path "" means nothing; add: beside what is selected
//   menu   {path, kind, x, y}                   the menu of a widget is wanted, at a place of the window
//   text   {path, kind, text, was}              the text of a widget was edited in place
//   key    {key, ctrl, shift, alt}              a key that the studio may know: Delete, undo, arrows
// From the studio:
//   select {path, others}   outline this widget and bring it into view; the tabs that it stands in open. others are outlined as well
//   ask    {}       send the rects again
//   menu   {}       say where the menu of what is selected is to be: its key was pressed
//   mark   {rect, shape, name}   show where what is dragged would go: a line or a box with a name; without a rect nothing
//   as     {as}     draw it as for somebody who is logged "in" or "out", or "" as for those whom the page is for
//   free   {}       what is dragged is let go: Escape was pressed in the studio
//   roll   {by}     scroll the page by so many pixels
//   scale  {by}     how large the frame is drawn: names stay readable on a small one
//   mode   {mode}   draw light or dark, whatever the system says
//   refresh {}      fetch this page again and draw it in place: the files have changed
(() => {
  "use strict";

  const config = JSON.parse(document.querySelector('meta[name="usher-canvas"]')?.content || "null");
  if (!config || parent === window) return;

  const say = (type, data) => parent.postMessage({ usher: config.nonce, type, ...data }, config.origin);

  // --- outlines

  const outline = (color, width) => {
    const el = document.createElement("div");
    el.setAttribute("aria-hidden", "true");
    Object.assign(el.style, {
      position: "absolute", pointerEvents: "none", zIndex: "2147483000", boxSizing: "border-box", border: `${width}px solid ${color}`, borderRadius: "3px", display: "none",
    });
    document.documentElement.append(el);
    return el;
  };
  let larger = 1; // by how much outlines and names are, as the frame is drawn smaller
  const hoverBox = outline("rgba(99,102,241,.55)", 1);
  const pickBox = outline("rgb(99,102,241)", 2);
  const tagOn = (box, background) => {
    const tag = document.createElement("span");
    Object.assign(tag.style, {
      position: "absolute", left: "-2px", padding: "1px 6px", background, color: "#fff", font: "600 11px/16px system-ui, sans-serif", borderRadius: "3px", whiteSpace: "nowrap",
    });
    box.append(tag);
    return tag;
  };
  const tag = tagOn(pickBox, "rgb(79,70,229)");
  const hoverTag = tagOn(hoverBox, "rgb(91,97,120)");
  const otherBoxes = []; // of what is selected as well
  const markBox = outline("rgb(219,39,119)", 2);
  const markTag = tagOn(markBox, "rgb(190,24,93)");
  const sheet = new CSSStyleSheet(); // empty slots have a place to drop into
  sheet.replaceSync(`[data-slot] { box-sizing: border-box; flex: 1 1 auto; min-width: 72px; min-height: 48px; display: grid; place-items: center; border: 1.5px dashed rgb(99 102 241 / .55); border-radius: 8px; color: rgb(99 102 241); font: 12px system-ui, sans-serif; }
[data-slot]::before { content: "Empty: drop something here"; padding: 4px 8px; text-align: center; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  document.documentElement.style.scrollbarWidth = "none"; // a phone shows none, and the page is as wide as it will be there
  let hovered = "";
  let picked = "";
  let others = [];
  let editing = null;
  let overdue = false; // it was to be drawn anew while a text was edited
  let over = null; // what the pointer is over
  let pointed = null; // what was clicked last: of a widget that a list draws for each item, the copy beside it is meant

  const widget = (node) => (node instanceof Element ? node.closest("[data-path]") : null);
  const of = (path) => `[data-path="${CSS.escape(path)}"]`;
  const find = (path) => {
    if (!path) return null;
    for (let el = pointed; el; el = el.parentElement) {
      const near = el.matches(of(path)) ? el : el.querySelector(of(path));
      if (near) return near;
    }
    return document.querySelector(of(path));
  };

  // again finds, once the page was drawn anew, the copy of a widget that an element was.
  const again = (el) => {
    const path = el?.dataset.path;
    const copies = () => (path ? Array.from(document.querySelectorAll(of(path))) : []);
    const nth = copies().indexOf(el);
    return () => copies()[nth] ?? null;
  };

  const rectOf = (el) => {
    const r = el.getBoundingClientRect();
    return { x: Math.round(r.left + scrollX), y: Math.round(r.top + scrollY), w: Math.round(r.width), h: Math.round(r.height) };
  };

  const place = (box, el) => {
    if (!el) {
      box.style.display = "none";
      return;
    }
    const r = rectOf(el);
    Object.assign(box.style, { borderWidth: (box === hoverBox ? 1 : 2) * larger + "px", display: "block", left: r.x + "px", top: r.y + "px", width: r.w + "px", height: r.h + "px" });
  };

  const name = (label, el) => {
    label.textContent = el?.dataset.kind || "";
    const above = el && el.getBoundingClientRect().top > 20 * larger; // at the top of the window there is no room
    Object.assign(label.style, {
      top: above ? "-19px" : "auto", bottom: above ? "auto" : "-19px", transform: `scale(${larger})`, transformOrigin: above ? "left bottom" : "left top",
    });
  };

  const redraw = () => {
    const el = find(picked);
    const chosen = [el, ...others.map((path) => find(path))];
    const under = chosen.includes(over) ? null : over;
    place(hoverBox, under);
    name(hoverTag, under);
    place(pickBox, el);
    name(tag, el);
    while (otherBoxes.length < others.length) otherBoxes.push(outline("rgb(99,102,241)", 2));
    otherBoxes.forEach((box, i) => place(box, chosen[i + 1]));
  };

  const rects = () => {
    redraw();
    say("rects", {
      rects: Array.from(document.querySelectorAll("[data-path]"), (el) => ({ path: el.dataset.path, kind: el.dataset.kind || "", rect: rectOf(el) })),
      slots: Array.from(document.querySelectorAll("[data-slot]"), (el) => ({ of: el.dataset.of, slot: el.dataset.slot, rect: rectOf(el) })),
      scroll: { x: scrollX, y: scrollY },
      view: { w: innerWidth, h: innerHeight },
    });
  };

  let queued = false;
  const later = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      rects();
    });
  };

  const pick = (el, add) => {
    const path = el ? el.dataset.path : "";
    say("select", { path, kind: el?.dataset.kind || "", add });
    if (add) return; // the studio says what is selected then
    pointed = el;
    picked = path;
    others = [];
    redraw();
    if (el?.dataset.kind === "tab") reveal(picked);
  };

  // --- pointing: the page itself does nothing in edit mode

  const stop = (ev) => {
    if (editing && editing.el.contains(ev.target)) return false;
    ev.preventDefault();
    ev.stopImmediatePropagation();
    return true;
  };

  for (const type of ["mousedown", "mouseup", "submit", "dragstart", "auxclick"]) addEventListener(type, stop, true);

  // --- dragging: this page says where the pointer is, the studio where that would be, and this page shows it

  let grip = null; // what the pointer went down on
  let dragged = false; // a click that comes of it is none

  addEventListener("pointerdown", (ev) => {
    if (!stop(ev)) return;
    dragged = false;
    const el = widget(ev.target);
    grip = !editing && ev.button === 0 && ev.pointerType !== "touch" && el ? { path: el.dataset.path, x: ev.clientX, y: ev.clientY, id: ev.pointerId } : null;
  }, true);

  const drag = (ev) => {
    if (!grip || ev.pointerId !== grip.id) return;
    if (!dragged && Math.hypot(ev.clientX - grip.x, ev.clientY - grip.y) < 5) return;
    if (!dragged) document.documentElement.setPointerCapture(ev.pointerId);
    dragged = true;
    hovered = "";
    over = null;
    redraw();
    document.documentElement.style.cursor = "grabbing";
    say("drag", { path: grip.path, x: ev.clientX, y: ev.clientY });
  };

  const free = () => {
    grip = null;
    document.documentElement.style.cursor = "";
  };

  const release = (type) => {
    if (grip && dragged) say(type, {});
    free();
  };

  const mark = (data) => {
    const r = data.rect;
    if (!r) {
      markBox.style.display = "none";
      return;
    }
    const line = data.shape === "line";
    Object.assign(markBox.style, {
      display: "block", left: r.x + "px", top: r.y + "px", width: r.w + "px", height: r.h + "px", background: line ? "rgb(219,39,119)" : "rgb(219 39 119 / .12)", borderStyle: line ? "solid" : "dashed",
    });
    markTag.textContent = String(data.name || "");
    const above = r.y - scrollY > 20 * larger;
    const end = r.x > innerWidth - 140 * larger;
    Object.assign(markTag.style, {
      top: above ? "-20px" : "4px", left: end ? "auto" : "0", right: end ? "0" : "auto", transform: `scale(${larger})`, transformOrigin: `${end ? "right" : "left"} ${above ? "bottom" : "top"}`,
    });
  };

  addEventListener("pointerup", () => release("drop"), true);
  addEventListener("pointercancel", () => release("still"), true);

  addEventListener("click", (ev) => {
    if (!stop(ev)) return;
    if (dragged) return;
    finish(true);
    pick(widget(ev.target), ev.ctrlKey || ev.metaKey || ev.shiftKey);
  }, true);

  // menu asks for the menu of what is selected, below it.
  const menu = () => {
    const r = find(picked)?.getBoundingClientRect();
    say("menu", { path: picked, kind: "", x: r ? r.left + 12 : innerWidth / 3, y: r ? Math.min(r.bottom, innerHeight - 20) : innerHeight / 3 });
  };

  addEventListener("contextmenu", (ev) => {
    if (!stop(ev)) return;
    finish(true);
    const el = widget(ev.target);
    pointed = el;
    say("menu", { path: el ? el.dataset.path : "", kind: el?.dataset.kind || "", x: ev.clientX, y: ev.clientY });
  }, true);

  addEventListener("pointermove", (ev) => {
    drag(ev);
    if (dragged && grip) return;
    const el = widget(ev.target);
    const path = el ? el.dataset.path : "";
    if (el === over) return;
    over = el;
    redraw();
    if (path === hovered) return;
    hovered = path;
    say("hover", { path, kind: el?.dataset.kind || "" });
  }, true);

  document.documentElement.addEventListener("pointerleave", () => {
    hovered = "";
    over = null;
    redraw();
    say("hover", { path: "", kind: "" });
  });

  // --- text in place

  const textKinds = ["text", "button", "link"];

  addEventListener("dblclick", (ev) => {
    if (!stop(ev)) return;
    const el = widget(ev.target);
    if (!el || !textKinds.includes(el.dataset.kind)) return;
    const spot = el.querySelector("span:last-of-type") || el;
    editing = { el: spot, widget: el, was: spot.textContent };
    spot.setAttribute("contenteditable", "plaintext-only");
    spot.focus();
    getSelection().selectAllChildren(spot);
    place(hoverBox, null);
  }, true);

  addEventListener("input", redraw, true); // what is typed may need more room

  const finish = (keep) => {
    if (!editing) return;
    const { el, widget: w, was } = editing;
    editing = null;
    el.removeAttribute("contenteditable");
    el.blur();
    const text = el.textContent.replace(/\s+/g, " ").trim();
    if (keep && text !== was.trim()) say("text", { path: w.dataset.path, kind: w.dataset.kind, text, was });
    else el.textContent = was;
    if (overdue) void refresh();
    later();
  };

  addEventListener("focusout", (ev) => {
    if (editing && ev.target === editing.el) finish(true);
  }, true);

  // pressed reports whether what is edited stands in a button: the space bar would press that, and write nothing.
  const pressed = () => editing?.el.closest("button") != null;

  addEventListener("keyup", (ev) => {
    if (ev.key === " " && pressed()) ev.preventDefault();
  }, true);

  addEventListener("keydown", (ev) => {
    if (editing) {
      if (ev.key === "Enter" || ev.key === "Escape") {
        ev.preventDefault();
        finish(ev.key === "Enter");
      }
      if (ev.key === " " && pressed()) {
        ev.preventDefault();
        document.execCommand("insertText", false, " ");
      }
      return;
    }
    if (grip && dragged && ev.key === "Escape") {
      ev.preventDefault();
      return release("still");
    }
    const ctrl = ev.ctrlKey || ev.metaKey;
    if (ev.key === "ContextMenu" || (ev.key === "F10" && ev.shiftKey)) {
      ev.preventDefault();
      return menu();
    }
    const known = ["Delete", "Backspace", "Escape", "Enter", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(ev.key) || (ctrl && ["z", "y", "c", "v", "x", "d"].includes(ev.key.toLowerCase()));
    if (!known) return;
    ev.preventDefault();
    say("key", { key: ev.key, ctrl, shift: ev.shiftKey, alt: ev.altKey });
  }, true);

  // --- drawing anew: only what is in the page changes, so that nothing flickers and the scroll position stays

  let drawing = 0;
  let who = ""; // to whom the page is shown: in, out, or those it is for
  let shown = ""; // what must be drawn, so that its tab is open

  const reveal = (path) => {
    if (shown === path) return;
    shown = path;
    void refresh();
  };

  const adoptSheets = (next) => {
    const sheets = (doc) => Array.from(doc.querySelectorAll('link[rel="stylesheet"]'));
    const had = sheets(document);
    const loads = sheets(next).filter((l) => !had.some((h) => h.getAttribute("href") === l.getAttribute("href"))).map((l) => new Promise((done) => {
      const link = document.importNode(l);
      link.onload = link.onerror = done;
      document.head.append(link);
    }));
    const keep = sheets(next).map((l) => l.getAttribute("href"));
    return Promise.all(loads).then(() => had.filter((h) => !keep.includes(h.getAttribute("href"))).forEach((h) => h.remove()));
  };

  // What is being typed is not drawn over.
  const refresh = async () => {
    overdue = editing !== null;
    if (overdue) return;
    const mine = ++drawing;
    try {
      const url = new URL(location.href);
      url.searchParams.set("show", shown);
      if (who) url.searchParams.set("as", who);
      const answer = await fetch(url, { headers: { Accept: "text/html" } });
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = JSON.parse(next.querySelector('meta[name="usher-canvas"]')?.content || "null");
      if (mine !== drawing) return;
      if (!fresh) return location.reload();
      await adoptSheets(next);
      if (mine !== drawing) return;
      overdue = editing !== null;
      if (overdue) return;
      config.revision = fresh.revision;
      const was = [again(pointed), again(over)];
      document.title = next.title;
      for (const name of ["lang", "dir"]) document.documentElement.setAttribute(name, next.documentElement.getAttribute(name) || "");
      document.body.className = next.body.className;
      document.body.replaceChildren(...Array.from(next.body.childNodes, (n) => document.importNode(n, true)));
      [pointed, over] = was.map((now) => now());
      say("ready", { page: document.body.dataset.page || "", revision: config.revision });
      rects();
    } catch {
      location.reload();
    }
  };

  // --- the studio

  addEventListener("message", (ev) => {
    if (ev.origin !== config.origin || ev.source !== parent || ev.data?.usher !== config.nonce) return;
    if (ev.data.type === "ask") rects();
    if (ev.data.type === "menu") menu();
    if (ev.data.type === "as" && ["in", "out", ""].includes(ev.data.as) && ev.data.as !== who) {
      who = ev.data.as;
      void refresh();
    }
    if (ev.data.type === "mark") mark(ev.data);
    if (ev.data.type === "free") free();
    if (ev.data.type === "scale") {
      larger = 1 / Math.min(2, Math.max(0.3, Number(ev.data.by) || 1));
      redraw();
    }
    if (ev.data.type === "roll") scrollBy(0, Number(ev.data.by) || 0);
    if (ev.data.type === "refresh") void refresh();
    if (ev.data.type === "mode" && ["light", "dark"].includes(ev.data.mode)) document.documentElement.dataset.mode = ev.data.mode;
    if (ev.data.type === "select") {
      const el = find(String(ev.data.path || ""));
      picked = String(ev.data.path || "");
      others = Array.isArray(ev.data.others) ? ev.data.others.map(String) : [];
      redraw();
      if (el) el.scrollIntoView({ block: "nearest", inline: "nearest" });
      else if (picked) reveal(picked);
    }
  });

  addEventListener("load", () => {
    say("ready", { page: document.body.dataset.page || "", revision: config.revision });
    rects();
  });
  addEventListener("resize", later);
  addEventListener("scroll", () => {
    redraw();
    say("scroll", { x: scrollX, y: scrollY });
  }, { passive: true });
  new ResizeObserver(later).observe(document.body);
  document.fonts?.ready.then(later);
})();
