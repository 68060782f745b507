/* What is typed to an author is kept in this browser until it is sent: a session may end, a tab may be closed. The
   pages of one comment keep it in their tab (`kept-words.js`); what is sent here or there is kept in neither. */

import * as tab from "../kept-words.js";
import { list, page } from "./page.js";

const SHELF = `desk:words:${page.dataset.user}:`;
const DAYS = 7;

export function start() {
  tidy();
  for (const name of tab.done) if (name.startsWith("explanation-")) drop(name.slice("explanation-".length));
  list.addEventListener("input", ({ target }) => {
    const card = target.closest("[data-card]");
    if (card && target.name === `explanation-${card.dataset.card}`) keep(card.dataset.card, target.value);
  });
}

/* Give a card back what was typed on it before; true where there was something. */
export function giveBack(card) {
  const field = fieldOf(card, "explanation");
  const kept = read(SHELF + card.dataset.card);
  if (!field || field.value || !kept?.text) return false;
  field.value = kept.text;
  const details = field.closest("details");
  if (details) details.open = true;
  return true;
}

export function fieldOf(card, name) {
  return card.querySelector(`[name="${name}-${card.dataset.card}"]`);
}

/* All that a card's own fields hold, by their names without its number. */
export function fieldsOf(card) {
  const end = `-${card.dataset.card}`;
  const fields = [...card.querySelectorAll(`select[name$="${end}"], textarea[name$="${end}"]`)];
  return Object.fromEntries(fields.map(({ name, value }) => [name.slice(0, -end.length), value]));
}

export function keep(pk, text) {
  try {
    if (text) localStorage.setItem(SHELF + pk, JSON.stringify({ text, at: Date.now() }));
    else localStorage.removeItem(SHELF + pk);
  } catch {
    // A browser that keeps nothing still sends what stands in the field.
  }
}

/* What was sent. */
export function drop(pk) {
  keep(pk, "");
  for (const name of ["explanation", "passage"]) tab.keep(`${name}-${pk}`, "");
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function tidy() {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(SHELF))) {
    if (Date.now() - (read(key)?.at ?? 0) > DAYS * 86_400_000) localStorage.removeItem(key);
  }
}
