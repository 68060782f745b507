/* A comment is sent without leaving the page. The server answers with a page as always, and its content replaces the
   form: the author's page if the comment was accepted, else the form again, with what is wrong. */

import { dropDraft } from "./draft.js";

const PATIENCE = 30_000; // milliseconds; a repetition within a minute is recognised as the same comment
const TOO_LARGE = 413; // refused before anything was read, so without a form
const BOXES = ".error-summary, .advice";

/* `begin` brings to life a form that replaced another one; `suffix` distinguishes its ids from those of other forms. */
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
      // The page was opened long ago; the focus is set below.
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

/* On a page of its own there is nothing else left to read. */
function isAlone(form) {
  return form.closest(".writing") !== null;
}

/* The heading of a page's section becomes one within a conversation. */
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

/* Makes ids unique on the page, and updates whatever refers to them. */
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
