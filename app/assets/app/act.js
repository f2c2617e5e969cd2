// What people do.

document.addEventListener("submit", (ev) => {
  const form = ev.target;
  if (ev.defaultPrevented || !(form instanceof HTMLFormElement) || !isEvent(form)) return;
  ev.preventDefault();
  send(form, ev.submitter);
});

// A change event names its sealed event in data-change.
document.addEventListener("change", (ev) => {
  if (ev.target.dataset?.change) tellChange(ev.target);
});

addEventListener("popstate", (ev) => {
  if (location.pathname + location.search !== shown) visit(location.href, ev.state?.y);
});

// A page that comes back from the browser's memory may belong to somebody who has logged out since, so it comes back unseen and is shown
// once the server has said that the login is the same.
const unseen = (on) => document.documentElement.toggleAttribute("data-away", on);

addEventListener("pagehide", () => unseen(true));

addEventListener("pageshow", async (ev) => {
  if (!ev.persisted) {
    unseen(false);
    return;
  }
  leaving = sending = false;
  try {
    const res = await fetch("/_usher/session", { headers: { "X-Usher": "1" }, credentials: "same-origin" });
    const { live = "" } = await res.json();
    if (!res.ok || who(live) !== who()) throw new Error("another login");
    unseen(false);
    lead();
    follow(live);
    lookedAt();
  } catch {
    location.reload();
  }
});
