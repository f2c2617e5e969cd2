// A slider shows its number.

const slid = (el) => {
  const out = el.parentElement.querySelector("output");
  out.value = el.value;
  el.setAttribute("aria-valuetext", out.parentElement.textContent.trim());
};

document.addEventListener("input", (ev) => {
  if (ev.target.matches?.(".u-range>input")) slid(ev.target);
});
onDrawn.push(() => document.querySelectorAll(".u-range>input").forEach(slid));
