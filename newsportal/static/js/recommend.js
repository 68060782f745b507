/* A comment is recommended, and that is taken back, without leaving the page. The button stays what it is; whether it is
   pressed is said by `aria-pressed`, and what came of it by the line below. Whether somebody pressed it before is known to
   the server alone: it says so then, and the next press takes it back. */

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

/* It is there before it says anything: only then is it read out. */
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

/* As the server has it now: the page's own number may be a minute old, with this browser's press in it or without. None
   is said for nought. */
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
