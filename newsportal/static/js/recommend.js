/* Recommends a comment, or takes that back, without leaving the page. The button stays the same; `aria-pressed` says
   whether it is pressed, and the line below says what came of it. Only the server knows whether it was pressed before:
   it then says so, and the next press takes it back. */

const PATIENCE = 15_000; // milliseconds
const GONE = 404;

const words = document.querySelector("[data-recommending]");
const busy = new WeakSet();

if (words) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form.recommend")) return;
    event.preventDefault();
    if (busy.has(form)) return;
    busy.add(form);
    const line = lineOf(form);
    line.textContent = "";
    const said = await send(form).catch(() => ({ refusal: words.dataset.lost }));
    line.classList.toggle("comment__said--refused", Boolean(said.refusal));
    line.textContent = said.refusal ?? told(form, said);
    busy.delete(form);
  });
}

/* The live region must exist before its words: only then are they announced. */
function lineOf(form) {
  const actions = form.parentElement;
  const known = actions.querySelector("[data-recommending]");
  if (known) return known;
  const line = words.cloneNode();
  line.hidden = false;
  actions.append(line);
  return line;
}

async function send(form) {
  const takesBack = form.querySelector("button").getAttribute("aria-pressed") === "true";
  const response = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(takesBack ? { take_back: "1" } : {}),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.ok) return response.json();
  if (response.status === GONE) return { refusal: words.dataset.gone };
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { refusal: page.querySelector(".error-summary p")?.textContent ?? words.dataset.failed };
}

function told(form, { recommended, changed, number }) {
  form.querySelector("button").setAttribute("aria-pressed", String(recommended));
  count(form, number);
  if (!recommended) return words.dataset.back;
  return changed ? words.dataset.done : words.dataset.known;
}

/* The server's current number: the page's own may be a minute old, with or without this browser's press. Zero is not
   shown. */
function count(form, number) {
  const shown = form.querySelector(".recommend__count");
  if (number === "0") shown?.remove();
  else if (shown) shown.lastChild.data = number;
  else form.append(" ", made(number));
}

function made(number) {
  const label = document.createElement("span");
  label.className = "visually-hidden";
  label.textContent = words.dataset.by;
  const shown = document.createElement("span");
  shown.className = "recommend__count";
  shown.append(label, number);
  return shown;
}
