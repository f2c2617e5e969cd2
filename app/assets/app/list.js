// Lists: the next page comes when the end is near, and a finger that pulls the page down asks again.

// A button that has come near is pressed once nothing else is on its way: one at a time, for each answer draws the lists anew.
let later = 0;
const reach = () => {
  clearTimeout(later);
  const button = document.querySelector("[data-near]");
  if (button && sending) later = setTimeout(reach, 100);
  else button?.click();
};

const ends = self.IntersectionObserver && new IntersectionObserver((all) => {
  for (const { target, isIntersecting } of all) {
    if (isIntersecting) target.dataset.near = "1";
    else delete target.dataset.near;
  }
  reach();
}, { rootMargin: "0px 0px 400px" });

onDrawn.push(() => {
  ends?.disconnect();
  for (const button of document.querySelectorAll("[data-scroll]")) ends?.observe(button);
});

let pulled = null; // where the finger came down, while the page is at its top
const enough = 80; // pixels

const pull = (by) => {
  const again = document.querySelector(".u-again");
  again?.closest(".u-list").style.setProperty("--pull", Math.min(Math.max(by, 0), enough) + "px");
  return again;
};

document.addEventListener("touchstart", (ev) => {
  const free = scrollY <= 0 && ev.touches.length === 1 && !document.querySelector("dialog[open]") && !ev.target.closest("input, textarea, select");
  pulled = free && document.querySelector(".u-again") ? ev.touches[0].clientY : null;
}, { passive: true });

document.addEventListener("touchmove", (ev) => {
  if (pulled !== null && scrollY <= 0) pull(ev.touches[0].clientY - pulled);
}, { passive: true });

document.addEventListener("touchcancel", () => {
  if (pulled !== null) pull(0);
  pulled = null;
});

document.addEventListener("touchend", (ev) => {
  if (pulled === null) return;
  const far = ev.changedTouches[0].clientY - pulled >= enough && scrollY <= 0;
  pulled = null;
  const again = pull(0);
  if (far) again?.click();
});
