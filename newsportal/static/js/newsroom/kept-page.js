/* What is typed into a page about the paper is kept in this browser until it is saved, for a tab may be closed and a
   connection lost. Each editor has their own, of each page. It is offered where the page is opened again, and comes back
   with the version that it was typed over: so the server still says where somebody else was quicker. */

const DAYS = 30;
const DAY_MS = 86_400_000;
// What the form says of the version that was opened; it comes back with the words.
const OPENED = ["seen_version", "unsaved-opened"];
const WORDS = ["title", "summary", "body"];

const box = document.getElementById("kept-page");
if (box) start(box, box.closest("form"));

function start(section, form) {
  const key = `page:${section.dataset.user}:${location.pathname}`;
  const opened = typed();
  const kept = read(key);

  if (form.querySelector(".errornote, .errorlist")) keep();
  else if (kept && isStill(kept)) offer(kept);
  else forget(key);
  form.addEventListener("input", keep);
  form.addEventListener("submit", ({ submitter }) => {
    // Looking at it saves nothing.
    if (submitter?.formTarget !== "_blank") keep({ type: "submit" });
  });

  function typed() {
    return Object.fromEntries([...OPENED, ...WORDS].map((name) => [name, form.elements[name]?.value ?? ""]));
  }

  function keep({ type } = {}) {
    const fields = typed();
    if (type === "input" && isAsOpened(fields)) forget(key);
    else write(key, { at: Date.now(), isSent: type === "submit", fields });
  }

  function isAsOpened(fields) {
    return WORDS.every((name) => fields[name] === opened[name]);
  }

  /* Whether it was not saved: what was sent was, if the page has another version since; of a new page it is believed. */
  function isStill({ at, isSent, fields }) {
    if (Date.now() - at > DAYS * DAY_MS || isAsOpened(fields)) return false;
    return !isSent || (!location.pathname.endsWith("/add/") && fields.seen_version === opened.seen_version);
  }

  function offer({ at, fields }) {
    const line = section.querySelector("[data-from]");
    line.textContent = line.dataset.from.replace("%s", `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`);
    section.querySelector("[data-take]").addEventListener("click", () => {
      for (const [name, value] of Object.entries(fields)) give(form.elements[name], value);
      section.hidden = true;
    });
    section.querySelector("[data-discard]").addEventListener("click", () => {
      forget(key);
      section.hidden = true;
    });
    section.hidden = false;
  }
}

/* The editor of the text shows what is written into its field. */
function give(field, value) {
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/* A browser that keeps nothing still sends what stands in the form. */
function write(key, what) {
  try {
    localStorage.setItem(key, JSON.stringify(what));
  } catch {}
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {}
}
