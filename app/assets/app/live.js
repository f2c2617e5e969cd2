// Live: the tab that leads holds a stream from the server and tells the others what it says (design 9.16).

const locks = self.BroadcastChannel && navigator.locks; // without them the next request tells
let channel = null; // to the other tabs; a page that waits in the browser's memory has none, for a message would throw it out
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
  if (who(tag) === who() && document.querySelector("[data-ask], [data-wait]")) return; // a flow waits; its answer draws anew
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
    if (before === sent && res.ok) await draw(res, "replace", 0, true);
  } catch {
    // the next request says what is wrong
  }
};

const connect = () => {
  channel = new BroadcastChannel("usher");
  channel.onmessage = ({ data }) => hear(data.kind, data.text, data.from);
};

if (locks) {
  connect();
  document.addEventListener("visibilitychange", () => follow());
  addEventListener("pagehide", () => {
    end?.abort();
    end = null;
    channel.close();
    channel = null;
  });
  addEventListener("pageshow", (ev) => ev.persisted && connect());
  addEventListener("beforeunload", () => {
    leaving = true; // until the next page is there; or this one stays after all, as for a download
    share(() => new Promise((done) => setTimeout(done, 10000))).then(() => {
      leaving = false;
      follow();
    }, () => {});
  });
}
