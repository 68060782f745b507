/* What the desk's scripts share of the page: its parts, its words, and the one live region. */

export const page = document.getElementById("desk-loop");
export const form = document.getElementById("changelist-form");
export const list = document.querySelector(".cards");
export const words = JSON.parse(page.dataset.words);
// How many comments a URL may name, and one request may decide.
export const most = Number(page.dataset.most);
export const together = Number(page.dataset.together);

const told = page.querySelector("[data-told]");

export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/gu, (_whole, name) => values[name] ?? "");
}

export function say(text) {
  // The same words twice in a row are announced twice.
  told.textContent = told.textContent === text ? `${text}\u00a0` : text;
}

/* An element with a class and words, which are never parsed as HTML. */
export function made(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/* HTML from the server, without running any script in it. */
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
