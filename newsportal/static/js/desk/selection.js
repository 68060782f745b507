/* Several at once: x and Shift-x select, and the bar of the selection appears while there is one. */

import { decide } from "./decisions.js";
import * as cards from "./list.js";
import { fill, form, list, say, words } from "./page.js";

let last = null;
let shift = false;

const boxOf = (card) => card.querySelector("[name=_selected_action]");
export const selected = () => cards.all().filter((card) => boxOf(card)?.checked && !cards.isDecided(card));

export function start() {
  // A click does not say in its change whether Shift was held.
  list.addEventListener("click", (event) => (shift = event.shiftKey), { capture: true });
  list.addEventListener("change", ({ target }) => {
    if (target.name !== "_selected_action") return;
    const card = target.closest("[data-card]");
    if (shift) range(card, target.checked);
    shift = false;
    last = card;
    tell(false);
  });
  document.getElementById("action-toggle")?.addEventListener("change", ({ target }) => {
    for (const card of cards.open()) if (boxOf(card)) boxOf(card).checked = target.checked;
    tell();
  });
}

export function toggle(card, { range: isRange = false } = {}) {
  const box = boxOf(card);
  if (!box) return;
  box.checked = isRange || !box.checked;
  if (isRange) range(card, true);
  last = card;
  tell();
}

export function none() {
  for (const card of selected()) boxOf(card).checked = false;
  const toggleAll = document.getElementById("action-toggle");
  if (toggleAll) toggleAll.checked = false;
  tell();
}

/* The bar's own button; and the keys, while something is selected. */
export function act(action = form.elements.action?.value) {
  const reason = form.elements.reason?.value ?? "";
  const explanation = form.elements.explanation?.value ?? "";
  const template = form.elements.template?.value ?? "";
  if (!action) return form.elements.action?.focus();
  if (action === "reject" && !reason && !template) {
    form.elements.reason.focus();
    return say(words.chooseReason);
  }
  decide(action, selected(), { said: { reason, explanation, template } });
  // Nothing of it is said to the next ones unseen.
  for (const name of ["reason", "explanation", "template"]) if (form.elements[name]) form.elements[name].value = "";
  none();
}

/* Rejecting and returning want words first, in the bar's own fields. */
export function ask(action) {
  form.elements.action.value = action;
  (action === "reject" ? form.elements.reason : form.elements.explanation).focus();
}

function range(card, checked) {
  const all = cards.open();
  const ends = [all.indexOf(last), all.indexOf(card)];
  if (ends.includes(-1)) return;
  for (const one of all.slice(Math.min(...ends), Math.max(...ends) + 1)) if (boxOf(one)) boxOf(one).checked = checked;
}

function tell(aloud = true) {
  const n = selected().length;
  const text = n ? fill(words.selected, { n }) : words.unselected;
  const counter = form.querySelector(".action-counter");
  if (counter) counter.textContent = n ? text : "";
  if (aloud) say(text);
}
