/* A comment is sent without leaving the page. What the server answers is a page as ever, and its words stand in place of
   the form: the author's page where it was taken, else the form again, with what is wrong. */

import { dropDraft } from "./draft.js";

const PATIENCE = 30_000; // milliseconds; a second sending within a minute is known to be the same
const TOO_LARGE = 413; // refused before anything was read, so without a form
const BOXES = ".error-summary, .advice";

/* `begin` brings a form to life that came in place of another one; `suffix` tells its ids from those of other forms. */
export function sendInPlace(form, begin, suffix = "") {
  const status = form.querySelector("[data-sending]");
  form.querySelector("[data-cancel]").hidden = !suffix;
  let isBusy = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    status.textContent = status.dataset.sending;
    try {
      await answered(await post(form, event.submitter));
    } catch {
      status.textContent = status.dataset.lost;
    }
    isBusy = false;
  });

  async function answered(response) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const next = page.getElementById("comment-form");
    if (response.redirected && response.ok) return taken(page, response.url);
    if (!next) return void (status.textContent = response.status === TOO_LARGE ? status.dataset.large : status.dataset.failed);
    const boxes = [...page.querySelectorAll(BOXES)];
    for (const box of form.parentElement.querySelectorAll(`:scope > :is(${BOXES})`)) box.remove();
    for (const part of [...boxes, next]) setApart(part, suffix);
    for (const box of boxes) {
      // The page was opened long ago; what is focused is said below.
      box.removeAttribute("autofocus");
      if (!isAlone(form)) setLower(box);
    }
    form.replaceWith(...boxes, next);
    begin(next, suffix);
    (boxes[0] ?? next.elements.body).focus();
  }

  function taken(page, url) {
    dropDraft(form);
    if (isAlone(form)) return void (location.href = url);
    const state = page.querySelector(".state");
    setLower(state);
    const link = document.createElement("a");
    link.href = url;
    link.textContent = status.dataset.own;
    const line = document.createElement("p");
    line.append(link);
    state.append(line, ...page.querySelectorAll("[data-told-at-once], .keep > p:not(:has(a, button, [role]))"));
    for (const box of form.parentElement.querySelectorAll(`:scope > :is(${BOXES})`)) box.remove();
    form.replaceWith(state);
    state.focus();
  }
}

/* On a page of its own nothing else is left to be read. */
function isAlone(form) {
  return form.closest(".writing") !== null;
}

/* The heading of a page's part becomes one among a conversation's. */
function setLower(part) {
  const heading = part.querySelector("h1, h2");
  if (!heading) return;
  const title = document.createElement("h3");
  title.className = heading.className;
  title.textContent = heading.textContent;
  heading.replaceWith(title);
}

function post(form, submitter) {
  const fields = new FormData(form);
  if (submitter?.name) fields.append(submitter.name, submitter.value);
  return fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(fields),
    signal: AbortSignal.timeout(PATIENCE),
  });
}

/* Ids that no other form on the page has, and whatever names them. */
export function setApart(part, suffix) {
  if (!suffix) return;
  for (const element of [part, ...part.querySelectorAll("*")]) {
    if (element.id) element.id += suffix;
    for (const name of ["for", "data-counter"]) {
      if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name) + suffix);
    }
    const described = element.getAttribute("aria-describedby");
    if (described) element.setAttribute("aria-describedby", described.replace(/\S+/g, `$&${suffix}`));
    const target = element.getAttribute("href");
    if (target?.startsWith("#")) element.setAttribute("href", target + suffix);
  }
}
