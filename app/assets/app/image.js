// A picture that does not load gives way to its fallback, once.

const broken = (img) => {
  if (!img.dataset.fallback) return;
  img.src = img.dataset.fallback;
  delete img.dataset.fallback;
};

document.addEventListener("error", (ev) => {
  if (ev.target instanceof HTMLImageElement) broken(ev.target);
}, true);

// Some have failed before this script ran.
onDrawn.push(() => {
  for (const img of document.querySelectorAll("img[data-fallback]")) if (img.complete && !img.naturalWidth) broken(img);
});
