// What people do.

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

addEventListener("popstate", () => {
  if (location.pathname + location.search !== shown) visit(location.href);
});

// A page that comes back from the browser's memory may belong to somebody who has logged out since.
addEventListener("pageshow", (ev) => {
  if (ev.persisted) location.reload();
});
