/* The desk's page as its scripts share it: its parts, its words, and the one place where something is told aloud. */

export const page = document.getElementById("desk-loop");
export const form = document.getElementById("changelist-form");
export const list = document.querySelector(".cards");
export const words = JSON.parse(page.dataset.words);
// As many comments as an address may name, and as are decided by one request.
export const most = Number(page.dataset.most);
export const together = Number(page.dataset.together);

const told = page.querySelector("[data-told]");

export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/gu, (_whole, name) => values[name] ?? "");
}

export function say(text) {
  // The same words twice in a row are told twice.
  told.textContent = told.textContent === text ? `${text}\u00a0` : text;
}

/* An element with a class and words, which are never read as HTML. */
export function made(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/* What the server sent as HTML, without running anything of it. */
export function parsed(html, selector = "[data-card]") {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return [...holder.content.querySelectorAll(selector)];
}

export function button(text, label, act) {
  const element = made("button", "loop__button", text);
  element.type = "button";
  if (label) element.setAttribute("aria-label", label);
  element.addEventListener("click", act);
  return element;
}
