// The button of a code block copies its text.

document.addEventListener("click", async (ev) => {
  const button = ev.target instanceof Element && ev.target.closest("[data-copy]");
  const code = button && document.getElementById(button.dataset.copy);
  if (!code) return;
  const label = button.querySelector("span");
  const before = button.dataset.label || label.textContent;
  button.dataset.label = before;
  try {
    await navigator.clipboard.writeText(code.textContent);
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = before), 2000);
  } catch {
    getSelection().selectAllChildren(code); // the clipboard is refused: what is chosen can be copied by hand
  }
});
