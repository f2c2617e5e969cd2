// Inputs of files: what is chosen is listed, with a small picture of each picture, and can be taken back. A canvas needs no address.

const kept = new Map(); // what is chosen, by input: an answer may have drawn the input anew
let keptOf = ""; // the page that they belong to

const isFiles = (el) => el instanceof HTMLInputElement && el.type === "file";
const listOf = (el) => el.closest(".u-field")?.querySelector(".u-files");
const inUnit = (n, unit, digits) =>
  new Intl.NumberFormat(document.documentElement.lang || "en", { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }).format(n);
const sizeOf = (n) => (n < 1024 ? inUnit(n, "byte", 0) : n < 1048576 ? inUnit(n / 1024, "kilobyte", 0) : inUnit(n / 1048576, "megabyte", 1));

const put = (el, files) => {
  const all = new DataTransfer();
  for (const f of files) all.items.add(f);
  el.files = all.files;
};

const small = new WeakMap(); // the small picture of each file, read once

const picture = async (row, file) => {
  if (!/^image\/(png|jpeg|gif|webp|avif)$/.test(file.type) || file.size > 20e6) return;
  try {
    if (!small.has(file)) small.set(file, createImageBitmap(file, { resizeHeight: 80, resizeQuality: "medium" }));
    const bitmap = await small.get(file);
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    row.prepend(canvas);
  } catch {
    // no picture after all
  }
};

const rowOf = (el, list, file, at) => {
  const row = document.createElement("li");
  const name = Object.assign(document.createElement("b"), { textContent: file.name });
  const size = Object.assign(document.createElement("small"), { textContent: sizeOf(file.size) });
  const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  away.setAttribute("aria-label", list.dataset.remove.replace("{}", file.name));
  away.addEventListener("click", () => {
    put(el, Array.from(el.files).filter((_, i) => i !== at));
    chosenFiles(el);
    el.focus();
  });
  row.append(name, size, away);
  picture(row, file);
  return row;
};

const listFiles = (el) => {
  const list = listOf(el);
  if (!list) return;
  list.replaceChildren(...Array.from(el.files, (f, i) => rowOf(el, list, f, i)));
  list.hidden = !el.files.length;
};

// chosenFiles follows a choice: what is too large or of another kind is said at once.
const chosenFiles = (el) => {
  kept.set(el.id, Array.from(el.files));
  listFiles(el);
  if (ruled(el) && (amissFiles(el) || el.closest("[aria-invalid=true]"))) judge(el);
};

// amissFiles is the sentence of the first rule about files that does not hold.
const amissFiles = (el) => {
  const files = Array.from(el.files);
  const good = {
    fileSize: (limit) => files.every((f) => f.size <= Number(limit)),
    fileCount: (limit) => files.length <= Number(limit),
    fileType: (limit) => files.every((f) => limit.split(",").some((end) => f.name.toLowerCase().endsWith(end))),
  };
  for (const [rule, limit, sentence] of JSON.parse(el.dataset.rules || "[]")) {
    if (good[rule] && !good[rule](limit)) return sentence;
  }
  return "";
};

// More files are added to those that are chosen already.
document.addEventListener("change", (ev) => {
  const el = ev.target;
  if (!isFiles(el)) return;
  const before = kept.get(el.id) || [];
  if (el.multiple && el.files.length) {
    const fresh = Array.from(el.files);
    put(el, before.filter((f) => !fresh.some((g) => g.name === f.name && g.size === f.size)).concat(fresh));
  } else if (!el.files.length) { // the dialog was cancelled
    put(el, before);
    if (before.length) ev.stopImmediatePropagation(); // nothing has changed
  }
  chosenFiles(el);
}, true);

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (ev) => {
    const place = ev.target instanceof Element && ev.target.closest(".u-drop");
    if (place) place.toggleAttribute("data-drag", name === "dragenter" || name === "dragover");
    else if (ev.dataTransfer?.types.includes("Files") && document.querySelector(".u-drop") && name !== "dragenter") ev.preventDefault(); // beside it: the page stays
  });
}

// A file that the server would refuse is not sent, whatever the button.
document.addEventListener("submit", (ev) => {
  const wrong = Array.from(ev.target.elements).filter((el) => isFiles(el) && !el.disabled && amissFiles(el));
  if (!wrong.length) return;
  ev.preventDefault();
  wrong.forEach(judge);
  wrong[0].focus();
}, true);

onDrawn.push(() => {
  if (keptOf !== document.body.dataset.page) kept.clear();
  keptOf = document.body.dataset.page;
  for (const el of document.querySelectorAll("input[type=file]")) {
    if (!el.files.length && kept.get(el.id)?.length) put(el, kept.get(el.id));
    listFiles(el);
  }
});

const withFiles = (form) => Array.from(form.elements).some((el) => isFiles(el) && !el.disabled && el.files.length);

// progress shows how much of a form's files has gone.
const progress = (form, share) => {
  for (const el of form.elements) {
    const list = isFiles(el) && el.files.length && listOf(el);
    if (!list) continue;
    let bar = list.querySelector("progress");
    if (share === null) bar?.closest("li").remove();
    else {
      if (!bar) {
        const row = list.appendChild(document.createElement("li"));
        bar = row.appendChild(Object.assign(document.createElement("progress"), { max: 1 }));
        bar.setAttribute("aria-label", list.dataset.sending);
      }
      bar.value = share;
    }
  }
};

// upload posts a form with its files and tells how it goes, which fetch cannot. What comes back reads as fetch's answer does.
const upload = (form, pairs) => new Promise((done, failed) => {
  const body = new FormData();
  for (const [k, v] of pairs) body.append(k, v);
  for (const el of form.elements) if (isFiles(el) && !el.disabled) for (const f of el.files) body.append(el.name, f);
  const x = new XMLHttpRequest();
  x.open("POST", target(form));
  x.setRequestHeader("X-Usher", "1");
  x.upload.onprogress = (ev) => ev.lengthComputable && progress(form, ev.loaded / ev.total);
  x.onload = () => {
    progress(form, null);
    done({ url: x.responseURL, ok: x.status < 400, headers: { get: (name) => x.getResponseHeader(name) }, text: async () => x.responseText });
  };
  x.onerror = x.onabort = () => {
    progress(form, null);
    failed(new Error("the files did not arrive"));
  };
  x.send(body);
});
