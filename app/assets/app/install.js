// The worker shows a page of its own where a page cannot be reached (worker.js). Without a manifest there is none, and an old one goes.

let worked = null; // the language whose worker has been asked for

const work = () => {
  const lang = document.documentElement.lang;
  if (worked === lang) return;
  worked = lang;
  const own = navigator.serviceWorker;
  if (document.querySelector("link[rel=manifest]")) own.register(`/_usher/worker/${lang}.js`, { scope: "/" }).catch(() => {});
  else own.getRegistrations().then((all) => all.forEach((one) => one.active?.scriptURL.includes("/_usher/worker/") && one.update())).catch(() => {});
};

if (navigator.serviceWorker) {
  addEventListener("load", () => setTimeout(work, 0)); // nothing that people wait for waits for it
  onDrawn.push(() => worked !== null && work()); // the page may have come in another language
}

if (document.querySelector("[data-again]")) addEventListener("online", () => location.reload());
