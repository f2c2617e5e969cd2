// What a flow asks of the browser: a text for the clipboard, an address to open. The server has drawn each as a bar that people can use
// themselves; it goes when the browser has done it. A page that is merely opened does neither.

const launch = () => {
  document.querySelectorAll("[data-clip]").forEach(clip);
  document.querySelectorAll("[data-launch]").forEach(openLink);
};

const clip = async (bar) => {
  const text = bar.querySelector(".u-clip");
  try {
    await navigator.clipboard.writeText(text.textContent);
    bar.remove();
  } catch {
    getSelection().selectAllChildren(text);
    text.focus();
  }
};

// The tab is empty until it has lost its way back here. A file leaves the page where it is, and its link stays for those whom it did not reach.
const openLink = (link) => {
  if (link.dataset.launch !== "tab") {
    location.assign(link.href);
    return;
  }
  const tab = window.open("about:blank", "_blank");
  if (!tab) return; // a blocker: the link stays
  tab.opener = null;
  tab.location.replace(link.href);
  link.closest(".u-snack").remove();
};
