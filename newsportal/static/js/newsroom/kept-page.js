/* What is typed into a page about the paper is kept in this browser until it is saved: a tab may be closed, a
   connection lost. It is kept for each editor and each page, is offered when the page is opened again, and comes back
   with the version that it was typed over: so the server can still say that somebody else was quicker. */

const DAYS = 30;
const DAY_MS = 86_400_000;
// The form's fields about the version that was opened; they come back with the words.
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
    // A preview saves nothing.
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

  /* Whether it is unsaved: sent text was saved if the page has a newer version; for a new page this is assumed. */
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

/* The text's editor shows what is written into its field. */
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

/* A browser that keeps nothing still sends what is in the form. */
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
