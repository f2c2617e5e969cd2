// The eye of a password shows what is typed.

document.addEventListener("click", (ev) => {
  const el = ev.target instanceof Element && ev.target.closest("[data-eye]");
  const input = el && document.getElementById(el.getAttribute("aria-controls") || el.dataset.eye);
  if (!input) return;
  const show = input.type === "password";
  input.type = show ? "text" : "password";
  el.setAttribute("aria-pressed", String(show));
  input.focus();
});
