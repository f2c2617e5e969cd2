// Takes away what an earlier version of this app has left in the browser.
"use strict";

addEventListener("install", () => skipWaiting());

addEventListener("activate", (ev) => ev.waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  await registration.unregister();
})()));
