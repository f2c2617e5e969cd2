// What a page gains with script: events are sent beside the page and their answer is morphed into it. The server sends the same
// pages as without script; there is no second protocol. The parts of this folder are joined into app.js: page.js first, begin.js last.
document.documentElement.setAttribute("data-script", ""); // the stylesheet shows what needs script

// What a part does after each drawing of the page, the first included.
const onDrawn = [];

let shown = location.pathname + location.search; // what the page on screen was asked for
let sending = false; // one event at a time: the second of a double click is ignored
let telling = false; // that event is a change
let drawing = false; // the page is being changed, which moves the focus without anybody having moved it
let sent = 0; // how many have been
let waiting = null; // what came meanwhile: the newest change, or what was sent during one
