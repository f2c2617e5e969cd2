// Drawing what the server has answered.

const drawn = () => onDrawn.forEach((fn) => fn());

// draw shows what a request has brought. quiet: nobody has asked for it, so the focus stays.
const draw = async (res, history, y = 0, quiet = false) => {
  const away = res.headers.get("X-Usher-Leave"); // to log in at an identity provider
  if (away) {
    location.assign(away);
    return;
  }
  const doc = new DOMParser().parseFromString(await res.text(), "text/html");
  if (!(res.headers.get("Content-Type") || "").startsWith("text/html") || !doc.body) throw new Error("the answer is no page");
  const to = new URL(res.url);
  const was = who();
  said(doc, !!was && was !== who(doc.body.dataset.live || ""));
  const same = doc.body.dataset.page !== undefined && doc.body.dataset.page === document.body.dataset.page && to.pathname === location.pathname &&
    (!was || was === who(doc.body.dataset.live)); // what somebody typed is not for who comes after
  remember(to, history || res.headers.get("X-Usher-History") || "push");
  await styles(doc);
  document.title = doc.title;
  for (const name of ["lang", "dir", "data-mode"]) { // the page may have come in another language, or other colours
    const now = doc.documentElement.getAttribute(name);
    if (now) document.documentElement.setAttribute(name, now);
    else document.documentElement.removeAttribute(name);
  }
  const schemes = "meta[name=color-scheme], meta[name=theme-color]";
  document.querySelectorAll(schemes).forEach((el) => el.remove());
  document.head.append(...doc.querySelectorAll(schemes));
  if (same) {
    for (const el of doc.querySelectorAll("textarea, pre")) if (el.textContent.startsWith("\n")) el.prepend("\n"); // parsers drop the first
    drawing = true;
    await htmx.swap({ text: doc.body.outerHTML, target: document.body, sourceElement: document.body, swap: "outerMorph" });
    drawing = false;
    filled(res.headers.get("X-Usher-Set"));
  } else {
    if (who(doc.body.dataset.live || "") === was) depart();
    await moved(() => {
      document.body.replaceWith(document.adoptNode(doc.body));
      scrollTo({ top: y, behavior: "instant" });
    }, res.headers.get("X-Usher-Move"));
    (document.querySelector("[autofocus]") || document.getElementById("main") || document.body).focus({ preventScroll: true });
  }
  drawn();
  lead();
  if (!same || !quiet) (document.querySelector(".u-wrongs") || document.querySelector("[aria-invalid=true]"))?.focus();
};

// moved changes the page in the motion that the flow or else the theme names, where the browser can and the person wants one.
const moved = (change, how) => {
  const root = document.documentElement;
  const still = !document.startViewTransition || how === "none" || !(how || root.hasAttribute("data-moves")) || matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still) return change();
  if (how) root.dataset.move = how;
  const motion = document.startViewTransition(change);
  motion.finished.catch(() => {}).then(() => delete root.dataset.move);
  return motion.updateCallbackDone;
};

const remember = (to, how) => {
  const url = to.pathname + to.search;
  if (how !== "none" && url !== location.pathname + location.search) {
    if (how !== "replace") history.replaceState({ y: scrollY }, ""); // where Back finds it
    history[how === "replace" ? "replaceState" : "pushState"](null, "", url + to.hash);
  }
  shown = url;
};

// styles brings in stylesheets that only the new page has; those of an older revision go once the new ones are there.
const styles = async (doc) => {
  const hrefs = (d) => Array.from(d.head.querySelectorAll("link[rel=stylesheet]"));
  const wanted = hrefs(doc).map((l) => l.getAttribute("href"));
  const have = hrefs(document);
  const missing = wanted.filter((h) => !have.some((l) => l.getAttribute("href") === h));
  await Promise.all(missing.map((href) => new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: done });
    document.head.append(link);
  })));
  if (wanted.length) have.filter((l) => !wanted.includes(l.getAttribute("href"))).forEach((l) => l.remove());
};

// filled shows what a flow has put into fields: a morph keeps what was typed.
const filled = (names) => {
  for (const name of (names || "").split(",").filter(Boolean)) {
    for (const el of document.getElementsByName(name)) {
      kept.delete(el.id);
      if (el.type === "checkbox" || el.type === "radio") el.checked = el.defaultChecked;
      else if (el.tagName === "SELECT") for (const o of el.options) o.selected = o.defaultSelected;
      else el.value = el.defaultValue;
    }
  }
};
