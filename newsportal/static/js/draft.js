/* What is typed in a comment's form is kept in this browser until the comment is accepted, for `data-kept-days` days at
   most: a tab may be closed, a connection lost. Each story has its own text, and so has each comment that is answered.
   Name and address are kept only if the reader ticks a box, and then for every form. */

const SHELF = "comment:";
const AUTHOR = "commenter";
const DAY = 86_400_000;

/* Fill the form with what was typed there before, and keep what is typed from now on. */
export function keepDraft(form) {
  const field = form.elements.body;
  const key = keyOf(form);
  tidy(Number(form.dataset.keptDays));
  // What the server gave back is newer than the kept text.
  const came = isAnswered(form) ? null : read(key)?.text;
  if (came && !same(came, field.value)) giveBack(form, field, came);
  else if (isAnswered(form)) keep(key, field.value);
  field.addEventListener("input", () => keep(key, same(field.value, field.defaultValue) ? "" : field.value));
  if (form.elements.name) rememberAuthor(form);
}

export function dropDraft(form) {
  keep(keyOf(form), "");
}

/* The author's page shows what was accepted, however and in whichever tab it was sent: that is no longer kept. */
export function dropWhatWasTaken(shown) {
  for (const key of [SHELF + shown.dataset.taken, SHELF + location.pathname]) {
    if (same(read(key)?.text ?? "", shown.textContent)) keep(key, "");
  }
}

/* Everything kept for a form's address, answers included: each with key, text, and until when (milliseconds). */
export function leftOf(path, days) {
  tidy(days);
  const first = SHELF + path;
  const keys = attempt(() => Object.keys(localStorage)) ?? [];
  return keys
    .filter((key) => key === first || key.startsWith(`${first}#`))
    .map((key) => [key, read(key)])
    .filter(([, kept]) => kept)
    .map(([key, { text, at }]) => ({ key, text, until: at + days * DAY }));
}

export function discard(key) {
  keep(key, "");
}

function keyOf(form) {
  const parent = form.elements.parent?.value;
  return SHELF + new URL(form.action).pathname + (parent ? `#${parent}` : "");
}

/* Whether the server sent the form back with errors or advice. */
function isAnswered(form) {
  return form.parentElement.querySelector(":scope > .error-summary, :scope > .advice") !== null;
}

function giveBack(form, field, text) {
  const notice = form.querySelector("[data-came-back]");
  const discard = notice.querySelector("button");
  const before = field.value;
  const described = field.getAttribute("aria-describedby") ?? "";
  field.value = text;
  notice.hidden = false;
  // The message may be announced long before the field is reached, or not at all: so the field says it, too.
  notice.firstElementChild.id = `${field.id}_came_back`;
  field.setAttribute("aria-describedby", `${described} ${notice.firstElementChild.id}`);
  discard.setAttribute("aria-describedby", notice.firstElementChild.id);
  discard.addEventListener("click", () => {
    field.value = before;
    notice.hidden = true;
    field.setAttribute("aria-describedby", described);
    field.dispatchEvent(new Event("input"));
    field.focus();
  });
}

function rememberAuthor(form) {
  const { name, email } = form.elements;
  const box = form.querySelector("[data-remember]");
  const known = read(AUTHOR);
  if (known && !name.value && !email.value) [name.value, email.value] = [known.name, known.email];
  box.checked = known !== null;
  box.closest("[hidden]").hidden = false;
  const note = () => write(AUTHOR, box.checked ? { name: name.value, email: email.value } : null);
  for (const element of [name, email, box]) element.addEventListener("change", note);
}

function keep(key, text) {
  write(key, text.trim() ? { text, at: Date.now() } : null);
}

/* Texts that differ only in white space, and in what is not kept of it, count as the same. */
function same(one, other) {
  const [first, second] = [one, other].map((text) => text.normalize("NFC").replace(/[\s\p{C}]+/gu, ""));
  return first === second;
}

function tidy(days) {
  attempt(() => {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(SHELF))) {
      if (!(Date.now() - read(key)?.at < days * DAY)) localStorage.removeItem(key);
    }
  });
}

function read(key) {
  return attempt(() => JSON.parse(localStorage.getItem(key)));
}

function write(key, value) {
  attempt(() => (value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key)));
}

/* A browser that keeps nothing still sends what is in the field. */
function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
