// Shows a page of its own where a page cannot be reached. It keeps that page and the files that the page is made of, which are the same for
// everybody, and nothing else; what is asked for is never kept.
"use strict";

const [page, ...files] = /* kept */ [];
const shelf = "usher " + page;

addEventListener("install", (ev) => ev.waitUntil((async () => {
  const cache = await caches.open(shelf);
  await cache.addAll([page, ...files].map((url) => new Request(url, { credentials: "omit" })));
  await skipWaiting();
})()));

addEventListener("activate", (ev) => ev.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== shelf) await caches.delete(name);
  // The browser asks for the page itself, at once, as it would without us. Whoever leaves what that brings has it ask a second time.
  await registration.navigationPreload?.[spoils ? "disable" : "enable"]();
})()));

const kept = async (url) => (await caches.open(shelf)).match(url, { ignoreVary: true });

const visit = async (ev) => {
  const early = await Promise.resolve(ev.preloadResponse).catch(() => null); // what the browser gave up on can still be asked for
  try {
    return early || (await fetch(ev.request));
  } catch {
    return (await kept(page)) || Response.error();
  }
};

// Firefox sends what passes through a worker in the name of the site where the way began, and then without the cookie of the login, also when our
// own page goes on to the address. There, ways from elsewhere are left alone while there is a net.
const spoils = navigator.userAgent.includes("Firefox/");
const mine = (request) => !spoils || !navigator.onLine || request.referrer.startsWith(location.origin + "/");

addEventListener("fetch", (ev) => {
  const { method, mode, url } = ev.request;
  const { pathname, origin } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (files.includes(pathname)) ev.respondWith(kept(pathname).then((have) => have || fetch(ev.request)));
  else if (mode === "navigate" && mine(ev.request)) ev.respondWith(visit(ev));
});
