// Runs in the pages of an app while somebody builds it, and nowhere else: a widget that is pointed at is selected in the studio, and a page whose
// files have changed is opened anew. What is pointed at goes to this page's own origin, which passes it on; nothing of the page goes along.
(() => {
  "use strict";

  let inspecting = false; // the studio has switched it on
  let held = false; // Alt and Shift are down
  let over = null;
  let revision = "";

  const box = document.createElement("div");
  box.setAttribute("aria-hidden", "true");
  Object.assign(box.style, {
    position: "fixed", pointerEvents: "none", zIndex: "2147483000", boxSizing: "border-box", border: "2px solid rgb(99,102,241)", borderRadius: "3px", background: "rgba(99,102,241,.1)", display: "none",
  });
  const tag = document.createElement("span");
  Object.assign(tag.style, { position: "absolute", left: "-2px", top: "-20px", padding: "1px 6px", background: "rgb(79,70,229)", color: "#fff", font: "600 11px/16px system-ui, sans-serif", borderRadius: "3px", whiteSpace: "nowrap" });
  box.append(tag);
  document.documentElement.append(box);

  const on = () => inspecting || held;
  const widget = (node) => (node instanceof Element ? node.closest("[data-path]") : null);

  const outline = () => {
    const el = on() ? over : null;
    box.style.display = el ? "block" : "none";
    document.documentElement.style.cursor = on() ? "crosshair" : "";
    if (!el) return;
    const r = el.getBoundingClientRect();
    Object.assign(box.style, { left: r.left + "px", top: r.top + "px", width: r.width + "px", height: r.height + "px" });
    tag.textContent = el.dataset.kind;
    tag.style.top = r.top > 22 ? "-20px" : "0";
  };

  addEventListener("pointermove", (ev) => {
    over = widget(ev.target);
    outline();
  }, true);
  addEventListener("scroll", outline, { capture: true, passive: true });

  const keys = (ev) => {
    held = ev.altKey && ev.shiftKey;
    outline();
  };
  addEventListener("keydown", keys, true);
  addEventListener("keyup", keys, true);
  addEventListener("blur", () => {
    held = false;
    outline();
  });

  // Nothing of the page happens while it is pointed at.
  for (const type of ["pointerdown", "pointerup", "mousedown", "mouseup", "click", "submit"]) {
    addEventListener(type, (ev) => {
      const by = on() || (ev.altKey && ev.shiftKey);
      if (!by) return;
      ev.preventDefault();
      ev.stopImmediatePropagation();
      const el = widget(ev.target);
      if (type === "click" && el) fetch("/_usher/dev/point", { method: "POST", headers: { "X-Usher": "1" }, body: el.dataset.path, credentials: "same-origin" }).catch(() => {});
    }, true);
  }

  // typed tells whether somebody would lose what is in a field.
  const typed = () => Array.from(document.querySelectorAll("input, textarea")).some((f) => f.type !== "hidden" && f.value !== f.defaultValue);

  let stream = null; // held while the page is looked at: a browser has few connections to one name
  const listen = () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
      return;
    }
    if (stream) return;
    stream = new EventSource("/_usher/dev/events");
    stream.addEventListener("inspect", (ev) => {
      inspecting = ev.data === "on";
      outline();
    });
    stream.addEventListener("revision", (ev) => {
      const was = revision;
      revision = ev.data;
      if (was && was !== revision && !typed()) location.reload();
    });
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => {
    stream?.close();
    stream = null;
  });
  addEventListener("pageshow", listen);
  listen();
})();
