// A video that starts by itself stays still for people who asked their device for less motion.

onDrawn.push(() => {
  if (!matchMedia("(prefers-reduced-motion:reduce)").matches) return;
  for (const video of document.querySelectorAll("video[autoplay]")) {
    video.removeAttribute("autoplay");
    video.pause();
  }
});
