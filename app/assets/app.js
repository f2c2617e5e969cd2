// What a page gains with script: events are sent beside the page and their answer is morphed into it. The server sends the same
// pages as without script; there is no second protocol.
(() => {
  "use strict";

  document.documentElement.setAttribute("data-script", ""); // the stylesheet shows what needs script

  let shown = location.pathname + location.search; // what the page on screen was asked for
  let sending = false; // one event at a time: the second of a double click is ignored
  let sent = 0; // how many have been
  let waiting = null; // the newest change event that came meanwhile
  let timers = [];

  // --- sending

  const target = (form) => new URL(form.getAttribute("action") || location.href, location.href);

  const isEvent = (form) =>
    (form.getAttribute("method") || "").toLowerCase() === "post" && !form.hasAttribute("data-plain") && target(form).origin === location.origin;

  // fields are those of the form that is sent and, behind them, the other fields of the page.
  const fields = (form, button) => {
    const data = button ? new FormData(form, button) : new FormData(form);
    const own = new Set(Array.from(form.elements, (el) => el.name));
    for (const el of document.querySelectorAll("input[name], select[name], textarea[name]")) {
      if (own.has(el.name) || el.disabled || el.name.startsWith("_") || el.type === "file") continue;
      if ((el.type === "checkbox" || el.type === "radio") && !el.checked) continue;
      data.append(el.name, el.value);
    }
    return new URLSearchParams(Array.from(data).filter(([, v]) => typeof v === "string"));
  };

  const busy = (el, on) => {
    if (!el) return;
    el.toggleAttribute("data-busy", on);
    if (on) el.setAttribute("aria-busy", "true");
    else el.removeAttribute("aria-busy");
  };

  const send = async (form, button, extra) => {
    if (sending) {
      if (extra) waiting = [form, button, extra];
      return;
    }
    sending = true;
    sent++;
    busy(button, true);
    const body = fields(form, button);
    for (const [k, v] of extra || []) body.set(k, v);
    try {
      await share(async () => draw(await fetch(target(form), { method: "POST", body, headers: { "X-Usher": "1" }, credentials: "same-origin" })));
      if (login()) tell("drawn", login());
    } catch (fault) {
      offline(fault);
    } finally {
      busy(button, false);
      sending = false;
    }
    if (waiting) {
      const next = waiting;
      waiting = null;
      if (next[0].isConnected) send(...next);
    } else follow();
  };

  // visit opens an address that the history already shows.
  const visit = async (url) => {
    try {
      await draw(await fetch(url, { headers: { "X-Usher": "1" }, credentials: "same-origin" }), "none");
    } catch {
      location.reload();
    }
  };

  // --- drawing

  const draw = async (res, history) => {
    const away = res.headers.get("X-Usher-Leave"); // to log in at an identity provider
    if (away) {
      location.assign(away);
      return;
    }
    const doc = new DOMParser().parseFromString(await res.text(), "text/html");
    if (!(res.headers.get("Content-Type") || "").startsWith("text/html") || !doc.body) throw new Error("the answer is no page");
    const to = new URL(res.url);
    const was = who();
    const same = doc.body.dataset.page !== undefined && doc.body.dataset.page === document.body.dataset.page && to.pathname === location.pathname &&
      (!was || was === who(doc.body.dataset.live)); // what somebody typed is not for who comes after
    remember(to, history || res.headers.get("X-Usher-History") || "push");
    await styles(doc);
    document.title = doc.title;
    if (same) {
      await htmx.swap({ text: doc.body.outerHTML, target: document.body, sourceElement: document.body, swap: "outerMorph" });
      filled(res.headers.get("X-Usher-Set"));
    } else {
      document.body.replaceWith(document.adoptNode(doc.body));
      scrollTo(0, 0);
      (document.querySelector("[autofocus]") || document.getElementById("main") || document.body).focus({ preventScroll: true });
    }
    ready();
    lead();
    document.querySelector("[aria-invalid=true]")?.focus();
  };

  const remember = (to, how) => {
    const url = to.pathname + to.search;
    if (how !== "none" && url !== location.pathname + location.search) {
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
        if (el.type === "checkbox" || el.type === "radio") el.checked = el.defaultChecked;
        else if (el.tagName === "SELECT") for (const o of el.options) o.selected = o.defaultSelected;
        else el.value = el.defaultValue;
      }
    }
  };

  // --- live: the tab that leads holds a stream from the server and tells the others what it says (design 9.16)

  const locks = self.BroadcastChannel && navigator.locks; // without them the next request tells
  const channel = locks && new BroadcastChannel("usher");
  let end = null; // ends this tab's lead, or its wait for it
  let newest = ""; // the tag of the login as it is, as far as known
  let leaving = false; // another page has been asked for
  let renewed = -1; // how much had been sent when the page was last opened anew by itself

  const login = () => document.body.dataset.live || "";
  const who = (tag = login()) => tag.split(".")[0];
  const age = (tag) => Number(tag.split(".")[1]) || 0;

  // The turn keeps the tabs' cookies in order: events share it, and a page that is left or drawn anew by itself waits for it, but not for ever.
  const share = (fn) => (locks ? locks.request("usher-turn", { mode: "shared" }, fn) : fn());
  const alone = (patience, fn) => locks.request("usher-turn", { signal: AbortSignal.timeout(patience) }, fn).catch(fn);

  const tell = (kind, text, from) => channel?.postMessage({ kind, text, from });

  const lead = () => {
    if (who(newest) !== who()) newest = login();
    if (!locks || !login() === !end) return;
    if (end) {
      end.abort();
      end = null;
      return;
    }
    const { signal } = (end = new AbortController());
    const held = new Promise((done) => signal.addEventListener("abort", done));
    locks.request("usher-live", { signal }, () => (listen(signal, 0), held)).catch(() => {});
  };

  const listen = (signal, failed) => {
    if (signal.aborted) return;
    const source = new EventSource("/_usher/live");
    let from = who();
    const again = () => {
      source.close();
      setTimeout(listen, Math.min(60, 2 ** failed) * (500 + Math.random() * 500), signal, failed + 1);
    };
    signal.addEventListener("abort", () => source.close());
    source.onerror = again;
    for (const kind of ["hello", "user", "ended"]) {
      source.addEventListener(kind, (ev) => {
        if (kind === "ended") again(); // there may be another login by then
        else failed = 0;
        from = (kind !== "ended" && who(ev.data)) || from;
        tell(kind, ev.data, from);
        hear(kind, ev.data, from);
      });
    }
  };

  const hear = (kind, text, from) => {
    if (kind === "drawn" && !login()) reopen(); // somebody has logged in
    else if (kind === "ended" && who() === from) setTimeout(quit, document.hidden ? 300 : 0, from, text); // who looks reads the reason
    else if (kind === "hello" || kind === "user") follow(text);
  };

  // quit goes where the server sends people whose login is over; after a log-out that is the start. What is shown goes at once.
  const quit = (from, why) => {
    if (who() !== from) return;
    if (sending || leaving) {
      newest = ""; // what is on its way says it as well, or follow does after it
      return;
    }
    document.body.replaceChildren();
    alone(10000, () => {
      if (why === "logged_out") location.replace("/");
      else location.reload();
      return new Promise((done) => setTimeout(done, 10000)); // or until the page is left
    });
  };

  // follow draws the page anew when the login is another or newer than what is drawn; an event's answer does so by itself.
  const follow = async (tag = newest) => {
    newest = tag;
    if (document.hidden || sending || leaving || !login()) return;
    if (who(tag) !== who()) reopen();
    else if (age(tag) > age(login())) {
      const form = document.getElementById("page");
      await anew(() => fetch(target(form), { method: "POST", body: fields(form), headers: { "X-Usher": "1", "X-Usher-Live": "1" }, credentials: "same-origin" }));
    }
  };

  // reopen opens the page for whoever is logged in now; once, until somebody does something: it must not go round in circles.
  const reopen = () => {
    if (renewed === sent || document.body.dataset.page === undefined) return;
    renewed = sent;
    anew(() => fetch(location.href, { headers: { "X-Usher": "1", "X-Usher-Live": "1" }, credentials: "same-origin" }));
  };

  // anew draws what ask brings, unless somebody does something meanwhile.
  const anew = async (ask) => {
    const before = sent;
    try {
      await alone(1500, () => {});
      if (before !== sent) return;
      const res = await ask();
      if (before === sent && res.ok) await draw(res, "replace");
    } catch {
      // the next request says what is wrong
    }
  };

  if (locks) {
    channel.onmessage = ({ data }) => hear(data.kind, data.text, data.from);
    document.addEventListener("visibilitychange", () => follow());
    addEventListener("pagehide", () => end?.abort());
    addEventListener("beforeunload", () => {
      leaving = true; // until the next page is there; or this one stays after all, as for a download
      share(() => new Promise((done) => setTimeout(done, 10000))).then(() => {
        leaving = false;
        follow();
      }, () => {});
    });
  }

  // --- snack bars

  const ready = () => {
    timers.forEach(clearTimeout);
    timers = Array.from(document.querySelectorAll(".u-snack"), (el) => setTimeout(() => fade(el), el.classList.contains("u-error") ? 10000 : 6000));
  };

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
    text.textContent = document.body.dataset.offline || "No connection. Nothing is lost; please try again.";
    const close = Object.assign(document.createElement("button"), { type: "button", className: "u-snack-x", textContent: "×" });
    close.setAttribute("data-dismiss", "");
    close.setAttribute("aria-label", "Close");
    el.append(text, close);
    place.append(el);
    ready();
  };

  // --- what people do

  document.addEventListener("submit", (ev) => {
    const form = ev.target;
    if (ev.defaultPrevented || !(form instanceof HTMLFormElement) || !isEvent(form)) return;
    ev.preventDefault();
    send(form, ev.submitter);
  });

  // A change event names its sealed event in data-change.
  document.addEventListener("change", (ev) => {
    const event = ev.target.dataset?.change;
    if (event && ev.target.form && isEvent(ev.target.form)) send(ev.target.form, null, [["_event", event]]);
  });

  document.addEventListener("click", (ev) => {
    const el = ev.target instanceof Element ? ev.target.closest("[data-dismiss], [data-eye]") : null;
    if (!el) return;
    if (el.hasAttribute("data-dismiss")) {
      const bar = el.closest(".u-snack");
      if (bar) leave(bar);
      return;
    }
    const input = document.getElementById(el.getAttribute("aria-controls") || el.dataset.eye);
    if (!input) return;
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    el.setAttribute("aria-pressed", String(show));
    input.focus();
  });

  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) visit(location.href);
  });

  // A page that comes back from the browser's memory may belong to somebody who has logged out since.
  addEventListener("pageshow", (ev) => {
    if (ev.persisted) location.reload();
  });

  const begin = () => {
    ready();
    lead();
    if (login()) tell("drawn", login());
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
